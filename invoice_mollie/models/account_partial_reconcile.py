from odoo import api, models

from .registered import tell_hands
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
        look_soon(_customers_moves(partials))
        payments = partials.credit_move_id.payment_id
        tell_hands(payments, partials.debit_move_id.move_id)
        return partials

    def unlink(self):
        """Override of `account` to look at what is told of the money that is taken away."""
        moves = _customers_moves(self)
        result = super().unlink()
        look_soon(moves.exists())  # Core deletes drafts of what it matched by itself.
        return result


def _customers_moves(partials):
    """Return what is matched on customers' accounts; not what the bank's statement brings of money
    that is on its way.
    """
    lines = partials.debit_move_id | partials.credit_move_id
    return lines.filtered(lambda line: line.account_type == "asset_receivable").move_id
