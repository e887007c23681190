from odoo import api, models

from .todos import look_soon


class AccountPartialReconcile(models.Model):
    """Where an invoice's amount due changes: money and credit notes are matched with it."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        invoices = partials.debit_move_id.move_id.filtered(lambda m: m.move_type == "out_invoice")
        if invoices:
            invoices._mollie_recheck_attempts()
        look_soon((partials.debit_move_id | partials.credit_move_id).move_id)
        return partials
