"""A database with all kinds of payments in it, from which the addon is uninstalled by Odoo's own
button, and into which it is installed again.
"""

import pytest

from tests.e2e.crowd import deliver
from tests.e2e.lives import Histories
from tests.e2e.office import User
from tests.e2e.oracle import payments_of
from tests.e2e.server import OdooServer, anonymous, database, install, prepare

# What is the business's own, by model: the fields that Odoo has without the addon.
BOOKS = {
    "account.move": ("name", "state", "amount_total", "amount_residual", "payment_state", "date"),
    "account.move.line": (
        *("move_id", "account_id", "debit", "credit", "amount_currency", "amount_residual"),
        *("full_reconcile_id", "matched_debit_ids", "matched_credit_ids"),
    ),
    "account.payment": (
        *("name", "state", "amount", "payment_type", "date", "journal_id", "partner_id"),
        *("move_id", "payment_transaction_id", "reconciled_invoice_ids"),
    ),
    "payment.transaction": (
        *("reference", "provider_reference", "state", "amount", "operation", "payment_id"),
        *("source_transaction_id", "invoice_ids", "partner_name", "payment_method_id"),
    ),
    "account.journal": ("name", "code", "default_account_id", "inbound_payment_method_line_ids"),
    "ir.attachment": ("name", "res_model", "res_id", "checksum"),
    "mail.message": ("body", "res_id"),
}
# Only these rows of them: others come and go by themselves.
OF_INVOICES = [("res_model", "=", "account.move")]
ROWS = {"ir.attachment": OF_INVOICES, "mail.message": [("model", "=", "account.move")]}
# Where something of the addon could be left, by what is told from core's own.
LEFTOVERS = {
    "ir.model.data": [("module", "=", "invoice_mollie")],
    "ir.model": [("model", "=like", "mollie.%")],
    "ir.model.fields": [("name", "=like", "mollie_%"), ("name", "!=", "mollie_api_key")],
    "ir.cron": [("name", "=like", "Mollie:%")],
    "ir.ui.view": ["|", ("key", "=like", "invoice_mollie.%"), ("arch_db", "like", "mollie_pay")],
    "ir.ui.menu": [("name", "like", "Mollie")],
    "ir.actions.actions": [("name", "like", "Mollie")],
    "mail.template": [
        ("name", "in", ("Invoice: Share the Payment Link", "Online Payment: Receipt"))
    ],
    "ir.rule": [("name", "like", "ollie")],
}
OURS = ("/mollie/pay/x", "/mollie/return/x", "/mollie/webhook/x", "/mollie/link")
# Whose forms had something of ours.
FORMS = ("account.move", "account.payment", "payment.transaction", "res.config.settings")
PROVIDER = ("state", "mollie_api_key", "journal_id", "is_published", "payment_method_ids")


@pytest.fixture
def lived(bare_database, running_sandbox, mailbox):
    """A server whose database has the addon, and invoices of all kinds."""
    running_sandbox.reset()
    install("--init")
    server = OdooServer("uninstalled")
    prepare(server, running_sandbox, mailbox)
    with server.running():
        histories = Histories(server, running_sandbox, User(server, bare_database, "clerk"))
        histories.live()
        histories.capture_in_parts()
        yield server, histories, User(server, bare_database, "admin")


def books(admin):
    return {
        model: admin.read(model, ROWS.get(model, []), *fields) for model, fields in BOOKS.items()
    }


def press(admin, button):
    """Press a button of the addon's card under Apps."""
    [module] = admin.read("ir.module.module", [("name", "=", "invoice_mollie")])
    admin.call("ir.module.module", button, [module["id"]])


def provider(admin):
    [values] = admin.read("payment.provider", [("mollie_api_key", "!=", False)], *PROVIDER)
    return values


