"""Matching journal items: what core's `reconcile` refuses as a whole if one of them is settled."""

from .safely import safely


def receivable_lines(payments):
    """Return the journal items of posted payments that settle invoices."""
    return payments.move_id.line_ids.filtered(
        lambda line: (
            line.account_id in payments.destination_account_id and line.parent_state == "posted"
        )
    )


def match(lines):
    """Match what is open of the lines."""
    lines.filtered(lambda line: not line.reconciled).reconcile()


def paid_invoices(payment_lines):
    """Return the invoices that payments are matched with."""
    moves = payment_lines.matched_debit_ids.debit_move_id.move_id
    return moves.filtered(lambda move: move.is_invoice())


def release(payment_lines):
    """Undo the matching of payments with invoices; return the invoices' lines."""
    partials = payment_lines.matched_debit_ids.filtered(
        lambda partial: partial.debit_move_id.move_id.is_invoice()
    )
    invoice_lines = partials.debit_move_id
    partials.unlink()
    return invoice_lines


def match_safely(do, records):
    """Call a method that matches what was paid online, which must not keep anything from being
    posted: the credit can be used by hand.
    """
    records.env.flush_all()  # What the caller left to be written is not ours to lose.
    safely(records.env, do, "What was paid online for %s was not matched.", records)
