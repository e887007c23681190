from odoo import fields

from ...money.movements import DISPUTES
from ...money.statuses import UNDECIDED
from ..days import today
from ..shares import claimed
from ..unentered import is_unentered, outstanding
from .entries import entries_of


class Held:
    """What Mollie holds of a payment although no invoice shows it as paid."""

    __slots__ = ()

    def _mollie_get_held(self):
        """Return what came in, is still at Mollie, and lowers no residual, in the currency of
        `_mollie_holder`: what is not in the books (any more), what has no entry, and what is
        matched with nothing.

        What an invoice needed stays paid when some of it is refunded, as in the books: a refund
        takes of what no invoice needed.
        """
        return max(self._mollie_get_balance(), 0)

    def _mollie_get_overdrawn(self):
        """Return what banks took of it though it is not held any more: the bank's statement had
        brought it.
        """
        return max(-self._mollie_get_balance(), 0)

    def _mollie_get_taken(self):
        """Return what banks took of it without an entry, so that it is held no more."""
        family = self._mollie_holder()._mollie_family()
        disputes = family.filtered(lambda tx: tx.mollie_kind in DISPUTES)
        if not disputes:
            return 0
        balance = self._mollie_get_balance()
        return max(balance - sum(map(_unentered, disputes)), 0) - max(balance, 0)

    def _mollie_get_refunded(self):
        """Return what was given back of it without an entry, and without a credit note's claim."""
        refunds = self._mollie_holder().child_transaction_ids.filtered(
            lambda tx: (tx.mollie_kind, tx.state) == ("refund", "done")
        )
        return sum(
            abs(refund.amount) - claimed(refund)
            for refund in refunds
            if is_unentered(refund.payment_id)
        )

    def _mollie_get_balance(self):
        """Return what is held; less than zero if more was taken."""
        holder = self._mollie_holder()
        records = holder + holder.child_transaction_ids
        is_credit = holder.mollie_kind == "other_amount"
        credits = records.filtered(lambda tx: is_credit or tx.mollie_kind == "refund")
        credit = sum(_unmatched(tx.payment_id) for tx in records)
        credit += sum(_unentered(tx) for tx in credits)
        return max(credit, 0) + sum(_unentered(tx) for tx in records - credits)

    def _mollie_get_captured(self):
        """Return what came in of a payment that is paid, in however many parts."""
        parts = self.child_transaction_ids.filtered(
            lambda tx: tx.mollie_kind == "capture" and tx.state == "done"
        )
        return sum(float(part._mollie_moved().value) for part in self + parts)

    def _mollie_get_reserved(self):
        """Return what Mollie can still capture of a payment of which a part was captured; or may
        have captured, if nothing is heard of it since it was reserved.
        """
        until = self.mollie_reserved_until
        is_unheard = self.mollie_unknown not in (False, "is_test")
        if self.state != "done" or not until:
            return 0
        if until <= fields.Datetime.now() and not is_unheard:
            return 0
        return max(self.currency_id.round(self.amount - self._mollie_get_captured()), 0)

    def _mollie_last_day(self, has_reserved):
        """Return the day on which the last of a payment's money moved, in however many parts.

        :param bool has_reserved: with what is reserved, which comes today at the earliest.
        """
        if has_reserved and self._mollie_get_reserved():
            return today(self.company_id)
        children = self._mollie_holder().child_transaction_ids
        parts = children.filtered(lambda tx: (tx.mollie_kind, tx.state) == ("capture", "done"))
        return max(tx._mollie_day() for tx in self + parts)

    def _mollie_is_open(self):
        """Return whether Mollie may still tell of money: of the payment, or of its rest."""
        return self.state in UNDECIDED or bool(self._mollie_get_reserved())

    def _mollie_fetch_held(self):
        """Read at once what `_mollie_get_held` looks at, which else is read of each for itself."""
        children = self.child_transaction_ids
        records = self | children | children.child_transaction_ids
        records.mapped("child_transaction_ids.state")
        records.mapped("invoice_ids.state")
        entries_of(records.payment_id).mapped("line_ids.parent_state")


def _unentered(tx):
    """Return what moved at Mollie by a record, less what an entry shows of it."""
    moved = float(tx._mollie_moved().value) if tx.state == "done" else 0
    shown = float(tx._mollie_posted().value) - outstanding(tx.payment_id)
    # A payment that is being corrected stays matched meanwhile.
    drafts = _settling_lines(tx.payment_id, "draft")
    return (
        moved - shown - sum(line.amount_residual_currency - line.amount_currency for line in drafts)
    )


def _unmatched(payment):
    """Return what of a payment's posted entries is matched with nothing; less than zero of one that
    went out.
    """
    return -sum(_settling_lines(payment, "posted").mapped("amount_residual_currency"))


def _settling_lines(payment, state):
    return entries_of(payment).line_ids.filtered(
        lambda line: (
            line.parent_state == state and line.account_id == payment.destination_account_id
        )
    )
