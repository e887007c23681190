from odoo.exceptions import UserError

from ..twice import hand_payments


class Twice:
    """An invoice that is booked as paid twice: by Mollie's payment, and by hand."""

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_undo_hand_payment(self):
        """Cancel what was booked by hand, so that what the link brought settles the invoice.

        :raise UserError: if there is nothing of the kind.
        """
        self.ensure_one()
        self.check_access("write")
        # In sudo mode to find it; it is cancelled with the rights of the user.
        payments = self.sudo()._get_mollie_hand_payments().sudo(False)
        if not payments:
            raise UserError(
                self.env._(
                    "%s: nothing is booked twice any more. Reload the page.", self.display_name
                )
            )
        payments.action_cancel()
        self._log_mollie("hand_payment_undone", "user", detail=", ".join(payments.mapped("name")))
        self._mollie_match_payments()

    # === BUSINESS METHODS === #

    def _get_mollie_hand_payments(self):
        """Return what somebody booked by hand in Mollie's journal for money that the link brought,
        so that it settled the invoice in place of the money itself.
        """
        credit_payments = self._get_mollie_credit_lines().payment_id
        return hand_payments(self, credit_payments)
