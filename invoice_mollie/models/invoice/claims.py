from functools import partial

from odoo.fields import Command

from ..locks import wait_for_lock
from ..matching import match, match_safely, receivable_lines
from ..shares import refunds_of, share_out, unclaimed


class Claims:
    """Credit notes settle what is open of their invoice, and claim what was given back already.

    Money that went back before its credit note, or beside it, is not sent again.
    """

    __slots__ = ()

    # === BUSINESS METHODS - CLAIMS === #

    def _mollie_settle_posted_notes(self):
        """Settle credit notes, and those of invoices, that were posted just now."""
        # In sudo mode because who posts a credit note need not see its transactions.
        moves_sudo = self.sudo()
        notes = moves_sudo.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id.transaction_ids
        )
        invoices = notes.reversed_entry_id + moves_sudo.filtered("transaction_ids.payment_id")
        if invoices:
            match_safely(partial(_lock_and_settle, notes, invoices), notes + invoices)

    def _mollie_settle_notes(self, source):
        """Settle the open credit notes of invoices with what is open of these, and with refunds
        that were made already.

        May run any number of times. Must be called in sudo mode.
        """
        match_safely(partial(_settle, self, source), self)

    def _mollie_lock_payments(self):
        """Lock the payments behind credit notes: others may refund them at the same time."""
        for tx in self.reversed_entry_id._get_mollie_payments().sorted("id"):
            wait_for_lock(tx)

    def _mollie_match_notes(self):
        """Settle what is open of invoices with their own credit notes: nobody is asked for what was
        credited. What of a note's money is on its way back is kept for that.
        """
        for invoice in self.filtered(lambda move: _is_open(move, "out_invoice")):
            notes = invoice.reversal_move_ids.filtered(lambda note: _is_open(note, "out_refund"))
            for note in notes.sorted("id"):
                _match_posted(_terms(note) + _terms(invoice))

    def _mollie_claim_refunds(self, source):
        """Let open credit notes claim refunds of their invoice's payments, older notes first.

        The caller holds the lock of what he is about: two notes claim a refund once.

        :param str source: who woke us, for the log.
        """
        for note in self.filtered(lambda move: _is_open(move, "out_refund")).sorted("id"):
            free = unclaimed(note.reversed_entry_id._get_mollie_payments())
            claimed = sum(note._mollie_claim(tx, amount, source) for tx, amount in free.items())
            if claimed:
                note.message_post(
                    body=note._get_mollie_claim_message(claimed),
                    author_id=self.env.ref("base.partner_root").id,  # Not the webhook's visitor.
                )

    def _mollie_claim(self, refund, free, source):
        """Claim what is free of a refund, as far as the credit note needs it; return how much."""
        if refund.currency_id != self.currency_id:
            return 0
        amount = min(self._get_mollie_refund_amount(), free)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return 0
        refund._mollie_write({"invoice_ids": [Command.link(self.id)]})
        _match_posted(_terms(self) + receivable_lines(refund.payment_id))
        refund.source_transaction_id._mollie_log(
            "refund_claimed",
            source,
            mollie_reference=refund.provider_reference,
            amount=amount,
            detail=self.name,
        )
        return amount

    def _get_mollie_claim_message(self, amount):
        return self.env._(
            "%(amount)s of credit note %(note)s has been refunded by Mollie already, or is on its"
            " way, and is not sent again.",
            amount=self.currency_id.format(amount),
            note=self.name,
        )

    def _get_mollie_refund_amount(self):
        """Return what of the credit note is neither settled nor given back already."""
        payments = self.reversed_entry_id._get_mollie_payments()
        _left, needs = share_out(refunds_of(payments))
        return needs.get(self, self.amount_residual)


def _lock_and_settle(notes, invoices):
    notes._mollie_lock_payments()
    invoices._mollie_settle_notes("user")


def _settle(invoices, source):
    invoices._mollie_match_notes()
    invoices.reversal_move_ids._mollie_claim_refunds(source)


def _is_open(move, move_type):
    return (move.move_type, move.state) == (move_type, "posted") and bool(move.amount_residual)


def _terms(moves):
    return moves.line_ids.filtered(lambda line: line.display_type == "payment_term")


def _match_posted(lines):
    lines = lines.filtered(lambda line: line.parent_state == "posted")
    for same in lines.grouped("account_id").values():
        match(same)
