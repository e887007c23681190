"""What can go wrong between us and Mollie, on demand.

A fault waits for a request that fits (HTTP method, path) and hits it `times` times. Some answer
instead of the API, as a gateway in front of it would: nothing is done then, unless the fault is
`as_made`. Others let the API do its work and spoil the answer.
"""

import dataclasses
import json
import re
import socket
import threading
import time

from flask import Response, request

from .errors import error_body

HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
HAL = "application/hal+json"
NO_ANSWER = 444
MESSAGES = {
    400: "Bad request.",
    401: "Missing authentication, or failed to authenticate",
    403: "The request is forbidden.",
    404: "No payment exists with token tr_unknown.",
    410: "The resource is gone.",
    422: "The request cannot be processed.",
    429: "You have exceeded the rate limit.",
    500: "Internal server error.",
    503: "Payment platform for this payment method temporarily not available",
}


@dataclasses.dataclass
class Fault:
    """One rule. `times` None: until cleared; `skip`: let that many fitting requests pass first."""

    kind: str
    method: str | None = None
    path: str = r"^/v2/"
    times: int | None = 1
    skip: int = 0
    seconds: float = 0
    status: int | None = None
    retry_after: str | None = None
    location: str | None = None
    body: str | None = None
    payment_status: str | None = None
    fields: dict | None = None
    remove: list | None = None
    at: list | None = None
    instead: list | None = None
    as_made: bool = False
    hits: int = 0

    def fits(self, method, path):
        return (not self.method or self.method.upper() == method) and re.search(self.path, path)

    def take(self):
        """Count one fitting request; true if this one is to be hit."""
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self.hits += 1
        return True


class Faults:
    def __init__(self):
        self.lock = threading.Condition()
        self.release = threading.Event()
        self.held = 0
        self.reset()

    def reset(self):
        self.clear()

    def clear(self):
        """Drop the rules and let go of the requests that are being held up."""
        with self.lock:
            self.rules = []
            self.release.set()
            self.release = threading.Event()

    def add(self, **fields):
        fault = Fault(**fields)
        if fault.kind not in KINDS and not fault.kind.isdigit():
            raise ValueError(f"Unknown fault {fault.kind!r}; known: {sorted(KINDS)} or a status.")
        re.compile(fault.path)
        with self.lock:
            self.rules.append(fault)
        return fault

    def pick(self, method, path):
        with self.lock:
            return next((f for f in self.rules if f.fits(method, path) and f.take()), None)

    def take_back(self, fault):
        """Let a fault that could do nothing wait for the next request that fits."""
        with self.lock:
            fault.hits -= 1

    def wait(self, seconds):
        """Hold a request up."""
        with self.lock:
            release, self.held = self.release, self.held + 1
            self.lock.notify_all()
        release.wait(seconds)
        with self.lock:
            self.held -= 1

    def wait_held(self, count, timeout=30):
        """Wait until so many requests are being held up; false if it took too long."""
        with self.lock:
            return self.lock.wait_for(lambda: self.held >= count, timeout)


def before(faults, fault):
    """What a fault does before the API sees the request: an answer in its place, or None."""
    return None if fault.as_made else _in_place(faults, fault)


def _in_place(faults, fault):
    act = BEFORE.get(fault.kind) or (_status if fault.kind.isdigit() else None)
    return act(faults, fault) if act else None


def after(faults, fault, response):
    """What a fault does to the answer of work that was done."""
    if fault.as_made:
        return _in_place(faults, fault)
    act = AFTER.get(fault.kind)
    return act(faults, fault, response) if act else response


def cut():
    """Close the connection under the request's feet; what is answered then reaches nobody."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=NO_ANSWER)


def _status(_faults, fault):
    status = int(fault.kind)
    if status in (502, 504):
        return Response(HTML.format(f"{status} Gateway"), status, content_type="text/html")
    body = error_body(status, fault.body or MESSAGES.get(status, "Something went wrong."))
    response = Response(json.dumps(body), status, content_type=HAL)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _slow(faults, fault):
    faults.wait(fault.seconds)


def _nothing(_faults, _fault):
    """No answer and no work; the connection is cut once the request has been recorded."""
    return Response(status=NO_ANSWER)


def _text(body, status, content_type=HAL):
    def answer(_faults, fault):
        text = body if fault.body is None else fault.body
        return Response(text, fault.status or status, content_type=content_type)

    return answer


def _redirect(_faults, fault):
    headers = {"Location": fault.location or "http://127.0.0.1:9/v2/elsewhere"}
    return Response("", fault.status or 302, headers)


def _cut_after(_faults, _fault, _response):
    return cut()


def _slow_after(faults, fault, response):
    faults.wait(fault.seconds)
    return response


def _cut_half(_faults, _fault, response):
    """Send the head and half of the body, then close."""
    half = response.get_data()[: len(response.get_data()) // 2]
    lines = [f"HTTP/1.1 {response.status}", f"Content-Type: {response.content_type}"]
    lines.append(f"Content-Length: {len(response.get_data())}")
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    request.environ["werkzeug.socket"].sendall(head + half)
    return cut()


def _half_json(_faults, _fault, response):
    """A whole answer to HTTP, half of one to JSON."""
    response.set_data(response.get_data()[: len(response.get_data()) // 2])
    return response


def _lie(_faults, fault, response):
    """Say something else than what was done: other fields, or fewer."""
    body = json.loads(response.get_data())
    for name, value in (fault.fields or {}).items():
        both = isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = body[name] | value if both else value
    kept = {name: value for name, value in body.items() if name not in (fault.remove or ())}
    response.set_data(json.dumps(kept))
    return response


def _twist(faults, fault, response):
    """Say something else in one place: `at` leads there, `instead` holds what stands there, if
    anything does. An answer without that place is not hit.
    """
    body = json.loads(response.get_data())
    place, last = body, fault.at[-1]
    try:
        for key in fault.at[:-1]:
            place = place[key]
        del place[last]
    except (LookupError, TypeError):
        faults.take_back(fault)
        return response
    if fault.instead and isinstance(place, list):
        place.insert(last, fault.instead[0])
    elif fault.instead:
        place[last] = fault.instead[0]
    response.set_data(json.dumps(body))
    return response


def _trickle(_faults, fault, response):
    """One byte at a time over the given seconds: a timeout between bytes never strikes."""
    data = response.get_data()

    def drip():
        for byte in data:
            time.sleep(fault.seconds / len(data))
            yield bytes([byte])

    return Response(drip(), response.status, content_type=response.content_type)


BEFORE = {
    "slow": _slow,
    "close": _nothing,
    "html": _text(HTML.format("It works!"), 200, "text/html"),
    "broken-json": _text('{"resource": "payment", "id": "tr_', 200),
    "no-detail": _text('{"status": 500, "title": "Internal Server Error"}', 500),
    "text-status": _text('{"status": "error", "title": "Error", "detail": "Error"}', 500),
    "list": _text("[]", 200),
    "null": _text("null", 200),
    "empty": _text("", 200),
    "redirect": _redirect,
}
AFTER = {
    "close": _cut_after,
    "cut-after": _cut_after,
    "cut-half": _cut_half,
    "half-json": _half_json,
    "lie": _lie,
    "twist": _twist,
    "slow-after": _slow_after,
    "trickle": _trickle,
}
# The webhook overtakes the answer; the app does that, for it knows which payment was made.
WEBHOOK_FIRST = "webhook-first"
KINDS = frozenset(BEFORE) | frozenset(AFTER) | {WEBHOOK_FIRST}
