from odoo.fields import Command

from ..locks import wait_for_lock


class Orders:
    """What customers paid for the sale orders of an invoice: in the shop, or on the quotation.

    Core gives an invoice those payments of its orders of which it knows, when the invoice is made,
    that they are under way. Of the others nobody may have heard.
    """

    __slots__ = ()

    def _mollie_take_order_payments(self):
        """Take those payments of the invoice's orders that brought money or are about to.

        Must be called in sudo mode.
        """
        txs = self._get_mollie_order_payments().filtered(_brings_money)
        for tx in txs:
            wait_for_lock(tx)
            tx._mollie_write({"invoice_ids": [Command.link(self.id)]})
        if txs:
            self._mollie_match_payments()

    def _get_mollie_order_payments(self):
        """Return the payments of the invoice's orders that are for no invoice so far."""
        if "sale_line_ids" not in self.line_ids._fields:  # Nothing is sold by orders.
            return self.transaction_ids.browse()
        txs = self.line_ids.sale_line_ids.order_id.transaction_ids
        return txs.filtered(lambda tx: tx.mollie_kind == "payment" and not tx.invoice_ids)


def _brings_money(tx):
    """Return whether money of the payment is there or on its way, and settles nothing."""
    is_used = tx.payment_id.is_reconciled
    return tx.state in ("pending", "authorized") or (tx.state == "done" and not is_used)
