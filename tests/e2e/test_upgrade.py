"""A database with payments in it, made by the addon's version before, and upgraded."""

import os
import pathlib
import subprocess

import pytest

from tests.e2e.crowd import deliver
from tests.e2e.lives import Histories, family_of
from tests.e2e.office import User
from tests.e2e.oracle import payments_of
from tests.e2e.server import CHECKOUT, OdooServer, database, install, prepare

# The version to which is upgraded; git has the one before.
VERSION = "19.0.1.1.0"
KINDS = {
    "paid": ["payment"],
    "refunded in part": ["payment", "refund"],
    "refund under way": ["payment", "refund"],
    "charged back": ["chargeback", "payment"],
    "won back": ["chargeback", "payment", "reversal"],
    "another amount": ["other_amount", "payment", "refund"],
    "paid twice": ["payment", "payment"],
    "open": ["payment"],
    "authorized": ["payment"],
}


def git(*arguments):
    """Return what git prints."""
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=True).stdout


@pytest.fixture
def old_addon(tmp_path):
    """Odoo's configuration with the addon of before."""
    manifest = "invoice_mollie/__manifest__.py"
    commits = git("log", "-S", f'"version": "{VERSION}"', "--format=%H", "--", manifest).split()
    archive = git("archive", f"{commits[-1].decode()}^", "invoice_mollie")
    # Not by Python's own: the older ones can't say what may be in it.
    subprocess.run(["tar", "--extract", "--directory", tmp_path], input=archive, check=True)
    configuration = pathlib.Path(os.environ["ODOO_RC"]).read_text()
    path = tmp_path / "odoo.conf"
    path.write_text(configuration.replace(str(CHECKOUT), str(tmp_path)))
    return str(path)


def versions():
    """Return by which database transaction each row of the books was written last."""
    with database() as cursor:
        found = {}
        for table in ("account_move", "account_move_line", "account_payment"):
            cursor.execute(f"SELECT id, xmin::text FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
        return found


def snapshot(histories, admin):
    """Return books and states of every invoice, and the rows of its log."""
    invoice_fields = ("amount_residual", "payment_state", "mollie_payment_state")
    fields = ("reference", "state", "mollie_status", "provider_reference", "amount")
    found = {}
    for name, invoice in histories.invoices.items():
        [values] = admin.read("account.move", [("id", "=", invoice.id)], *invoice_fields)
        txs = admin.read("payment.transaction", family_of(invoice), *fields)
        booked = admin.read(
            "account.payment",
            [("payment_transaction_id", "in", [tx["id"] for tx in txs])],
            *("state", "amount", "payment_type"),
        )
        found[name] = values, txs, booked, invoice.log()
    return found


def kinds(histories, admin):
    return {
        name: sorted(
            tx["mollie_kind"]
            for tx in admin.read("payment.transaction", family_of(invoice), "mollie_kind")
        )
        for name, invoice in histories.invoices.items()
    }


def test_an_upgrade_loses_nothing_and_finds_nothing_new(
    old_addon, bare_database, running_sandbox, mailbox, monkeypatch
):
    """Made by the version before, upgraded, compared with Mollie: books and states are the same.

    Attacks I9: no row of the books' big tables is written anew, however many there are.
    """
    running_sandbox.reset()
    new_addon = os.environ["ODOO_RC"]
    monkeypatch.setenv("ODOO_RC", old_addon)
    install("--init")
    server = OdooServer("upgraded")
    prepare(server, running_sandbox, mailbox)
    with server.running():
        histories = Histories(server, running_sandbox, User(server, bare_database, "clerk"))
        histories.live()
        before = snapshot(histories, User(server, bare_database, "admin"))
    monkeypatch.setenv("ODOO_RC", new_addon)
    written = versions()
    install("--update")
    assert versions() == written
    with server.running():
        admin = User(server, bare_database, "admin")
        assert snapshot(histories, admin) == before
        assert kinds(histories, admin) == KINDS
        for invoice in histories.invoices.values():
            invoice.press("action_mollie_sync")
        admin.run_cron("invoice_mollie.cron_mollie_aftercare")
        assert snapshot(histories, admin) == before
        goes_on(histories, admin, running_sandbox)


def goes_on(histories, admin, sandbox):
    """What was begun before goes on: a refund is sent off, a payment is taken back."""
    [payment] = payments_of(histories.invoices["refund under way"], sandbox)
    [refund] = payment["_embedded"]["refunds"]
    sandbox.set_refund_status(refund["id"], "refunded", webhook=False)
    assert deliver(histories.server, payment).status_code == 200
    assert booked(admin, histories.invoices["refund under way"]) == 70
    [payment] = payments_of(histories.invoices["paid"], sandbox)
    sandbox.add_chargeback(payment["id"], "100.00", webhook=False)
    assert deliver(histories.server, payment).status_code == 200
    assert booked(admin, histories.invoices["paid"]) == 0
    assert histories.invoices["paid"].get("amount_residual") == 100


def booked(admin, invoice):
    """Return what came less what went, as booked."""
    txs = admin.read("payment.transaction", family_of(invoice))
    domain = [("payment_transaction_id", "in", [tx["id"] for tx in txs])]
    rows = admin.read("account.payment", domain, "amount_signed")
    return sum(row["amount_signed"] for row in rows)
