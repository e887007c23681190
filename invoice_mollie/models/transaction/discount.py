"""Which discount for paying early the money of a transaction has earned."""

from ...money.movements import SETTLING
from ..invoice.discount import KNOWN
from ..matching import receivable_lines, release


def book_with_discount(tx, book, values):
    """Book a transaction on its day, together with the discount that it earned.

    :param book: core's method, without its transaction.
    :param dict values: of the payment; what stands there counts.
    :return: the payment.
    """
    discounted = _discounted(tx)
    day = tx._mollie_booking_day(discounted._has_mollie_discount_tax())
    lines = discounted._get_mollie_discount_lines(day)
    # As core's wizard does: the taxes of the lines are what they are.
    context = {KNOWN: True} | ({"skip_invoice_sync": True} if lines else {})
    values = {"date": day, "write_off_line_vals": lines} | values
    payment = book(tx.with_context(**context), **values).with_env(tx.env)
    if tx.mollie_kind == "capture":
        # What parts had settled before may be open: see `_discounted`.
        tx.source_transaction_id.invoice_ids._mollie_match_payments()
    return payment


def earns_now(tx):
    """Return whether money that was booked while its invoices were drafts, as credit then, or while
    a credit note took a part of them, has earned a discount now that they are as they were.
    """
    lines = receivable_lines(tx.payment_id)
    is_whole = tx.mollie_kind == "payment" and not tx.mollie_amount_captured
    booked = tx.invoice_ids._get_mollie_payments().filtered(lambda tx: tx._mollie_is_booked())
    if not lines or not is_whole or _is_granted(booked.payment_id):
        return False
    if not (lines.matched_debit_ids or lines.matched_credit_ids):
        return bool(_discounted(tx))
    invoices, day = tx.invoice_ids.filtered(lambda move: move.state == "posted"), tx._mollie_day()
    is_discounted = invoices._is_mollie_discounted(tx.amount, tx.currency_id, day)
    return is_discounted and _settles_alone(lines, invoices)


def _settles_alone(lines, invoices):
    """Return whether money goes with these invoices, and nothing else with them."""
    terms = invoices._get_mollie_terms()
    paid, paid_with = lines.matched_debit_ids.debit_move_id, terms.matched_credit_ids.credit_move_id
    return paid <= terms and paid_with <= lines


def _discounted(tx):
    """Return the invoices whose discount the money of a transaction earned.

    Money that came in parts earns it with the last of them, if all came in time.
    """
    if tx.mollie_kind not in SETTLING:
        return tx.invoice_ids.browse()
    asked = tx.source_transaction_id if tx.mollie_kind == "capture" else tx
    parts = tx | _booked_parts(asked)
    amount = sum(float(part._mollie_moved().value) for part in parts)
    day = max(part._mollie_day() for part in parts)
    invoices = asked.invoice_ids.filtered(lambda move: move.state == "posted")
    earlier = (parts - tx).payment_id
    if _is_granted(earlier):
        return invoices.browse()
    if earlier and invoices._is_mollie_discounted(amount, tx.currency_id, day):
        # What is settled by parts is open again until the last one settles all of it.
        release(receivable_lines(earlier))
    return invoices._get_mollie_discounted(amount, tx.currency_id, day)


def _is_granted(payments):
    """Return whether a discount stands in the entries of payments, beside money and debt."""
    accounts = payments.outstanding_account_id | payments.destination_account_id
    return bool(payments.move_id.line_ids.filtered(lambda line: line.account_id not in accounts))


def _booked_parts(asked):
    captures = asked.child_transaction_ids.filtered(lambda child: child.mollie_kind == "capture")
    return (asked + captures).filtered(lambda part: part._mollie_is_booked())
