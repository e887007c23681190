"""A database that forgot payments, as after a restored backup: the dialog, and the command."""

import os
import shlex
import subprocess

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


def reconcile():
    """Run the command; return what became of it."""
    command = [*shlex.split(os.environ["ODOO_CMD"]), "mollie_reconcile"]
    command += ["--database", os.environ["ODOO_DATABASE"]]
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
