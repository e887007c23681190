"""/v2/payments: create, get, list, update, cancel, and give an authorisation back."""

from flask import Blueprint, g, request

from .amounts import number
from .const import CREATE_FIELDS, UNFINISHED, UPDATE_FIELDS
from .errors import ApiError, NotFound, Unprocessable
from .life import choose_method, life_of, set_status
from .methods import check_suitable
from .paging import page
from .records import Payment
from .render import EMBEDS, payment_json
from .state import new_id
from .validation import check_common, check_fields, check_payment, read_json

api = Blueprint("payments", __name__, url_prefix="/v2/payments")
OPEN_ONLY = frozenset({"method", "issuer", "locale", "dueDate", "restrictPaymentMethodsToCountry"})


def find_payment(payment_id):
    """The payment, if it belongs to the key's profile and mode.

    :raise NotFound: in the same words whether it is another's or nobody's.
    """
    payment = g.state.payments.get(payment_id)
    if not payment or not _is_own(payment):
        raise NotFound("payment", payment_id)
    return payment


def _is_own(payment):
    return payment.mode == g.access.mode and payment.profile is g.access.profile


def own_payments():
    return [payment for payment in g.state.payments.values() if _is_own(payment)]


def embeds():
    names = [name for name in request.args.get("embed", "").split(",") if name]
    if set(names) - set(EMBEDS):
        raise ApiError(400, "The embed parameter is invalid.", "embed")
    return names


@api.post("")
def create():
    body = read_json(request)
    check_fields(body, CREATE_FIELDS)
    now = g.state.clock.now()
    fields = check_payment(body, g.state, g.access.profile, now)
    check_suitable(g.access.profile, fields)
    payment = make_payment(fields, now)
    g.state.payments[payment.id] = g.touched = payment
    return payment_json(payment, g.base), 201


def make_payment(fields, now):
    method = fields.get("method")
    method = method[0] if isinstance(method, list) and len(method) == 1 else method
    payment = Payment(
        id=new_id("tr"),
        mode=g.access.mode,
        profile=g.access.profile,
        created=now,
        expires=life_of(None, now),
        fields=fields,
    )
    if isinstance(method, str):
        choose_method(payment, method)
    return payment


@api.get("")
def index():
    return page(
        own_payments(),
        request.args,
        request.base_url,
        "payments",
        "list-payments",
        lambda payment: payment_json(payment, g.base),
    )


@api.get("/<payment_id>")
def get(payment_id):
    return payment_json(find_payment(payment_id), g.base, embeds())


@api.patch("/<payment_id>")
def update(payment_id):
    payment = g.touched = find_payment(payment_id)
    body = read_json(request)
    check_fields(body, UPDATE_FIELDS)
    kept = check_common(body, g.state, g.access.profile, g.state.clock.now())
    _check_update(payment, kept)
    payment.fields |= kept
    if isinstance(kept.get("method"), str):
        choose_method(payment, kept["method"])
    if kept.get("dueDate"):
        payment.expires = life_of(payment.method, payment.created, kept["dueDate"])
    return payment_json(payment, g.base)


def _check_update(payment, kept):
    """Some things can only be changed while nobody has paid."""
    late = sorted(kept.keys() & OPEN_ONLY)
    if late and payment.status != "open":
        raise Unprocessable("The payment is not open anymore", late[0])
    together = payment.fields | kept
    if together.get("dueDate") and together.get("method") != "banktransfer":
        raise Unprocessable("The due date is for bank transfers only", "dueDate")
    if kept.get("method"):
        check_suitable(g.access.profile, together)


@api.delete("/<payment_id>")
def cancel(payment_id):
    payment = g.touched = find_payment(payment_id)
    check_fields(read_json(request), ())
    if payment.status not in UNFINISHED or not payment.is_cancelable:
        raise Unprocessable("The payment cannot be cancelled")
    set_status(g.state, payment, "canceled")
    return payment_json(payment, g.base)


@api.post("/<payment_id>/release-authorization")
def release(payment_id):
    payment = g.touched = find_payment(payment_id)
    check_fields(read_json(request), ())
    open_rest = payment.status == "authorized" or (
        payment.captured and payment.captured < number(payment.fields["amount"])
    )
    if payment.released or not open_rest:
        raise Unprocessable("The payment has no authorization that could be released")
    payment.released = True
    if payment.status == "authorized":
        set_status(g.state, payment, "canceled")
    return "", 202
