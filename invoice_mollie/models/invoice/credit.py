from odoo.exceptions import UserError
from odoo.fields import Domain

from ..shares import unused


class Credit:
    """Money that came by an invoice's link and that the invoice did not need."""

    __slots__ = ()

    # === BUSINESS METHODS - CREDIT === #

    def _get_mollie_credit_lines(self):
        if self.move_type != "out_invoice":
            return self.env["account.move.line"]
        return self._get_mollie_unused_lines()

    def _get_mollie_credits(self):
        """Return ``{payment's transaction: what of it is not used}``, newest first.

        Of a later capture, or of what was won back, the payment is that of the whole, as at Mollie.
        """
        txs = self._get_mollie_credit_lines().payment_id.payment_transaction_id
        parts = txs.filtered(lambda tx: tx.mollie_kind in ("capture", "reversal"))
        holders = (txs - parts) | parts.source_transaction_id
        credits = {tx: unused(tx) for tx in holders.sorted("id", reverse=True)}
        return {tx: amount for tx, amount in credits.items() if amount > 0}

    # === ACTION METHODS === #

    def action_mollie_refund_credit(self):
        """Open core's refund wizard for the newest payment that was not needed.

        :raise UserError: if all of it was used meanwhile.
        """
        self.ensure_one()
        self.check_access("write")
        # In sudo mode because who sees an invoice need not see its transactions.
        credits_sudo = refundable(self.sudo()._get_mollie_credits())
        if not credits_sudo:
            raise UserError(
                self.env._(
                    "%s: all that came in by the payment link has been used or refunded. Reload the"
                    " page.",
                    self.display_name,
                )
            )
        payment_sudo, amount = next(iter(credits_sudo.items()))
        return payment_sudo.sudo(False).action_refund_wizard() | {
            "context": {
                "default_payment_id": payment_sudo.id,
                "default_amount_to_refund": amount,
            }
        }

    def action_mollie_use_credit_here(self):
        """Settle the invoice itself with it: somebody had taken it off."""
        self.check_access("write")
        self._mollie_match_payments()
        return True

    def action_mollie_use_credit(self):
        """Open the customer's open invoices; each offers the credit below its amounts."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        open_invoices = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
        )
        name = self.env._("Open invoices of %s", self.commercial_partner_id.display_name)
        return action | {"domain": list(open_invoices), "context": {}, "name": name}


def refundable(credits):
    """Return ``{payment: what of it is not used and can be refunded by Mollie}``."""
    amounts = {
        tx.payment_id: min(amount, tx.payment_id.amount_available_for_refund)
        for tx, amount in credits.items()
    }
    return {payment: amount for payment, amount in amounts.items() if amount > 0}
