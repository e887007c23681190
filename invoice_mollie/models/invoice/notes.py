from odoo.exceptions import UserError
from odoo.fields import Command

from ..notifications import notification
from ..sums import name_sums
from ..twice import hand_payments, paid_by_hand


class Notes:
    """Credit notes: their amount goes back the way the invoice was paid."""

    __slots__ = ()

    def action_mollie_refund(self):
        """Refund the credit note's amount over the payments behind its invoice.

        :return: a notification of what was asked of Mollie, and what it refused.
        :raise UserError: if nothing could be refunded.
        """
        self.ensure_one()
        self.check_access("write")
        # In sudo mode to read the provider's API key; the access to the credit note was checked.
        note_sudo = self.sudo()
        claimed = note_sudo._mollie_claim_before_refund()
        shares = note_sudo._get_mollie_refund_shares()
        if not shares and not claimed:
            raise UserError(note_sudo._get_mollie_no_refund_message())
        refusals = {share: note_sudo._mollie_refund_share(*share) for share in shares}
        errors = list(filter(None, refusals.values()))
        asked = [share for share, refusal in refusals.items() if not refusal]
        if errors and not asked and not claimed:
            raise UserError("\n".join(errors))
        return note_sudo._mollie_refund_notification(claimed, asked, errors)

    def _mollie_claim_before_refund(self):
        """Look what was given back already, also in Mollie's dashboard just now, and claim it.

        :return: how much was claimed.
        :raise UserError: if Mollie can't say, or the credit note is not posted.
        """
        if self.state != "posted":
            raise UserError(self.env._("%s is not confirmed. Confirm it first.", self.display_name))
        # Two may press at the same time: who comes second sees what the first one did.
        self._mollie_lock_payments()
        before = self._get_mollie_refund_amount()
        if errors := self._get_mollie_refundable()._mollie_sync_all("user"):
            raise UserError("\n".join(errors))
        self._mollie_claim_refunds("user")
        return max(self.currency_id.round(before - self._get_mollie_refund_amount()), 0)

    def _mollie_refund_notification(self, claimed, asked, errors):
        lines = [
            *([self._get_mollie_claim_message(claimed)] if claimed else []),
            *(tx._mollie_say_refund(amount) for tx, amount in asked),
            *errors,
        ]
        return notification("\n".join(lines), "warning" if errors else "success")

    def _get_mollie_no_refund_message(self):
        if by_hand := hand_payments(self.reversed_entry_id):
            return self.env._(
                "%(note)s: %(payments)s was booked by hand in Mollie's journal, and brought no"
                " money there. Undo it at the top of %(invoice)s, or refund by bank.",
                note=self.display_name,
                payments=", ".join(by_hand.mapped("display_name")),
                invoice=self.reversed_entry_id.display_name,
            )
        if self._get_mollie_refund_amount() > 0:
            return self.env._(
                "%(note)s: no payment by Mollie is left to refund. Refund it by bank.",
                note=self.display_name,
            )
        if {"draft", "pending", "done"} & {*self._get_mollie_refunds().mapped("state")}:
            return self.env._(
                "%(note)s: its refund is under way or done. Reload the page to see how it goes on.",
                note=self.display_name,
            )
        return self.env._(
            "%(note)s was settled without a refund by Mollie, with an invoice or a payment. There"
            " is nothing left to refund.",
            note=self.display_name,
        )

    def _mollie_refund_share(self, tx, amount):
        """Refund an amount of one payment; return why not, if Mollie refuses.

        A savepoint each: what Mollie accepted before must not be forgotten.
        """
        try:
            with self.env.cr.savepoint():
                refund = tx._create_child_transaction(
                    amount, is_refund=True, invoice_ids=[Command.set(self.ids)]
                )
                refund._log_sent_message()
                refund._send_refund_request()
        except UserError as error:
            return str(error)
        return None

    def _get_mollie_refund_shares(self):
        """Return ``[(transaction, amount)]`` that add up to the credit note, newest first.

        Without what somebody booked by hand in Mollie's journal: no money came by it there, and
        once it is undone the customer would owe what went back for it.
        """
        by_hand = paid_by_hand(self.reversed_entry_id)
        left, shares = self._get_mollie_refund_amount() - by_hand, []
        for tx in self._get_mollie_refundable():
            amount = min(left, tx._mollie_get_refundable())
            if self.currency_id.compare_amounts(amount, 0) > 0:
                shares.append((tx, amount))
                left = self.currency_id.round(left - amount)
        return shares

    def _get_mollie_refundable(self):
        """Return the payments behind the credit note's invoice that can be refunded."""
        return self.reversed_entry_id._get_mollie_payments().filtered(
            lambda tx: (
                tx.state == "done"
                and tx.currency_id == self.currency_id
                and tx._mollie_get_refundable() > 0
            )
        )

    def _get_mollie_refunds(self):
        """Return what Mollie gave back for the credit note, or is giving back."""
        return self.transaction_ids.filtered(
            lambda tx: tx.mollie_kind == "refund" and self.move_type == "out_refund"
        )

    def _get_mollie_refund_words(self, refunds):
        """Return what became of refunds, in the user's words; empty if there are none."""
        sentences = {
            "pending": self.env._("%s is on its way back to the customer."),
            "done": self.env._("%s was refunded."),
        }
        by_state = refunds.grouped("state")
        sums = {
            state: name_sums((tx.currency_id, abs(tx.amount)) for tx in by_state[state])
            for state in sentences
            if state in by_state
        }
        return " ".join(sentences[state] % amount for state, amount in sums.items())
