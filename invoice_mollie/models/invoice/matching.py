from odoo.fields import Domain

from ..matching import match, match_safely, receivable_lines
from ..shares import credit_lines, holders_of, unneeded_refunds


class Matching:
    """What was paid online settles its invoice again after the invoice was a draft."""

    __slots__ = ()

    def _mollie_match_payments_safely(self):
        """Match what was paid online before the invoices were corrected.

        Core keeps the matching of an invoice that is posted again unchanged, and drops it
        otherwise.
        """
        # In sudo mode because who posts an invoice need not see its transactions.
        moves = self.filtered(lambda move: move.sudo()._get_mollie_payers().payment_id)
        if moves:
            match_safely(moves._mollie_match_payments, moves)

    def _mollie_match_payments(self):
        """Settle what is open of each document with all that its online payments left.

        A customer must not be asked again when one of two payments is charged back, nor when the
        invoice was a draft in between. What no document needs any more goes with refunds that were
        made before.
        """
        for move in self:
            # In sudo mode because who posts an invoice need not see its transactions.
            move_sudo = move.sudo()
            lines_sudo = move_sudo._get_mollie_unused_lines(move_sudo._get_mollie_payers())
            if move.state == "posted":
                match(lines_sudo + _on_accounts(move_sudo.line_ids, lines_sudo.account_id))
            if move.state != "draft":
                _match_refunds(lines_sudo)

    def _get_mollie_payers(self):
        """Return the transactions whose money settles the invoices, or settled them before they
        were corrected. Must be called in sudo mode.
        """
        return self.transaction_ids | self.mollie_payer_ids

    def _get_mollie_unused_lines(self, txs=None):
        """Return the journal items of online payments that can settle what is open.

        :param txs: of these transactions; else of the invoice's own.
        """
        self.ensure_one()
        txs = self.transaction_ids if txs is None else txs
        txs = txs.filtered(lambda tx: tx.provider_code == "mollie")
        children = txs.child_transaction_ids
        payments = (txs | children | children.child_transaction_ids).payment_id
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return self.env["account.move.line"].search(
            Domain("payment_id", "in", payments.ids)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("account_id", "in", terms.account_id.ids)
            & Domain("balance", "<" if self.is_inbound() else ">", 0)
            & self._get_mollie_payer_domain()
        )

    def _get_mollie_payer_domain(self):
        """Return the domain of the customer's journal items: also of a contact who works for
        another company since, as what they paid stays where it was booked.
        """
        customer = self.commercial_partner_id
        payer = "payment_id.payment_transaction_id.partner_id.commercial_partner_id"
        return Domain("partner_id", "=", customer.id) | Domain(payer, "=", customer.id)


def _on_accounts(lines, accounts):
    return lines.filtered(lambda line: line.account_id in accounts)


def _match_refunds(lines):
    """Match what is left of payments with what was given back of them without a credit note."""
    for holder in holders_of(lines):
        if refunds := unneeded_refunds(holder):
            match(credit_lines(holder) + receivable_lines(refunds.payment_id))
