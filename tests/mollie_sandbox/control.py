"""/_control: what tests do to the sandbox. JSON in, JSON out; Mollie has nothing of the kind."""

import dataclasses
import datetime
import decimal

from flask import Blueprint, abort, current_app, g, jsonify, request

from .amounts import check_amount, money
from .clock import stamp
from .const import CAPTURE_STATUSES, METHODS, REFUND_STATUSES, STATUSES, WEBHOOK_STATUSES
from .errors import ApiError
from .life import (
    choose_method,
    notify,
    set_capture_status,
    set_refund_status,
    set_status,
    tick,
)
from .payments import make_payment
from .records import Capture, Chargeback, Refund
from .render import EMBEDS, capture_json, chargeback_json, payment_json, refund_json
from .state import new_id

api = Blueprint("control", __name__, url_prefix="/_control")


@api.errorhandler(ApiError)
def _refused(error):
    return jsonify(error.body), error.status


@api.errorhandler(KeyError)
@api.errorhandler(TypeError)
@api.errorhandler(ValueError)
@api.errorhandler(decimal.InvalidOperation)
def _misused(error):
    return jsonify({"detail": f"{type(error).__name__}: {error}"}), 400


def _body():
    return request.get_json(silent=True) or {}


def _payment(payment_id):
    return g.state.payments.get(payment_id) or abort(404)


def _amount(payment, value):
    """An amount of the payment's currency, from an amount object or a bare value."""
    return check_amount(value if isinstance(value, dict) else money(value, payment.currency))


def _child(payment_kind, child_id):
    for payment in g.state.payments.values():
        for child in getattr(payment, payment_kind):
            if child.id == child_id:
                return payment, child
    return abort(404)


# --- the sandbox itself --------------------------------------------------------------------------


@api.get("/health")
def health():
    return {"ok": True, "payments": len(g.state.payments), "now": stamp(g.state.clock.now())}


@api.post("/reset")
def reset():
    g.state.reset()
    return {}


@api.post("/settings")
def settings():
    """Any of `allow_local_webhooks`, `queue_refunds`, `capture_seconds`, `balances`
    ({"EUR": "10.00"}; null: no limit).
    """
    body = _body()
    with g.state.lock:
        for name in ("allow_local_webhooks", "queue_refunds", "capture_seconds"):
            setattr(g.state, name, body.get(name, getattr(g.state, name)))
        for currency, value in body.get("balances", {}).items():
            g.state.balances.pop(currency, None)
            if value is not None:
                g.state.balances[currency] = decimal.Decimal(value)
    return {}


@api.get("/routes")
def routes():
    """The API's routes, for whoever wants to be sure to have visited each."""
    listed = [
        {"method": method, "rule": rule.rule}
        for rule in current_app.url_map.iter_rules()
        if rule.rule.startswith("/v2")
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]
    return {"routes": listed}


@api.post("/clock")
def clock():
    """`{"advance": seconds}` or `{"set": iso}`; then what was due by then happens."""
    body = _body()
    with g.state.lock:
        if "set" in body:
            g.state.clock.set(body["set"])
        g.state.clock.advance(body.get("advance", 0))
        tick(g.state)
    return {"now": stamp(g.state.clock.now())}


# --- payments ------------------------------------------------------------------------------------


@api.get("/payments")
def payments():
    with g.state.lock:
        tick(g.state)
        shown = [payment_json(payment, g.base, EMBEDS) for payment in g.state.payments.values()]
    return {"payments": shown}


@api.post("/payments")
def add_payments():
    """`{"key": …, "payments": [{…}]}`: payments that are there already, oldest first, each with the
    fields of a request and its `status`. No rule is checked, no webhook sent: it is quick.
    """
    body = _body()
    with g.state.lock:
        g.access = g.state.keys.access(f"Bearer {body['key']}")
        return {"ids": [_add_payment(dict(fields)) for fields in body["payments"]]}


def _add_payment(fields):
    found_status = fields.pop("status", "paid")
    found = make_payment({"description": "Made before"} | fields, g.state.clock.now())
    set_status(g.state, found, found_status, webhook=False)
    g.state.payments[found.id] = found
    return found.id


@api.get("/payments/<payment_id>")
def payment(payment_id):
    with g.state.lock:
        tick(g.state)
        return payment_json(_payment(payment_id), g.base, EMBEDS)


