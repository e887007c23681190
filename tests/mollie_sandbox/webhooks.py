"""Webhooks as Mollie sends them: the payment's id in a form, again and again until a 200."""

import dataclasses
import datetime
import http.client
import ipaddress
import itertools
import threading
import urllib.parse

from .clock import after, stamp
from .const import (
    WEBHOOK_REDIRECTS,
    WEBHOOK_SCHEDULE,
    WEBHOOK_TIMEOUT,
    WEBHOOK_USER_AGENT,
)

WAITING, TAKEN, DELIVERED, FAILED, DROPPED = "waiting", "taken", "delivered", "failed", "dropped"
IDLE = 0.5


@dataclasses.dataclass
class Hook:
    """One event's webhook, with every attempt to deliver it.

    `attempts` holds what each attempt brought: an HTTP status, or a word for why there is none.
    """

    id: int
    payment_id: str
    url: str
    reason: str
    first: datetime.datetime
    due: datetime.datetime
    state: str = WAITING
    attempts: list = dataclasses.field(default_factory=list)

    def as_json(self):
        return {
            "id": self.id,
            "payment_id": self.payment_id,
            "url": self.url,
            "reason": self.reason,
            "due": stamp(self.due),
            "state": self.state,
            "attempt": len(self.attempts) + 1,
            "attempts": list(self.attempts),
        }


class Webhooks:
    """The queue. In deliver mode a thread empties it, in hold mode the tests take what is due."""

    def __init__(self, clock, hold=False):
        self.clock, self.hold_at_start = clock, hold
        self.lock = threading.Condition()
        self.stopped = False
        self.reset()

    def reset(self):
        with self.lock:
            self.hooks, self.numbers = [], itertools.count(1)
            self.hold = self.hold_at_start
            self.order, self.delay, self.copies, self.lose = "fifo", 0, 1, 0

    def configure(self, mode=None, order=None, delay=None, copies=None, lose=None):
        """
        :param str mode: `hold` or `deliver`.
        :param str order: `fifo` or `lifo`: who is first among those due.
        :param float delay: Seconds by which new webhooks come late.
        :param int copies: How often each new one is sent (2: each twice).
        :param int lose: How many of the next ones get lost.
        """
        with self.lock:
            if mode is not None:
                self.hold = {"hold": True, "deliver": False}[mode]
            if order is not None:
                self.order = {"fifo": "fifo", "lifo": "lifo"}[order]
            self.delay = self.delay if delay is None else delay
            self.copies = self.copies if copies is None else copies
            self.lose = self.lose if lose is None else lose
        self.clock.wake()

    def add(self, payment_id, url, reason):
        """Queue the webhook of an event, subject to what `configure` asked for."""
        with self.lock:
            if self.lose:
                self.lose -= 1
                return [self._append(payment_id, url, reason, DROPPED)]
            hooks = [self._append(payment_id, url, reason) for _ in range(self.copies)]
        self.clock.wake()
        return hooks

    def _append(self, payment_id, url, reason, state=WAITING):
        moment = after(self.clock.now(), self.delay)
        hook = Hook(next(self.numbers), payment_id, url, reason, moment, moment, state)
        self.hooks.append(hook)
        return hook

    def find(self, hook_id=None, payment_id=None, state=None):
        with self.lock:
            return [
                hook
                for hook in self.hooks
                if hook_id in (None, hook.id)
                and payment_id in (None, hook.payment_id)
                and state in (None, hook.state)
            ]

    def take_due(self, limit=None):
        """Those whose moment has come; they are the taker's, who must `settle` each."""
        with self.lock:
            now = self.clock.now()
            due = [hook for hook in self.hooks if hook.state == WAITING and hook.due <= now]
            due.sort(key=lambda hook: (hook.due, hook.id), reverse=self.order == "lifo")
            for hook in due[:limit]:
                hook.state = TAKEN
            return due[:limit]

    def settle(self, hook, result):
        """Note what an attempt brought, and plan the next one unless it was a 200."""
        with self.lock:
            if hook.state != TAKEN:
                return
            hook.attempts.append(result)
            tried = len(hook.attempts)
            if result == 200:
                hook.state = DELIVERED
            elif result == "not loopback" or tried >= len(WEBHOOK_SCHEDULE):
                hook.state = FAILED
            else:
                hook.state, hook.due = WAITING, after(hook.first, WEBHOOK_SCHEDULE[tried])
            self.lock.notify_all()

    def wait_attempts(self, count, payment_id=None, timeout=30):
        """Wait until so many attempts were made; false if it took too long."""

        def enough():
            return sum(len(hook.attempts) for hook in self.find(payment_id=payment_id)) >= count

        with self.lock:
            return self.lock.wait_for(enough, timeout)

    def repeat(self, hooks):
        with self.lock:
            return [self._append(hook.payment_id, hook.url, hook.reason) for hook in hooks]

    def drop(self, hooks):
        with self.lock:
            for hook in hooks:
                hook.state = DROPPED

    # --- delivering ------------------------------------------------------------------------------

    def start(self, tick):
        """
        :param tick: Lets time pass for payments, so that one that expires is told of.
        """
        threading.Thread(target=self._deliver_forever, args=(tick,), daemon=True).start()

    def stop(self):
        self.stopped = True
        self.clock.wake()

    def _deliver_forever(self, tick):
        while not self.stopped:
            with self.clock.moved:
                self.clock.moved.wait(IDLE)
            tick()
            if not self.hold:
                self.deliver_due()

    def deliver_due(self):
        """Send what is due. Each in a thread: one slow receiver must not hold up the others."""
        for hook in self.take_due():
            threading.Thread(target=self.deliver, args=(hook,), daemon=True).start()

    def deliver(self, hook):
        self.settle(hook, send(hook.url, hook.payment_id))


def send(url, payment_id):
    """POST the id, follow redirects as browsers do (301 to 303 lose method and body).

    :return: The HTTP status, or a word on why there is none.
    """
    method, body = "POST", urllib.parse.urlencode({"id": payment_id})
    for _hop in range(WEBHOOK_REDIRECTS):
        if not is_loopback(urllib.parse.urlsplit(url)):
            return "not loopback"
        try:
            status, location = _exchange(method, url, body)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        if not location or status not in (301, 302, 303, 307, 308):
            return status
        url = urllib.parse.urljoin(url, location)
        if status in (301, 302, 303):
            method, body = "GET", None
    return "too many redirects"


def is_loopback(parts):
    """Only this machine is ever contacted, and no name is looked up to find out."""
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "http":
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _exchange(method, url, body):
    parts = urllib.parse.urlsplit(url)
    literal = ":" in parts.hostname or parts.hostname.replace(".", "").isdigit()
    host = parts.hostname if literal else "127.0.0.1"
    connection = http.client.HTTPConnection(host, parts.port or 80, timeout=WEBHOOK_TIMEOUT)
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": WEBHOOK_USER_AGENT}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        response.read(65536)
        return response.status, response.headers.get("Location")
    finally:
        connection.close()
