"""What goes wrong half-way: Mollie, the network, PostgreSQL, the process, the books."""

import contextlib
import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e import oracle
from tests.e2e.crowd import deliver, meanwhile, press_pay, table_locked, view
from tests.e2e.server import database, until

CRON_DUE = "mollie_next_check = now() at time zone 'utc' - interval '1 minute'"


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(60.00)


@pytest.fixture
def link(invoice):
    return invoice.make_link()


@pytest.fixture
def started(server, link, sandbox):
    """A payment that the customer was sent to."""
    assert press_pay(server, link).status_code == 303
    return sandbox.payments()[0]


# --- Mollie makes the payment, and we don't hear of it --------------------------------------------


@pytest.mark.parametrize("minutes", [0, 20, 59, 61])
def test_a_payment_whose_answer_was_lost_is_found_again(
    minutes, server, link, invoice, admin, sandbox
):
    """G7, H (S4, S5): Mollie forgets idempotency keys after an hour, and tells of nothing."""
    press_and_lose_the_answer(server, link, sandbox)
    let_pass(minutes, invoice, sandbox)
    assert press_pay(server, link).status_code == (200 if minutes else 303)
    oracle.check(invoice, admin, sandbox, payments=1, due=60)


@pytest.mark.parametrize("minutes", [0, 59, 61])
def test_a_lost_payment_that_was_paid_is_booked(minutes, server, link, invoice, admin, sandbox):
    """G7: pressing Pay again asks for no second payment when the first one was paid."""
    press_and_lose_the_answer(server, link, sandbox)
    sandbox.set_status(sandbox.payments()[0]["id"], "paid", method="ideal", webhook=False)
    let_pass(minutes, invoice, sandbox)
    press_pay(server, link)
    assert "is paid" in view(server, link).text
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_the_cron_finds_a_payment_whose_answer_was_lost(server, link, invoice, admin, sandbox):
    """H (S5, S10): nobody presses again, and no webhook comes."""
    press_and_lose_the_answer(server, link, sandbox)
    sandbox.set_status(sandbox.payments()[0]["id"], "paid", method="ideal", webhook=False)
    run_cron_now(invoice, admin)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def press_and_lose_the_answer(server, link, sandbox):
    sandbox.webhook_settings(lose=99)
    sandbox.fault("cut-after", method="POST")
    answer = press_pay(server, link)
    assert answer.status_code == 503
    assert "No money has been taken" in answer.text


def let_pass(minutes, invoice, sandbox):
    """Move Mollie's clock on, and our attempt back by as much."""
    sandbox.advance(minutes=minutes)
    change_transactions(invoice, f"create_date = create_date - interval '{minutes} minutes'")


# --- the process and PostgreSQL -------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["slow", "slow-after"])
def test_a_killed_process_leaves_no_second_payment(fault, servers, link, invoice, admin, sandbox):
    """H (S3 to S6, kill -9): Odoo dies while Mollie makes the payment."""
    sandbox.fault(fault, method="POST", seconds=60)
    victim = servers[1]
    with meanwhile(press_pay, victim, link) as press:
        sandbox.wait_held()
        victim.kill()
        sandbox.clear_faults()
    assert press.exception()
    victim.launch().wait()
    until(lambda: press_pay(victim, link).status_code == 303, what="the checkout")
    oracle.check(invoice, admin, sandbox, payments=1, due=60)


def test_a_cut_connection_to_postgresql_leaves_no_second_payment(
    server, link, invoice, admin, sandbox
):
    """H (S3 to S6, connection cut): PostgreSQL goes away while Mollie makes the payment."""
    sandbox.fault("slow-after", method="POST", seconds=60)
    with meanwhile(press_pay, server, link) as press:
        sandbox.wait_held()
        cut_connections()
        sandbox.clear_faults()
    assert_try_again(press.result())
    assert press_pay(server, link).status_code == 303
    oracle.check(invoice, admin, sandbox, payments=1, due=60)


def test_a_webhook_cut_off_from_postgresql_is_sent_again(started, invoice, admin, sandbox):
    """H (S9 to S14, connection cut): Mollie tries again until it is answered with 200."""
    sandbox.fault("slow", method="GET", seconds=60)
    sandbox.set_status(started["id"], "paid", method="ideal")
    sandbox.wait_held()
    cut_connections()
    sandbox.clear_faults()
    sandbox.wait_webhooks(1)
    assert sandbox.webhooks()[0]["attempts"][0] >= 500
    sandbox.advance(minutes=2)
    sandbox.wait_webhooks(2)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


