"""The invoice on its way to the customer: a real mail with a real PDF, and from there to Mollie."""

import io

import pypdf

from tests.e2e import oracle
from tests.e2e.server import until


def test_a_clerk_sends_an_invoice_and_the_customer_pays_from_the_mail(
    desk, phone, invoice, mailbox, admin, sandbox
):
    """Two taps from the mail to Mollie."""
    open_dialog(desk, invoice)
    tick(desk)
    desk.keep("dialog")
    desk.page.locator(".modal").get_by_role("button", name="Send", exact=True).click()
    desk.page.locator(".modal").wait_for(state="detached")
    [mail] = until(lambda: mailbox.mails(invoice.name), what="the mail")
    link = invoice.get("mollie_payment_link")
    assert f'href="{link}"' in mail["html"]
    assert link in mail["text"]
    assert_bears_the_invoice(mail, mailbox, invoice)
    phone.page.goto(f"{mailbox.url}/{mail['number']}/html")
    phone.keep("mail")
    phone.page.get_by_role("link", name="Pay online").click()
    phone.press("Pay € 121.00")
    phone.pay_at_checkout("ideal", "paid")
    sandbox.wait_webhooks(1)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)
    assert "link_mailed" in invoice.events()


def test_sending_many_mails_each_its_own_link(clerk, admin, mailbox, server):
    invoices = [clerk.make_invoice(50.0), clerk.make_invoice(60.0)]
    for invoice in invoices:
        invoice.make_link()
    values = {"move_ids": [[6, 0, [invoice.id for invoice in invoices]]]}
    wizard = clerk.call("account.move.send.batch.wizard", "create", values)
    clerk.call("account.move.send.batch.wizard", "action_send_and_print", [wizard])
    for cron in ("account.ir_cron_account_move_send", "mail.ir_cron_mail_scheduler_action"):
        admin.run_cron(cron)
    for invoice in invoices:
        [mail] = until(lambda name=invoice.name: mailbox.mails(name), what="the mail")
        assert f'href="{invoice.get("mollie_payment_link")}"' in mail["html"]
        assert_bears_the_invoice(mail, mailbox, invoice)


def open_dialog(desk, invoice):
    desk.page.goto(f"{desk.url}/odoo/customer-invoices/{invoice.id}")
    desk.page.get_by_role("button", name="Send", exact=True).click()
    desk.page.locator(".modal .note-editable, .modal .odoo-editor-editable").first.wait_for()


def tick(desk):
    """Tick "With payment link", and see the button come into the mail."""
    desk.page.locator(".modal").get_by_label("With payment link").check()
    desk.page.locator(".modal").get_by_role("link", name="Pay online").wait_for()


def assert_bears_the_invoice(mail, mailbox, invoice):
    assert mail["attachments"] == [f"{invoice.name.replace('/', '_')}.pdf"]
    assert len(pypdf.PdfReader(io.BytesIO(mailbox.attachment(mail))).pages) == 1
