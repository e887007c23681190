"""Who gets what from which address: every route of ours × every role.

Routes are found by introspection, and with them those of core's that reach code of ours: a new one
fails until it is listed here.
"""

from typing import NamedTuple

from tests.common import path_of
from tests.odoo.cases.census import census, changed
from tests.odoo.cases.roles import READERS, ROLES, AccessCase
from tests.odoo.cases.routes import our_rules
from tests.odoo.test_core_routes import core_payment

ALL = set(ROLES)
NOBODY = set()
LOGGED_IN = ALL - {"public"}
# The customer, and who reads invoices in the office.
OWN = READERS | {"portal"}


class Row(NamedTuple):
    """What a request is answered, and to whom; who reads of the invoice, and what changes by it."""

    method: str
    path: str
    status: dict
    shown_to: set = NOBODY
    changes: set = NOBODY
    changed_by: set = ALL


# Mollie is asked, and has news.
HEARD = {"payment_transaction", "mollie_payment_log", "mail_message"}
STARTED = {"payment_transaction", "mollie_payment_log", "mollie_payment_link", "mollie_limit"}
LINK = {"mollie_payment_link", "mollie_payment_log"}
# Core gives an invoice a token of the portal's when its address is shown the first time, and works
# out its lines again, which our own pages spare it.
TOKEN = {"account_move"}
PORTAL_TOKEN = TOKEN | {"account_move_line"}
LISTED = LINK | PORTAL_TOKEN
REFUSED = {405: ALL}
ROUTES = {
    # The token in the address is the right to it: everybody is answered alike.
    "/mollie/pay": [
        Row("GET", "/mollie/pay", {404: ALL}),
        Row("POST", "/mollie/pay", {404: ALL}),
    ],
    "/mollie/pay/<path:token>": [
        Row("GET", "/mollie/pay/x", {404: ALL}),
        Row("GET", "/mollie/pay/{pay}", {200: ALL}, ALL, LINK),
        Row("POST", "/mollie/pay/x", {404: ALL}),
        Row("POST", "/mollie/pay/{pay}", {303: ALL}, NOBODY, STARTED),
    ],
    "/mollie/return": [
        Row("GET", "/mollie/return", {404: ALL}),
        Row("POST", "/mollie/return", REFUSED),
    ],
    "/mollie/return/<path:token>": [
        Row("GET", "/mollie/return/x", {404: ALL}),
        Row("GET", "/mollie/return/{back}", {200: ALL}, ALL, HEARD | TOKEN),
        Row("POST", "/mollie/return/{back}", REFUSED),
    ],
    "/mollie/receipt": [
        Row("GET", "/mollie/receipt", {404: ALL}),
        Row("POST", "/mollie/receipt", REFUSED),
    ],
    "/mollie/receipt/<path:token>": [
        Row("GET", "/mollie/receipt/x", {404: ALL}),
        Row("GET", "/mollie/receipt/{receipt}", {200: ALL}, ALL, {"mollie_limit"}),
        Row("POST", "/mollie/receipt/{receipt}", REFUSED),
    ],
    "/mollie/webhook": [
        Row("GET", "/mollie/webhook", REFUSED),
        Row("POST", "/mollie/webhook", {200: ALL}),
    ],
    "/mollie/webhook/<path:token>": [
        Row("GET", "/mollie/webhook/{webhook}", REFUSED),
        Row("POST", "/mollie/webhook/x", {200: ALL}),
        Row("POST", "/mollie/webhook/{webhook}", {200: ALL}, NOBODY, HEARD),
    ],
    "/mollie/link": [
        Row("GET", "/mollie/link", {200: ALL}),
        Row("POST", "/mollie/link", {200: ALL}, NOBODY, {"mollie_link_request", "mollie_limit"}),
    ],
    "/mollie/health": [
        Row("GET", "/mollie/health", {404: ALL}),
        Row("POST", "/mollie/health", REFUSED),
    ],
    "/mollie/health/<path:token>": [
        Row("GET", "/mollie/health/x", {404: ALL}),
        Row("GET", "/mollie/health/{health}", {200: ALL}, NOBODY, {"mollie_limit"}),
        Row("POST", "/mollie/health/{health}", REFUSED),
    ],
    "/mollie/brand/<string:color>.css": [
        Row("GET", "/mollie/brand/714b67.css", {200: ALL}),
        Row("POST", "/mollie/brand/714b67.css", REFUSED),
    ],
    # Core's: of a payment that is none of a link's.
    "/payment/mollie/webhook": [
        Row("GET", "/payment/mollie/webhook", REFUSED),
        Row("POST", "/payment/mollie/webhook?ref=x", {200: ALL}),
        Row("POST", "/payment/mollie/webhook?ref={reference}", {200: ALL}, NOBODY, HEARD),
    ],
    # Changes something for the session only that pays.
    "/payment/mollie/return": [
        Row("GET", "/payment/mollie/return?ref={reference}", {303: ALL}),
        Row("POST", "/payment/mollie/return?ref={reference}", {303: ALL}),
    ],
    # Core's dialog: of forms it takes none, and what it starts is counted.
    **{
        rule: [Row("GET", path, {415: ALL}), Row("POST", path, {415: ALL})]
        for rule, path in (
            ("/payment/transaction", "/payment/transaction"),
            ("/invoice/transaction/<int:invoice_id>", "/invoice/transaction/{id}"),
            ("/invoice/transaction/overdue", "/invoice/transaction/overdue"),
        )
    },
    # The portal, with a button to the pay page: for it the link is made.
    "/my/invoices": [
        Row("GET", "/my/invoices", {303: {"public"}, 200: LOGGED_IN}, OWN, LISTED, OWN),
        Row("POST", "/my/invoices", {303: {"public"}, 400: LOGGED_IN}),
    ],
    "/my/invoices/page/<int:page>": [
        Row("GET", "/my/invoices/page/1", {303: {"public"}, 200: LOGGED_IN}, OWN, LISTED, OWN),
        Row("POST", "/my/invoices/page/1", {303: {"public"}, 400: LOGGED_IN}),
    ],
    # To the list: of several invoices nobody is led to one.
    "/my/invoices/overdue": [
        Row("GET", "/my/invoices/overdue", {303: ALL}),
        Row("POST", "/my/invoices/overdue", REFUSED),
    ],
    "/my/invoices/<int:invoice_id>": [
        Row("GET", "/my/invoices/{id}", {200: OWN, 303: ALL - OWN}, OWN, PORTAL_TOKEN, OWN),
        Row("GET", "/my/invoices/{id}?access_token={portal}", {200: ALL}, ALL, PORTAL_TOKEN, OWN),
        Row("POST", "/my/invoices/{id}", {400: ALL}),
    ],
}