@pytest.mark.parametrize("table", ["mollie_payment_link", "payment_transaction", "account_move"])
def test_a_visitor_cut_off_from_postgresql_is_asked_to_try_again(table, server, link):
    """H (S1, PostgreSQL restart): a page of ours, in the visitor's language. ASVS 16.5.1."""
    # The lock first: a quick page would be answered before it.
    with ThreadPoolExecutor(1) as pool:
        with table_locked(table) as lock:
            page = pool.submit(view, server, link, {"Accept-Language": "nl"})
            lock.wait_for(1)
            lock.end_waiting()
    assert_try_again(page.result(), "Probeer het over een minuut opnieuw")
    assert view(server, link).status_code == 200


def assert_try_again(answer, text="Please try again in a minute"):
    assert answer.status_code == 503
    assert text in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def cut_connections():
    """End all connections that are in the middle of a transaction."""
    with database() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        assert cursor.fetchone()[0]


# --- the webhook ----------------------------------------------------------------------------------


def test_mollie_down_at_the_webhook_is_asked_at_its_next_one(started, invoice, admin, sandbox):
    """H (S10, 503): answered with 503, so that Mollie sends it again by its schedule."""
    sandbox.fault("503", method="GET", times=2)
    sandbox.set_status(started["id"], "paid", method="ideal")
    sandbox.wait_webhooks(1)
    sandbox.advance(minutes=1)
    sandbox.wait_webhooks(2)
    assert invoice.get("amount_residual") == 60
    sandbox.advance(minutes=2)
    sandbox.wait_webhooks(3)
    assert sandbox.webhooks()[0]["attempts"] == [503, 503, 200]
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


# --- the books ------------------------------------------------------------------------------------


@pytest.fixture
def journal(admin, clerk):
    """The journal of the company's Mollie provider."""
    domain = [("code", "=", "mollie"), ("state", "=", "test")]
    [provider] = admin.read("payment.provider", domain, "journal_id")
    return provider["journal_id"][0]


def archive_journal(admin, journal):
    return lambda off: admin.call("account.journal", "write", [journal], {"active": not off})


def archive_account(admin, journal):
    [account] = admin.read("account.account", [("account_type", "=", "asset_receivable")])[:1]
    return lambda off: admin.call("account.account", "write", [account["id"]], {"active": not off})


@pytest.mark.parametrize("breakage", [archive_journal, archive_account])
def test_a_payment_that_cannot_be_booked_is_kept_told_and_booked_later(
    breakage, server, link, started, journal, invoice, admin, sandbox
):
    """H (S12; archived journal, missing account): state first, books second."""
    switch = breakage(admin, journal)
    with contextlib.ExitStack() as repair:
        switch(True)
        repair.callback(switch, False)
        sandbox.set_status(started["id"], "paid", method="ideal", webhook=False)
        assert deliver(server, started).status_code == 200
        assert deliver(server, started).status_code == 200
        assert oracle.transactions(invoice, admin)[0]["state"] == "done"
        assert invoice.events().count("booking_failed") == 1
        [todo] = admin.read("mail.activity", [("res_id", "=", invoice.id)], "user_id", "summary")
        assert todo["summary"] == "Check the online payment"
        assert "is paid" in view(server, link).text
        press_pay(server, link)
    run_cron_now(invoice, admin)
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_locked_period_does_not_keep_money_out_of_the_books(
    server, started, invoice, admin, sandbox
):
    """H (S12, lock date): booked on the first day that is open."""
    [company] = admin.read("res.company", [])
    today = datetime.date.today().isoformat()
    admin.call("res.company", "write", [company["id"]], {"fiscalyear_lock_date": today})
    try:
        sandbox.set_status(started["id"], "paid", method="ideal", webhook=False)
        assert deliver(server, started).status_code == 200
        oracle.check(invoice, admin, sandbox, payments=1, due=0)
    finally:
        admin.call("res.company", "write", [company["id"]], {"fiscalyear_lock_date": False})
    domain = [("origin_payment_id.invoice_ids", "in", [invoice.id])]
    [entry] = admin.read("account.move", domain, "date")
    assert entry["date"] > today


def run_cron_now(invoice, admin):
    """Let the scheduled check find the invoice's payments due, and run it."""
    change_transactions(invoice, CRON_DUE)
    admin.run_cron()


def change_transactions(invoice, assignment):
    """Change what no front door lets one change: when something happened."""
    with database() as cursor:
        cursor.execute(
            f"UPDATE payment_transaction SET {assignment} WHERE id IN ("
            "SELECT transaction_id FROM account_invoice_transaction_rel WHERE invoice_id = %s)",
            [invoice.id],
        )
        assert cursor.rowcount
