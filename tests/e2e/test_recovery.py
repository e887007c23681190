"""A database that forgot payments, as after a restored backup: the dialog, and the command."""

import os
import shlex
import subprocess

import pytest

from tests.e2e.browser import DESK
from tests.e2e.server import CHECKOUT, anonymous, database

PAGE = "odoo/action-invoice_mollie.mollie_difference_action"


def lose(clerk, sandbox, amount):
    """Let a customer pay, and the database forget it; return the invoice and the payment's id."""
    invoice = clerk.make_invoice(amount)
    anonymous().post(invoice.make_link(), allow_redirects=False, timeout=60)
    payment_id = sandbox.payments()[-1]["id"]
    forget(payment_id)
    sandbox.set_status(payment_id, "paid", method="ideal", webhook=False)
    return invoice, payment_id


def forget(payment_id):
    """Let the database be as it was before an attempt: nothing in Odoo can do that."""
    with database() as cursor:
        cursor.execute(
            "SELECT id FROM payment_transaction WHERE provider_reference = %s", [payment_id]
        )
        ids = cursor.fetchone()
        cursor.execute("DELETE FROM mollie_payment_log WHERE transaction_id = %s", ids)
        cursor.execute("DELETE FROM account_invoice_transaction_rel WHERE transaction_id = %s", ids)
        cursor.execute("DELETE FROM payment_transaction WHERE id = %s", ids)


def test_an_accountant_finds_again_what_a_backup_has_lost(visit, server, clerk, sandbox):
    invoice, payment_id = lose(clerk, sandbox, 121.0)
    desk = visit(**DESK)
    desk.log_in(server.url, "admin")
    desk.page.goto(f"{server.url}/{PAGE}")
    desk.page.get_by_role("button", name="Customers").click()
    desk.page.get_by_role("menuitem", name="Reconcile with Mollie").click()
    dialog = desk.page.locator(".modal")
    dialog.get_by_text("Looks at all payments").wait_for()
    desk.keep("reconcile")
    dialog.get_by_role("button", name="Reconcile", exact=True).click()
    dialog.locator("tr.o_data_row").get_by_text(payment_id).wait_for()
    desk.keep("reconciled")
    assert invoice.get("amount_residual") == 0


def reconcile(*options, name=None):
    """Run the command; return what became of it."""
    command = [*shlex.split(os.environ["ODOO_CMD"]), "mollie_reconcile"]
    command += ["--database", name or os.environ["ODOO_DATABASE"], *options]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)


def test_the_command_finds_it_too(clerk, sandbox):
    invoice, payment_id = lose(clerk, sandbox, 242.0)
    run = reconcile()
    assert run.returncode == 0, run.stderr
    assert payment_id in run.stdout
    assert "booked" in run.stdout
    assert invoice.get("amount_residual") == 0


def test_the_command_says_why_it_could_not_ask_mollie(sandbox):
    sandbox.fault("503", path="^/v2/payments", times=None)
    run = reconcile()
    assert run.returncode == 1
    assert "Mollie did not answer. Try again in a few minutes." in run.stdout
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "options, told",
    [
        (["--from", "yesterday"], "yesterday is no day, as 2026-11-30 is"),
        (["--to", "2026-02-30"], "2026-02-30 is no day, as 2026-11-30 is"),
        (["--from", "2026-11-30", "--to", "2026-11-01"], "The first day is later than the last"),
        (["--from", "2999-01-01"], "The first day is later than the last"),
    ],
)
def test_days_that_are_none_are_told_and_nothing_is_looked_at(options, told, clerk, sandbox):
    sandbox.clear_requests()
    before = repairs()
    run = reconcile(*options)
    assert run.returncode != 0
    assert told in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert "Nothing was missing" not in run.stdout
    assert repairs() == before
    assert not sandbox.requests()


def repairs():
    with database() as cursor:
        cursor.execute("SELECT count(*) FROM mollie_repair")
        return cursor.fetchone()


def test_a_database_that_is_none_is_told():
    run = reconcile(name="mollie_nowhere")
    assert run.returncode != 0
    assert "mollie_nowhere" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("modules", ["", "CREATE TABLE ir_module_module (name text, state text)"])
def test_a_database_without_the_addon_is_told_and_stays_as_it_is(empty_database, modules):
    with database(name=empty_database) as cursor:
        cursor.execute(modules or "SELECT")
        before = tables(cursor)
        run = reconcile(name=empty_database)
        assert run.returncode != 0
        assert f"invoice_mollie is not installed in {empty_database}" in run.stderr.splitlines()[-1]
        assert "Traceback" not in run.stderr
        assert tables(cursor) == before


@pytest.fixture
def empty_database():
    name = f"{os.environ['ODOO_DATABASE']}_empty"
    with database() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield name
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def tables(cursor):
    cursor.execute("SELECT relname FROM pg_class ORDER BY 1")
    return cursor.fetchall()
