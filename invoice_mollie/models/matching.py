"""Matching journal items: what core's `reconcile` refuses as a whole if one of them is settled."""


def receivable_lines(payment):
    """Return the journal items of a payment that settle invoices."""
    return payment.move_id.line_ids.filtered(
        lambda line: line.account_id == payment.destination_account_id
    )


def match(lines):
    """Match what is open of the lines."""
    lines.filtered(lambda line: not line.reconciled).reconcile()


def match_if_open(lines):
    """Match the lines if none is settled.

    So a refund goes with what no invoice needed of its payment, and only that: one without a
    credit note does not make the customer owe the invoice again.
    """
    if not any(lines.mapped("reconciled")):
        lines.reconcile()


def release(payment_lines):
    """Undo the matching of payments with invoices; return the invoices' lines."""
    partials = payment_lines.matched_debit_ids.filtered(
        lambda partial: partial.debit_move_id.move_id.is_invoice()
    )
    invoice_lines = partials.debit_move_id
    partials.unlink()
    return invoice_lines
