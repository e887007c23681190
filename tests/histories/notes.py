"""Credit notes in every condition, and what is refunded for them."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from .customer import ANY, PARTS, pick
from .laws import NOTHING

HANDS = {
    "post": lambda note: note.action_post(),
    "correct": lambda note: note.button_draft(),
    "cancel": lambda note: note.button_cancel(),
    "delete": lambda note: note.unlink(),
}


class NoteRules:
    @precondition(lambda self: self.is_posted())
    @rule(part=PARTS, refund=st.booleans())
    def credit_note(self, part, refund):
        note = self.case.make_credit_note(self.invoice, self.part(part))
        if refund:
            self.refund_note(note)

    @precondition(lambda self: self.is_posted())
    @rule(part=PARTS)
    def draft_note(self, part):
        note = self.case.make_credit_note(self.invoice, self.part(part))
        self.try_to(note.button_draft)

    @precondition(lambda self: self.books.notes())
    @rule(hand=st.sampled_from(sorted(HANDS)), index=ANY)
    def touch_note(self, hand, index):
        note = pick(self.books.notes(), index).with_user(self.case.clerk)
        self.try_to(lambda: HANDS[hand](note))

    @precondition(lambda self: self.books.notes())
    @rule(index=ANY)
    def refund_a_note(self, index):
        self.refund_note(pick(self.books.notes(), index))

    def refund_note(self, note):
        """Press Refund with Mollie: nobody owes anything by it that they did not owe before."""
        note = note.with_user(self.case.clerk)
        if not note.mollie_can_refund:
            return
        before = self.owed_after_refunds()
        self.try_to(note.action_mollie_refund)
        owed = self.owed_after_refunds()
        assert owed < max(before, 0) + NOTHING, f"after the note's refund {owed} is owed"

    def owed_after_refunds(self):
        """Return what the customer owes once all that was asked of Mollie has been sent off, but
        for what another invoice asks.
        """
        self.mollie.forget()
        held = self.mollie.held() - self.mollie.leaving()
        others = sum((self.books.invoices() - self.invoice).mapped("amount_residual"))
        # Drafts that claimed a refund settle it once they are corrected.
        drafts = self.books.notes().filtered(lambda note: note.state == "draft")
        others += sum(drafts.filtered("transaction_ids").mapped("amount_residual"))
        return self.books.owed_elsewhere() - self.books.discount() - held - others
