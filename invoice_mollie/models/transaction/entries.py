"""The journal entries by which Mollie's money stands in the books, whoever had a hand in them."""

from ..days import today


def entries_of(payment):
    """Return the entry of a payment, with what reversed it, and what reversed that."""
    found = entries = payment.move_id
    while entries := entries.reversal_move_ids - found:
        found |= entries
    return found


def is_draft(payment):
    """Return whether somebody is correcting a payment, or its entry below it."""
    return "draft" in (payment.state, payment.move_id.state)


def posted_sums(payment):
    """Return what stands of a payment on its account at Mollie and on the customer's: what one of
    them does not have pays no invoice, or is not at Mollie.

    :return: ``{currency: amount}``, nearly always one, its own; less than zero if it went
    """
    if not payment.move_id:
        # Without an outstanding account there is no entry.
        is_booked = payment.state in ("in_process", "paid")
        return {payment.currency_id: payment.amount_signed if is_booked else 0.0}
    posted = entries_of(payment).line_ids.filtered(lambda line: line.parent_state == "posted")
    money = _sums_on(payment.outstanding_account_id, posted)
    debt = _sums_on(payment.destination_account_id, posted)
    sums = {
        currency: _common(amount, -debt.get(currency, 0.0)) for currency, amount in money.items()
    }
    return sums or {payment.currency_id: 0.0}


def _sums_on(account, lines):
    """Return ``{currency: amount}`` of those journal items that are on an account."""
    on_it = lines.filtered(lambda line: line.account_id == account)
    by_currency = on_it.grouped("currency_id").items()
    return {currency: sum(items.mapped("amount_currency")) for currency, items in by_currency}


def _common(amount, other):
    """Return what two amounts have in common; nothing if they have other signs."""
    return max(min(amount, other), 0.0) + min(max(amount, other), 0.0)


def posted_amount(payment):
    """Return what stands of a payment, as `posted_sums` does, in its currency.

    :rtype: float
    """
    return sum(posted_sums(payment).values())


def reverse(payment):
    """Take a payment out of the books.

    What was posted is reversed, not cancelled, as core would: money went out and came back, perhaps
    in another period.
    """
    entry = payment.move_id
    if entry.state == "draft":
        # Not deleted: it may have a number, which others follow.
        entry.line_ids.remove_move_reconcile()
        entry.state = "cancel"
    elif stands(payment):
        # On the day that is heard of, for Mollie does not tell when.
        standing = _standing_entry(payment)
        reason = payment.env._("Reversal of %s", standing.name)
        values = {"date": today(payment.company_id), "ref": reason}
        standing._reverse_moves([values], cancel=True)
    payment.state = "canceled"


def is_reversed(payment):
    """Return whether the entry of a payment was reversed, so that nothing stands of it."""
    return payment.move_id.state == "posted" and not stands(payment)


def stands(payment):
    """Return whether anything is posted of a payment, on whichever accounts: somebody may have
    moved its money to another one than Mollie's.
    """
    posted = entries_of(payment).line_ids.filtered(lambda line: line.parent_state == "posted")
    sums = (sum(lines.mapped("balance")) for lines in posted.grouped("account_id").values())
    return any(not payment.company_currency_id.is_zero(balance) for balance in sums)


def _standing_entry(payment):
    """Return the entry of the payment that is posted, and that nothing reversed."""
    return entries_of(payment).filtered(
        lambda entry: entry.state == "posted" and not reversals_of(entry)
    )[-1:]


def reversals_of(entry):
    """Return what is posted to reverse an entry."""
    return entry.reversal_move_ids.filtered(lambda reversal: reversal.state == "posted")
