"""What differs between the money at Mollie and the books, and why."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from .amounts import Amount
from .movements import RECEIPTS, Movement, movements
from .payment import Payment
from .statuses import UNKNOWN, of_payment, of_refund

# What it is called if nothing at all is booked of a movement.
MISSING = {
    "capture": "capture_missing",
    "refund": "refund_missing",
    "chargeback": "chargeback_missing",
    "reversal": "reversal_missing",
}


class Posted(NamedTuple):
    """What stands in the books under one of Mollie's ids, in one currency.

    amount     what is posted, reversals included: zero if all of it was reversed
    condition  what a person made of the entry: `draft`, `canceled` or `reversed`
    unit       the least by which amounts differ in Odoo
    """

    id: str
    kind: str
    amount: Amount
    condition: str = ""
    unit: Decimal = Decimal("0.01")


class Difference(NamedTuple):
    """An id of Mollie's of which Mollie and the books tell different amounts; why, as a word."""

    id: str
    kind: str
    reason: str
    at_mollie: Amount
    booked: Amount


class _Case(NamedTuple):
    """One id in one currency: the movement, if Mollie tells of one, and what is posted."""

    movement: Movement | None
    posted: Posted | None
    currency: str
    is_in_other_currency: bool

    @property
    def moved(self):
        """How much came or went. What is told in unknown words is taken to have moved: better
        somebody looks in vain than nobody does.
        """
        movement = self.movement
        if not movement or movement.amount.currency != self.currency:
            return Decimal()
        return movement.amount.value if movement.has_moved or self.has_unknown_word else Decimal()

    @property
    def stands(self):
        return self.posted.amount.value if self.posted else Decimal()

    @property
    def differs(self):
        unit = self.posted.unit if self.posted else Decimal("0.01")
        return abs(self.moved - self.stands) >= unit

    @property
    def has_unknown_word(self):
        movement = self.movement
        return bool(movement and movement.status and not movement.has_moved) and (
            of_refund(movement.status) is UNKNOWN and of_payment(movement.status) is UNKNOWN
        )

    def is_now(self, condition):
        return bool(self.posted) and self.posted.condition == condition


# Why they differ: the first that is so.
_REASONS = (
    ("unknown_status", lambda case: case.has_unknown_word),
    ("other_currency", lambda case: case.movement and case.is_in_other_currency),
    ("not_at_mollie", lambda case: not case.moved),
    ("draft", lambda case: case.is_now("draft")),
    ("canceled", lambda case: case.is_now("canceled")),
    ("reversed", lambda case: case.is_now("reversed")),
    ("twice", lambda case: case.stands == 2 * case.moved),
    ("other_amount", lambda case: case.stands),
)


def differences(listed, posted, problem=""):
    """Return what differs, one for each id and currency; nothing if the books are Mollie's.

    :param listed: movements at Mollie.
    :param posted: what stands in the books under their ids, or should not.
    :param str problem: why either side has nothing, if that is known.
    :rtype: list[Difference]
    """
    moved = {movement.id: movement for movement in listed}
    held = defaultdict(dict)
    for entry in posted:
        held[entry.id][entry.amount.currency] = entry
    cases = [case for key in {**moved, **held} for case in _cases(moved.get(key), held[key])]
    return [_difference(case, problem) for case in cases if case.differs]


def told(payment, booked=None):
    """Return what Mollie tells of a payment: its movements, and what it says in unknown words.

    What came of a payment in an unknown status came of it all the same.

    :param Amount booked: as `movements` wants it.
    """
    if of_payment(payment.status) is not UNKNOWN or not payment.amount:
        return list(movements(payment, booked))
    later = [m for m in movements(replace(payment, status="paid"), booked) if m.after]
    return [Movement(payment.id, "payment", payment.amount, False, payment.status), *later]


def told_later(refunds=(), chargebacks=()):
    """Return the movements of lists of refunds and chargebacks, without those of the payments."""
    payments = [
        *(Payment(r.payment_id, "paid", amount=r.amount, refunds=(r,)) for r in refunds),
        *(Payment(c.payment_id, "paid", amount=c.amount, chargebacks=(c,)) for c in chargebacks),
    ]
    return [movement for payment in payments for movement in movements(payment) if movement.after]


def looks_right(payment, posted):
    """Return whether the sums that a list tells of a payment are those of the books.

    If not, its parts have to be looked at one by one. So are parts that were captured: their sum
    says nothing of each.

    :param posted: of the payment and all that came of it.
    """
    posted = list(posted)
    if of_payment(payment.status) is UNKNOWN or any(p.kind == "capture" for p in posted):
        return False
    received = [m.amount for m in movements(payment)][:1]
    refunded = [-payment.refunded] if payment.refunded and payment.status == "paid" else []
    came = _is_sum(received, [p for p in posted if p.kind in RECEIPTS])
    return came and _is_sum(refunded, [p for p in posted if p.kind == "refund"])


def _is_sum(amounts, posted):
    """Return whether what is posted adds up to amounts at Mollie, in each currency."""
    sums = defaultdict(Decimal)
    for amount in amounts:
        sums[amount.currency] -= amount.value
    for entry in posted:
        sums[entry.amount.currency] += entry.amount.value
    unit = min((entry.unit for entry in posted), default=Decimal("0.01"))
    return all(abs(value) < unit for value in sums.values())


def _cases(movement, held):
    """Yield the cases of one id: one for each currency."""
    own = [movement.amount.currency] if movement else []
    others = [currency for currency in held if currency not in own]
    is_elsewhere = any(held[currency].amount.value for currency in others)
    for currency in own + others:
        yield _Case(movement, held.get(currency), currency, is_elsewhere)


def _difference(case, problem):
    origin = case.posted or case.movement
    kind = case.movement.kind if case.movement else origin.kind
    reason = next((name for name, is_so in _REASONS if is_so(case)), "")
    if problem and not (case.moved and case.stands):
        reason = problem
    return Difference(
        origin.id,
        kind,
        reason or MISSING.get(kind, "not_booked"),
        Amount(case.moved, case.currency),
        Amount(case.stands, case.currency),
    )
