"""Chargebacks: read only, they come from the customer's bank."""

from flask import Blueprint, g, request

from .errors import NotFound
from .paging import page
from .payments import find_payment, own_payments
from .render import chargeback_json, payment_json

api = Blueprint("chargebacks", __name__, url_prefix="/v2")


@api.get("/payments/<payment_id>/chargebacks")
def index(payment_id):
    payment = find_payment(payment_id)
    return _page([(payment, chargeback) for chargeback in payment.chargebacks])


@api.get("/chargebacks")
def all_chargebacks():
    return _page([(p, chargeback) for p in own_payments() for chargeback in p.chargebacks])


@api.get("/payments/<payment_id>/chargebacks/<chargeback_id>")
def get(payment_id, chargeback_id):
    payment = find_payment(payment_id)
    for chargeback in payment.chargebacks:
        if chargeback.id == chargeback_id:
            return _json(payment, chargeback)
    raise NotFound("chargeback", chargeback_id)


def _page(pairs):
    owner = {chargeback.id: payment for payment, chargeback in pairs}
    return page(
        sorted((chargeback for _payment, chargeback in pairs), key=lambda item: item.created),
        request.args,
        request.base_url,
        "chargebacks",
        "list-chargebacks",
        lambda chargeback: _json(owner[chargeback.id], chargeback),
    )


def _json(payment, chargeback):
    body = chargeback_json(payment, chargeback, g.base)
    if "payment" in request.args.get("embed", ""):
        body["_embedded"] = {"payment": payment_json(payment, g.base)}
    return body
