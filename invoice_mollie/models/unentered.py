"""Payments without an entry, for there is no outstanding account: the bank's statement books them.

Until then an invoice's residual does not show them; the invoice is "in payment", whatever part of
it is paid.
"""


def is_unentered(payment):
    """Return whether a payment counts in Odoo, but has no entry."""
    return not payment.move_id and payment.state in ("in_process", "paid")


def outstanding(payment):
    """Return what of a payment no entry shows, in its currency; less than zero if it went out."""
    if not is_unentered(payment) or _has_arrived(payment):
        return 0
    return payment.amount_signed


def count_while_left(payment, movements, invoices):
    """Let core take a payment without an entry to pay its invoices as long as anything is left of
    it. It would call them "in payment" for ever, for there is no entry to take from them.

    :param movements: the payments of all that came and went of it.
    """
    left = sum(found.amount_signed for found in movements if is_unentered(found))
    is_left = payment.currency_id.compare_amounts(left, 0) > 0
    counted = invoices if is_left else invoices.browse()
    if not payment.move_id and payment.invoice_ids != counted:
        payment.invoice_ids = counted


def _has_arrived(payment):
    """Return whether the bank's statement brought the payment: its amount is matched with the
    invoice then, and core calls the payment paid. So does a clerk, who matches nothing.

    Of several payments of the same amount, as many have arrived as there are matches.
    """
    if payment.state != "paid":
        return False
    invoices = payment.invoice_ids
    alike = invoices.matched_payment_ids.filtered(
        lambda other: is_unentered(other) and other.state == "paid" and _is_alike(other, payment)
    )
    matches = invoices.line_ids.matched_credit_ids.filtered(
        lambda partial: (
            partial.credit_move_id.move_id.statement_line_id
            and payment.currency_id == partial.debit_currency_id
            and payment.currency_id.compare_amounts(partial.debit_amount_currency, payment.amount)
            == 0
        )
    )
    return payment in alike.sorted("id")[: len(matches)]


def _is_alike(payment, other):
    return (payment.amount_signed, payment.currency_id) == (other.amount_signed, other.currency_id)
