"""Captures: collecting what a card or a pay-later method has authorised."""

from flask import Blueprint, g, request

from .amounts import check_amount, number
from .const import MANY_CAPTURES
from .errors import NotFound, Unprocessable
from .paging import page
from .payments import find_payment
from .records import Capture
from .render import capture_json, payment_json
from .state import new_id
from .validation import check_description, check_fields, check_metadata, read_json

api = Blueprint("captures", __name__, url_prefix="/v2/payments/<payment_id>/captures")
FIELDS = frozenset({"amount", "description", "metadata"})


@api.post("")
def create(payment_id):
    payment = g.touched = find_payment(payment_id)
    body = read_json(request)
    check_fields(body, FIELDS)
    _check_capturable(payment)
    capture = Capture(
        id=new_id("cpt"),
        amount=_amount(payment, body.get("amount")),
        created=g.state.clock.now(),
        description=check_description(body.get("description") or ""),
        metadata=None if body.get("metadata") is None else check_metadata(body["metadata"]),
    )
    payment.captures.append(capture)
    return capture_json(payment, capture, g.base), 201


def _check_capturable(payment):
    again = payment.status == "paid" and payment.captures and payment.method in MANY_CAPTURES
    if payment.released or not (payment.status == "authorized" or again):
        raise Unprocessable("The payment is not authorized and cannot be captured")


def _amount(payment, amount):
    """What to capture: all that is left, unless an amount is given."""
    if amount is None:
        amount = payment.money(payment.capturable)
    amount = check_amount(amount, currency=payment.currency)
    if not number(amount):
        raise Unprocessable("The amount is lower than the minimum", "amount")
    if number(amount) > payment.capturable:
        raise Unprocessable("The amount is higher than the maximum", "amount")
    return amount


@api.get("")
def index(payment_id):
    payment = find_payment(payment_id)
    return page(
        payment.captures,
        request.args,
        request.base_url,
        "captures",
        "list-captures",
        lambda capture: _json(payment, capture),
    )


@api.get("/<capture_id>")
def get(payment_id, capture_id):
    payment = find_payment(payment_id)
    for capture in payment.captures:
        if capture.id == capture_id:
            return _json(payment, capture)
    raise NotFound("capture", capture_id)


def _json(payment, capture):
    body = capture_json(payment, capture, g.base)
    if "payment" in request.args.get("embed", ""):
        body["_embedded"] = {"payment": payment_json(payment, g.base)}
    return body
