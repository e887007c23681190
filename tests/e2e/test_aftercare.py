"""What a clerk does after a payment, in a real browser."""

import pytest


@pytest.fixture
def open_invoice(desk):
    """Return a function that opens an invoice's form."""

    def open_form(invoice):
        desk.page.goto(f"{desk.url}/odoo/customer-invoices/{invoice.id}")
        desk.field("mollie_payment_state").wait_for()

    return open_form


def start(phone, invoice, times=1):
    """Press Pay; return the ids of the payments at Mollie."""
    link = invoice.get("mollie_payment_link") or invoice.make_link()
    for _attempt in range(times):
        reply = phone.context.request.post(link, form={"again": "1"}, max_redirects=0)
        assert reply.status == 303


def decide(sandbox, status, method):
    for payment in sandbox.payments():
        sandbox.set_status(payment["id"], status, method=method)
    sandbox.wait_webhooks(len(sandbox.payments()))


def see_log(desk, step):
    desk.page.get_by_role("tab", name="Payment Log").click()
    cells = desk.field("mollie_story_ids").locator("tr.o_data_row td[name=message]")
    cells.first.wait_for()
    desk.keep(step)
    return {text.replace("\xa0", " ") for text in cells.all_inner_texts()}


def test_money_that_came_twice_is_used_for_another_invoice(
    desk, phone, clerk, invoice, sandbox, open_invoice
):
    """The to-do and the invoice offer both ways out: this one, and a refund."""
    other = clerk.make_invoice(121.00)
    start(phone, invoice, times=2)
    decide(sandbox, "paid", "ideal")
    open_invoice(invoice)
    desk.page.locator(".o-mail-Activity", has_text="Use for another invoice").wait_for()
    desk.keep("credit")
    desk.press("Use for another invoice")
    row = desk.page.locator(".modal tr.o_data_row", has_text=other.name)
    use = row.get_by_role("button", name="Use for this one")
    use.wait_for()
    desk.keep("other-invoice")
    use.click()
    desk.page.locator(".o_notification", has_text=f"was used for {other.name}.").wait_for()
    assert (other.get("amount_residual"), invoice.get("mollie_credit")) == (0, "")


def test_money_that_came_twice_is_refunded_from_the_invoice(
    desk, phone, invoice, sandbox, open_invoice
):
    """The other way out; the refund's life stands in the log."""
    start(phone, invoice, times=2)
    decide(sandbox, "paid", "ideal")
    open_invoice(invoice)
    desk.press("Refund this credit")
    dialog = desk.page.locator(".modal-dialog")
    dialog.get_by_role("button", name="Refund", exact=True).wait_for()
    desk.keep("wizard")
    dialog.get_by_role("button", name="Refund", exact=True).click()
    dialog.wait_for(state="hidden")
    [refund] = sandbox_refunds(sandbox)
    assert refund["amount"] == {"currency": "EUR", "value": "121.00"}
    sandbox.set_refund_status(refund["id"], "refunded")
    sandbox.wait_webhooks(3)
    desk.page.reload()
    assert "Refund of € 121.00: refunded." in see_log(desk, "refunded")
    assert (invoice.get("amount_residual"), invoice.get("mollie_credit")) == (0, "")


def sandbox_refunds(sandbox):
    payments = [sandbox.payment(payment["id"]) for payment in sandbox.payments()]
    return [
        refund for payment in payments for refund in payment.get("_embedded", {}).get("refunds", [])
    ]


def test_a_reserved_amount_is_captured_from_the_invoice(
    desk, phone, invoice, sandbox, open_invoice
):
    """Through core's buttons."""
    start(phone, invoice)
    decide(sandbox, "authorized", "klarna")
    open_invoice(invoice)
    assert desk.field("mollie_payment_state").inner_text() == "Pending"
    desk.keep("reserved")
    desk.press("Capture Transaction")
    with desk.page.expect_response("**/payment_action_capture*"):
        desk.page.locator(".modal").get_by_role("button", name="Ok").click()
    sandbox.advance(minutes=2)
    sandbox.wait_webhooks(2)
    desk.page.reload()
    assert "The reserved amount was asked for at Mollie." in see_log(desk, "captured")
    assert desk.field("mollie_payment_state").inner_text() == "Paid"
    assert invoice.get("amount_residual") == 0


def test_the_rest_of_a_payment_that_was_captured_in_part_is_released(
    desk, phone, invoice, sandbox, open_invoice
):
    """The customer is not asked for it before that."""
    start(phone, invoice)
    decide(sandbox, "authorized", "klarna")
    [payment] = sandbox.payments()
    sandbox.add_capture(payment["id"], {"currency": "EUR", "value": "46.00"})
    sandbox.wait_webhooks(2)
    path = invoice.get("mollie_payment_link")
    for browser in (phone, desk):
        browser.page.goto(path)
        page = browser.page.locator("main")
        assert "€ 75.00 is reserved, not yet taken" in page.inner_text().replace("\xa0", " ")
        assert not page.locator("button").count()
        browser.keep("reserved-rest")
    open_invoice(invoice)
    assert desk.field("mollie_payment_state").inner_text() == "Pending"
    assert "€ 75.00 was not captured so far" in " ".join(see_log(desk, "reserved-rest-log"))
    [tx] = invoice.clerk.read("payment.transaction", [("invoice_ids", "in", invoice.id)])
    desk.page.goto(f"{invoice.clerk.url}/odoo/payment.transaction/{tx['id']}")
    desk.field("mollie_amount_reserved").wait_for()
    desk.keep("reserved-rest-transaction")
    desk.press("Release the rest")
    desk.page.locator(".modal-dialog").get_by_role("button", name="Ok").click()
    desk.page.get_by_text("was released. If the invoice still needs it").wait_for()
    desk.keep("released-rest-transaction")
    phone.page.goto(path)
    assert phone.page.get_by_role("button", name="Pay € 75.00").count()
    phone.keep("released-rest")


def test_a_charged_back_invoice_is_open_again_with_a_to_do(
    desk, phone, invoice, sandbox, open_invoice
):
    """Whoever looks after the invoice sees it at once."""
    start(phone, invoice)
    decide(sandbox, "paid", "creditcard")
    [payment] = sandbox.payments()
    sandbox.add_chargeback(payment["id"], "121.00")
    sandbox.wait_webhooks(2)
    open_invoice(invoice)
    assert desk.field("mollie_payment_state").inner_text() == "Charged Back"
    desk.page.locator(".o-mail-Activity", has_text="The customer's bank took").wait_for()
    see_log(desk, "charged-back")
    assert invoice.get("amount_residual") == 121
