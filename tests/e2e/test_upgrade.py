"""A database with payments in it, made by the addon's version before, and upgraded."""

import io
import os
import pathlib
import shlex
import shutil
import subprocess
import tarfile

import psycopg2
import pytest

from tests.e2e.crowd import deliver, press_pay
from tests.e2e.office import User
from tests.e2e.oracle import payments_of
from tests.e2e.server import CHECKOUT, OdooServer, database, prepare

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
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(tmp_path, filter="data")
    configuration = pathlib.Path(os.environ["ODOO_RC"]).read_text()
    path = tmp_path / "odoo.conf"
    path.write_text(configuration.replace(str(CHECKOUT), str(tmp_path)))
    return str(path)


@pytest.fixture
def bare_database(monkeypatch):
    """A database of this test's own, without the addon."""
    base, name = os.environ["ODOO_BASE"], f"invoice_mollie_test_upgrade_{os.getpid()}"
    store = pathlib.Path(os.environ["ODOO_DATA_DIR"]) / "filestore"
    _in_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{base}" STRATEGY FILE_COPY')
    if (store / base).is_dir():
        shutil.copytree(store / base, store / name)
    monkeypatch.setenv("ODOO_DATABASE", name)
    yield name
    _in_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
    shutil.rmtree(store / name, ignore_errors=True)


def _in_postgres(statement):
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def install(option):
    """Install (`--init`) or upgrade (`--update`) the addon."""
    options = ["--database", os.environ["ODOO_DATABASE"], option, "invoice_mollie"]
    command = [*shlex.split(os.environ["ODOO_CMD"]), *options, "--stop-after-init", "--no-http"]
    subprocess.run([*command, "--log-level", "warn"], cwd=CHECKOUT, check=True, timeout=300)


class Histories:
    """Invoices with a history each, by name."""

    def __init__(self, server, sandbox, clerk):
        self.server, self.sandbox, self.clerk = server, sandbox, clerk
        self.invoices = {}

    def begin(self, name, status="paid", method="ideal", **tampered):
        """Make an invoice of 100.00 and pay it; return the payment at Mollie."""
        if name not in self.invoices:
            self.invoices[name] = self.clerk.make_invoice(100.00)
        invoice = self.invoices[name]
        press_pay(self.server, invoice.make_link(), again="1")
        payment = self.sandbox.payments()[-1]
        if tampered:
            self.sandbox.tamper(payment["id"], tampered)
        self.sandbox.set_status(payment["id"], status, method=method, webhook=False)
        assert deliver(self.server, payment).status_code == 200
        return payment

    def live(self):
        """Let each invoice have its history."""
        self.begin("paid")
        self.begin("authorized", "authorized", "klarna")
        self.begin("open", "open")
        for name, status in (("refunded in part", "refunded"), ("refund under way", "queued")):
            payment = self.begin(name)
            self.sandbox.add_refund(payment["id"], "30.00", status=status, webhook=False)
            deliver(self.server, payment)
        for name in ("charged back", "won back"):
            payment = self.begin(name)
            chargeback = self.sandbox.add_chargeback(payment["id"], "100.00", webhook=False)
            deliver(self.server, payment)
            if name == "won back":
                self.sandbox.reverse_chargeback(chargeback["id"])
                deliver(self.server, payment)
        payment = self.begin("another amount", amount={"currency": "EUR", "value": "60.00"})
        self.sandbox.add_refund(payment["id"], "20.00", status="refunded", webhook=False)
        deliver(self.server, payment)
        for payment in [self.begin("paid twice", "open"), self.begin("paid twice", "open")]:
            self.sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
            deliver(self.server, payment)


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


def family_of(invoice):
    """Return the domain of an invoice's transactions, and all that came of them."""
    paths = ("invoice_ids", "source_transaction_id.invoice_ids")
    paths += ("source_transaction_id.source_transaction_id.invoice_ids",)
    return ["|", "|", *((path, "in", [invoice.id]) for path in paths)]


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
