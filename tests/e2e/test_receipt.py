"""What a customer keeps of a payment, on real paper: the receipt, and the invoice itself."""

import io

import pypdf

SELLER = {"vat": "NL000099998B57", "street": "Kade 1", "zip": "1011 AB", "city": "Amsterdam"}


def test_a_customer_downloads_the_receipt(phone, invoice, admin):
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


def test_a_customer_with_only_the_link_sees_the_invoice_itself(phone, invoice, admin):
    phone.page.goto(invoice.make_link())
    phone.page.get_by_role("link", name="View the invoice").click()
    frame = phone.page.frame_locator("#invoice_html")
    frame.get_by_text(f"Invoice {invoice.name}").wait_for()
    assert not frame.get_by_text("Proforma").count()
    phone.keep("online-invoice")
    assert "document_made" in invoice.events()


def assert_is_one_page(content):
    """What it says, `odoo/test_receipts.py` reads: here the letters may be drawings."""
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
