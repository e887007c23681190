"""Odoo replays a request that PostgreSQL refuses. Here PostgreSQL refuses at every single write."""

import contextlib

import pytest

from tests.e2e import oracle
from tests.e2e.crowd import deliver, press_pay, view
from tests.e2e.server import database

TABLES = (
    "account_invoice_transaction_rel",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "mail_message",
    "mollie_limit",
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
    """G4: the request is replayed; Mollie is asked for the same payment."""
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


@pytest.mark.parametrize("number", range(1, 31, 6))
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
