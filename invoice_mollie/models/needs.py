"""What a person has to look at, and whether it is so: a table, a row for each kind of need."""

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup

from odoo.tools import LazyTranslate

from ..money.movements import HOLDERS, SETTLING
from .in_payment import is_confirmed, refunded_without_note, unasked, unneeded
from .matching import receivable_lines
from .mollie_payment_log import DATABASE
from .shares import receipts_of, refunds_of, share_out, unused
from .transaction.entries import is_draft
from .twice import brought_money, first_payment, hand_payments, twins

_lt = LazyTranslate(__name__)

# The `mollie_kind` of those that may have a need.
PAYMENT, OTHER_AMOUNT, REFUND = ("payment",), ("other_amount",), ("refund",)
CHARGEBACK, REVERSAL = ("chargeback",), ("reversal",)
ALL = ("payment", "other_amount", "capture", "refund", "chargeback", "reversal")


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


def _first_invoice(tx):
    """Return the first document that stands; of a credit note that does not, its invoice."""
    moves = tx._mollie_invoices()
    others = moves.reversed_entry_id - moves
    by_rank = [(move.state == "cancel", move in others, move.id) for move in moves | others]
    return moves.browse(min(by_rank)[-1] if by_rank else None)


def _credited_invoice(tx):
    """Return the invoice of a refund of which a credit note is missing."""
    return _first_invoice(tx._mollie_payment())


def _open_again(tx):
    """Return which of the invoices that a chargeback opened wait for their money."""
    return tx.mollie_opened_ids.filtered(lambda move: move.state == "draft" or _left(move) > 0)


def _with_hand_payments(tx):
    """Return which invoices somebody booked as paid by hand, though no money came by that; not of
    each of their payments, but of the first.
    """
    if not brought_money(tx):
        return tx.invoice_ids.browse()
    return tx.invoice_ids.filtered(lambda move: _by_hand(move) and first_payment(move) == tx)


# === FACTS === #
# Each is given a transaction, and returns the names of its text; nothing, if the need is not there.


def _mismatch(tx):
    names = tx.mollie_mismatch
    return names and not names.startswith(DATABASE) and {"detail": names}


def _other_database(tx):
    names = tx.mollie_mismatch
    return names and names.startswith(DATABASE) and {"detail": names.removeprefix(DATABASE)}


def _unknown(tx):
    # Test payments bring no money; what was paid and booked is no less there.
    is_alarm = tx.mollie_unknown and tx.mollie_unknown != "is_test" and tx._mollie_is_open()
    return is_alarm and {"reason": tx.mollie_unknown}


def _not_booked(tx):
    amount = abs(float(tx._mollie_moved().value))
    return tx.mollie_booking_error and {"detail": tx.mollie_booking_error, "amount": amount}


def _held_back(tx):
    payment = tx.payment_id
    is_held_back = tx.state == "done" and is_draft(payment)
    amount = abs(float(tx._mollie_moved().value))
    # Whichever it is that has the button.
    draft = payment if payment.state == "draft" else payment.move_id
    return is_held_back and {"amount": amount, "link": draft._get_html_link()}


def _twin(tx):
    """Return what was booked by hand for the same money, if that left it unused."""
    return _unused(tx) and twins(tx._mollie_invoices(), tx.payment_id).get(tx.payment_id)


def _twice(tx):
    twin = _twin(tx)
    return twin and {
        "amount": _unused(tx),
        "own": tx.payment_id._get_html_link(),
        "link": twin._get_html_link(),
    }


def _booked_by_hand(tx):
    by_hand = [_by_hand(invoice) for invoice in _with_hand_payments(tx)]
    links = [payment._get_html_link() for payment in tx.payment_id.browse().union(*by_hand)]
    return links and {"links": Markup(", ").join(links)}


def _credit(tx):
    amount = _unused(tx)
    # What was booked by hand is undone first: the invoice may need it then.
    if not amount or _twin(tx) or any(map(hand_payments, tx._mollie_invoices())):
        return None
    return {"amount": amount, "link": tx.payment_id._get_html_link()}


def _unneeded_in_payment(tx):
    amount = unneeded(tx)
    if not amount or any(map(hand_payments, tx._mollie_invoices())):
        return None
    return {"amount": amount, "link": tx.payment_id._get_html_link()}


