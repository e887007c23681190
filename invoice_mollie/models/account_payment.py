from odoo import api, models

from .transaction.books import RECEIPTS


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.depends("payment_transaction_id")
    def _compute_outstanding_account_id(self):
        """Override of `account` to book what came of a payment at Mollie on the account on which
        the payment was booked, also when another one was chosen since.
        """
        result = super()._compute_outstanding_account_id()
        for payment in self:
            tx_sudo = payment.payment_transaction_id.sudo()
            received_sudo = tx_sudo.source_transaction_id.payment_id
            if tx_sudo.provider_code == "mollie" and received_sudo:
                payment.outstanding_account_id = received_sudo.outstanding_account_id
        return result

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment` to offer what Mollie says remains, by any method."""
        result = super()._compute_amount_available_for_refund()
        for payment in self:
            tx_sudo = payment.payment_transaction_id.sudo()
            if tx_sudo.mollie_kind in RECEIPTS:
                payment.amount_available_for_refund = tx_sudo._mollie_get_refundable()
        return result
