"""Payments without an entry, for there is no outstanding account: the bank's statement books them.

Until then an invoice's residual does not show them; the invoice is "in payment", whatever part of
it is paid.
"""

from datetime import date


def is_unentered(payment):
    """Return whether a payment counts in Odoo, but has no entry."""
    return not payment.move_id and payment.state in ("in_process", "paid")


def outstanding(payment):
    """Return what of a payment no entry shows, in its currency; less than zero if it went out."""
    if not is_unentered(payment) or arrival(payment):
        return 0
    return payment.amount_signed


def left_of(payments):
    """Return what is left of payments without an entry, of all that came and went of one."""
    return sum(payment.amount_signed for payment in payments if is_unentered(payment))


def count_while_left(payment, movements, invoices):
    """Let core take a payment without an entry to pay its invoices as long as anything is left of
    it. It would call them "in payment" for ever, for there is no entry to take from them.

    :param movements: the payments of all that came and went of it.
    """
    is_left = payment.currency_id.compare_amounts(left_of(movements), 0) > 0
    counted = invoices if is_left else invoices.browse()
    if not payment.move_id and payment.invoice_ids != counted:
        payment.invoice_ids = counted


def arrival(payment):
    """Return the match by which the bank's statement brought a payment: its amount is matched with
    the invoice then, and core calls the payment paid. So does a clerk, who matches nothing.

    Of several payments of the same amount, as many have arrived as there are matches.
    """
    if payment.state != "paid":
        return _statement_matches(payment.invoice_ids.browse())
    alike = payment.invoice_ids.matched_payment_ids.filtered(
        lambda other: is_unentered(other) and other.state == "paid" and _is_alike(other, payment)
    )
    matches = _statement_matches(payment.invoice_ids).filtered(
        lambda partial: (
            payment.currency_id == partial.debit_currency_id
            and payment.currency_id.compare_amounts(partial.debit_amount_currency, payment.amount)
            == 0
        )
    )
    pairs = zip(alike.sorted("id"), matches.sorted("id"), strict=False)
    return matches.browse().union(*(match for other, match in pairs if other == payment))


def since(payment, matches, until=date.max):
    """Return the matches with the bank's statement in which a payout can have brought a payment,
    and did so before a day: a payout comes on a later day. All else is money of the customer's own.
    """
    return matches.filtered(lambda partial: payment.date < partial.credit_move_id.date < until)


def partly_arrived(payment, invoice, until=date.max):
    """Return what of an invoice the bank's statement paid after a payment, but that brought none
    as a whole: Odoo lets a payout pay less of an invoice than the customer paid, for Mollie's fees
    are taken off.
    """
    matches = _statement_matches(invoice)
    wholes = matches.browse().union(*map(arrival, invoice.matched_payment_ids))
    return sum(since(payment, matches - wholes, until).mapped("debit_amount_currency"))


def _statement_matches(invoices):
    return invoices.line_ids.matched_credit_ids.filtered(
        lambda partial: partial.credit_move_id.move_id.statement_line_id
    )


def _is_alike(payment, other):
    return (payment.amount_signed, payment.currency_id) == (other.amount_signed, other.currency_id)
