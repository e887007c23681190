"""What of journal items is kept: it is on its way back to the customer, and pays nothing else."""

from .shares import credit_lines, holders_of, open_credit, refunds_of, share_out


def kept(lines):
    """Return what of journal items must be left alone when invoices are matched with them: what
    refunds give back that are not booked, or not matched, so far.

    :return: ``{journal item: amount}`` in its currency, greater than zero.
    """
    # In sudo mode because who matches items need not see transactions.
    lines_sudo = lines.sudo()
    if not pays_invoices(lines_sudo):
        return {}
    return {
        line.sudo(lines.env.su): share
        for items_sudo, amount in _of_notes(lines_sudo) + _of_payments(lines_sudo)
        for line, share in _share(items_sudo, amount)
    }


def pays_invoices(lines):
    """Return whether invoices are among journal items that are matched: what came and went goes
    together, whatever is on its way, and so does what is at Mollie with what comes to the bank.
    """
    return bool(set(lines.move_id.mapped("move_type")) & {"out_invoice", "out_receipt"})


def _share(items, amount):
    """Share what is kept out to all items that it could be taken from, the last ones first."""
    for line in items.sorted("id", reverse=True):
        share = min(abs(line.amount_residual_currency), amount)
        amount -= share
        if not line.currency_id.is_zero(share):
            yield line, share


def _of_notes(lines):
    """Return ``[(items, amount)]`` of credit notes, of what refunds will settle of them."""
    notes = lines.move_id.filtered(lambda move: move.move_type == "out_refund")
    return [
        (note.line_ids.filtered(lambda line: line.display_type == "payment_term"), claimed)
        for note in notes.filtered("transaction_ids")
        if (claimed := _claimed(note, lines))
    ]


def _claimed(note, lines):
    refunds = refunds_of(note.transaction_ids.source_transaction_id)
    _left, needs = share_out(refunds, lines)
    return note.amount_residual - needs.get(note, note.amount_residual)


def _of_payments(lines):
    """Return ``[(items, amount)]`` of money that no invoice needed, of what refunds give back."""
    found, holders = [], holders_of(lines)
    _read_at_once(holders)
    for holder in holders:
        left, _needs = share_out(refunds_of(holder), lines)
        if amount := any(left.values()) and _to_give_back(holder, left, lines.move_id):
            found.append((credit_lines(holder), amount))
    return found


def _read_at_once(holders):
    """Read what is looked at of all payments, which else is read of each for itself."""
    records = holders | holders.child_transaction_ids | holders.source_transaction_id
    records |= records.child_transaction_ids
    records.mapped("invoice_ids.state")
    records.payment_id.move_id.mapped("line_ids.reconciled")


def _to_give_back(holder, left, moves):
    """Return what refunds take of what is open of a payment: what its invoices did not need when
    they were asked for, and what its invoices, if they are being matched now, need not.

    :param dict left: ``{refund: what no credit note needs}``
    """
    asked = sum(min(part, refund.mollie_of_credit) for refund, part in left.items())
    asked_for = (holder | holder.source_transaction_id).invoice_ids
    own = (asked_for & moves).filtered(
        lambda move: (move.state, move.currency_id) == ("posted", holder.currency_id)
    )
    unneeded = open_credit(holder) - sum(own.mapped("amount_residual"))
    return holder.currency_id.round(max(asked, min(sum(left.values()), unneeded)))
