"""Odoo replays a request that PostgreSQL refuses. Here PostgreSQL refuses at every single write."""

import contextlib

import pytest

from tests.e2e import oracle
from tests.e2e.crowd import deliver, press_pay, view
from tests.e2e.faults import IS_SOAK
from tests.e2e.office import refund
from tests.e2e.server import database

# `make test` leaves out most writes of a webhook.
STEP = 1 if IS_SOAK else 6

TABLES = (
    "account_invoice_transaction_rel",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "mail_message",
    "mollie_limit",
    "mollie_notice",
    "mollie_payment_link",
    "mollie_payment_log",
    "payment_transaction",
)
# A sequence is not rolled back: each number comes once, so that the replay goes through.
SABOTAGE = """
    CREATE SEQUENCE e2e_write;
    CREATE FUNCTION e2e_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('e2e_write') = TG_ARGV[0]::int THEN
            RAISE EXCEPTION 'refused for a test' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NULL;
    END $$;
"""
TRIGGER = (
    "CREATE TRIGGER e2e_refuse BEFORE INSERT OR UPDATE OR DELETE ON {}"
    " FOR EACH STATEMENT EXECUTE FUNCTION e2e_refuse(%s)"
)
REPAIR = "DROP FUNCTION IF EXISTS e2e_refuse CASCADE; DROP SEQUENCE IF EXISTS e2e_write"


@contextlib.contextmanager
def refused(number):
    """Let one write fail while the block runs; yield a function that counts the writes so far."""

    def count():
        cursor.execute("SELECT last_value FROM e2e_write WHERE is_called")
        return (cursor.fetchone() or [0])[0]

    with database() as cursor:
        cursor.execute(REPAIR + ";" + SABOTAGE)
        for table in TABLES:
            cursor.execute(TRIGGER.format(table), [str(number)])
        try:
            yield count
        finally:
            cursor.execute(REPAIR)


def test_pay_refused_at_each_write_makes_one_payment(server, clerk, admin, sandbox):
    """G4: the request is replayed; Mollie is asked for the same payment. ASVS 2.3.3."""
    number, writes = 0, 1
    while number < writes:
        number += 1
        invoice = clerk.make_invoice(50.00)
        link = invoice.make_link()
        with refused(number) as count:
            assert press_pay(server, link).status_code == 303
            assert count() > number, "nothing was refused"
            writes = max(writes, count() - number)
        oracle.check(invoice, admin, sandbox, payments=1, due=50)
    assert number > 3


@pytest.mark.parametrize("number", range(1, 31, STEP))
def test_a_webhook_refused_at_a_write_books_once(number, server, clerk, admin, sandbox):
    """G4, G5: the state, the books and the log come together or not at all."""
    invoice = clerk.make_invoice(50.00)
    link = invoice.make_link()
    view(server, link)
    press_pay(server, link)
    [payment] = sandbox.payments()
    sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    with refused(number) as count:
        assert deliver(server, payment).status_code == 200
        assert count() > number, "nothing was refused"
    oracle.check(invoice, admin, sandbox, payments=1, due=0)


def test_a_refund_refused_at_each_write_goes_back_once(server, clerk, admin, sandbox):
    """G4: the button is pressed once, whatever Odoo had to do anew."""
    invoice = clerk.make_invoice(5000.00)
    press_pay(server, invoice.make_link())
    [payment] = sandbox.payments()
    sandbox.set_status(payment["id"], "paid", method="ideal")
    sandbox.wait_webhooks(1, payment["id"])
    number, writes, amounts = 0, 1, []
    while number < writes:
        number += 1
        amounts.append(number)
        press = refund(clerk, invoice, number)
        with refused(number) as count:
            assert press() is None
            assert count() > number, "nothing was refused"
            writes = max(writes, count() - number)
        oracle.check_refunds(invoice, admin, sandbox, payment, amounts)
    assert number > 3
