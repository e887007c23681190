"""The way from the invoice to the money, in a real browser, against real processes."""

import re

from tests.e2e import oracle
from tests.e2e.browser import PHONE
from tests.e2e.crowd import press_pay

LOG_SENTENCES = {
    "The payment link was created.",
    "The payment page was viewed for the first time.",
    "A payment of € 121.00 was started at Mollie.",
    "Mollie reports: paid.",
}


def test_a_clerk_makes_a_link_and_a_customer_pays_it(desk, phone, invoice, admin, sandbox):
    """The main job. E8: Pay works under our CSP across two redirects."""
    link = make_and_copy_link(desk, invoice)
    open_and_press_pay(phone, link)
    phone.pay_at_checkout("ideal", "paid")
    assert_thanked(phone)
    assert not phone.complaints_about(desk.url)
    follow_to_the_online_invoice(phone, invoice)
    sandbox.wait_webhooks(1)
    see_paid_invoice(desk, invoice)
    assert not phone.elsewhere + desk.elsewhere
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_customer_without_javascript_pays(visit, invoice, admin, sandbox):
    """No script is needed, on any page."""
    phone = visit(**PHONE, java_script_enabled=False)
    open_and_press_pay(phone, invoice.make_link())
    phone.pay_at_checkout("creditcard", "paid")
    assert_thanked(phone)
    sandbox.wait_webhooks(1)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_customer_who_cancels_tries_again_by_the_same_link(phone, invoice, admin, sandbox):
    """State 9, and its next step."""
    open_and_press_pay(phone, invoice.make_link())
    phone.pay_at_checkout("ideal", "canceled")
    assert phone.headline() == "You cancelled the payment"
    assert phone.money() == "No money has been taken."
    phone.keep("cancelled")
    phone.press("Try again: pay € 121.00")
    phone.pay_at_checkout("bancontact", "paid")
    assert_thanked(phone)
    sandbox.wait_webhooks(2)
    oracle.check(invoice, admin, sandbox, payments=2, due=0)


def test_a_bank_transfer_is_under_way_until_the_money_comes(phone, invoice, admin, sandbox):
    """State 5: what to expect of a bank transfer."""
    open_and_press_pay(phone, invoice.make_link())
    phone.pay_at_checkout("banktransfer", "open")
    assert phone.headline() == "Your payment is under way"
    [payment] = sandbox.payments()
    assert payment["details"]["transferReference"] in phone.page.locator("main").inner_text()
    assert invoice.get("mollie_payment_state") == "pending"
    phone.keep("under-way")
    sandbox.set_status(payment["id"], "paid")
    sandbox.wait_webhooks(1)
    phone.page.reload()
    assert_thanked(phone, "Bank transfer")
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_the_customers_return_books_when_no_webhook_comes(phone, invoice, admin, sandbox):
    """The return page asks Mollie and books too."""
    sandbox.webhook_settings(lose=99)
    open_and_press_pay(phone, invoice.make_link())
    phone.pay_at_checkout("ideal", "paid")
    assert_thanked(phone)
    assert "webhook" not in invoice.events()
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_customer_ranks_by_invoices_and_not_by_payments_too(server, invoice, admin, sandbox):
    """Core writes the customer after each booking, and Mollie waits for it."""

    def rank():
        bought = [("invoice_ids", "in", invoice.id)]
        [customer] = admin.read("res.partner", bought, "customer_rank")
        return customer["customer_rank"]

    before = rank()
    assert before > 0
    assert press_pay(server, invoice.make_link()).status_code == 303
    [payment] = sandbox.payments()
    sandbox.set_status(payment["id"], "paid", method="ideal")
    sandbox.wait_webhooks(1)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)
    assert rank() == before


def open_and_press_pay(phone, link):
    phone.page.goto(link)
    phone.keep("pay-page")
    phone.press("Pay € 121.00")


def assert_thanked(phone, method=""):
    assert phone.headline() == "Thank you, your payment was received"
    assert re.match(rf"We received € 121.00 on .+ by {method}", phone.money())
    phone.keep("thank-you")


def make_and_copy_link(desk, invoice):
    desk.page.goto(f"{desk.url}/odoo/customer-invoices")
    desk.page.get_by_role("cell", name=invoice.name).click()
    desk.page.get_by_role("button", name="Create Mollie payment").wait_for()
    desk.keep("invoice")
    desk.press("Create Mollie payment")
    shown = desk.field("mollie_payment_link")
    shown.get_by_role("button").click()
    desk.keep("link-copied")
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied == shown.locator("a").get_attribute("href") == invoice.get("mollie_payment_link")
    assert desk.field("mollie_payment_state").inner_text() == "Open"
    return copied


def follow_to_the_online_invoice(phone, invoice):
    phone.page.get_by_role("link", name="View the invoice").click()
    phone.page.wait_for_url("**/my/invoices/*")
    phone.page.get_by_text("Paid", exact=True).first.wait_for()
    phone.keep("online-invoice")
    assert invoice.name in phone.page.title() + phone.page.locator("body").inner_text()


def see_paid_invoice(desk, invoice):
    desk.page.reload()
    desk.page.get_by_role("tab", name="Payment Log").click()
    desk.field("mollie_story_ids").locator("tr.o_data_row").first.wait_for()
    desk.keep("invoice-paid")
    assert desk.field("mollie_payment_state").inner_text() == "Paid"
    assert invoice.get("payment_state") in ("in_payment", "paid")
    assert invoice.get("amount_residual") == 0
    cells = desk.field("mollie_story_ids").locator("tr.o_data_row td[name=message]")
    assert LOG_SENTENCES <= {text.replace("\xa0", " ") for text in cells.all_inner_texts()}
    assert invoice.events()[:3] == ["link_created", "page_viewed", "attempt"]
    assert invoice.events().count("booked") == 1  # Its sentence names the payment.
