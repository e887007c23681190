from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_body(self, move, *args, **kwargs):
        """Override of `account` to make the link before the mail is written, which may show it.

        The wizard shows the mail before it is sent.
        """
        move._mollie_create_links_for("send")
        return super()._get_default_mail_body(move, *args, **kwargs)

    @api.model
    def _generate_and_send_invoices(self, moves, *args, **kwargs):
        """Override of `account` to make links before PDF and mail, which may show them."""
        moves._mollie_create_links_for("send")
        return super()._generate_and_send_invoices(moves, *args, **kwargs)