@api.post("/payments/<payment_id>/status")
def status(payment_id):
    """`status`, and optionally `method`, `details` (merged), `webhook` (false: in silence),
    `cancelable`.
    """
    body = _body()
    with g.state.lock:
        found = _payment(payment_id)
        if body["status"] not in STATUSES or body.get("method") not in (None, *METHODS):
            raise ValueError("Unknown status or method.")
        if body.get("method") and body["method"] != found.method:
            choose_method(found, body["method"])
        set_status(g.state, found, body["status"], webhook=False)
        if body.get("details"):
            found.details = (found.details or {}) | body["details"]
        found.cancelable = body.get("cancelable", found.cancelable)
        if body.get("webhook", True) and body["status"] in WEBHOOK_STATUSES:
            notify(g.state, found, body["status"])
        return payment_json(found, g.base, EMBEDS)


@api.post("/payments/<payment_id>/tamper")
def tamper(payment_id):
    """`fields` to lie about, `remove` to leave out; `{}` tells the truth again."""
    body = _body()
    with g.state.lock:
        found = _payment(payment_id)
        found.tampered, found.removed = body.get("fields", {}), set(body.get("remove", ()))
        return payment_json(found, g.base)


@api.post("/payments/<payment_id>/notify")
def notify_again(payment_id):
    with g.state.lock:
        hooks = notify(g.state, _payment(payment_id), _body().get("reason", "by control"))
    return {"webhooks": [hook.as_json() for hook in hooks]}


# --- refunds, chargebacks, captures --------------------------------------------------------------


def add_refund(state, found, amount, status="pending", webhook=True, **more):
    """A refund made in Mollie's dashboard; no rule but the arithmetic's end is checked."""
    now, since = state.clock.now(), _since(status, state)
    refund = Refund(id=new_id("re"), amount=amount, created=now, since=since, **more)
    found.refunds.append(refund)
    set_refund_status(state, found, refund, status, webhook)
    return refund


def _since(status, state):
    """One that a test has queued stays so; else it would go on as soon as the balance allows."""
    return None if status == "queued" else state.clock.now()


def add_chargeback(state, found, amount, webhook=True, reason=None):
    chargeback = Chargeback(
        id=new_id("chb"), amount=amount, created=state.clock.now(), reason=reason
    )
    found.chargebacks.append(chargeback)
    if webhook:
        notify(state, found, "chargeback")
    return chargeback


@api.post("/payments/<payment_id>/refunds")
def create_refund(payment_id):
    body = _body()
    with g.state.lock:
        found = _payment(payment_id)
        if body.get("status", "pending") not in REFUND_STATUSES:
            raise ValueError("Unknown refund status.")
        refund = add_refund(
            g.state,
            found,
            _amount(found, body["amount"]),
            body.get("status", "pending"),
            body.get("webhook", True),
            description=body.get("description") or "",
            metadata=body.get("metadata"),
        )
        return refund_json(found, refund, g.base)


@api.post("/refunds/<refund_id>/status")
def refund_status(refund_id):
    body = _body()
    with g.state.lock:
        found, refund = _child("refunds", refund_id)
        if body["status"] not in REFUND_STATUSES:
            raise ValueError("Unknown refund status.")
        refund.since = _since(body["status"], g.state)
        set_refund_status(g.state, found, refund, body["status"], body.get("webhook", True))
        return refund_json(found, refund, g.base)


@api.post("/payments/<payment_id>/chargebacks")
def create_chargeback(payment_id):
    body = _body()
    with g.state.lock:
        found = _payment(payment_id)
        chargeback = add_chargeback(
            g.state,
            found,
            _amount(found, body["amount"]),
            body.get("webhook", True),
            body.get("reason"),
        )
        return chargeback_json(found, chargeback, g.base)


@api.post("/chargebacks/<chargeback_id>/reverse")
def reverse_chargeback(chargeback_id):
    """Whether Mollie tells of a reversal is not known, so the test says if there is a webhook."""
    with g.state.lock:
        found, chargeback = _child("chargebacks", chargeback_id)
        chargeback.reversed = g.state.clock.now()
        if _body().get("webhook", False):
            notify(g.state, found, "chargeback reversed")
        return chargeback_json(found, chargeback, g.base)


@api.post("/payments/<payment_id>/captures")
def create_capture(payment_id):
    """A capture made in Mollie's dashboard."""
    body = _body()
    with g.state.lock:
        found = _payment(payment_id)
        value = body.get("amount") or found.money(found.capturable)
        capture = Capture(new_id("cpt"), _amount(found, value), g.state.clock.now())
        found.captures.append(capture)
        set_capture_status(
            g.state, found, capture, _capture_status(body, "succeeded"), body.get("webhook", True)
        )
        return capture_json(found, capture, g.base)


