from odoo.exceptions import UserError

from ..drafts import beyond_drafts
from ..kept import kept
from ..shares import holders_of, unused


class Credit:
    """Money that came by an invoice's link and that the invoice did not need."""

    __slots__ = ()

    # === BUSINESS METHODS - CREDIT === #

    def _get_mollie_credit_lines(self):
        if self.move_type != "out_invoice":
            return self.env["account.move.line"]
        return self._get_mollie_unused_lines()

    def _get_mollie_unused(self):
        """Return ``{payment's transaction: what of it is not used}``, newest first."""
        holders = holders_of(self._get_mollie_credit_lines())
        amounts = {tx: unused(tx) for tx in holders.sorted("id", reverse=True)}
        return {tx: amount for tx, amount in amounts.items() if amount > 0}

    def _get_mollie_credits(self):
        """Return the same without what a draft may need."""
        credits = {
            tx: beyond_drafts(tx, amount) for tx, amount in self._get_mollie_unused().items()
        }
        return {tx: amount for tx, amount in credits.items() if amount > 0}

    def _get_mollie_credit_of(self, payment):
        """Return what of a payment is not used and can be refunded by Mollie."""
        return refundable(self._get_mollie_credits()).get(payment, 0)

    def _mollie_check_credit(self, payment, amount):
        """Refuse to refund more than is left of what the invoice did not need: it was used, or
        refunded, since that was offered.

        The caller holds the lock of the payment. Must be called in sudo mode.

        :raise UserError: with the way out.
        """
        left = self._get_mollie_credit_of(payment)
        if payment.currency_id.compare_amounts(amount, left) > 0:
            raise UserError(
                self.env._(
                    "%(invoice)s: only %(amount)s is left of what came in by the payment link. The"
                    " rest has been used or refunded. Refund no more than that.",
                    invoice=self.display_name,
                    amount=payment.currency_id.format(left),
                )
            )

    # === COMPUTE METHODS === #

    def _compute_payments_widget_to_reconcile_info(self):
        """Override of `account` not to offer for another invoice what is on its way back."""
        result = super()._compute_payments_widget_to_reconcile_info()
        for move in self.filtered("invoice_outstanding_credits_debits_widget"):
            widget = move.invoice_outstanding_credits_debits_widget
            content = list(_less_kept(move, widget["content"]))
            left = {**widget, "content": content} if content else False
            move.invoice_outstanding_credits_debits_widget = left
        return result

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
                "default_mollie_invoice_id": self.id,
            }
        }


def refundable(credits):
    """Return ``{payment: what of it is not used and can be refunded by Mollie}``."""
    amounts = {
        tx.payment_id: min(amount, tx.payment_id.amount_available_for_refund)
        for tx, amount in credits.items()
    }
    return {payment: amount for payment, amount in amounts.items() if amount > 0}


def _less_kept(move, rows):
    """Return what of each row of core's widget an invoice can be paid with, where that is any."""
    lines = move.line_ids.browse(row["id"] for row in rows)
    shares = kept(lines | move.line_ids)
    is_spent = move.move_type == "out_refund" and _is_kept(move, shares)
    for row, line in zip(rows, lines, strict=True):
        if is_spent and line.move_id.move_type in ("out_invoice", "out_receipt"):
            continue
        left = 1 - shares.get(line, 0) / (abs(line.amount_residual_currency) or 1)
        if amount := move.currency_id.round(row["amount"] * left):
            yield {**row, "amount": amount}


def _is_kept(note, shares):
    """Return whether all that is open of a credit note is on its way back."""
    left = note.amount_residual - sum(shares.get(line, 0) for line in note.line_ids)
    return note.currency_id.compare_amounts(left, 0) <= 0
