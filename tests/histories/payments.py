"""What clerks do to payments, though nobody asked them to: the money at Mollie stays as it is."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.exceptions import UserError

from .customer import ANY, PARTS, pick


def _edit(payment):
    """Correct the amount, as who takes Mollie's fee off by hand."""
    payment.action_draft()
    payment.amount = payment.currency_id.round(payment.amount * 0.985)
    payment.action_post()


def _reverse(payment):
    wizard = payment.env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=payment.move_id.ids
    )
    wizard.create({"journal_id": payment.journal_id.id}).reverse_moves()


HANDS = {
    "draft": lambda payment: payment.action_draft(),
    "confirm": lambda payment: payment.action_post(),
    "cancel": lambda payment: payment.action_cancel(),
    "delete": lambda payment: payment.unlink(),
    "edit": _edit,
    "reverse": _reverse,
}


class PaymentRules:
    @precondition(lambda self: self.books.payments())
    @rule(hand=st.sampled_from(sorted(HANDS)), index=ANY)
    def touch_payment(self, hand, index):
        payment = pick(self.books.payments(), index).with_user(self.case.clerk)
        self.try_to(lambda: HANDS[hand](payment))

    @precondition(lambda self: self.mollie.payments("paid") and self.invoice.amount_residual > 0)
    @rule(part=PARTS)
    def book_by_hand(self, part):
        """Register in Mollie's journal what Mollie's dashboard shows and Odoo does not, or what
        came another way.
        """
        wizard = self.case.env["account.payment.register"].with_user(self.case.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        values = {"journal_id": self.books.journal.id, "amount": self.part(part)}
        self.try_to(lambda: wizard.create(values)._create_payments())

    def finish_payments(self):
        """Do what the to-dos say: confirm what was left a draft, undo what was booked by hand."""
        drafts = self.books.payments().filtered(lambda payment: payment.state == "draft")
        for payment in drafts:
            # What was booked by hand is none of Mollie's.
            is_told = self.books.todos() or not payment.payment_transaction_id
            assert is_told, f"{payment.id} is a draft, and nobody is told"
            self.confirm(payment.with_user(self.case.clerk), payment.move_id)
        for invoice in self.books.invoices().with_user(self.case.clerk):
            while name := invoice.mollie_hand_payment:
                assert self.is_told(name), f"{name} was booked by hand, and nobody is told"
                invoice.action_mollie_undo_hand_payment()
                self.case.env.invalidate_all()
                self.check_with_mollie()

    def confirm(self, document, entry):
        """Confirm a draft of a payment or an invoice, of which this is the entry."""
        try:
            with self.case.env.cr.savepoint():
                document.action_post()
        except UserError as error:
            assert "Lock Date" in str(error), error
            # Core moves an entry out of a period that was locked meanwhile, but not its cash basis
            # entries: these come again when it is matched once more.
            entry.line_ids.remove_move_reconcile()
            document.action_post()
            self.is_loose = True

    def is_told(self, names):
        """Return whether one of payments, named with commas, stands in a to-do."""
        texts = " ".join(str(todo.note) for todo in self.books.todos())
        return any(name in texts for name in names.split(", "))


class MatchingRules:
    @precondition(lambda self: self.books.matchings())
    @rule(index=ANY)
    def break_matching(self, index):
        partial = pick(self.books.matchings(), index)
        invoice = partial.debit_move_id.move_id.with_user(self.case.clerk)
        self.try_to(lambda: invoice.js_remove_outstanding_partial(partial.id))
        self.is_loose = True
