from odoo import api, fields, models

from ..models.locks import wait_for_lock


class PaymentRefundWizard(models.TransientModel):
    _inherit = "payment.refund.wizard"

    mollie_invoice_id = fields.Many2one(
        "account.move",
        "Invoice That Did Not Need It",
        readonly=True,
        help="Only what this invoice did not need of the payment is refunded.",
    )
    mollie_credit = fields.Monetary(
        "Left of the Credit",
        compute="_compute_mollie_credit",
        help="What came in by the payment link of the invoice, and was neither used nor refunded.",
    )

    mollie_arrival = fields.Char(compute="_compute_mollie_arrival")

    # === COMPUTE METHODS === #

    @api.depends("amount_to_refund", "transaction_id")
    def _compute_mollie_arrival(self):
        for wizard in self:
            # In sudo mode to read the provider's methods.
            tx_sudo = wizard.transaction_id.sudo()
            is_mollies = tx_sudo.mollie_kind and wizard.payment_id.has_access("read")
            says = is_mollies and tx_sudo._mollie_payment()._mollie_say_refund
            wizard.mollie_arrival = says and says(wizard.amount_to_refund)

    def _compute_support_refund(self):
        """Override of `account_payment`: Mollie tells what can be refunded, not the method.

        Core knows no method, or the wrong one, for some of Mollie's payments.
        """
        result = super()._compute_support_refund()
        for wizard in self:
            if wizard.transaction_id.sudo().provider_code == "mollie":
                wizard.support_refund = "partial"
        return result

    @api.depends("mollie_invoice_id", "payment_id")
    def _compute_mollie_credit(self):
        for wizard in self:
            move = wizard.mollie_invoice_id
            is_shown = move and move.has_access("read")
            # In sudo mode because who sees an invoice need not see its transactions.
            credit = is_shown and move.sudo()._get_mollie_credit_of(wizard.payment_id.sudo())
            wizard.mollie_credit = credit or 0

    # === ACTION METHODS === #

    def action_refund(self):
        """Override of `account_payment` to look again what is left of an invoice's credit, for the
        dialog may have been open for long.
        """
        if self.mollie_invoice_id:
            self.mollie_invoice_id.check_access("write")
            self.payment_id.check_access("write")
            # In sudo mode because who sees an invoice need not see its transactions.
            payment_sudo = self.payment_id.sudo()
            wait_for_lock(payment_sudo.payment_transaction_id._mollie_payment())
            self.mollie_invoice_id.sudo()._mollie_check_credit(payment_sudo, self.amount_to_refund)
        return super().action_refund()