def test_uninstalling_leaves_invoices_payments_and_books(lived):
    """And nothing else: Odoo's own provider goes on with its key."""
    server, histories, admin = lived
    before, connected, mark = books(admin), provider(admin), server.log_size()
    link = histories.invoices["charged back"].get("mollie_payment_link")
    assert all(leftovers(admin).values())
    assert all(map(is_ours, addresses(server, link)))
    assert {tx["state"] for tx in before["payment.transaction"]} >= {"draft", "done", "authorized"}
    press(admin, "button_immediate_uninstall")
    assert books(admin) == before
    assert provider(admin) == connected
    assert_nothing_is_left(server, admin, link)
    assert_forms_open(admin, histories)
    for invoice in histories.invoices.values():
        assert invoice.name in page_of(server, admin, invoice, anonymous())
    assert_odoo_offers_its_own_way_to_pay(server, histories, admin)
    assert " ERROR " not in server.log_since(mark)


def leftovers(admin):
    return {model: admin.read(model, domain) for model, domain in LEFTOVERS.items()}


def addresses(server, link):
    return [link, *(server.url + path for path in OURS)]


def is_ours(address):
    """Return whether the addon answers at an address, and not Odoo."""
    return "Content-Security-Policy" in anonymous().get(address, timeout=60).headers


def assert_nothing_is_left(server, admin, link):
    assert not any(leftovers(admin).values()), leftovers(admin)
    with database() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE column_name LIKE 'mollie%' OR table_name LIKE '%mollie\\_%'"
        )
        assert set(cursor.fetchall()) == {("payment_provider", "mollie_api_key")}
    for address in addresses(server, link):
        assert anonymous().get(address, timeout=60).status_code == 404
        assert not is_ours(address)


def page_of(server, admin, invoice, session):
    """Return the invoice's page in the portal."""
    action = admin.call("account.move", "preview_invoice", [invoice.id])
    answer = session.get(server.url + action["url"], timeout=90)
    assert answer.status_code == 200
    return answer.text


def assert_forms_open(admin, histories):
    for model in FORMS:
        form = admin.call(model, "get_views", [[False, "form"]])["views"]["form"]["arch"]
        assert "mollie_" not in form, model
    ids = [invoice.id for invoice in histories.invoices.values()]
    fields = {"name": {}, "payment_state": {}, "transaction_ids": {"fields": {"reference": {}}}}
    shown = admin.call("account.move", "web_read", ids, specification=fields)
    assert [row["name"] for row in shown] == [one.name for one in histories.invoices.values()]


def assert_odoo_offers_its_own_way_to_pay(server, histories, admin):
    """What is due can be paid in core's own dialog, by the same Mollie account. In test mode it is
    shown to users only.
    """
    page = page_of(server, admin, histories.invoices["charged back"], admin.session)
    assert f'data-provider-id="{provider(admin)["id"]}"' in page
    assert 'data-provider-code="mollie"' in page


def test_installing_again_books_nothing_twice(lived):
    """What was known of each payment is asked of Mollie again, and is what the books show."""
    _server, histories, admin = lived
    press(admin, "button_immediate_uninstall")
    before = books(admin)
    press(admin, "button_immediate_install")
    for invoice in histories.invoices.values():
        invoice.press("action_mollie_sync")
    admin.run_cron("invoice_mollie.cron_mollie_sync")
    admin.run_cron("invoice_mollie.cron_mollie_aftercare")
    for model in ("account.move", "account.move.line", "account.payment"):
        assert books(admin)[model] == before[model], model
    assert_open_payments_are_followed(histories)


def assert_open_payments_are_followed(histories):
    """Also one that was begun before."""
    invoice = histories.invoices["open"]
    [payment] = payments_of(invoice, histories.sandbox)
    histories.sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    # Where Mollie was told to report is an address of before: it is told so, and nothing is done.
    deliver(histories.server, payment)
    assert invoice.get("amount_residual") == 100
    invoice.press("action_mollie_sync")
    assert invoice.get("amount_residual") == 0