class TestRoutes(AccessCase):
    def setUp(self):
        super().setUp()
        # The newest come first in the portal's list: there the page of the one leads to the other.
        self.open = self.make_invoice(invoice_date="2026-11-04")
        self.tried = self.make_invoice(invoice_date="2026-11-03")
        tx = self.start_payment(self.tried)
        paid, paid_tx = self.make_paid()
        core_tx = core_payment(self, self.make_invoice())[0]
        for attempt in (tx, core_tx):
            self.sandbox.set_status(attempt.provider_reference, "failed", method="creditcard")
        self.settings().action_mollie_renew_monitoring()
        self.names = {
            "pay": path_of(self.make_link(self.open)).rpartition("/")[2],
            "back": self.return_path(tx).rpartition("/")[2],
            "webhook": self.webhook_path(tx).rpartition("/")[2],
            "receipt": paid_tx.mollie_receipt_token,
            "health": self.company.mollie_health_token,
            "reference": core_tx.reference,
            "id": self.open.id,
            "portal": self.open._portal_ensure_token(),
        }
        # What tells of an invoice, wherever it is shown.
        self.secrets = (self.open.name, self.tried.name, paid.name, self.names["pay"])
        self.posted = {
            "/mollie/webhook/<path:token>": {"id": tx.provider_reference},
            "/payment/mollie/webhook": {"id": core_tx.provider_reference},
            "/mollie/link": {"number": self.open.name},
        }

    def test_every_route_of_ours_is_listed_with_every_method(self):
        """Attacks C6."""
        self.assertEqual(set(our_rules(self.env)), set(ROUTES))
        for rule, answers in ROUTES.items():
            self.assertEqual({answer.method for answer in answers}, {"GET", "POST"}, rule)

    def test_each_role_gets_what_it_may_and_no_more(self):
        """Attacks C6, C1, D1."""
        for role, user in self.users.items():
            login = None if role == "public" else user.login
            self.authenticate(login, login)
            before = census(self.env)
            for rule, answers in ROUTES.items():
                found = [self.ask(rule, answer, before) for answer in answers]
                expected = [self.expected(role, answer) for answer in answers]
                self.assertEqual(found, expected, (role, rule))

    def ask(self, rule, row, before):
        """Return what a row's request is answered; what it changes is undone."""
        path = row.path.format_map(self.names)
        data = self.posted.get(rule) if row.method == "POST" else None
        with self.env.cr.savepoint() as savepoint:
            answer = self.url_open(path, data, method=row.method, allow_redirects=False)
            found = changed(before, census(self.env))
            savepoint.rollback()
            self.env.invalidate_all()
        is_shown = any(name in answer.text for name in self.secrets)
        return row.method, row.path, answer.status_code, is_shown, found

    def expected(self, role, row):
        (status,) = [status for status, roles in row.status.items() if role in roles]
        changes = row.changes if role in row.changed_by else NOBODY
        return row.method, row.path, status, role in row.shown_to, set(changes)
