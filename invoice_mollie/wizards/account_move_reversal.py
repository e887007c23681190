from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def _prepare_default_reversal(self, move):
        """Override of `account` to keep in the books what is at Mollie."""
        move.origin_payment_id._mollie_refuse_to_lose()
        return super()._prepare_default_reversal(move)
