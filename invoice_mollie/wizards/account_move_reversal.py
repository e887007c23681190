from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        """Override of `account` to remember which invoice the new one takes the place of."""
        values = super()._modify_default_reverse_values(origin_move)
        if origin_move.move_type == "out_invoice":
            values["mollie_replaced_id"] = origin_move.id
        return values

    def _prepare_default_reversal(self, move):
        """Override of `account` to keep in the books what is at Mollie, and to reverse nothing
        twice.
        """
        move.origin_payment_id._mollie_refuse_to_lose()
        move.origin_payment_id._mollie_refuse_to_part()
        return super()._prepare_default_reversal(move)
