"""Random histories of one invoice, its payments at Mollie, and Odoo's books.

Whatever customers, clerks, banks and Mollie do, in any order: once both sides have talked, what
Odoo has booked is what Mollie holds.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from .books import Books
from .clerk import ClerkRules, OdooRules
from .customer import CustomerRules, MollieRules
from .invoices import TERMS, TOTALS
from .mollie import Mollie, held_of


class Histories(CustomerRules, MollieRules, ClerkRules, OdooRules, RuleBasedStateMachine):
    """One history. It is undone at its end: all begin with the same invoices.

    `case` is the test case that gives access to Odoo and the sandbox; set by the test.
    """

    case = None
    invoice = None

    @initialize(
        currency=st.sampled_from(sorted(TOTALS)),
        term=st.sampled_from(sorted(TERMS)),
        payments=st.sampled_from([1, 2, 1, 0]),
        became=st.sampled_from(["paid", "refunded in part", "authorized"]),
    )
    def start(self, currency, term, payments, became):
        """Start mostly with money at Mollie: most of what can go wrong comes after that."""
        case = self.case
        case.start_afresh()
        self.savepoint = case.env.cr.savepoint()
        self.invoice, self.path = case.invoices[currency, term]
        self.discounts = {0}
        self.set_total()
        self.mollie, self.books = Mollie(case.sandbox), Books(case, self.invoice)
        self.bank, self.notes, self.is_loose, self.others = 0.0, 0.0, False, set()
        for _payment in range(payments):
            case.press_pay(self.path, again="1")
        for payment in self.mollie.payments("open"):
            self.bring_to(payment, became)
        self.tell(True)
        self.mollie.forget()

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
            answers = self.case.deliver_webhooks()
            assert set(answers) <= {200}, answers

    def set_total(self):
        """Note what the invoice asks, and which discount it offers."""
        self.total = self.invoice.amount_total
        term = self.invoice.invoice_payment_term_id
        if term.early_discount:
            self.discounts.add(self.part(term.discount_percentage))

    def part(self, part):
        """Return a part of the invoice's total, as the currency can write it."""
        return self.invoice.currency_id.round(self.total * part / 100)

    def written(self, amount):
        return f"{amount:.{self.invoice.currency_id.decimal_places}f}"

    # --- what holds ------------------------------------------------------------------------------

    @invariant()
    def nothing_is_booked_twice(self):
        self.mollie.forget()
        self.case.env.invalidate_all()
        references = self.books.family().filtered("payment_id").mapped("provider_reference")
        assert len(references) == len(set(references)), references

    def teardown(self):
        """Let both sides talk once more, compare everything, and undo it."""
        if not self.invoice:
            return
        try:
            self.compare()
        finally:
            self.savepoint.close(rollback=True)
            self.case.env.invalidate_all(flush=False)

    def compare(self):
        self.settle()
        self.books_equal_mollies()
        self.customer_owes_what_is_not_paid()
        self.amount_due_is_right()
        self.discount_is_granted_once_at_most()
        self.everything_is_in_the_log()
        rows = len(self.invoice.mollie_log_ids)
        self.settle()
        assert len(self.invoice.mollie_log_ids) == rows, "another sync wrote to the log"

    def settle(self):
        if self.invoice.state == "draft":
            self.confirm_again()
        self.check_with_mollie()
        self.case.env.invalidate_all()
        self.mollie.forget()

    def books_equal_mollies(self):
        booked = self.case.ledger.booked(self.invoice.currency_id.name)
        assert_equal(booked, self.mollie.held(), "booked, and held by Mollie")
        booked, moved = self.case.ledger.booked_movements(), self.mollie.movements()
        for key in booked.keys() | moved.keys():
            assert_equal(booked.get(key, 0), moved.get(key, 0), key)

    def customer_owes_what_is_not_paid(self):
        held = self.mollie.held()
        owed = self.total - self.books.discount() - self.bank - self.notes - held
        assert_equal(self.books.owed(), owed, "owed by the account, and by what was paid")

    def amount_due_is_right(self):
        """What came with another amount, and refunds without a credit note, may count or not."""
        if self.notes or self.is_loose:
            return  # How a note is matched is the clerk's choice; the account is right.
        held = self.mollie.held()
        moved = self.mollie.movements().items()
        gone = sum(amount for (key, _currency), amount in moved if key[:3] == "re_")
        other = sum(held_of(p) for p in self.mollie.payments("paid") if p["id"] in self.others)
        asked = self.total - self.books.discount() - self.bank
        least, most = max(asked - held + gone, 0), max(asked - held + other, 0)
        due = self.invoice.amount_residual
        assert least - 0.005 < due < most + 0.005, f"due {due}, should be {least} to {most}"

    def discount_is_granted_once_at_most(self):
        granted = round(self.books.discount(), 2)
        assert granted in self.discounts, f"{granted} of {self.discounts}"

    def everything_is_in_the_log(self):
        logged = set(self.invoice.mollie_log_ids.mapped("mollie_reference"))
        assert self.mollie.ids() <= logged, self.mollie.ids() - logged


def assert_equal(one, other, what):
    assert abs(one - other) < 0.005, f"{what}: {one}, {other}"
