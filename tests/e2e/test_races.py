"""What happens at the same moment, in two Odoo processes on one database."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.e2e import oracle
from tests.e2e.crowd import (
    at_once,
    come_back,
    deliver,
    meanwhile,
    press_pay,
    refresh,
    table_locked,
    view,
)
from tests.e2e.server import database, until

CROWD = 50


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(80.00)


@pytest.fixture
def link(invoice):
    return invoice.make_link()


@pytest.fixture
def paid(invoice, link, server, sandbox):
    """A payment that was paid at Mollie, of which we have not heard yet."""
    return start_and_pay(server, link, sandbox)


def start_and_pay(server, link, sandbox, **data):
    assert press_pay(server, link, **data).status_code == 303
    payment = sandbox.payments()[-1]
    sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    return payment


def assert_one_checkout(answers):
    """Everybody is sent to the same checkout, at once or after a moment. Returns the checkout."""
    assert {answer.status_code for answer in answers} <= {200, 303}
    [checkout] = {a.headers["Location"] for a in answers if a.status_code == 303}
    for answer in answers:
        if answer.status_code == 200:
            assert "One moment, please" in answer.text
            assert refresh(answer).headers["Location"] == checkout
    return checkout


def test_fifty_presses_at_once_make_one_payment(servers, link, invoice, admin, sandbox):
    """G1: check then use, from both processes. ASVS 2.3.4."""
    presses = [partial(press_pay, servers[n % 2], link) for n in range(CROWD)]
    checkout = assert_one_checkout(at_once(*presses))
    assert press_pay(servers[0], link).headers["Location"] == checkout
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


def test_a_press_that_read_the_past_makes_no_second_payment(servers, link, invoice, admin, sandbox):
    """G1: it took its snapshot of the database before an attempt, and its lock afterwards."""
    view(servers[0], link)
    with ThreadPoolExecutor() as pool, contextlib.ExitStack() as pause:
        with table_locked("mollie_payment_link") as lock:
            late = pool.submit(press_pay, servers[1], link)
            lock.wait_for(1)
            pause.enter_context(servers[1].paused())
        early = press_pay(servers[0], link)
        pause.close()
        assert_one_checkout([early, late.result()])
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


def test_webhook_return_cron_and_button_at_once_book_once(servers, paid, invoice, admin, sandbox):
    """G1, G5: four wake the sync at the same time, on two nodes."""
    make_due(paid)
    wake = [partial(deliver, server, paid) for server in servers * 2]
    wake += [partial(come_back, server, paid) for server in servers * 2]
    wake += [admin.run_cron, partial(invoice.press, "action_mollie_sync")]
    answers = at_once(*wake)
    assert {answer.status_code for answer in answers[:4]} <= {200, 503}
    assert {answer.status_code for answer in answers[4:8]} == {200}
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_two_attempts_paid_at_once_settle_the_invoice_once(servers, invoice, admin, sandbox, link):
    """G2: two tabs pay; one settles the invoice, the other is the customer's credit."""
    press_pay(servers[0], link)
    press_pay(servers[0], link, again="1")
    payments = sandbox.payments()
    for payment in payments:
        sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    answers = at_once(*(partial(deliver, *pair) for pair in zip(servers, payments, strict=True)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    oracle.check(invoice, admin, sandbox, payments=2, due=0)


def test_chargebacks_of_two_payments_heard_of_at_once_are_both_booked(
    servers, invoice, sandbox, link
):
    """G2: their records have references that can't meet, so nobody gets an error for the other.

    The second record of the first payment and the first of the second: numbered as Odoo does, both
    would be "C-<invoice>-1".
    """
    press_pay(servers[0], link)
    press_pay(servers[0], link, again="1")
    first, second = sandbox.payments()
    for payment in (first, second):
        sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
        deliver(servers[0], payment)
    sandbox.add_chargeback(first["id"], "30.00", webhook=False)
    deliver(servers[0], first)
    sandbox.add_chargeback(first["id"], "50.00", webhook=False)
    sandbox.add_chargeback(second["id"], "80.00", webhook=False)
    with ThreadPoolExecutor() as pool:
        with table_locked("account_payment") as lock:
            pairs = zip(servers, (first, second), strict=True)
            answers = [pool.submit(deliver, *pair) for pair in pairs]
            lock.wait_for(1)
        assert {answer.result().status_code for answer in answers} <= {200, 503}
    for payment in (first, second):
        assert deliver(servers[1], payment).status_code == 200
    assert invoice.events().count("chargeback") == 3
    assert invoice.get("amount_residual") == 80


def test_a_webhook_before_the_answer_is_not_lost(server, link, invoice, admin, sandbox):
    """G8: Mollie sends a webhook before it answers the request that made the payment."""
    sandbox.fault("webhook-first", method="POST")
    answer = press_pay(server, link)
    [payment] = sandbox.payments()
    assert payment["_links"]["checkout"]["href"] == answer.headers["Location"]
    assert sandbox.webhooks()[0]["attempts"] == [200]
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


def test_a_payment_paid_before_the_answer_is_booked(server, link, invoice, admin, sandbox):
    """G8: the webhook says paid while the request that made the payment still waits."""
    sandbox.fault("slow-after", method="POST", seconds=60)
    with meanwhile(press_pay, server, link) as press:
        sandbox.wait_held()
        sandbox.set_status(sandbox.payments()[0]["id"], "paid", method="ideal")
        until(lambda: sandbox.requests(method="GET"), what="the webhook to ask Mollie")
        sandbox.clear_faults()
    assert press.result().status_code in (200, 303)
    sandbox.wait_webhooks(1)
    assert "is paid" in view(server, link).text
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_slow_mollie_holds_one_worker_per_link(servers, link, invoice, admin, sandbox):
    """Who finds the invoice locked is answered at once. ASVS 15.2.2."""
    sandbox.fault("slow", method="POST", seconds=60)
    with meanwhile(press_pay, servers[0], link) as first:
        sandbox.wait_held()
        others = [press_pay(server, link) for server in servers for _ in range(3)]
        assert not first.done()
        sandbox.clear_faults()
    assert {other.status_code for other in others} == {200}
    assert_one_checkout([first.result(), *others])
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


@pytest.mark.parametrize("table", ["account_move", "payment_transaction", "mollie_payment_link"])
def test_a_change_before_the_lock_is_seen(table, server, link, invoice, admin, sandbox):
    """G4: a row changes between the request's snapshot and its lock. ASVS 15.4.2."""
    press_pay(server, link)
    column = {"account_move": "id", "mollie_payment_link": "move_id"}.get(table, "id")
    row = invoice.id if table != "payment_transaction" else last_transaction(invoice, admin)["id"]
    with ThreadPoolExecutor() as pool:
        with table_locked(table) as lock:
            press = pool.submit(press_pay, server, link)
            lock.wait_for(1)
            lock.cursor.execute(f"UPDATE {table} SET write_date = now() WHERE {column} = %s", [row])
        assert press.result().status_code == 303
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


def test_a_change_while_mollie_answers_is_seen(server, link, invoice, admin, sandbox):
    """G4: somebody changes the transaction while Mollie makes the payment."""
    sandbox.fault("slow-after", method="POST", seconds=60)
    with meanwhile(press_pay, server, link) as press:
        sandbox.wait_held()
        with database() as cursor:
            row = last_transaction(invoice, admin)["id"]
            cursor.execute("UPDATE payment_transaction SET write_date = now() WHERE id = %s", [row])
        sandbox.clear_faults()
    assert press.result().status_code == 303
    oracle.check(invoice, admin, sandbox, payments=1, due=80)


def last_transaction(invoice, admin):
    return oracle.transactions(invoice, admin)[-1]


def make_due(payment):
    """Let the cron think that it is time to ask for a payment."""
    with database() as cursor:
        cursor.execute(
            "UPDATE payment_transaction SET mollie_next_check = now() at time zone 'utc'"
            " WHERE provider_reference = %s",
            [payment["id"]],
        )
