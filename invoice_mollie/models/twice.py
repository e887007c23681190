"""Money of Mollie's that somebody booked by hand, before Mollie told of it."""


def hand_payments(invoices, payments):
    """Return the payments, not known to Mollie, that settle invoices in place of other ones: in the
    same journal, of the same amount. No more than there are others: what else is booked by hand is
    money of its own.
    """
    by_hand = invoices.reconciled_payment_ids.filtered(
        lambda other: not other.payment_transaction_id and other.state in ("in_process", "paid")
    ).grouped(_kind)
    alike = [by_hand.get(kind, payments.browse()) for kind in map(_kind, payments)]
    found = payments.browse()
    for candidates in alike:
        found |= (candidates - found).sorted("id")[:1]
    return found


def _kind(payment):
    return payment.journal_id, payment.payment_type, payment.currency_id, payment.amount
