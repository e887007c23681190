"""Money that leaves while somebody else is half-way, on two Odoo processes.

Where `test_refund_races.py` leaves to chance who comes first, here one waits for Mollie's answer
while the other begins, and so has read the database as it was before.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.e2e import oracle
from tests.e2e.crowd import at_once, deliver, press_pay
from tests.e2e.office import CallError, User, press, refund
from tests.e2e.server import database, until

REFUNDS = r"/refunds$"


@pytest.fixture
def desks(servers):
    """Two who may refund, each at a server of their own."""
    logins = zip(servers, ("clerk", "admin"), strict=True)
    return [User(server, os.environ["ODOO_DATABASE"], login) for server, login in logins]


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(80.00)


@pytest.fixture
def pay(server, invoice, sandbox):
    """Return a function that pays the invoice and returns the payment at Mollie."""

    def pay(status="paid", method="ideal"):
        press_pay(server, invoice.make_link())
        payment = sandbox.payments()[-1]
        sandbox.set_status(payment["id"], status, method=method)
        sandbox.wait_webhooks(1, payment["id"])
        return payment

    return pay


@pytest.fixture
def paid(pay):
    return pay()


def make_credit_note(admin, invoice, amount):
    """Make and post a credit note of a part of an invoice; return its id."""
    journal = invoice.get("journal_id")[0]
    context = {"active_model": "account.move", "active_ids": [invoice.id]}
    wizard = admin.call("account.move.reversal", "create", {"journal_id": journal}, context=context)
    note = admin.call("account.move.reversal", "refund_moves", [wizard])["res_id"]
    [line] = admin.read("account.move.line", [("move_id", "=", note), ("quantity", "=", 1)])
    lines = [[1, line["id"], {"price_unit": amount}]]
    admin.call("account.move", "write", [note], {"invoice_line_ids": lines})
    admin.call("account.move", "action_post", [note])
    return note


def overtaken(sandbox, first, second):
    """Let the second begin while the first waits for Mollie's answer; return what both said."""
    sandbox.fault("slow-after", method="POST", path=REFUNDS, seconds=60)
    with ThreadPoolExecutor() as pool, database() as cursor:
        early = pool.submit(first)
        sandbox.wait_held()
        late = pool.submit(second)
        until(partial(is_somebody_waiting, cursor), what="the second to wait for the first")
        sandbox.clear_faults()
        return early.result(), late.result()


def is_somebody_waiting(cursor):
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("amounts", "refunded", "word"),
    [
        ((30, 40), (30, 40), ""),
        ((50, 50), (50,), "cannot be more than"),
        ((30, 30), (30,), "duplicate"),
        ((80, 30), (80,), "cannot be more than"),
    ],
)
def test_a_refund_that_waits_for_another_one_sees_what_that_left(
    amounts, refunded, word, desks, invoice, paid, admin, sandbox
):
    """D2, G1: it read the database before the first one was kept."""
    buttons = [refund(*pair) for pair in zip(desks, [invoice] * 2, amounts, strict=True)]
    first, second = overtaken(sandbox, *buttons)
    assert first is None
    assert (second is None) == (not word)
    assert word in (second or "")
    oracle.check_refunds(invoice, admin, sandbox, paid, refunded)


def test_a_refund_that_waits_too_long_asks_to_try_again(desks, invoice, paid, admin, sandbox):
    """D2: Mollie is slow; who waits is told, and Mollie not asked. ASVS 15.4.3."""
    first, second = (refund(desk, invoice, 30) for desk in desks)
    sandbox.fault("slow-after", method="POST", path=REFUNDS, seconds=60)
    with ThreadPoolExecutor() as pool:
        held = pool.submit(first)
        sandbox.wait_held()
        assert "Try again" in second()
        sandbox.clear_faults()
        assert held.result() is None
    oracle.check_refunds(invoice, admin, sandbox, paid, [30])


