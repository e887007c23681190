"""Whose a refund is: a credit note's, that of money which no invoice needed, or nobody's so far.

Nothing is changed here. What is matched is read from the books; what is not goes to the credit
notes that claimed it, older ones first. Amounts are in the refund's currency.
"""

from ..money.movements import HOLDERS
from .matching import receivable_lines
from .transaction.entries import posted_amount

# Which movements bring money of a payment beside the payment itself.
PARTS = ("capture", "reversal")


def refunds_of(payments):
    """Return the refunds of payments at Mollie, but those that failed or were cancelled."""
    others = payments.child_transaction_ids.filtered(lambda tx: tx.mollie_kind == "other_amount")
    return _standing((payments | others).child_transaction_ids)


def is_of_credit(refund):
    """Return whether all that a refund gives back is money that no invoice needed when it was asked
    for: what came in twice, say. No credit note claims it.
    """
    share = refund.currency_id.compare_amounts(abs(refund.amount), refund.mollie_of_credit)
    return share <= 0 and not _claimants(refund)


def share_out(refunds, matched=None):
    """Share refunds out to the credit notes that claimed them.

    What a note gets of one payment's refund, it needs not of another one's.

    :param matched: journal items; refunds of which one is among these are left out.
    :return: ``{refund: what no note of it needs}`` and ``{note: what no refund covers}``
    :rtype: tuple(dict, dict)
    """
    sharing = _sharing(refunds)
    if matched:
        sharing = sharing.filtered(lambda tx: not tx.payment_id.move_id.line_ids & matched)
    left = {refund: _unmatched(refund) for refund in sharing.sorted("id")}
    needs = {note: note.amount_residual for note in _claimants(sharing)}
    _share(left, needs)
    return {refund: left[refund] for refund in left if refund in refunds}, needs


def claimed(refund):
    """Return what credit notes claimed of a refund, as if nothing else had settled any of them."""
    sharing = _sharing(refund)
    left = {tx: abs(tx.amount) for tx in sharing.sorted("id")}
    _share(left, {note: note.amount_total for note in _claimants(sharing)})
    return abs(refund.amount) - left[refund]


def unclaimed(payments):
    """Return ``{refund: what of it a credit note can still claim}``.

    What is under way gives back first what no invoice needed of its payment; what is booked has
    been matched with that already.
    """
    refunds = refunds_of(payments)
    left, _needs = share_out(refunds)
    credits = {holder: open_credit(holder) for holder in refunds.source_transaction_id}
    for refund in left:
        if not receivable_lines(refund.payment_id):
            holder = refund.source_transaction_id
            share = min(left[refund], credits[holder])
            left[refund] = refund.currency_id.round(left[refund] - share)
            credits[holder] -= share
    return left


def unused(holder):
    """Return what of the money of a payment no invoice needs, and no refund gives back."""
    left, _needs = share_out(refunds_of(holder))
    return max(holder.currency_id.round(open_credit(holder) - sum(left.values())), 0)


def holders_of(lines):
    """Return the transactions whose money journal items are: of a later capture, or of what was won
    back, that of the whole payment, as at Mollie.
    """
    txs = lines.payment_id.payment_transaction_id
    parts = txs.filtered(lambda tx: tx.mollie_kind in PARTS)
    return txs.filtered(lambda tx: tx.mollie_kind in HOLDERS) | parts.source_transaction_id


def receipts_of(holder):
    """Return what brought the money of a payment: itself, its captures, and what was won back."""
    parts = holder.child_transaction_ids.filtered(lambda tx: tx.mollie_kind in PARTS)
    return holder | parts


def credit_lines(holder):
    """Return the open journal items of the money that came by a payment, by its captures, or back
    from a chargeback.
    """
    lines = receivable_lines(receipts_of(holder).payment_id)
    return lines.filtered(lambda line: line.balance < 0 and not line.reconciled)


def open_credit(holder):
    """Return what is open of the money that came by a payment."""
    return -sum(credit_lines(holder).mapped("amount_residual_currency"))


def unneeded_refunds(holder):
    """Return the refunds of a payment that are booked, and that no credit note needs."""
    left, _needs = share_out(refunds_of(holder))
    return holder.browse().union(
        *(
            refund
            for refund, amount in left.items()
            if amount > 0 and amount == _open_amount(refund)
        )
    )


def _share(left, needs):
    """Take what credit notes need from refunds, of both the older ones first.

    :param dict left: ``{refund: amount}``, lowered by what its notes take.
    :param dict needs: ``{note: amount}``, lowered by the same.
    """
    for refund in left:
        for note in _claimants(refund):
            share = min(left[refund], needs[note])
            left[refund] = refund.currency_id.round(left[refund] - share)
            needs[note] = note.currency_id.round(needs[note] - share)


def _standing(txs):
    return txs.filtered(
        lambda tx: tx.mollie_kind == "refund" and tx.state in ("draft", "pending", "done")
    )


def _sharing(refunds):
    """Return refunds, with those of other payments that the same credit notes claimed."""
    while others := _standing(_claimants(refunds).transaction_ids) - refunds:
        refunds |= others
    return refunds


def _claimants(refunds):
    """Return the credit notes that claimed refunds; drafts, too: they are being corrected."""
    return refunds.invoice_ids.filtered(
        lambda move: move.move_type == "out_refund" and move.state != "cancel"
    ).sorted("id")


def _unmatched(refund):
    # What went back without being in the books (any more) goes back once all the same.
    is_booked = posted_amount(refund.payment_id) and receivable_lines(refund.payment_id)
    return _open_amount(refund) if is_booked else abs(refund.amount)


def _open_amount(refund):
    return sum(receivable_lines(refund.payment_id).mapped("amount_residual_currency"))
