"""A clerk gives the link to a customer who stands at the counter, or sits elsewhere."""

import io
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from tests.e2e.server import until


def test_a_clerk_shares_the_link_by_whatsapp_sms_mail_and_qr_code(desk, invoice, mailbox, admin):
    link = invoice.make_link()
    give_number(invoice, admin)
    desk.page.goto(f"{desk.url}/odoo/customer-invoices/{invoice.id}")
    desk.page.get_by_role("button", name="Share: WhatsApp").click()
    dialog = desk.page.locator(".modal")
    dialog.locator("a[href^='https://wa.me/31612345678']").wait_for()
    desk.keep("share")
    chat = dialog.get_by_role("link", name="WhatsApp").get_attribute("href")
    [text] = parse_qs(urlsplit(chat).query)["text"]
    assert invoice.name in text and link in text
    assert dialog.get_by_role("link", name="SMS").get_attribute("href").startswith("sms:+316")
    picture = Image.open(io.BytesIO(dialog.locator("div[name=qr_code] img").screenshot()))
    assert min(picture.size) >= 250
    dialog.get_by_role("button", name="E-mail").click()
    dialog.locator(".o_field_html").get_by_text(link).wait_for()
    desk.keep("mail")
    dialog.get_by_role("button", name="Send", exact=True).click()
    dialog.wait_for(state="detached")
    admin.run_cron("mail.ir_cron_mail_scheduler_action")
    [mail] = until(lambda: mailbox.mails(f"Pay invoice {invoice.name}"), what="the mail")
    assert link in mail["text"]
    assert "link_mailed" in invoice.events()


def give_number(invoice, admin):
    customer = invoice.get("partner_id")[0]
    admin.call("res.partner", "write", [customer], {"phone": "+31 6 12345678"})


def test_a_clerk_shares_the_link_from_a_phone(visit, server, invoice):
    link = invoice.make_link()
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.log_in(server.url, "clerk")
    phone.page.goto(f"{phone.url}/odoo/customer-invoices/{invoice.id}")
    phone.page.get_by_role("button", name="Share: WhatsApp").click()
    phone.page.locator(f".modal a[href='{link}']").wait_for()
    phone.keep("share")