def _other_amount_in_payment(tx):
    asked = tx.source_transaction_id
    names = _unneeded_in_payment(tx)
    return names and names | {"asked": (asked.amount, asked.currency_id)}


def _other_amount(tx):
    asked = tx.source_transaction_id
    names = _credit(tx)
    return names and names | {"amount": tx.amount, "asked": (asked.amount, asked.currency_id)}


def _won_back(tx):
    names = _credit(tx)
    return names and names | {"total": abs(tx.amount)}


def _opened(tx):
    return _open_again(tx) and _is_lost(tx) and {"amount": abs(tx.amount)}


def _owed(tx):
    amount = _unmatched(tx) or unasked(tx)
    return amount > 0 and _is_lost(tx) and {"amount": amount, "total": abs(tx.amount)}


def _took_credit(tx):
    if tx.mollie_opened_ids or not tx._mollie_is_booked() or _owed(tx) or is_confirmed(tx):
        return None
    return _is_lost(tx) and {"amount": abs(tx.amount)}


def _bounced(tx):
    amount = _bounced_part(tx)
    return amount and {"amount": amount}


def _without_note(tx):
    if amount := refunded_without_note(tx):
        return {"amount": amount}
    if _unmatched(tx) <= 0:
        return None
    amount = tx.currency_id.round(_unclaimed(tx) - _twice_refunded(tx))
    return amount and {"amount": amount}


def _noted_twice(tx):
    if amount := _twice_refunded(tx):
        note = next(iter(_settled_otherwise(tx)))
        return {"amount": amount, "link": note._get_html_link()}
    return None


def _to_cancel(tx):
    if tx.state != "pending" or not tx.provider_reference:
        return None
    holder = tx.source_transaction_id
    lost = _siblings(tx).filtered(lambda tx: tx.mollie_kind == "chargeback" and _is_lost(tx))
    gone = -sum((refunds_of(holder) | lost).mapped("amount"))
    # The bank may have left enough for it.
    is_too_much = tx.currency_id.compare_amounts(gone, holder._mollie_get_captured()) > 0
    link = tx._get_html_link(tx.provider_reference)
    return lost and is_too_much and {"amount": abs(tx.amount), "link": link}


def _unneeded(tx):
    amount = tx.amount if tx.state == "authorized" else tx._mollie_get_reserved()
    # What was booked by hand is undone first: the invoice may need it then.
    if not amount or any(map(hand_payments, tx.invoice_ids)):
        return None
    invoices = tx.invoice_ids.filtered(lambda move: move.currency_id == tx.currency_id)
    due = sum(_unpaid(invoice) for invoice in invoices)
    is_too_much = tx.currency_id.compare_amounts(amount, due) > 0
    link = tx._get_html_link(tx.provider_reference)
    return invoices and is_too_much and {"amount": amount, "due": due, "link": link}


# === THE TABLE === #


class Need(NamedTuple):
    """Something that a person has to look at.

    text   what the to-do says
    over   why it was closed, once it is no longer so
    of     the `mollie_kind` of the transactions that may have the need
    facts  whether it is there, and the names that the text uses: a function above. Without one the
           need is told by `todos.tell`, and lasts until `todos.finish` or a person closes it
    where  the invoices that the to-do stands on
    is_administrators
           whether only an administrator can do something about it; of those on a journal
    """

    text: str
    over: str = ""
    of: tuple = ()
    facts: Callable | None = None
    where: Callable = _first_invoice
    is_administrators: bool = False