@api.post("/captures/<capture_id>/status")
def capture_status(capture_id):
    body = _body()
    with g.state.lock:
        found, capture = _child("captures", capture_id)
        set_capture_status(
            g.state, found, capture, _capture_status(body), body.get("webhook", True)
        )
        return capture_json(found, capture, g.base)


def _capture_status(body, default=None):
    wanted = body.get("status", default)
    if wanted not in CAPTURE_STATUSES:
        raise ValueError("Unknown capture status.")
    return wanted


# --- keys and profiles ---------------------------------------------------------------------------


@api.post("/keys")
def keys():
    """`{"key": …}` with `revoke`, `restore` or `profile` (the id of the profile it opens)."""
    body, known = _body(), g.state.keys
    with g.state.lock:
        if body.get("revoke"):
            known.revoke(body["key"])
        if body.get("restore"):
            known.restore(body["key"])
        if body.get("profile"):
            known.map(body["key"], body["profile"])
        profile_id = known.profile_id(body["key"])
        known.profile(profile_id)
        return {"profile": profile_id}


@api.post("/profiles/<profile_id>")
def profile(profile_id):
    """Any of `status`, `methods` (ids switched on), `limits` ({method: [least, most]} in EUR)
    and `fields` (name, e-mail and the like).
    """
    body = _body()
    with g.state.lock:
        found = g.state.keys.profile(profile_id)
        if set(body.get("methods", ())) - set(METHODS):
            raise ValueError("Unknown method.")
        found.status = body.get("status", found.status)
        found.methods = tuple(body.get("methods", found.methods))
        found.fields |= body.get("fields", {})
        found.limits |= body.get("limits", {})
    return {"id": profile_id, "status": found.status, "methods": found.methods}


# --- webhooks ------------------------------------------------------------------------------------


@api.get("/webhooks")
def webhooks():
    found = g.state.webhooks.find(
        payment_id=request.args.get("payment_id"), state=request.args.get("state")
    )
    return {"webhooks": [hook.as_json() for hook in found]}


@api.post("/webhooks/settings")
def webhook_settings():
    g.state.webhooks.configure(**_body())
    return {}


@api.post("/webhooks/take")
def take_webhooks():
    with g.state.lock:
        tick(g.state)
    return {"webhooks": [hook.as_json() for hook in g.state.webhooks.take_due()]}


@api.post("/webhooks/<int:hook_id>/answer")
def answer_webhook(hook_id):
    """What the receiver answered: an HTTP status, or a word for no answer."""
    for hook in g.state.webhooks.find(hook_id):
        g.state.webhooks.settle(hook, _body()["status"])
        return hook.as_json()
    return abort(404)


@api.post("/webhooks/wait")
def wait_webhooks():
    """Answer once `count` attempts were made (of `payment_id`'s webhooks)."""
    body = _body()
    done = g.state.webhooks.wait_attempts(body["count"], body.get("payment_id"), body["timeout"])
    return {"done": done}


@api.post("/webhooks/repeat")
def repeat_webhooks():
    hooks = g.state.webhooks.repeat(_found_hooks())
    g.state.clock.wake()
    return {"webhooks": [hook.as_json() for hook in hooks]}


@api.post("/webhooks/drop")
def drop_webhooks():
    hooks = [hook for hook in _found_hooks() if hook.state == "waiting"]
    g.state.webhooks.drop(hooks)
    return {"webhooks": [hook.as_json() for hook in hooks]}


@api.post("/webhooks/delay")
def delay_webhooks():
    """Put those that are waiting off by `seconds`."""
    for hook in _found_hooks():
        hook.due += datetime.timedelta(seconds=_body()["seconds"])
    return {}


def _found_hooks():
    body = _body()
    return g.state.webhooks.find(body.get("id"), body.get("payment_id"))


# --- faults and the record -----------------------------------------------------------------------


@api.post("/faults")
def add_fault():
    return dataclasses.asdict(g.state.faults.add(**_body()))


@api.get("/faults")
def faults():
    return {"faults": [dataclasses.asdict(fault) for fault in g.state.faults.rules]}


@api.post("/faults/wait")
def wait_faults():
    """Answer once `count` requests are being held up."""
    return {"done": g.state.faults.wait_held(_body()["count"], _body()["timeout"])}


@api.delete("/faults")
def clear_faults():
    g.state.faults.clear()
    return {}


@api.get("/requests")
def requests():
    found = g.state.recorder.find(request.args.get("path"), request.args.get("method"))
    return {"requests": found}


@api.delete("/requests")
def clear_requests():
    g.state.recorder.reset()
    return {}
