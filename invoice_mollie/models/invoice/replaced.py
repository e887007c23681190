from odoo.fields import Command

from ..locks import wait_for_lock
from ..matching import match_safely, paid_invoices
from ..shares import unused


class Replaced:
    """An invoice that takes the place of another one, as *Reverse and Create Invoice* makes it, or
    of itself, once it was corrected.

    What was paid online for the old one is its customer's: the new one does not ask for it again.
    """

    __slots__ = ()

    def _mollie_keep_payers(self):
        """Note what pays the invoices by now, though it came for others, or which invoices the
        entries pay: their matching is about to go, and nothing else would tell what to settle them
        with again.
        """
        # In sudo mode because who corrects an invoice need not see its transactions.
        for move in self.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            payments = move.line_ids.matched_credit_ids.credit_move_id.payment_id
            came = payments.payment_transaction_id.filtered("mollie_kind")
            asked = came.browse().union(*(tx._mollie_payment() for tx in came))
            others = asked - move.transaction_ids
            if move.mollie_payer_ids != others:
                move.mollie_payer_ids = others
        for payment in self.sudo().origin_payment_id.filtered("payment_transaction_id.mollie_kind"):
            for move in paid_invoices(payment.move_id.line_ids):
                move._mollie_add_payer(payment.payment_transaction_id._mollie_payment())

    def _mollie_add_payer(self, payment):
        """Note that what is left of a payment settles the invoice, too, though it came for others.

        Must be called in sudo mode.
        """
        # What it replaces, if it is to take over that one's payments, brings this one with it.
        if payment not in (self | self.mollie_replaced_id)._get_mollie_payers():
            self.mollie_payer_ids |= payment

    def _mollie_take_over_payments(self):
        """Give invoices that were posted just now the online payments of those they replace."""
        # In sudo mode because who posts an invoice need not see its transactions.
        for move in self.sudo().filtered(_is_successor):
            match_safely(move._mollie_take_over, move)

    def _mollie_take_over(self):
        """Link the payments of the replaced invoice, also those that are still under way, and
        settle the new one with them; none if it replaces nothing.

        May run any number of times. Must be called in sudo mode.

        :raise LockError: if somebody else is at one of the payments just now.
        """
        replaced = self.filtered(_is_successor).mollie_replaced_id
        txs = replaced._get_mollie_payments().filtered(
            lambda tx: tx.state not in ("cancel", "error") or tx._mollie_holder() != tx
        )
        txs -= self.transaction_ids
        for tx in txs.sorted("id"):
            wait_for_lock(tx)
            tx._mollie_write({"invoice_ids": [Command.link(self.id)]})
        payers = replaced.mollie_payer_ids
        if payers:  # Else this one's are not read: each page asks.
            payers -= self.mollie_payer_ids
            self.mollie_payer_ids |= payers
        if txs or payers:
            self._mollie_log_replaced(txs | payers)
            self._mollie_match_payments()

    def _mollie_log_replaced(self, txs):
        """Log what of some payments the invoice uses, if it uses any."""
        own = txs.filtered(lambda tx: tx.currency_id == self.currency_id)
        amount = min(sum(unused(tx._mollie_holder()) for tx in own), self.amount_residual)
        if self.currency_id.compare_amounts(amount, 0) > 0:
            values = {"currency_id": self.currency_id.id, "detail": self.mollie_replaced_id.name}
            self._log_mollie("replaced", "user", amount=amount, **values)

    def _get_mollie_successors(self):
        """Return the drafts that get what was paid online for the invoices, once they are posted.

        Must be called in sudo mode.
        """
        drafts = self.search([("mollie_replaced_id", "in", self.ids), ("state", "=", "draft")])
        return drafts.filtered(_is_to_take_over)


def _is_successor(move):
    return move.state == "posted" and _is_to_take_over(move)


def _is_to_take_over(move):
    """Return whether the invoice is the same customer's as the one it replaces, and that one was
    reversed: who makes invoices could name any other.
    """
    replaced = move.mollie_replaced_id
    is_same = move.partner_id == replaced.partner_id or (
        move.commercial_partner_id == replaced.commercial_partner_id
    )
    return (
        move.move_type == "out_invoice"
        and bool(replaced.transaction_ids or replaced.mollie_payer_ids)
        and "posted" in replaced.reversal_move_ids.mapped("state")
        and is_same
        and (move.company_id, move.currency_id) == (replaced.company_id, replaced.currency_id)
    )