NEEDS = {
    "mismatch": Need(
        _lt(
            "Mollie's payment %(payment)s is not what was asked for (%(detail)s). Nothing more is"
            " booked of it. Compare it in Mollie's dashboard with the invoice's payment"
            " transaction."
        ),
        _lt("Mollie's payment matches what was asked for."),
        PAYMENT,
        _mismatch,
    ),
    "other_database": Need(
        _lt(
            "Mollie's payment %(payment)s was made by a database with another identifier"
            " (%(detail)s), so nothing more is booked of it. If this database took that one's"
            " place, an administrator presses These payments are ours in Settings, Invoicing. If it"
            " is a copy, leave it: the original books the payment."
        ),
        _lt("The payment is followed now."),
        PAYMENT,
        _other_database,
    ),
    "unknown": Need(
        _lt(
            "Mollie does not know payment %(payment)s with the API key that is connected now, so"
            " nothing is heard of it. Connect a key of its own profile again in Settings,"
            " Invoicing, or press Give up on the transaction if no money can come of it."
        ),
        _lt("Mollie knows the payment again, or it was given up."),
        PAYMENT,
        _unknown,
    ),
    "booking_failed": Need(
        _lt(
            "%(what)s of %(amount)s (%(id)s at Mollie) could not be booked: %(detail)s"
            " It is tried again by itself."
        ),
        _lt("It is booked."),
        ALL,
        _not_booked,
    ),
    "held_back": Need(
        _lt(
            "Payment %(link)s stands for %(amount)s at Mollie, but is a draft, so that it is not in"
            " the books. Confirm it."
        ),
        _lt("It is booked."),
        ALL,
        _held_back,
    ),
    "booked_twice": Need(
        _lt(
            "Mollie's payment of %(amount)s is booked twice: by itself as %(own)s, and by hand as"
            " %(link)s. Press Undo the one by hand at the top of the invoice."
        ),
        _lt("It is booked once."),
        SETTLING + OTHER_AMOUNT + REVERSAL,
        _twice,
    ),
    "booked_by_hand": Need(
        _lt(
            "Booked by hand in Mollie's journal: %(links)s. It is none of Mollie's payments, for"
            " these are booked by themselves. Press Undo the one by hand at the top of the invoice;"
            " if the money came another way, register it in the journal that it came by."
        ),
        _lt("Nothing is booked by hand in Mollie's journal any more."),
        PAYMENT,
        _booked_by_hand,
        _with_hand_payments,
    ),
    "other_amount": Need(
        _lt(
            "%(asked)s was asked for, but Mollie's payment %(payment)s brought %(amount)s, booked"
            " as %(link)s. It is the customer's credit: add it to the invoice (outstanding"
            " credits, below the amounts), or press Refund this credit at its top."
        ),
        _lt("The credit was used, or is being refunded."),
        OTHER_AMOUNT,
        _other_amount,
    ),
    "credit": Need(
        _lt(
            "%(amount)s of payment %(link)s is used by no invoice: it is the customer's credit."
            " At the top of the invoice press Refund this credit, Use for another invoice, or, as"
            " long as it is open, Use for this invoice."
        ),
        _lt("The credit was used, or is being refunded."),
        SETTLING,
        _credit,
    ),
    # The same where there is no entry that could be added to another invoice.
    "other_amount_in_payment": Need(
        _lt(
            "%(asked)s was asked for, but Mollie's payment %(payment)s brought %(amount)s"
            " (%(link)s). Match what the bank's statement brings with the invoice and press"
            " Validate on the payment, or press Refund on it."
        ),
        _lt("The payment was validated, or is being refunded."),
        OTHER_AMOUNT,
        _other_amount_in_payment,
    ),
    "credit_in_payment": Need(
        _lt(
            "%(amount)s of payment %(link)s is needed by no invoice: it is the customer's credit."
            " Press Refund on the payment; or match what the bank's statement brings with another"
            " invoice, and press Validate on the payment."
        ),
        _lt("The credit was used, or is being refunded."),
        PAYMENT,
        _unneeded_in_payment,
    ),
    "won_back": Need(
        _lt(
            "A chargeback of %(total)s was won back, but the invoice had been paid otherwise"
            " meanwhile. %(amount)s of it is the customer's credit (%(link)s). Press Refund this"
            " credit, or Use for another invoice, at the top of the invoice."
        ),
        _lt("The credit was used, or is being refunded."),
        REVERSAL,
        _won_back,
    ),
    "chargeback": Need(
        _lt(
            "The customer's bank took %(amount)s of payment %(payment)s back (%(id)s at Mollie),"
            " with which this invoice had been paid: it is open again. Contact the customer, or"
            " contest the chargeback in Mollie's dashboard."
        ),
        _lt("The invoice is not open any more, or the chargeback was won back."),
        CHARGEBACK,
        _opened,
        _open_again,
    ),
    "chargeback_owed": Need(
        _lt(
            "The customer's bank took %(total)s of payment %(payment)s back (%(id)s at Mollie). No"
            " invoice asks for %(amount)s of it: see whether that had been refunded already, and"
            " ask the customer for it, or contest the chargeback in Mollie's dashboard."
        ),
        _lt("The customer does not owe it any more."),
        CHARGEBACK,
        _owed,
    ),
    "chargeback_of_credit": Need(
        _lt(
            "The customer's bank took %(amount)s of payment %(payment)s back (%(id)s at Mollie). No"
            " invoice became open by that, for none was paid with it. Contest the chargeback in"
            " Mollie's dashboard, if the money is yours."
        ),
        _lt("The chargeback was won back."),
        CHARGEBACK,
        _took_credit,
    ),
    "refund_failed": Need(
        _lt(
            "The refund of %(amount)s (%(id)s at Mollie) did not reach the customer: the money is"
            " in your balance at Mollie again. Ask the customer for their account and refund it by"
            " bank, or refund it once more with Mollie."
        ),
        _lt("It was refunded another way."),
        REFUND,
        _bounced,
    ),
    "refund_without_note": Need(
        _lt(
            "%(amount)s of payment %(payment)s was refunded (%(id)s at Mollie), but there is no"
            " credit note for it: the invoice still counts as paid. Make a credit note of the"
            " invoice for that amount."
        ),
        _lt("The refund goes with a credit note now, or did not succeed."),
        REFUND,
        _without_note,
        _credited_invoice,
    ),
    "refund_of_settled_note": Need(
        _lt(
            "%(amount)s was refunded (%(id)s at Mollie) for credit note %(link)s, which had been"
            " settled otherwise: the customer may have got the money twice. See what settled it,"
            " and ask the customer for what came twice."
        ),
        _lt("The refund is matched now, or did not succeed."),
        REFUND,
        _noted_twice,
    ),
    "refund_to_cancel": Need(
        _lt(
            "A refund of %(amount)s is under way, but the customer's bank took the payment back"
            " already: the customer would get the money twice. Open %(link)s and press Cancel"
            " refund."
        ),
        _lt("The refund is not under way any more, or the chargeback was won back."),
        REFUND,
        _to_cancel,
    ),
    # Told by the night's comparison, which knows when it is over.
    "difference": Need(
        _lt(
            "Mollie and the books differ about payment %(payment)s for more than a day: %(detail)s"
            " at Mollie, %(booked)s booked. Invoicing, Customers, Differences with Mollie says why,"
            " and what to do."
        ),
        _lt("Mollie and the books agree about it."),
    ),
    # The same, for all that no invoice tells of: on Mollie's journal.
    "loose_differences": Need(
        _lt(
            "Mollie and the books differ for more than a day about money that no invoice tells of."
            " Invoicing, Customers, Differences with Mollie says why, and what to do."
        ),
        _lt("Mollie and the books agree about it."),
    ),
    "copy": Need(
        _lt(
            "This database is a copy of the one in which Mollie's API key was pasted, so customers"
            " can't pay, and nothing can be refunded. If it took that one's place, for example"
            " after a restore, an administrator says so in Settings, Invoicing."
        ),
        _lt("This database is the one that is connected to Mollie."),
    ),
    "key_refused": Need(
        _lt(
            "Mollie does not accept the API key any more, so customers can't pay, and nothing is"
            " heard of payments that are open. Copy a key of the same profile in Mollie's"
            " dashboard, and paste it in Settings, Invoicing, Mollie."
        ),
        _lt("Mollie accepts the key."),
        is_administrators=True,
    ),
    # On Mollie's journal, too, until a person closes them.
    "many_failures": Need(
        _lt(
            "At least 100 online payments failed within an hour. Somebody may be trying out stolen"
            " cards. Look in Invoicing, Customers, Online Payment Log which invoices it is about,"
            " revoke their links, and look at these payments in Mollie's dashboard."
        ),
    ),
    "many_requests": Need(
        _lt(
            "Payment links were asked for at least 100 times within an hour. Somebody may be"
            " guessing invoice numbers. Mails go only to the addresses that you know, at most three"
            " a day for an invoice. If it does not stop, have your administrator look at the"
            " requests to /mollie/link."
        ),
    ),
    "reserved_in_vain": Need(
        _lt(
            "%(amount)s is reserved for this invoice, but only %(due)s of it is still to be paid."
            " Open %(link)s and press Void Transaction to give it back, or Capture Transaction to"
            " collect it all the same; if a part was captured already, press Release the rest."
        ),
        _lt("Nothing is reserved any more, or the invoice needs it."),
        PAYMENT,
        _unneeded,
    ),
}
