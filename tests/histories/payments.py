"""What clerks do to payments, though nobody asked them to: the money at Mollie stays as it is."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.ledger import received

from .customer import ANY, pick


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

    @precondition(lambda self: self.unbooked() and self.invoice.amount_residual > 0)
    @rule(index=ANY)
    def book_by_hand(self, index):
        """Register in Mollie's journal what Mollie's dashboard shows and Odoo does not."""
        amount = received(pick(self.unbooked(), index))
        wizard = self.case.env["account.payment.register"].with_user(self.case.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        values = {"journal_id": self.books.journal.id, "amount": amount}
        self.try_to(lambda: wizard.create(values)._create_payments())

    def unbooked(self):
        """Return the payments at Mollie of which no webhook told so far."""
        booked = self.books.family().filtered("payment_id").mapped("provider_reference")
        return [p for p in self.mollie.payments("paid") if p["id"] not in booked]

    def finish_payments(self):
        """Do what the to-dos say: confirm what was left a draft, undo what was booked by hand."""
        for payment in self.books.payments().filtered(lambda payment: payment.state == "draft"):
            assert self.books.todos(), f"{payment.id} is a draft, and nobody is told"
            payment.with_user(self.case.clerk).action_post()
        for invoice in self.books.invoices().with_user(self.case.clerk):
            if invoice.mollie_hand_payment:
                invoice.action_mollie_undo_hand_payment()


class MatchingRules:
    @precondition(lambda self: self.books.matchings())
    @rule(index=ANY)
    def break_matching(self, index):
        partial = pick(self.books.matchings(), index)
        invoice = partial.debit_move_id.move_id.with_user(self.case.clerk)
        self.try_to(lambda: invoice.js_remove_outstanding_partial(partial.id))
        self.is_loose = True
