"""Limits that hold when many come at once, to two Odoo processes on one database."""

from functools import partial

import pytest

from tests.e2e.crowd import at_once, press_pay
from tests.e2e.server import database

VISITOR = "127.9.8.7"


@pytest.fixture(autouse=True)
def uncounted():
    """Nothing was counted before the test, whatever the others did a moment ago."""
    with database() as cursor:
        cursor.execute("DELETE FROM mollie_limit")


def test_presses_at_once_from_one_address_start_as_many_as_one_after_the_other(
    servers, clerk, sandbox
):
    """F1: thirty links, two nodes."""
    links = [clerk.make_invoice().make_link() for _number in range(30)]
    presses = [
        partial(press_pay, servers[number % 2], link, VISITOR) for number, link in enumerate(links)
    ]
    statuses = [answer.status_code for answer in at_once(*presses)]
    assert (statuses.count(303), statuses.count(429)) == (20, 10)
    assert len(sandbox.payments()) == 20


def test_presses_at_once_leave_no_more_than_three_checkouts_of_a_link(servers, clerk, sandbox):
    """F1: each presses again until it gets an answer."""
    link = clerk.make_invoice().make_link()

    def insist(server):
        for _time in range(60):
            answer = press_pay(server, link, again="1")
            if answer.status_code != 200:
                return answer.status_code
        return 200

    statuses = at_once(*(partial(insist, servers[number % 2]) for number in range(12)))
    assert 303 in statuses
    assert set(statuses) <= {200, 303}
    assert len(sandbox.payments()) == 3
