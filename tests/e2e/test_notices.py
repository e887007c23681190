"""Webhooks of a payment that come while another one of it is acted on: nobody waits for that."""

from functools import partial

import pytest
import requests

from tests.e2e import oracle
from tests.e2e.crowd import at_once, deliver, meanwhile, press_pay
from tests.e2e.server import database


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(80.00)


@pytest.fixture
def payment(invoice, server, sandbox):
    """A payment that the customer has begun."""
    assert press_pay(server, invoice.make_link()).status_code == 303
    return sandbox.payments()[-1]


def become(sandbox, payment, status):
    sandbox.set_status(payment["id"], status, method="ideal", webhook=False)


def count_notices():
    with database() as cursor:
        cursor.execute("SELECT count(*) FROM mollie_notice")
        return cursor.fetchone()[0]


def test_a_webhook_beside_another_is_answered_at_once_and_what_it_told_is_seen(
    servers, payment, invoice, admin, sandbox
):
    """F4: Mollie said "open" to the first; it is paid before the first one has heard that."""
    sandbox.clear_requests()
    sandbox.fault("slow-after", method="GET", seconds=60)
    with meanwhile(deliver, servers[0], payment) as first:
        sandbox.wait_held()
        become(sandbox, payment, "paid")
        assert deliver(servers[1], payment).status_code == 200
        assert not first.done()
        sandbox.clear_faults()
    assert first.result().status_code == 200
    assert len(sandbox.requests(method="GET")) == 2
    assert count_notices() == 0
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_what_a_webhook_told_is_found_by_the_scheduler_if_the_one_before_was_killed(
    servers, payment, invoice, admin, sandbox
):
    """H (S10 to S14, kill -9): who should have looked again is no more."""
    victim = servers[1]
    sandbox.fault("slow-after", method="GET", seconds=60)
    with meanwhile(deliver, victim, payment) as first:
        sandbox.wait_held()
        become(sandbox, payment, "paid")
        assert deliver(servers[0], payment).status_code == 200
        victim.kill()
        sandbox.clear_faults()
    assert isinstance(first.exception(), requests.ConnectionError)
    victim.launch().wait()
    assert count_notices() == 1
    admin.run_cron()
    assert count_notices() == 0
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_many_webhooks_at_once_ask_five_times_at_most_and_the_last_change_is_seen(
    servers, payment, invoice, admin, sandbox
):
    """F4: from both processes, while the payment becomes paid."""
    sandbox.clear_requests()
    sends = [partial(deliver, servers[number % 2], payment) for number in range(30)]
    answers = at_once(*sends, partial(become, sandbox, payment, "paid"))[:-1]
    assert {answer.status_code for answer in answers} <= {200, 429}
    assert len(sandbox.requests(method="GET")) <= 5
    admin.run_cron()
    assert count_notices() == 0
    if any(answer.status_code == 429 for answer in answers):
        with database() as cursor:
            cursor.execute("UPDATE payment_transaction SET mollie_asked = NULL")
        assert deliver(servers[0], payment).status_code == 200
    oracle.check(invoice, admin, sandbox, payments=1, due=0)
