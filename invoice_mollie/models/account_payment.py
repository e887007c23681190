from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment` to offer what Mollie says remains, by any method."""
        result = super()._compute_amount_available_for_refund()
        for payment in self:
            tx_sudo = payment.payment_transaction_id.sudo()
            if tx_sudo.mollie_kind in ("payment", "other_amount", "capture"):
                payment.amount_available_for_refund = tx_sudo._mollie_get_refundable()
        return result
