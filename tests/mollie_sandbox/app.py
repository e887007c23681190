"""The application: who may ask, what goes wrong, what is remembered, and then the API itself."""

import hashlib
import json

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from . import (
    captures,
    chargebacks,
    checkout,
    control,
    faults,
    index,
    methods,
    payments,
    profiles,
    refunds,
)
from .errors import ApiError, error_body
from .life import notify, set_status, tick
from .queries import check_query
from .render import HAL
from .state import State

BLUEPRINTS = (
    payments.api,
    refunds.api,
    chargebacks.api,
    captures.api,
    methods.api,
    methods.images,
    profiles.api,
    checkout.pages,
    index.pages,
    control.api,
)
HTTP_DETAILS = {
    404: "No resource exists at this address.",
    405: "The method is not allowed for this address.",
}


def create_app(state=None, start_webhooks=True):
    """The sandbox as a WSGI application.

    :param State state: Where everything is kept; a new one if left out.
    :param bool start_webhooks: Whether to run the thread that delivers webhooks.
    """
    app = Flask(__name__)
    app.state = state or State()
    app.json.sort_keys = False
    app.url_map.merge_slashes = False
    app.before_request(_enter)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if start_webhooks:
        app.state.start()
    return app


def _enter():
    g.state, g.base, g.touched = current_app.state, request.host_url.rstrip("/"), None
    if request.path == "/" or request.path.startswith(("/_control", "/images")):
        return None
    if request.path.startswith("/checkout"):
        with g.state.lock:
            tick(g.state)
        return None
    return _exchange(g.state, current_app.dispatch_request)


def _exchange(state, dispatch):
    """One request to the API, with the fault that waits for it, from key to record."""
    fault = state.faults.pick(request.method, request.path)
    response = faults.before(state.faults, fault) if fault and fault.kind != "slow" else None
    if response is None:
        response = _authenticated(state, fault, dispatch)
    state.recorder.add(
        request,
        0 if response.status_code == faults.NO_ANSWER else response.status_code,
        fault=fault.kind if fault else None,
        replayed="Idempotent-Replayed" in response.headers,
        payment_id=g.touched.id if g.touched else None,
    )
    return faults.after(state.faults, fault, response) if fault else response


def _authenticated(state, fault, dispatch):
    try:
        g.access = state.keys.access(request.headers.get("Authorization"))
        return _idempotent(state, fault, dispatch)
    except ApiError as error:
        return _hal(error.body, error.status)


def _idempotent(state, fault, dispatch):
    """Answer from memory, or do the work and remember the answer."""
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if not key:
        return _work(state, fault, dispatch)
    owner = g.access.print
    remembered = state.idempotency.begin(owner, key, _fingerprint())
    if remembered:
        status, data = remembered
        return _hal(data, status, {"Idempotent-Replayed": "true"})
    answer = None
    try:
        response = _work(state, fault, dispatch)
        answer = (response.status_code, response.get_data())
        return response
    finally:
        state.idempotency.finish(owner, key, answer)


def _fingerprint():
    return request.method, request.path, hashlib.sha256(request.get_data()).hexdigest()


def _work(state, fault, dispatch):
    """The API's own work. A slow one is slow here, after its idempotency key was taken."""
    if fault and fault.kind == "slow":
        faults.before(state.faults, fault)
    with state.lock:
        tick(state)
        response = _dispatch(dispatch)
        hooks = _early_webhooks(state, fault)
    for hook in hooks:
        state.webhooks.deliver(hook)
    return response


def _dispatch(dispatch):
    try:
        if request.endpoint:
            check_query(request.endpoint, request.args)
        result = dispatch()
    except ApiError as error:
        return _hal(error.body, error.status)
    except HTTPException as error:
        detail = HTTP_DETAILS.get(error.code, error.name)
        return _hal(error_body(error.code, detail), error.code)
    body, status = result if isinstance(result, tuple) else (result, 200)
    return _hal(body, status)


def _early_webhooks(state, fault):
    """Webhooks that overtake the answer: sent now in deliver mode, first in line otherwise."""
    if not fault or fault.kind != faults.WEBHOOK_FIRST or not g.touched:
        return []
    if fault.payment_status:
        set_status(state, g.touched, fault.payment_status, webhook=False)
    hooks = notify(state, g.touched, "before the answer")
    return [] if state.webhooks.hold else [h for h in state.webhooks.take_due() if h in hooks]


def _hal(body, status, headers=None):
    data = json.dumps(body) if isinstance(body, dict) else body
    return Response(data, status, headers, content_type=HAL)
