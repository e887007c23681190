from odoo import api, models

from .todos import look_now, look_soon
from .twice import first_payment


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
        partials._mollie_look_at_hands()
        return partials

    def unlink(self):
        """Override of `account` to look at what is told of the money that is taken away."""
        moves = _customers_moves(self)
        result = super().unlink()
        look_soon(moves.exists())  # Core deletes drafts of what it matched by itself.
        return result

    def _mollie_look_at_hands(self):
        """Tell what is being booked by hand in Mollie's journal: Mollie knows nothing of it."""
        # In sudo mode because who books payments need not see transactions.
        by_hand_sudo = self.sudo().filtered(
            lambda partial: (
                (payment := partial.credit_move_id.payment_id)
                and not payment.payment_transaction_id
                and _is_mollies(payment.journal_id)
            )
        )
        for invoice_sudo in by_hand_sudo.debit_move_id.move_id:
            look_now(first_payment(invoice_sudo), "booked_by_hand")


def _customers_moves(partials):
    """Return what is matched on customers' accounts; not what the bank's statement brings of money
    that is on its way.
    """
    lines = partials.debit_move_id | partials.credit_move_id
    return lines.filtered(lambda line: line.account_type == "asset_receivable").move_id


def _is_mollies(journal):
    providers = journal.inbound_payment_method_line_ids.payment_provider_id
    return "mollie" in providers.mapped("code")
