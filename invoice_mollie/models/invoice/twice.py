from odoo.exceptions import UserError

from ..todos import look_soon
from ..transaction.entries import reverse
from ..twice import by_hand, first_payment, hand_payments, twins


class Twice:
    """An invoice that is booked as paid by hand in Mollie's journal: twice, if Mollie's payment is
    booked, too.
    """

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_undo_hand_payment(self):
        """Cancel what was booked by hand, or reverse what can't be changed any more, so that what
        Mollie brought settles the invoice, or the customer is asked for it.

        :raise UserError: if there is nothing of the kind.
        """
        self.ensure_one()
        self.check_access("write")
        # In sudo mode to find it; it is cancelled with the rights of the user.
        payments = self.sudo()._get_mollie_hand_payments().sudo(False)
        if not payments:
            raise UserError(
                self.env._(
                    "%s: nothing is booked by hand any more. Reload the page.", self.display_name
                )
            )
        others_sudo = payments.sudo().reconciled_invoice_ids - self
        drafts = payments.filtered(lambda payment: payment.move_id.state == "draft")
        sealed = (payments - drafts).filtered(lambda payment: _is_sealed(payment.move_id))
        # Core would delete the entries of drafts, and refuses that of numbers which others follow.
        drafts.move_id.button_cancel()
        (payments - drafts - sealed).action_cancel()
        for payment in sealed:
            reverse(payment)
        for move in self | others_sudo.filtered("amount_residual").sudo(False):
            move._log_mollie(
                "hand_payment_undone", "user", detail=", ".join(payments.mapped("name"))
            )
        # Also what can't be cancelled had kept money that came in time from the discount.
        self.sudo().transaction_ids._mollie_earn_discounts()
        self._mollie_match_payments()
        self.sudo()._mollie_settle_notes("user")
        look_soon(self)
        return True

    # === BUSINESS METHODS === #

    def _get_mollie_twins(self):
        """Return ``{payment: what somebody booked by hand for the same money}`` of what the link
        brought and the invoice did not need.
        """
        return twins(self, self._get_mollie_credit_lines().payment_id) if by_hand(self) else {}

    def _get_mollie_hand_payments(self):
        """Return what somebody booked by hand in Mollie's journal: first what is booked twice."""
        # Each form asks: of an invoice for which Mollie brought no money nothing is looked for.
        invoice = self.filtered(first_payment)
        found = hand_payments(invoice)
        return found.browse().union(*invoice._get_mollie_twins().values()) or found


def _is_sealed(entry):
    """Return whether an entry can't be changed any more: its day is closed, or it is hashed."""
    if not entry:
        return False
    closed = entry._get_violated_lock_dates(entry.date, entry._affect_tax_report())
    return bool(entry.inalterable_hash or closed)
