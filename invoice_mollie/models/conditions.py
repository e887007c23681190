"""Whether there is something that a person has to look at, where, and of how much: the facts of the
table in `needs.py`.
"""

from markupsafe import Markup

from ..money.movements import HOLDERS
from .drafts import beyond_drafts, settling_drafts
from .in_payment import is_confirmed, refunded_without_note, unasked, unneeded
from .matching import receivable_lines
from .mollie_payment_log import DATABASE
from .shares import receipts_of, refunds_of, share_out, unused
from .transaction.entries import is_draft
from .twice import brought_money, first_payment, hand_payments, twins

# === WHAT IS SO === #


def _left(invoice):
    """Return what of an invoice is still to be paid."""
    return invoice._get_mollie_residual() if invoice.move_type == "out_invoice" else 0


def _unpaid(invoice):
    """Return the same with what is reserved for it."""
    return invoice._get_mollie_unpaid() if invoice.move_type == "out_invoice" else 0


def _unmatched(tx):
    """Return what of a booking goes with nothing else: above zero if the customer owes it."""
    if tx.state != "done" or not tx.payment_id or tx.payment_id.is_reconciled:
        return 0
    return sum(receivable_lines(tx.payment_id).mapped("amount_residual_currency"))


def _siblings(tx):
    return tx.source_transaction_id.child_transaction_ids


def _is_lost(chargeback):
    """Return whether the bank took it, and it was not won back."""
    name = f"{chargeback.provider_reference}-reversed"
    won_back = _siblings(chargeback).filtered(lambda tx: tx.provider_reference == name)
    return chargeback.state == "done" and "done" not in won_back.mapped("state")


def _bounced_part(refund):
    """Return what of a refund the customer did not get, nor by another way: of a credit note as
    much as that still needs, of credit as much as is left of that. Of several the newest is told.
    """
    if refund.mollie_status != "failed":
        return 0
    newer = _siblings(refund).filtered(lambda tx: tx.mollie_kind == "refund" and tx.id > refund.id)
    told = newer.filtered(
        lambda tx: tx.mollie_status == "failed" and tx.invoice_ids == refund.invoice_ids
    )
    if refund.invoice_ids:
        left = _needed(refund) + sum(told.mapped("amount"))
        return refund.currency_id.round(max(min(abs(refund.amount), left), 0))
    credit = unused(refund.source_transaction_id) - sum(told.mapped("mollie_of_credit"))
    # Of what an invoice needs, nobody knows why it was given back.
    rest = refund.currency_id.round(abs(refund.amount) - refund.mollie_of_credit)
    sent = told | newer.filtered(lambda tx: tx.state in ("pending", "done"))
    if any(abs(tx.amount) >= rest for tx in sent):
        rest = 0
    return refund.currency_id.round(rest + max(min(refund.mollie_of_credit, credit), 0))


def _needed(refund):
    """Return what the credit notes of a refund still need."""
    notes = refund.invoice_ids.filtered(lambda note: note.state != "cancel")
    _left, needs = share_out(refunds_of(refund._mollie_payment()))
    return sum(needs.get(note, note.amount_residual) for note in notes)


def _unused(tx):
    """Return what of a receipt no invoice needed, and is not being refunded either.

    What a refund did not bring to the customer is told of that refund.
    """
    if _unmatched(tx) >= 0:
        return 0
    holder = tx if tx.mollie_kind in HOLDERS else tx.source_transaction_id
    refunds = holder.child_transaction_ids.filtered(lambda tx: tx.mollie_kind == "refund")
    bounced = sum(_bounced_part(refund) for refund in refunds if not refund.invoice_ids)
    free, _needs = share_out(refunds_of(holder))
    asked = sum(amount for refund, amount in free.items() if refund.state == "pending")
    left = asked + bounced
    # Of money that came in parts it is taken once: of the last ones first, as it is kept.
    for part in receipts_of(holder).sorted("id", reverse=True):
        credit = max(-_unmatched(part), 0)
        share = min(credit, left)
        if part == tx:
            break
        left -= share
    return tx.currency_id.round(credit - share)


