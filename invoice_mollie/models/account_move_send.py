from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _generate_and_send_invoices(self, moves, *args, **kwargs):
        """Override of `account` to make links before PDF and mail, which may show them."""
        moves._mollie_create_links_for("send")
        return super()._generate_and_send_invoices(moves, *args, **kwargs)
