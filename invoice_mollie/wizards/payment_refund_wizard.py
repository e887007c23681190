from odoo import models


class PaymentRefundWizard(models.TransientModel):
    _inherit = "payment.refund.wizard"

    def _compute_support_refund(self):
        """Override of `account_payment`: Mollie tells what can be refunded, not the method.

        Core knows no method, or the wrong one, for some of Mollie's payments.
        """
        result = super()._compute_support_refund()
        for wizard in self:
            if wizard.transaction_id.sudo().provider_code == "mollie":
                wizard.support_refund = "partial"
        return result