def _by_hand(invoice):
    """Return what was booked by hand, but is not told of a payment that is booked, too."""
    by_hand = hand_payments(invoice)
    booked = by_hand and invoice._get_mollie_credit_lines().payment_id
    # Of one whose money is being refunded nothing is told.
    told = booked and booked.filtered(lambda payment: _unused(payment.payment_transaction_id))
    return by_hand and by_hand - by_hand.browse().union(*twins(invoice, told).values())


def _unclaimed(refund):
    """Return what of a refund no credit note needs."""
    # Drafts claim, too: they are being corrected.
    left, _needs = share_out(refunds_of(refund._mollie_payment()))
    return max(left.get(refund, 0), 0)


def _settled_otherwise(refund):
    """Return ``{credit note that claimed a refund: what of it was settled with something else}``.

    With invoices it was before it claimed anything: what a refund settles is kept from them.
    """
    notes = refund.invoice_ids.filtered(
        lambda move: (move.move_type, move.state) == ("out_refund", "posted")
    )
    return {
        note: amount
        for note in notes
        if (amount := sum(_strange_matches(note).mapped("credit_amount_currency")))
    }


def _strange_matches(note):
    own = note.transaction_ids.payment_id
    return note.line_ids.matched_debit_ids.filtered(
        lambda partial: (
            partial.debit_move_id.payment_id not in own
            and not partial.debit_move_id.move_id.is_invoice()
        )
    )


def _twice_refunded(refund):
    """Return what of a booked refund had been given back otherwise, for its credit notes."""
    if _unmatched(refund) <= 0:
        return 0
    settled = sum(_settled_otherwise(refund).values())
    return refund.currency_id.round(min(_unclaimed(refund), settled))


# === WHERE === #


def first_invoice(tx):
    """Return the first document that stands; of a credit note that does not, its invoice."""
    moves = tx._mollie_invoices()
    others = moves.reversed_entry_id - moves
    by_rank = [(move.state == "cancel", move in others, move.id) for move in moves | others]
    return moves.browse(min(by_rank)[-1] if by_rank else None)


def credited_invoice(tx):
    """Return the invoice of a refund of which a credit note is missing."""
    return first_invoice(tx._mollie_payment())


def open_again(tx):
    """Return which of the invoices that a chargeback opened wait for their money."""
    return tx.mollie_opened_ids.filtered(lambda move: move.state == "draft" or _left(move) > 0)


def with_hand_payments(tx):
    """Return which invoices somebody booked as paid by hand, though no money came by that; not of
    each of their payments, but of the first.
    """
    if not brought_money(tx):
        return tx.invoice_ids.browse()
    return tx.invoice_ids.filtered(lambda move: _by_hand(move) and first_payment(move) == tx)


# === FACTS === #
# Each is given a transaction, and returns the names of its text; nothing, if the need is not there.


def mismatch(tx):
    names = tx.mollie_mismatch
    return names and not names.startswith(DATABASE) and {"detail": names}


def other_database(tx):
    names = tx.mollie_mismatch
    return names and names.startswith(DATABASE) and {"detail": names.removeprefix(DATABASE)}


def unknown(tx):
    # Test payments bring no money; what was paid and booked is no less there.
    is_alarm = tx.mollie_unknown and tx.mollie_unknown != "is_test" and tx._mollie_is_open()
    return is_alarm and {"reason": tx.mollie_unknown}


def not_booked(tx):
    amount = abs(float(tx._mollie_moved().value))
    return tx.mollie_booking_error and {"detail": tx.mollie_booking_error, "amount": amount}


def held_back(tx):
    payment = tx.payment_id
    is_held_back = tx.state == "done" and is_draft(payment)
    amount = abs(float(tx._mollie_moved().value))
    # Whichever it is that has the button.
    draft = payment if payment.state == "draft" else payment.move_id
    return is_held_back and {"amount": amount, "link": draft._get_html_link()}


def _twin(tx):
    """Return what was booked by hand for the same money, if that left it unused."""
    return _unused(tx) and twins(tx._mollie_invoices(), tx.payment_id).get(tx.payment_id)


def twice(tx):
    twin = _twin(tx)
    return twin and {
        "amount": _unused(tx),
        "own": tx.payment_id._get_html_link(),
        "link": twin._get_html_link(),
    }


