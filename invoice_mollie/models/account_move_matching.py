import logging

from odoo import models

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    """What was paid online settles its invoice again after the invoice was a draft."""

    _inherit = "account.move"

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Override of `account` to match what was paid online before the invoice was corrected.

        Core keeps the matching of an invoice that is posted again unchanged, and drops it
        otherwise.
        """
        posted = super()._post(soft)
        posted._mollie_match_payments_safely()
        return posted

    def _mollie_match_payments_safely(self):
        # In sudo mode because who posts an invoice need not see its transactions.
        moves = self.filtered(lambda move: move.sudo().transaction_ids.payment_id)
        if not moves:
            return
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                moves._mollie_match_payments()
        except Exception:
            # Posting comes first; the credit can be used by hand.
            _logger.exception("What was paid online for %s was not matched.", moves)

    def _mollie_match_payments(self):
        """Settle what is open of each document with all that its online payments left.

        A customer must not be asked again when one of two payments is charged back, nor when the
        invoice was a draft in between.
        """
        for move in self.filtered(lambda move: move.state == "posted"):
            # In sudo mode because who posts an invoice need not see its transactions.
            lines_sudo = move.sudo()._get_mollie_unused_lines()
            open_lines = move.sudo().line_ids.filtered(
                lambda line, accounts=lines_sudo.account_id: (
                    line.account_id in accounts and not line.reconciled
                )
            )
            (lines_sudo + open_lines).reconcile()

    def _get_mollie_unused_lines(self):
        """Return the journal items of online payments that can settle what is open."""
        self.ensure_one()
        txs = self.transaction_ids.filtered(lambda tx: tx.provider_code == "mollie")
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return self.env["account.move.line"].search(
            [
                ("payment_id", "in", (txs | txs.child_transaction_ids).payment_id.ids),
                ("reconciled", "=", False),
                ("account_id", "in", terms.account_id.ids),
                ("partner_id", "=", self.commercial_partner_id.id),
                ("balance", "<" if self.is_inbound() else ">", 0),
            ]
        )
