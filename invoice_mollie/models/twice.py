"""Money of Mollie's that somebody booked by hand, before Mollie told of it."""


def hand_payments(invoices, payments):
    """Return the payments, not known to Mollie, that settle invoices in place of other ones: in the
    same journal, of the same amount.
    """
    kinds = {_kind(payment) for payment in payments}
    return invoices.reconciled_payment_ids.filtered(
        lambda other: (
            not other.payment_transaction_id
            and other.state in ("in_process", "paid")
            and _kind(other) in kinds
        )
    )


def _kind(payment):
    return payment.journal_id, payment.payment_type, payment.currency_id, payment.amount
