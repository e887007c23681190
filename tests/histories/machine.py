"""Random histories of one invoice, its payments at Mollie, and Odoo's books.

Whatever customers, clerks, banks and Mollie do, in any order: what `laws` says holds.
"""

import contextlib
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from .books import Books
from .clerk import ClerkRules, OdooRules
from .connection import ConnectionRules
from .credit import CreditRules
from .customer import CustomerRules, MollieRules
from .heard import Heard
from .invoices import KINDS
from .laws import Laws
from .mollie import Mollie
from .notes import NoteRules
from .office import OfficeRules
from .payments import MatchingRules, PaymentRules
from .sisters import SisterRules


class Histories(
    # Before the laws and the other rules, of some of which they have more to say.
    ConnectionRules,
    Laws,
    CustomerRules,
    MollieRules,
    ClerkRules,
    PaymentRules,
    MatchingRules,
    NoteRules,
    SisterRules,
    CreditRules,
    OfficeRules,
    OdooRules,
    RuleBasedStateMachine,
):
    """One history. It is undone at its end: all begin with the same invoices.

    `case` is the test case that gives access to Odoo and the sandbox; set by the test.
    """

    case = None
    invoice = None
    is_copy = False

    @initialize(
        kind=st.sampled_from(KINDS),
        payments=st.sampled_from([1, 2, 1, 0]),
        became=st.sampled_from(["paid", "refunded in part", "authorized"]),
        has_entries=st.sampled_from([True, True, True, True, True, True, True, False]),
    )
    def start(self, kind, payments, became, has_entries=True):
        """Start mostly with money at Mollie: most of what can go wrong comes after that."""
        case = self.case
        case.start_afresh()
        case.clock.start_afresh()
        self.savepoint = case.env.cr.savepoint()
        self.invoice, path = case.invoices[kind]
        self.paths = {self.invoice: path}
        self.discounts = {0}
        self.set_total()
        self.mollie, self.books = Mollie(case.sandbox), Books(case, self.invoice.partner_id)
        self.has_entries, self.patches = has_entries, contextlib.ExitStack()
        if not has_entries:
            self.leave_booking_to_statements()
        self.heard, self.others, self.closed = Heard(self.mollie), set(), None
        self.is_loose = self.is_copy = False
        self.of_credit = case.env["payment.transaction"]  # Refunds.
        # What was when the pages were looked at.
        self.looked = None
        for _payment in range(payments):
            case.press_pay(path, again="1")
        for payment in self.mollie.payments("open"):
            self.bring_to(payment, became)
        self.tell(True)

    def leave_booking_to_statements(self):
        """Let payments have no entries, as in Odoo Enterprise where nobody chose an account for
        them: an invoice is "in payment" until the bank's statement comes.
        """
        self.case.ledger.method_line().payment_account_id = False
        Move = type(self.case.env["account.move"])
        state = patch.object(Move, "_get_invoice_in_payment_state", lambda _move: "in_payment")
        self.patches.enter_context(state)

    def bring_to(self, payment, became):
        status = "authorized" if became == "authorized" else "paid"
        method = "klarna" if became == "authorized" else "ideal"
        self.case.sandbox.set_status(payment["id"], status, method=method)
        if became == "refunded in part":
            amount = self.written(self.part(40))
            self.case.sandbox.add_refund(payment["id"], amount, status="processing")

    def tell(self, told):
        """Deliver Mollie's webhooks, unless they are left for later."""
        if told:
            self.post(self.due_webhooks())

    def due_webhooks(self):
        due = self.case.sandbox.due_webhooks()
        return [(webhook.path, webhook.payment_id) for webhook in due]

    def post(self, webhooks):
        """Post webhooks, as (path, id of the payment)."""
        elsewhere = {payment["id"] for payment in self.others_payments()}
        for path, payment_id in webhooks:
            answer = self.case.post_webhook(path, payment_id)
            # What can't be looked at now is delivered again by Mollie.
            is_deaf = self.heard.is_deaf or payment_id in elsewhere
            assert answer.status_code in ((200, 503) if is_deaf else (200,)), answer.status_code
        self.case.env.invalidate_all()
        self.heard.of(*({payment_id for _path, payment_id in webhooks} - elsewhere))

    @property
    def path(self):
        """Where the invoice's page is."""
        return self.paths[self.invoice]

    def set_total(self):
        """Note what the invoice asks, and which discount it offers."""
        self.total = self.invoice.amount_total
        self.note_discount(self.invoice)

    def note_discount(self, invoice):
        term = invoice.invoice_payment_term_id
        if term.early_discount:
            discount = invoice.amount_total * term.discount_percentage / 100
            self.discounts.add(invoice.currency_id.round(discount))

    def part(self, part):
        """Return a part of the invoice's total, as the currency can write it."""
        return self.invoice.currency_id.round(self.total * part / 100)

    def written(self, amount):
        return f"{amount:.{self.invoice.currency_id.decimal_places}f}"

    def teardown(self):
        """Let both sides talk once more, compare everything, and undo it."""
        if not self.invoice:
            return
        try:
            self.compare()
        finally:
            self.patches.close()
            self.savepoint.close(rollback=True)
            self.case.env.invalidate_all(flush=False)
            if self.is_copy:
                # Odoo goes on remembering a parameter of which the change was undone.
                self.case.env.registry.clear_cache("stable")
