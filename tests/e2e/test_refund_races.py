"""Money that leaves, asked for by two people at the same moment, on two Odoo processes."""

import os
from decimal import Decimal
from functools import partial

import pytest

from tests.e2e.crowd import at_once, deliver, press_pay
from tests.e2e.office import CallError, User


@pytest.fixture
def clerks(servers):
    """The clerk at each of the servers, in windows of their own."""
    return [User(server, os.environ["ODOO_DATABASE"], "clerk") for server in servers]


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(80.00)


@pytest.fixture
def payment(servers, invoice, sandbox):
    """The payment at Mollie of a paid invoice."""
    press_pay(servers[0], invoice.make_link())
    [payment] = sandbox.payments()
    sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    assert deliver(servers[0], payment).status_code == 200
    return payment


def refunds_at_mollie(sandbox, payment):
    return sandbox.payment(payment["id"]).get("_embedded", {}).get("refunds", [])


def press(clerk, model, button, record_id):
    """Press a button; return what Odoo said against it, if anything."""
    try:
        clerk.call(model, button, [record_id])
    except CallError as error:
        return str(error)
    return ""


def refund(clerk, payment_id, amount):
    """Refund from the payment's wizard; return what Odoo said against it, if anything."""
    values = {"payment_id": payment_id, "amount_to_refund": amount}
    try:
        wizard = clerk.call("payment.refund.wizard", "create", values)
    except CallError as error:
        return str(error)
    return press(clerk, "payment.refund.wizard", "action_refund", wizard)


def booked_payment(clerk, invoice):
    [tx] = clerk.read("payment.transaction", [("invoice_ids", "in", [invoice.id])], "payment_id")
    return tx["payment_id"][0]


def assert_equal_to_mollie(clerk, servers, sandbox, payment, amount):
    """Let Mollie send the refunds off, and see that they are booked once each."""
    refunds = refunds_at_mollie(sandbox, payment)
    for item in refunds:
        sandbox.set_refund_status(item["id"], "refunded", webhook=False)
    for server in servers:
        assert deliver(server, payment).status_code == 200
    assert sum(Decimal(item["amount"]["value"]) for item in refunds) == amount
    domain = [("provider_reference", "in", [item["id"] for item in refunds])]
    txs = clerk.read("payment.transaction", domain, "amount", "state", "payment_id")
    assert sorted(tx["amount"] for tx in txs) == sorted(
        -float(item["amount"]["value"]) for item in refunds
    )
    assert all(tx["state"] == "done" and tx["payment_id"] for tx in txs)


def test_two_refunds_at_once_never_give_back_more_than_was_paid(
    servers, clerks, invoice, payment, sandbox
):
    """D2: 60 and 60 of 80."""
    payment_id = booked_payment(clerks[0], invoice)
    refusals = at_once(*(partial(refund, clerk, payment_id, 60) for clerk in clerks))
    assert sorted(map(bool, refusals)) == [False, True]
    assert_equal_to_mollie(clerks[0], servers, sandbox, payment, 60)


def test_the_same_refund_pressed_six_times_at_once_is_made_once(
    servers, clerks, invoice, payment, sandbox
):
    """D2: impatience is no wish for more."""
    payment_id = booked_payment(clerks[0], invoice)
    presses = [partial(refund, clerks[n % 2], payment_id, 10) for n in range(6)]
    assert at_once(*presses).count("") >= 1
    assert_equal_to_mollie(clerks[0], servers, sandbox, payment, 10)


def test_a_refund_and_the_webhook_of_another_at_once_are_both_booked(
    servers, clerks, invoice, payment, sandbox
):
    """D2: one in Odoo, one in Mollie's dashboard."""
    payment_id = booked_payment(clerks[0], invoice)
    sandbox.add_refund(payment["id"], "20.00", status="refunded", webhook=False)
    refusal, *_answers = at_once(
        partial(refund, clerks[0], payment_id, 30),
        partial(deliver, servers[1], payment),
        partial(deliver, servers[0], payment),
    )
    # Who could not wait is told so, and nothing was made.
    expected = 20 if refusal else 50
    assert_equal_to_mollie(clerks[0], servers, sandbox, payment, expected)


def test_a_credit_note_refunded_six_times_at_once_is_refunded_once(
    servers, clerks, invoice, payment, sandbox
):
    """D2: Refund with Mollie, from two windows."""
    note = make_credit_note(clerks[0], invoice)
    button = ("account.move", "action_mollie_refund", note)
    answers = at_once(*(partial(press, clerks[n % 2], *button) for n in range(6)))
    assert answers.count("") >= 1
    assert_equal_to_mollie(clerks[0], servers, sandbox, payment, 80)
    [row] = clerks[0].read("account.move", [("id", "=", note)], "amount_residual")
    assert row["amount_residual"] == 0


def make_credit_note(clerk, invoice):
    """Return the id of a posted credit note of the whole invoice."""
    [move] = clerk.read("account.move", [("id", "=", invoice.id)], "journal_id")
    context = {"active_model": "account.move", "active_ids": [invoice.id]}
    values = {"journal_id": move["journal_id"][0], "reason": "Returned"}
    wizard = clerk.call("account.move.reversal", "create", values, context=context)
    note = clerk.call("account.move.reversal", "refund_moves", [wizard])["res_id"]
    clerk.call("account.move", "action_post", [note])
    return note


def test_captures_pressed_at_once_capture_once(servers, clerks, invoice, sandbox):
    """D1, G1: from two windows, several times."""
    press_pay(servers[0], invoice.make_link())
    [payment] = sandbox.payments()
    sandbox.set_status(payment["id"], "authorized", method="klarna", webhook=False)
    assert deliver(servers[0], payment).status_code == 200
    button = ("account.move", "payment_action_capture", invoice.id)
    answers = at_once(*(partial(press, clerks[n % 2], *button) for n in range(4)))
    assert answers.count("") >= 1
    sandbox.advance(minutes=2)
    for server in servers:
        assert deliver(server, payment).status_code == 200
    assert sandbox.payment(payment["id"])["amountCaptured"]["value"] == "80.00"
    assert invoice.get("amount_residual") == 0
    assert invoice.events().count("booked") == 1