def test_a_webhook_of_another_refund_waits_for_ours(desks, invoice, paid, admin, sandbox, servers):
    """D2, G1: refund in the dashboard at the same time."""
    ours = refund(desks[0], invoice, 30)
    sandbox.add_refund(paid["id"], "20.00", webhook=False)
    told, webhook = overtaken(sandbox, ours, partial(deliver, servers[1], paid))
    assert (told, webhook.status_code) == (None, 200)
    oracle.check_refunds(invoice, admin, sandbox, paid, [20, 30])


def test_a_credit_note_refunded_twice_at_once_goes_back_once(desks, invoice, paid, admin, sandbox):
    """D2, G1: the second is told that it is under way."""
    note = make_credit_note(admin, invoice, 30)
    buttons = [partial(press, desk, "account.move", "action_mollie_refund", note) for desk in desks]
    first, second = overtaken(sandbox, *buttons)
    assert first is None
    assert "under way" in second
    oracle.check_refunds(invoice, admin, sandbox, paid, [30])


def use_credit(desk, invoice, other):
    """Settle another invoice with the credit of one; return what refuses it, or None."""
    try:
        context = {"mollie_credit_of": invoice.id}
        desk.call("account.move", "action_mollie_take_credit", [other.id], context=context)
    except CallError as error:
        return str(error)
    return None


def refund_credit(desk, invoice):
    """Open the dialog that refunds the credit of an invoice; return what its button does."""
    context = desk.call("account.move", "action_mollie_refund_credit", [invoice.id])["context"]
    wizard = desk.call("payment.refund.wizard", "create", {}, context=context)
    return partial(press, desk, "payment.refund.wizard", "action_refund", wizard)


@pytest.fixture
def paid_twice(server, invoice, sandbox):
    """Pay the invoice two times by its link."""
    link = invoice.make_link()
    for _attempt in range(2):
        press_pay(server, link, again=1)
    for payment in sandbox.payments()[-2:]:
        sandbox.set_status(payment["id"], "paid", method="ideal")
        sandbox.wait_webhooks(1, payment["id"])


def test_credit_that_is_being_refunded_pays_no_other_invoice(
    desks, clerk, invoice, paid_twice, sandbox
):
    """G1: what is matched stands on other rows than what is refunded."""
    other = clerk.make_invoice(80.00)
    back = refund_credit(desks[0], invoice)
    told, refused = overtaken(sandbox, back, partial(use_credit, desks[1], invoice, other))
    assert told is None
    assert "nothing is left" in refused
    assert other.get("amount_residual") == 80


def test_credit_is_refunded_or_used_but_never_both(desks, clerk, invoice, paid_twice, sandbox):
    """G1: whoever comes first."""
    other = clerk.make_invoice(80.00)
    back = refund_credit(desks[0], invoice)
    answers = at_once(back, partial(use_credit, desks[1], invoice, other))
    assert answers.count(None) == 1
    refunds = sum(len(each["_embedded"]["refunds"]) for each in map(sandbox.payment, ids(sandbox)))
    assert (other.get("amount_residual"), refunds) in ((80, 1), (0, 0))


def ids(sandbox):
    return [payment["id"] for payment in sandbox.payments()]


def test_capture_and_void_at_once_agree_with_mollie(desks, invoice, pay, admin, sandbox):
    """G1: whoever comes first."""
    payment = pay("authorized", method="klarna")
    buttons = ("payment_action_capture", "payment_action_void")
    answers = at_once(
        *(
            partial(press, desk, "account.move", button, invoice.id)
            for desk, button in zip(desks, buttons, strict=True)
        )
    )
    assert None in answers
    sandbox.advance(minutes=2)
    sandbox.wait_webhooks(2, payment["id"])
    due = {"paid": 0, "canceled": 80}[sandbox.payment(payment["id"])["status"]]
    oracle.check(invoice, admin, sandbox, payments=1, due=due)
