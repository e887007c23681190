"""The page of differences, as a clerk sees it at a desk: nothing, and something, to do."""

import re

from tests.e2e.server import anonymous

PAGE = "odoo/action-invoice_mollie.mollie_difference_action"
CRON = "invoice_mollie.cron_mollie_compare"


def test_a_clerk_sees_that_nothing_differs_and_what_does(desk, clerk, admin, sandbox):
    payments = [pay(clerk.make_invoice(121.0 + number), sandbox) for number in range(4)]
    compare(admin)
    open_page(desk)
    search(desk, payments[0])
    desk.page.locator(".o_view_nocontent").wait_for()
    figures = desk.page.locator(".o_view_nocontent").inner_text().replace("\xa0", " ")
    assert re.search(r"Movements: \d+ \(€ ", figures)
    desk.keep("nothing-differs")
    meddle(admin, sandbox, *payments)
    compare(admin)
    open_page(desk)
    for payment_id in (payments[0], payments[2]):
        desk.page.get_by_role("cell", name=payment_id).wait_for()
    desk.keep("differences")
    desk.page.get_by_role("button", name="Last comparison").click()
    desk.page.locator(".modal tr.o_data_row").first.wait_for()
    desk.keep("last-comparison")
    confirm_drafts(admin)


def search(desk, text):
    """Look for something in the list: payments of other tests stand in it, too."""
    desk.page.locator("input.o_searchview_input").fill(text)
    desk.page.locator(".o_searchview_autocomplete").get_by_text("Mollie ID").click()


def pay(invoice, sandbox):
    """Let a customer pay an invoice; return the payment's id."""
    anonymous().post(invoice.make_link(), allow_redirects=False, timeout=60)
    payment_id = sandbox.payments()[-1]["id"]
    sandbox.set_status(payment_id, "paid", method="ideal")
    sandbox.wait_webhooks(1, payment_id)
    return payment_id


def compare(admin):
    """Let the night come."""
    admin.call("mollie.difference", "action_compare", [])
    admin.run_cron(CRON)


def open_page(desk):
    desk.page.goto(f"{desk.url}/{PAGE}")


def payment_of(admin, payment_id):
    [tx] = admin.read(
        "payment.transaction", [("provider_reference", "=", payment_id)], "payment_id"
    )
    return [tx["payment_id"][0]]


def meddle(admin, sandbox, drafted, doubled, unknown, refunded):
    """Make something of each payment that is not Mollie's."""
    admin.call("account.payment", "action_draft", payment_of(admin, drafted))
    admin.call("account.payment", "action_post", book_by_hand(admin, payment_of(admin, doubled)))
    admin.call("account.payment", "action_draft", payment_of(admin, unknown))
    sandbox.tamper(unknown, {"status": "reviewed"})
    refund = sandbox.add_refund(refunded, "20.00", status="refunded")
    sandbox.wait_webhooks(2, refunded)
    admin.call("account.payment", "action_draft", payment_of(admin, refund["id"]))


def confirm_drafts(admin):
    """Confirm what is a draft, as the page advises: the journal is that of other tests, too."""
    drafts = admin.read("account.payment", [("state", "=", "draft")], "name")
    admin.call("account.payment", "action_post", [draft["id"] for draft in drafts])


def book_by_hand(admin, payment):
    """Return another payment of the same money, as a clerk would book it."""
    names = ("journal_id", "partner_id", "payment_method_line_id")
    [values] = admin.read("account.payment", [("id", "in", payment)], "amount", *names)
    same = {name: values[name][0] for name in names} | {"amount": values["amount"]}
    return [admin.call("account.payment", "create", same | {"payment_type": "inbound"})]
