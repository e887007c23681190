"""The money that came and went at Mollie: each piece once, by Mollie's id."""

from datetime import datetime
from typing import NamedTuple

from .amounts import Amount
from .statuses import of_refund

# The kinds by which money came of customers; that settle what was asked for; and of which what
# went back, or came in further parts, is kept.
RECEIPTS = ("payment", "other_amount", "capture")
SETTLING = ("payment", "capture")
HOLDERS = ("payment", "other_amount")
# By which banks took money back, and what of that was won back.
DISPUTES = ("chargeback", "reversal")


class Movement(NamedTuple):
    """Money that came, or went if its amount is less than zero.

    id         Mollie's; that of a reversal is its chargeback's with a suffix, for Mollie gives none
    kind       `payment`, `capture`, `refund`, `chargeback` or `reversal`, words of Mollie's own
               balance; or `other_amount`, a payment that is not what was asked for
    has_moved  whether it is at Mollie, or left it; a refund is known before, and it or a capture
               may fail after it
    status     Mollie's word for where it is, if there is one
    after      the id of the movement that has to be booked before this one
    moment     when it came or was asked for, in UTC, if Mollie told it
    """

    id: str
    kind: str
    amount: Amount
    has_moved: bool = True
    status: str = ""
    after: str = ""
    moment: datetime | None = None


def movements(payment, booked=None):
    """Yield what came and went of a payment, in the order in which it can be booked.

    Each once, also if an answer should hold it twice.

    :param Amount booked: what is booked of the payment itself, if it came in several parts.
    """
    seen = set()
    for movement in _all_movements(payment, booked):
        if movement.id not in seen:
            seen.add(movement.id)
            yield movement


def _all_movements(payment, booked):
    if payment.status == "paid" and payment.amount and not payment.is_uncollected:
        yield from _received(payment, booked)
        for refund in payment.refunds:
            sent = of_refund(refund.status).becomes == "done"
            yield Movement(
                refund.id,
                "refund",
                -refund.amount,
                sent,
                refund.status,
                after=payment.id,
                moment=refund.created_at,
            )
        for chargeback in payment.chargebacks:
            yield from _disputed(chargeback, payment)


def charged_back(payment):
    """Return how much of a payment is charged back and was not won back, as a number."""
    return sum(
        -movement.amount.value for movement in movements(payment) if movement.kind in DISPUTES
    )


def _received(payment, booked):
    """Yield what came in: the whole, or each part that was captured.

    The first part stands for the payment, which has no money of its own then: where all of it is
    captured at once, as nearly always, the two are the same. If another part is booked for it,
    since that one succeeded earlier, then that one does.
    """
    by_id = {capture.id: capture for capture in payment.captures}
    came = [capture for capture in by_id.values() if capture.status == "succeeded"]
    came.sort(key=lambda capture: capture.amount != booked)
    whole = payment.captured if payment.captured and payment.captured.value else payment.amount
    # Booked in one, when only their sum was known.
    is_one = not came or booked and booked.value == sum(capture.amount.value for capture in came)
    further = [] if is_one else came[1:]
    amount = whole if is_one else came[0].amount
    yield Movement(payment.id, "payment", amount, moment=payment.paid_at)
    for capture in by_id.values():
        if capture.status in ("succeeded", "failed"):
            # One that stands for the payment, or failed, may have had a record of its own before.
            yield Movement(
                capture.id,
                "capture",
                capture.amount,
                has_moved=capture in further,
                after=payment.id,
                moment=capture.created_at,
            )


def _disputed(chargeback, payment):
    amount = chargeback.amount
    yield Movement(
        chargeback.id, "chargeback", -amount, after=payment.id, moment=chargeback.created_at
    )
    if chargeback.is_reversed:
        won_back = f"{chargeback.id}-reversed"
        yield Movement(
            won_back, "reversal", amount, after=chargeback.id, moment=chargeback.reversed_at
        )
