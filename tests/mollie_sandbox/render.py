"""How Mollie shows what it keeps: HAL, with the links that a status brings."""

import datetime

from .clock import stamp
from .const import DOCUMENTATION_URL, MOMENTS_BY_STATUS

DASHBOARD = "https://my.mollie.com/dashboard/org_12345678/payments/"
HAL = "application/hal+json"
EMBEDS = ("refunds", "chargebacks", "captures")
# What was sent is shown as it is kept; these are absent while nobody has sent them.
OPTIONAL = (
    "cancelUrl",
    "webhookUrl",
    "lines",
    "billingAddress",
    "shippingAddress",
    "locale",
    "restrictPaymentMethodsToCountry",
    "captureMode",
    "captureDelay",
)


def link(href, kind=HAL):
    return {"href": href, "type": kind}


def documentation(page):
    return link(f"{DOCUMENTATION_URL}{page}", "text/html")


def payment_json(payment, base, embed=()):
    """A payment as the API shows it.

    :param str base: The sandbox's address, e.g. `http://127.0.0.1:8899`.
    :param embed: Names out of EMBEDS.
    """
    fields = payment.fields
    body = {
        "resource": "payment",
        "id": payment.id,
        "mode": payment.mode,
        "createdAt": stamp(payment.created),
        "amount": dict(fields["amount"]),
        "description": fields["description"],
        "method": payment.method,
        "metadata": fields.get("metadata"),
        "status": payment.status,
        "profileId": payment.profile.id,
        "sequenceType": "oneoff",
        "redirectUrl": fields.get("redirectUrl"),
    }
    body |= {name: fields[name] for name in OPTIONAL if fields.get(name) is not None}
    body |= _by_status(payment) | _amounts(payment)
    if payment.details:
        body["details"] = dict(payment.details)
    body["_links"] = _payment_links(payment, base)
    if embed:
        body["_embedded"] = {name: _embedded(payment, name, base) for name in embed}
    return _lie(payment, body)


def _by_status(payment):
    body = {
        name: stamp(payment.moments[name])
        for name in MOMENTS_BY_STATUS.get(payment.status, ())
        if name in payment.moments
    }
    if payment.status == "open":
        body |= {"isCancelable": payment.is_cancelable, "expiresAt": stamp(payment.expires)}
    elif payment.status in ("pending", "authorized"):
        body["isCancelable"] = payment.is_cancelable
    if payment.status == "authorized":
        body["captureBefore"] = stamp(payment.capture_before)
    if payment.status == "paid":
        body["countryCode"] = "NL"
        body["locale"] = payment.fields.get("locale") or "en_US"
    return body


def _amounts(payment):
    body = {}
    if payment.status == "paid":
        body["amountRefunded"] = payment.money(payment.refunded)
        body["amountRemaining"] = payment.money(payment.refundable)
    if payment.status == "authorized" or payment.captures:
        body["amountCaptured"] = payment.money(payment.captured)
    if payment.charged_back:
        body["amountChargedBack"] = payment.money(payment.charged_back)
    return body


def _payment_links(payment, base):
    url = f"{base}/v2/payments/{payment.id}"
    links = {"self": link(url), "dashboard": link(DASHBOARD + payment.id, "text/html")}
    if payment.status == "open":
        links["checkout"] = link(f"{base}/checkout/{payment.id}", "text/html")
    if payment.mode == "test" and payment.status in ("pending", "authorized", "paid"):
        links["changePaymentState"] = link(f"{base}/checkout/{payment.id}/state", "text/html")
    for name in EMBEDS:
        if getattr(payment, name):
            links[name] = link(f"{url}/{name}")
    if payment.status == "authorized":
        links["captures"] = link(f"{url}/captures")
    links["documentation"] = documentation("get-payment")
    return links


def _embedded(payment, name, base):
    return [in_list(RENDER[name](payment, item, base)) for item in reversed(getattr(payment, name))]


def in_list(body):
    """Inside another reply a thing is shown without the link to its documentation."""
    links = {name: target for name, target in body["_links"].items() if name != "documentation"}
    return body | {"_links": links}


def _lie(payment, body):
    """Tell what a test wants told: dicts are merged into dicts, anything else takes its place."""
    for name, value in payment.tampered.items():
        both = isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = body[name] | value if both else value
    return {name: value for name, value in body.items() if name not in payment.removed}


def refund_json(payment, refund, base):
    url = f"{base}/v2/payments/{payment.id}"
    return {
        "resource": "refund",
        "id": refund.id,
        "mode": payment.mode,
        "amount": dict(refund.amount),
        "status": refund.status,
        "createdAt": stamp(refund.created),
        "description": refund.description,
        "metadata": refund.metadata,
        "paymentId": payment.id,
        "_links": {
            "self": link(f"{url}/refunds/{refund.id}"),
            "payment": link(url),
            "documentation": documentation("get-refund"),
        },
    }


def chargeback_json(payment, chargeback, base):
    url = f"{base}/v2/payments/{payment.id}"
    body = {
        "resource": "chargeback",
        "id": chargeback.id,
        "amount": dict(chargeback.amount),
        "createdAt": stamp(chargeback.created),
        "paymentId": payment.id,
        "reversedAt": _stamp_or_none(chargeback.reversed),
        "_links": {
            "self": link(f"{url}/chargebacks/{chargeback.id}"),
            "payment": link(url),
            "documentation": documentation("get-chargeback"),
        },
    }
    return body | ({"reason": chargeback.reason} if chargeback.reason else {})


def _stamp_or_none(moment):
    return stamp(moment) if isinstance(moment, datetime.datetime) else None


def capture_json(payment, capture, base):
    url = f"{base}/v2/payments/{payment.id}"
    return {
        "resource": "capture",
        "id": capture.id,
        "mode": payment.mode,
        "amount": dict(capture.amount),
        "status": capture.status,
        "createdAt": stamp(capture.created),
        "description": capture.description,
        "metadata": capture.metadata,
        "paymentId": payment.id,
        "_links": {
            "self": link(f"{url}/captures/{capture.id}"),
            "payment": link(url),
            "documentation": documentation("get-capture"),
        },
    }


RENDER = {"refunds": refund_json, "chargebacks": chargeback_json, "captures": capture_json}
