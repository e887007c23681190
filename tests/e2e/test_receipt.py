"""What a customer keeps of a payment, on real paper: the receipt, and the invoice itself."""

import contextlib
import io

import pypdf

from tests.e2e.office import CallError
from tests.e2e.server import until

SELLER = {"vat": "NL000099998B57", "street": "Kade 1", "zip": "1011 AB", "city": "Amsterdam"}


def test_a_customer_downloads_the_receipt_and_gets_it_by_mail(phone, invoice, admin, mailbox):
    [company] = admin.read("res.company", [["id", "=", 1]], "partner_id")
    admin.call("res.partner", "write", [company["partner_id"][0]], SELLER)
    phone.page.goto(invoice.make_link())
    phone.press("Pay € 121.00")
    phone.pay_at_checkout("ideal", "paid")
    phone.keep("thank-you")
    with phone.page.expect_download() as download:
        phone.page.get_by_role("link", name="Download the receipt").click()
    path = phone.album.folder / "receipt.pdf"
    download.value.save_as(path)
    assert_is_one_page(path.read_bytes())
    admin.run_cron("invoice_mollie.cron_mollie_mail_receipts")
    with contextlib.suppress(CallError):  # The scheduler is at it by itself.
        admin.run_cron("mail.ir_cron_mail_scheduler_action")
    subject = "Receipt of your payment"
    [mail] = until(lambda: mails_about(mailbox, subject, invoice), what="the mail")
    assert_is_one_page(mailbox.attachment(mail))
    phone.page.goto(f"{mailbox.url}/{mail['number']}/html")
    phone.keep("mail")


def test_a_customer_with_only_the_link_sees_the_invoice_itself(phone, invoice, admin):
    phone.page.goto(invoice.make_link())
    phone.page.get_by_role("link", name="View the invoice").click()
    frame = phone.page.frame_locator("#invoice_html")
    frame.get_by_text(f"Invoice {invoice.name}").wait_for()
    assert not frame.get_by_text("Proforma").count()
    phone.keep("online-invoice")
    assert "document_made" in invoice.events()


def mails_about(mailbox, subject, invoice):
    return [mail for mail in mailbox.mails(subject) if invoice.name in mail["text"]]


def assert_is_one_page(content):
    """What it says, `odoo/test_receipts.py` reads: here the letters may be drawings."""
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
