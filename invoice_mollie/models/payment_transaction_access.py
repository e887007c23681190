from odoo import api, models
from odoo.exceptions import AccessError


class PaymentTransaction(models.Model):
    """What Mollie says about a payment is written by nobody else.

    Core lets billing users write transactions over RPC. A checkout URL or bank account of their
    own would send customers' money elsewhere.
    """

    _inherit = "payment.transaction"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment` to refuse our fields to users."""
        for vals in vals_list:
            self._mollie_check_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `payment` to refuse our fields to users."""
        self._mollie_check_values(vals)
        return super().write(vals)

    def _mollie_check_values(self, vals):
        # The addon itself works in sudo mode, after its own checks.
        if not self.env.su and any(name.startswith("mollie_") for name in vals):
            raise AccessError(self.env._("What Mollie says about a payment can't be changed."))
