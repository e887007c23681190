"""A tiny Odoo: it does the steps, keeps each of them at once, and may crash after any of them."""

from money.amounts import Amount
from money.decision import Known, decide

from .mollie import OWNER


def ask(payment_id="tr_1", value=100, currency="EUR"):
    """Return what Odoo knows of a payment that it has just asked Mollie for."""
    return Known(payment_id, "live", OWNER, Amount.of(value, currency))


def sync(payment, known, steps=None):
    """Return what Odoo knows once it has done what is left to do.

    :param int steps: after how many of the steps it crashes; none if it doesn't.
    """
    for step in decide(payment, known)[:steps]:
        known = DO[step.do](step.what, known)
    return known


def settled(mollie, known=None):
    """Return what Odoo knows once it has done all."""
    return sync(mollie.payment, known or ask())


def outline(payment, known):
    """Return the steps in short: what is done, and about which id."""
    return [(step.do, step.what.id) for step in decide(payment, known)]


def crash(payment, known):
    """Yield what Odoo may know after a crash: before the first step, between two, or after all."""
    yield known
    for step in decide(payment, known):
        known = DO[step.do](step.what, known)
        yield known


def as_key(known):
    """Return what changes of what Odoo knows, to tell whether two know the same."""
    return (
        known.status,
        known.method,
        known.is_settled,
        known.other_amount,
        frozenset(known.noted.items()),
        frozenset(known.recorded.items()),
        frozenset(known.booked.items()),
    )


def _refuse(_names, known):
    return known


def _advance(payment, known):
    is_settled = known.is_settled or payment.status in ("authorized", "paid")
    return _with(known, status=payment.status, method=payment.method, is_settled=is_settled)


def _note(movement, known):
    assert known.noted.get(movement.id) != movement.status, f"noted twice: {movement}"
    changes = {"noted": {**known.noted, movement.id: movement.status}}
    if movement.kind == "other_amount":
        changes["other_amount"] = movement.amount
    return _with(known, **changes)


def _book(movement, known):
    if not _is_ready(movement, known):
        return known
    assert movement.id not in known.booked, f"booked twice: {movement}"
    # As core, which books only a transaction that is done.
    assert known.is_settled or movement.kind != "payment", f"books what is not done: {movement}"
    changes = {movement.id: movement.amount}
    return _with(known, booked={**known.booked, **changes}, recorded={**known.recorded, **changes})


def _undo(movement, known):
    booked, noted, recorded = dict(known.booked), dict(known.noted), dict(known.recorded)
    booked.pop(movement.id, None)
    other_amount = known.other_amount
    if movement.has_moved and recorded.get(movement.id) != movement.amount:
        # The record of another amount goes with it.
        noted.pop(movement.id, None)
        other_amount = known.other_amount if movement.after else None
    if movement.has_moved:
        recorded.pop(movement.id, None)
    is_settled = known.is_settled and (movement.has_moved or movement.kind != "payment")
    return _with(
        known,
        booked=booked,
        recorded=recorded,
        noted=noted,
        other_amount=other_amount,
        is_settled=is_settled,
    )


def _with(known, **changes):
    # As dataclasses.replace does, in a third of its time.
    return Known(**{**vars(known), **changes})


def _is_ready(movement, known):
    return not movement.after or movement.after in known.booked


DO = {"refuse": _refuse, "advance": _advance, "note": _note, "book": _book, "undo": _undo}
