"""What is left to do so that Odoo knows, and has booked, what Mollie says of a payment."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from .amounts import Amount
from .movements import Movement, movements
from .payment import Owner, Payment
from .statuses import of_payment, of_refund


@dataclass(frozen=True)
class Known:
    """What Odoo knows of a payment.

    id, mode, owner, amount  what the payment has to be; nothing booked may depend on anything else
    status, method           what Mollie said last
    is_settled               whether it was authorized or paid, as it was asked
    is_bookable              whether Odoo can book the amount that Mollie says
    other_amount             what came in, if it has a record of its own: another amount than asked
    unit                     the least by which amounts differ in Odoo
    noted                    ``{movement's id: status}`` of what has a record in Odoo
    recorded                 ``{movement's id: Amount}`` of what was booked once, as its record says
    booked                   ``{movement's id: Amount}`` of what stands in the books now, whoever
                             had a hand in it since; zero if it stands on other accounts only
    """

    id: str
    mode: str
    owner: Owner
    amount: Amount
    status: str = ""
    method: str = ""
    is_settled: bool = False
    is_bookable: bool = True
    other_amount: Amount | None = None
    unit: Decimal = Decimal("0.01")
    noted: dict = field(default_factory=dict)
    recorded: dict = field(default_factory=dict)
    booked: dict = field(default_factory=dict)


class Step(NamedTuple):
    """One thing to do.

    do    `refuse`   tell that the payment is another one than was asked for; nothing else is done
          `advance`  note the payment's status
          `note`     make a record of a movement, or note its status
          `book`     book a movement
          `undo`     reverse what was booked of it
    what  the names of what differs (`refuse`), the payment (`advance`), or the movement
    """

    do: str
    what: object

    @property
    def needs(self):
        """What must not have gone wrong before, in the words of `blocks`."""
        if self.do == "refuse":
            return ()
        if self.do == "advance":
            return (self.what.id,)
        needs = (self.what.id, self.what.after)
        return (*needs, ("book", self.what.after)) if self.do == "book" else needs

    @property
    def blocks(self):
        """What goes wrong with it: if a booking does, what came of its money is noted all the same,
        and only booked later.
        """
        return ("book", self.what.id) if self.do == "book" else self.what.id


def decide(payment, known):
    """Return the steps after which Odoo knows and has booked what Mollie says; none if it does.

    :param Payment payment: what Mollie says.
    :param Known known: what Odoo knows.
    :rtype: list[Step]
    """
    if payment.is_uncollected and payment.id in known.recorded:
        return [step for gone in _uncollected(payment, known) for step in _settle(gone, known)]
    if payment.id in known.recorded:
        if payment.status != "paid":
            return []  # Overtaken: it has been paid since.
    elif payment.is_uncollected:
        # It brought nothing so far, though Mollie may call it paid.
        status = "authorized" if payment.is_being_captured else "failed"
        payment = replace(payment, status=status)
    wrong = mismatches(payment, known)
    is_other_amount = _is_other_amount(payment, known, wrong)
    if wrong and not is_other_amount:
        return [Step("refuse", wrong)]
    moved = list(movements(payment, known.recorded.get(payment.id)))
    if wrong:
        moved[0] = moved[0]._replace(kind="other_amount")
    if any(_is_impossible(movement, moved, known) for movement in moved):
        return [Step("refuse", ("amount",))]
    is_further = is_news(payment, known) or _is_back(payment, known)
    advance = [Step("advance", payment)] if is_further and not wrong else []
    if not moved:
        return advance
    received = moved[0]
    # Parts that are gone come before what takes their place: else more is booked for a moment than
    # came, and refunds are matched with that.
    return [
        step
        for movement in sorted(moved, key=_is_gone, reverse=True)
        for step in _settle(movement, known, advance if movement is received else ())
    ]


def is_behind(known, refunds=(), chargebacks=()):
    """Return whether anything is left to do about refunds and chargebacks of a payment.

    For lists of them, which don't hold the payment itself.
    """
    payment = Payment(
        known.id, "paid", amount=known.amount, refunds=refunds, chargebacks=chargebacks
    )
    later = [movement for movement in movements(payment) if movement.after]
    return any(step for movement in later for step in _settle(movement, known))


def mismatches(payment, known):
    """Return the names of what is not this payment's: of id, amount, mode and metadata."""
    pairs = {
        "id": (payment.id, known.id),
        "amount": (payment.amount, known.amount),
        "mode": (payment.mode, known.mode),
        "metadata": (payment.owner, known.owner),
    }
    return tuple(name for name, (theirs, ours) in pairs.items() if theirs != ours)


def is_news(payment, known):
    """Return whether a payment is further than Odoo knows, or its method became known."""
    rank, known_rank = of_payment(payment.status).rank, of_payment(known.status).rank
    return rank > known_rank or (
        rank == known_rank and payment.status == "open" and payment.method != known.method
    )


def _is_gone(movement):
    """Return whether a captured part failed, or stands for the payment."""
    return movement.kind == "capture" and not movement.has_moved


def _is_back(payment, known):
    """Return whether a payment brought something again: each capture had failed, and it was undone,
    though Mollie calls it paid all the time.
    """
    is_undone = payment.status == known.status == "paid" and not known.is_settled
    return is_undone and bool(payment.captures)


def _uncollected(payment, known):
    """Yield what is not at Mollie after all, of a payment of which no capture came: the parts that
    have a record of their own, then the payment.
    """
    for capture in payment.captures:
        if capture.id in known.noted:
            yield Movement(capture.id, "capture", capture.amount, has_moved=False)
    # As it was booked: perhaps only a part of it was ever captured.
    amount = known.recorded[payment.id]
    yield Movement(payment.id, "payment", amount, has_moved=False)


def _is_other_amount(payment, known, wrong):
    """Return whether the payment is ours and paid, with another amount or currency than asked.

    Not once it was paid as asked: then somebody has to look.
    """
    return (
        wrong == ("amount",)
        and payment.status == "paid"
        and bool(payment.amount and payment.amount.value > 0)
        and known.is_bookable
        and not known.is_settled
    )


def _is_impossible(movement, moved, known):
    """Return whether a movement can't be true: it has another currency than what came in; or
    another amount of that is booked, though Mollie names no captures, and some has left since.
    """
    received = moved[0]
    if movement.amount.currency != received.amount.currency:
        return True
    if any(other.kind == "capture" for other in moved):
        return False  # Each part tells whether it came.
    is_wrong = movement is received and _has_wrong_record(movement, known)
    return is_wrong and bool(known.noted.keys() - {received.id})


def _has_wrong_record(movement, known):
    """Return whether a movement has a record of another amount.

    What Odoo rounds otherwise than Mollie is not another amount.
    """
    if known.other_amount and not movement.after:
        return movement.kind == "payment" or known.other_amount != movement.amount
    return _differs(known.recorded.get(movement.id, movement.amount), movement, known)


def _differs(amount, movement, known):
    difference = abs(amount.value - movement.amount.value)
    return amount.currency != movement.amount.currency or difference >= known.unit


def _settle(movement, known, news=()):
    """Yield what is left to do about a movement.

    :param list news: what is done about the payment itself: after what was booked wrong is gone,
        for a payment is booked once, and before it is booked right.
    """
    if _is_overtaken(movement, known):
        return
    is_wrong = _has_wrong_record(movement, known)
    booked = known.booked.get(movement.id)
    # Also what somebody changed by hand since: no booking is right but that of its amount.
    is_right = booked and not is_wrong and not _differs(booked, movement, known)
    is_undone = is_wrong or (booked and movement.has_moved and not is_right)
    if is_undone:
        yield Step("undo", movement)
    yield from news
    if _is_to_be_noted(movement, known, is_wrong):
        yield Step("note", movement)
    if movement.has_moved and not is_right:
        yield Step("book", movement)
    if booked and not is_undone and not movement.has_moved:
        yield Step("undo", movement)


def _is_overtaken(movement, known):
    """Return whether a newer answer than this one was heard already."""
    noted = known.noted.get(movement.id, "")
    return of_refund(movement.status).rank < of_refund(noted).rank


def _is_to_be_noted(movement, known, is_wrong):
    """Return whether there is no record of a movement, or its status is news."""
    if movement.kind == "payment":
        return False  # The transaction itself, which advances.
    noted = known.noted.get(movement.id)
    if movement.kind == "capture" and not movement.has_moved and noted is None:
        return False  # Nothing ever came of it.
    return is_wrong or noted is None or of_refund(movement.status).rank > of_refund(noted).rank
