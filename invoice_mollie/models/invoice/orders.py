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
        self._mollie_take_of_order(self._get_mollie_order_payments())

    def _mollie_take_of_order(self, payments):
        """Take these payments of the invoice's orders, if they bring more than others need.

        Must be called in sudo mode.
        """
        txs = payments.filtered(_brings_money)
        for tx in txs:
            wait_for_lock(tx)
            tx._mollie_write({"invoice_ids": [Command.link(self.id)]})
        if txs:
            self._mollie_match_payments()

    def _get_mollie_order_payments(self):
        """Return the payments of the invoice's orders that are not for this invoice so far; those
        of other invoices may bring more than these need.
        """
        is_sold = "sale_line_ids" in self.env["account.move.line"]._fields  # Else no orders.
        if not is_sold or self.move_type != "out_invoice" or self.state == "cancel":
            return self.transaction_ids.browse()
        txs = self.line_ids.sale_line_ids.order_id.transaction_ids
        return txs.filtered(lambda tx: tx.mollie_kind == "payment" and self not in tx.invoice_ids)


def _brings_money(tx):
    """Return whether money of the payment is there or on its way that no invoice needs so far."""
    if tx.state not in ("pending", "authorized", "done"):
        return False
    amount = tx._mollie_get_held() if tx.state == "done" else tx.amount
    needed = sum(tx.invoice_ids.mapped("amount_residual"))
    return tx.currency_id.compare_amounts(amount, needed) > 0
