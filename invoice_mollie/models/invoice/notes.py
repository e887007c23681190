from odoo.exceptions import UserError
from odoo.fields import Command

from ..locks import wait_for_lock


class Notes:
    """Credit notes: their amount goes back the way the invoice was paid."""

    __slots__ = ()

    def action_mollie_refund(self):
        """Refund the credit note's amount over the payments behind its invoice.

        :return: a notification of what was asked of Mollie, and what it refused.
        :raise UserError: if nothing could be refunded.
        """
        self.ensure_one()
        self.check_access("write")
        # In sudo mode to read the provider's API key; the access to the credit note was checked.
        move_sudo = self.sudo()
        for tx_sudo in move_sudo._get_mollie_refundable():
            wait_for_lock(tx_sudo)  # Two may press at the same time.
        shares = move_sudo._get_mollie_refund_shares()
        if not shares:
            raise UserError(move_sudo._get_mollie_no_refund_message())
        errors = [error for share in shares if (error := move_sudo._mollie_refund_share(*share))]
        if len(errors) == len(shares):
            raise UserError("\n".join(errors))
        message = self.env._("The refund was asked for. The log shows how it goes on.")
        return self._mollie_notification(
            "\n".join([message, *errors]), "warning" if errors else "success"
        )

    def _get_mollie_no_refund_message(self):
        if self._get_mollie_refund_amount() > 0:
            return self.env._(
                "%(note)s: no payment by Mollie is left to refund. Refund it by bank.",
                note=self.display_name,
            )
        return self.env._(
            "%(note)s: its refund is under way or done. Reload the page to see how it goes on.",
            note=self.display_name,
        )

    def _mollie_refund_share(self, tx, amount):
        """Refund an amount of one payment; return why not, if Mollie refuses.

        A savepoint each: what Mollie accepted before must not be forgotten.
        """
        try:
            with self.env.cr.savepoint():
                refund = tx._create_child_transaction(
                    amount, is_refund=True, invoice_ids=[Command.set(self.ids)]
                )
                refund._log_sent_message()
                refund._send_refund_request()
        except UserError as error:
            return str(error)
        return None

    def _get_mollie_refund_shares(self):
        """Return ``[(transaction, amount)]`` that add up to the credit note, newest first."""
        left, shares = self._get_mollie_refund_amount(), []
        for tx in self._get_mollie_refundable():
            amount = min(left, tx._mollie_get_refundable())
            if self.currency_id.compare_amounts(amount, 0) > 0:
                shares.append((tx, amount))
                left = self.currency_id.round(left - amount)
        return shares

    def _get_mollie_refund_amount(self):
        """Return what of the credit note is neither settled nor being refunded already."""
        under_way = self.transaction_ids.filtered(
            lambda tx: tx.mollie_kind == "refund" and tx.state in ("draft", "pending")
        )
        return self.currency_id.round(self.amount_residual + sum(under_way.mapped("amount")))

    def _get_mollie_refundable(self):
        """Return the payments behind the credit note's invoice that can be refunded."""
        return self.reversed_entry_id._get_mollie_payments().filtered(
            lambda tx: (
                tx.state == "done"
                and tx.currency_id == self.currency_id
                and tx._mollie_get_refundable() > 0
            )
        )
