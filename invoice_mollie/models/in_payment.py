"""What entries would show as unmatched, of payments that have none: what no invoice needs, and what
was refunded without a credit note.

Only while they are in process: once the bank's statement brought them, or a clerk called them paid,
a person has looked. In the payment's currency; invoices in another one tell nothing.
"""

from .shares import claimed, refunds_of, share_out
from .unentered import is_unentered, partly_arrived


def unneeded(tx):
    """Return what of the money of a payment no invoice needs, and no refund gives back.

    Of money of another amount than was asked for, core takes none to pay an invoice.

    :param tx: the holder of the money.
    """
    if not is_in_process(tx):
        return 0
    if tx.mollie_kind == "other_amount":
        return tx._mollie_payment()._mollie_get_held()
    return max(tx.currency_id.round(_excess(tx) - sum(_without_note(tx).values())), 0)


def refunded_without_note(tx):
    """Return what of a refund gives back money that an invoice needs, without a credit note."""
    holder = tx.source_transaction_id
    if not is_in_process(tx) or holder.mollie_kind == "other_amount":
        return 0
    refunds = _without_note(holder)
    # The older ones give back first what no invoice needed.
    until_then = sum(amount for refund, amount in refunds.items() if refund.id <= tx.id)
    # What banks took, they took of what was left then.
    taken = sum(other._mollie_get_taken() for other in _invoices(holder)._get_mollie_payments())
    amount = min(refunds.get(tx, 0), until_then - _excess(holder, taken))
    return max(tx.currency_id.round(amount), 0)


def is_in_process(tx):
    """Return whether a booking has no entry, and neither the bank nor a clerk confirmed it."""
    payment = tx.payment_id
    return tx.state == "done" and is_unentered(payment) and payment.state == "in_process"


def is_confirmed(tx):
    """Return whether a booking has no entry, and the bank or a clerk confirmed it."""
    return is_unentered(tx.payment_id) and tx.payment_id.state == "paid"


def unasked(chargeback):
    """Return what of a chargeback no invoice asks for, since the bank's statement paid that."""
    if not is_in_process(chargeback):
        return 0
    holder = chargeback.source_transaction_id
    invoices = _invoices(holder)
    asked = sum(invoice._get_mollie_residual() for invoice in invoices)
    # What comes later is paid anew.
    until = chargeback.payment_id.date
    in_parts = sum(partly_arrived(holder.payment_id, invoice, until) for invoice in invoices)
    taken = abs(chargeback.amount)
    amount = max(holder._mollie_get_overdrawn(), min(taken - asked, in_parts), 0)
    return chargeback.currency_id.round(min(taken, amount))


def _excess(tx, taken=0):
    """Return by how much a payment is more than its invoices need, the newest payments first.

    :param float taken: what is counted beside, as if banks had not taken it.
    """
    invoices = _invoices(tx)
    newer = invoices._get_mollie_payments().filtered(lambda other: other.id > tx.id)
    # The last of several invoices gets what the others leave.
    excess = min((_paid_too_much(move, tx.payment_id) for move in invoices), default=0)
    excess += taken - sum(other._mollie_get_held() for other in newer)
    return max(min(excess, tx._mollie_get_held() + taken), 0)


def _invoices(tx):
    return tx.invoice_ids.filtered(
        lambda move: move.state == "posted" and move.currency_id == tx.currency_id
    )


def _paid_too_much(invoice, payment):
    needed = invoice.amount_residual + partly_arrived(payment, invoice)
    held = invoice._get_mollie_held_parts(has_reserved=False)
    return sum(part for part, _day in held) - needed


def _without_note(holder):
    """Return ``{refund: what of it no credit note claimed}``."""
    left, _needs = share_out(refunds_of(holder))
    # A note that claimed it is not open any more once the bank's statement is matched with it.
    return {
        refund: min(amount, abs(refund.amount) - claimed(refund)) for refund, amount in left.items()
    }