def booked_by_hand(tx):
    by_hand = [_by_hand(invoice) for invoice in with_hand_payments(tx)]
    links = [payment._get_html_link() for payment in tx.payment_id.browse().union(*by_hand)]
    return links and {"links": Markup(", ").join(links)}


def credit(tx):
    amount = beyond_drafts(tx, _unused(tx))
    # What was booked by hand is undone first: the invoice may need it then.
    if not amount or _twin(tx) or any(map(hand_payments, tx._mollie_invoices())):
        return None
    return {"amount": amount, "link": tx.payment_id._get_html_link()}


def settled_by_draft(tx):
    left = _unused(tx) or unneeded(tx)
    drafts = left and settling_drafts(tx)
    # What was booked by hand in Mollie's journal is undone.
    if not drafts or any(map(hand_payments, tx._mollie_invoices())):
        return None
    amount = tx.currency_id.round(left - beyond_drafts(tx, left))
    links = Markup(", ").join(draft._get_html_link() for draft in drafts)
    return amount and {"amount": amount, "link": tx.payment_id._get_html_link(), "draft": links}


def unneeded_in_payment(tx):
    amount = beyond_drafts(tx, unneeded(tx))
    if not amount or any(map(hand_payments, tx._mollie_invoices())):
        return None
    return {"amount": amount, "link": tx.payment_id._get_html_link()}


def other_amount_in_payment(tx):
    asked = tx.source_transaction_id
    names = unneeded_in_payment(tx)
    return names and names | {"asked": (asked.amount, asked.currency_id)}


def other_amount(tx):
    asked = tx.source_transaction_id
    names = credit(tx)
    return names and names | {"amount": tx.amount, "asked": (asked.amount, asked.currency_id)}


def won_back(tx):
    names = credit(tx)
    return names and names | {"total": abs(tx.amount)}


def opened(tx):
    return open_again(tx) and _is_lost(tx) and {"amount": abs(tx.amount)}


def owed(tx):
    amount = _unmatched(tx) or unasked(tx)
    return amount > 0 and _is_lost(tx) and {"amount": amount, "total": abs(tx.amount)}


def took_credit(tx):
    if tx.mollie_opened_ids or not tx._mollie_is_booked() or owed(tx) or is_confirmed(tx):
        return None
    return _is_lost(tx) and {"amount": abs(tx.amount)}


def bounced(tx):
    amount = _bounced_part(tx)
    return amount and {"amount": amount}


def without_note(tx):
    if amount := refunded_without_note(tx):
        return {"amount": amount}
    if _unmatched(tx) <= 0:
        return None
    amount = tx.currency_id.round(_unclaimed(tx) - _twice_refunded(tx))
    return amount and {"amount": amount}


def noted_twice(tx):
    if amount := _twice_refunded(tx):
        note = next(iter(_settled_otherwise(tx)))
        return {"amount": amount, "link": note._get_html_link()}
    return None


def to_cancel(tx):
    if tx.state != "pending" or not tx.provider_reference:
        return None
    holder = tx.source_transaction_id
    lost = _siblings(tx).filtered(lambda tx: tx.mollie_kind == "chargeback" and _is_lost(tx))
    gone = -sum((refunds_of(holder) | lost).mapped("amount"))
    # The bank may have left enough for it.
    is_too_much = tx.currency_id.compare_amounts(gone, holder._mollie_get_captured()) > 0
    link = tx._get_html_link(tx.provider_reference)
    return lost and is_too_much and {"amount": abs(tx.amount), "link": link}


def reserved_in_vain(tx):
    amount = tx.amount if tx.state == "authorized" else tx._mollie_get_reserved()
    # What was booked by hand is undone first: the invoice may need it then.
    if not amount or any(map(hand_payments, tx.invoice_ids)):
        return None
    invoices = tx.invoice_ids.filtered(lambda move: move.currency_id == tx.currency_id)
    due = sum(_unpaid(invoice) for invoice in invoices)
    is_too_much = tx.currency_id.compare_amounts(amount, due) > 0
    link = tx._get_html_link(tx.provider_reference)
    return invoices and is_too_much and {"amount": amount, "due": due, "link": link}
