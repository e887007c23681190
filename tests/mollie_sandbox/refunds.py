"""Refunds of a payment, and all refunds of the profile."""

from flask import Blueprint, g, request

from .amounts import check_amount, number
from .clock import after
from .const import DUPLICATE_REFUND_WINDOW, REFUND_CANCELABLE, REFUND_COUNTS
from .errors import ApiError, NotFound, Unprocessable
from .life import draw_balance, set_refund_status
from .paging import page
from .payments import find_payment, own_payments
from .records import Refund
from .render import payment_json, refund_json
from .state import new_id
from .validation import check_description, check_fields, check_metadata, read_json

api = Blueprint("refunds", __name__, url_prefix="/v2")
FIELDS = frozenset({"amount", "description", "metadata"})
TOO_MUCH = "The specified amount cannot be refunded"


@api.post("/payments/<payment_id>/refunds")
def create(payment_id):
    payment = g.touched = find_payment(payment_id)
    body = read_json(request)
    check_fields(body, FIELDS)
    if body.get("amount") is None:
        raise Unprocessable("The 'amount' field is missing", "amount")
    amount = check_amount(body["amount"], currency=payment.currency)
    now = g.state.clock.now()
    _check_refundable(payment, amount)
    _check_duplicate(payment, amount, now)
    description = check_description(body.get("description") or "")
    metadata = None if body.get("metadata") is None else check_metadata(body["metadata"])
    refund = Refund(
        id=new_id("re"),
        amount=amount,
        created=now,
        description=description,
        metadata=metadata,
        # Last, for it takes the money: nothing may be refused after it.
        status=_draw_balance(amount),
        since=now,
    )
    payment.refunds.append(refund)
    return refund_json(payment, refund, g.base), 201


def _check_refundable(payment, amount):
    if payment.status != "paid":
        raise Unprocessable("The payment has not been paid and cannot be refunded")
    if not number(amount) or number(amount) > payment.refundable:
        raise Unprocessable(TOO_MUCH, "amount.value")


def _check_duplicate(payment, amount, now):
    """The same amount again within the hour is taken for a slip, whatever the idempotency key."""
    for refund in payment.refunds:
        recent = after(refund.created, DUPLICATE_REFUND_WINDOW) > now
        if recent and refund.amount == amount and refund.status in REFUND_COUNTS:
            raise ApiError(409, "A duplicate refund has been detected")


def _draw_balance(amount):
    """Take the money from the balance; one that is too low refuses, or queues, as was set."""
    if draw_balance(g.state, amount):
        return "pending"
    if g.state.queue_refunds:
        return "queued"
    raise Unprocessable("The balance is too low to refund this amount", "amount.value")


def find_refund(payment, refund_id):
    for refund in payment.refunds:
        if refund.id == refund_id:
            return refund
    raise NotFound("refund", refund_id)


@api.get("/payments/<payment_id>/refunds")
def index(payment_id):
    payment = find_payment(payment_id)
    return _page([(payment, refund) for refund in payment.refunds])


@api.get("/refunds")
def all_refunds():
    return _page([(payment, refund) for payment in own_payments() for refund in payment.refunds])


def _page(pairs):
    """Refunds know nothing of their payment, so pairs are listed by the refund's making."""
    owner = {refund.id: payment for payment, refund in pairs}
    refunds = sorted((refund for _payment, refund in pairs), key=lambda refund: refund.created)
    return page(
        refunds,
        request.args,
        request.base_url,
        "refunds",
        "list-refunds",
        lambda refund: _json(owner[refund.id], refund),
    )


def _json(payment, refund):
    body = refund_json(payment, refund, g.base)
    if "payment" in request.args.get("embed", ""):
        body["_embedded"] = {"payment": payment_json(payment, g.base)}
    return body


@api.get("/payments/<payment_id>/refunds/<refund_id>")
def get(payment_id, refund_id):
    payment = find_payment(payment_id)
    return _json(payment, find_refund(payment, refund_id))


@api.delete("/payments/<payment_id>/refunds/<refund_id>")
def cancel(payment_id, refund_id):
    payment = g.touched = find_payment(payment_id)
    refund = find_refund(payment, refund_id)
    check_fields(read_json(request), ())
    if refund.status not in REFUND_CANCELABLE:
        raise Unprocessable("The refund cannot be canceled anymore")
    _return_balance(refund)
    set_refund_status(g.state, payment, refund, "canceled")
    return "", 204


def _return_balance(refund):
    currency = refund.amount["currency"]
    if currency in g.state.balances and refund.status != "queued":
        g.state.balances[currency] += number(refund.amount)
