"""Limits that hold when many come at once, to two Odoo processes on one database."""

import contextlib
from functools import partial

import pytest

from tests.e2e.crowd import ask, at_once, press_pay, table_locked
from tests.e2e.office import CallError
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


def test_who_ask_at_once_get_no_more_mails_than_one_after_the_other(servers, clerk, admin, sandbox):
    """F6: twenty strangers, two nodes, and two who press the scheduled action's button."""
    invoice = clerk.make_invoice()
    invoice.make_link()
    at_once(*(partial(ask, servers[number % 2], invoice) for number in range(20)))
    at_once(*[partial(run_mails, admin)] * 2)
    run_mails(admin)
    assert invoice.events().count("link_sent") == 3


def test_who_asks_from_one_address_at_once_is_kept_as_often_as_one_after_the_other(
    servers, clerk, admin, sandbox
):
    """F6: requests that nobody has answered so far can't fill the database either."""
    invoice = clerk.make_invoice()
    at_once(*(partial(ask, servers[number % 2], invoice, VISITOR) for number in range(40)))
    with database() as cursor:
        cursor.execute("SELECT count(*) FROM mollie_link_request")
        assert cursor.fetchone() == (30,)
    run_mails(admin)


def test_who_asks_is_answered_while_nobody_can_look_at_an_invoice_or_a_link(
    server, clerk, admin, sandbox
):
    """F6: so that the answer can't tell by its time what there is."""
    invoice = clerk.make_invoice()
    invoice.make_link()
    with table_locked("account_move"), table_locked("mollie_payment_link"):
        assert ask(server, invoice).status_code == 200
    run_mails(admin)
    assert invoice.events().count("link_sent") == 1


def test_a_browser_says_from_which_old_link_the_customer_comes(server, clerk, admin, phone):
    """F6: strangers can't use up the mails of who has it."""
    invoice = clerk.make_invoice()
    old_link = invoice.make_link()
    invoice.press("action_mollie_revoke_link")
    invoice.make_link()
    for _stranger in range(4):
        ask(server, invoice)
    phone.page.goto(old_link)
    phone.page.get_by_label("Invoice number").fill(invoice.name)
    phone.press("Send me the current link")
    assert phone.headline() == "Look in your mailbox"
    run_mails(admin)
    assert invoice.events().count("link_sent") == 4


def run_mails(admin):
    """Let the scheduled action run; if it is running already, that one does the work."""
    with contextlib.suppress(CallError):
        admin.run_cron("invoice_mollie.cron_mollie_mail_links")
