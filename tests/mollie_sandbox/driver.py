"""Start a sandbox, talk to it, stop it. Standard library only: it runs beside any client."""

import dataclasses
import http.client
import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parent.parent
# No proxy: the sandbox is on this machine, whatever the environment says.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
TIMEOUT = 60


class SandboxError(Exception):
    """The sandbox did not start, or refused a control call."""


@dataclasses.dataclass
class Webhook:
    """A webhook that is due, taken from the sandbox. Whoever takes it answers for it.

    `attempt` counts from 1; `reason` is why Mollie sends it (`paid`, `refund refunded`,
    `chargeback`…), which a real webhook does not tell.
    """

    id: int
    payment_id: str
    url: str
    attempt: int
    reason: str
    due: str
    sandbox: object = dataclasses.field(repr=False)
    headers = {
        "User-Agent": "Mollie HTTP client/1.0",
        "Content-Type": "application/x-www-form-urlencoded",
    }

    @property
    def body(self):
        """The form that Mollie posts, as text."""
        return urllib.parse.urlencode({"id": self.payment_id})

    @property
    def path(self):
        """Path and query of the address, for a receiver that is reached by another host."""
        parts = urllib.parse.urlsplit(self.url)
        return urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))

    def answer(self, status):
        """Tell the sandbox what the receiver answered: a status, or a word for no answer.

        Anything but 200 makes it try again, on Mollie's schedule.
        """
        self.sandbox.control("POST", f"webhooks/{self.id}/answer", {"status": status})

    def deliver(self, headers=None):
        """POST it to its own address (loopback only) and answer for it; returns the status."""
        request = urllib.request.Request(
            self.url, self.body.encode(), {**self.headers, **(headers or {})}, method="POST"
        )
        if urllib.parse.urlsplit(self.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SandboxError(f"{self.url} is not on this machine.")
        try:
            with OPENER.open(request, timeout=15) as response:
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError as error:
            status = type(error).__name__
        self.answer(status)
        return status


class Sandbox:
    """A running sandbox: its addresses, and what tests can do to it."""

    def __init__(self, url, process=None):
        self.url, self.process = url.rstrip("/"), process
        self.endpoint = f"{self.url}/v2"

    # --- starting and stopping -------------------------------------------------------------------

    @classmethod
    def start(cls, port=0, hold_webhooks=True, record=None, python=None):
        """Start a sandbox in a process of its own and wait until it answers.

        :param int port: 0 for any free one.
        :param bool hold_webhooks: Keep webhooks for `due_webhooks` instead of delivering them.
        :param record: A file to which every body sent is appended, as JSON lines.
        :param str python: The interpreter that has Flask; `SANDBOX_PYTHON`, or this one.
        :raise SandboxError: if it ends before it answers.
        """
        command = [python or os.environ.get("SANDBOX_PYTHON") or sys.executable]
        command += ["-m", "mollie_sandbox", "--port", str(port), "--stop-with-stdin"]
        command += ["--hold-webhooks"] if hold_webhooks else []
        command += ["--record", str(pathlib.Path(record).absolute())] if record else []
        process = subprocess.Popen(
            command,
            cwd=TESTS,
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = process.stdout.readline()
        if "http://" not in line:
            process.wait()
            raise SandboxError(f"The sandbox did not start (exit code {process.returncode}).")
        return cls(line.split()[-1], process)

    @classmethod
    def attach(cls, url=None):
        """A sandbox that runs already; its address defaults to `INVOICE_MOLLIE_SANDBOX_URL`."""
        sandbox = cls(url or os.environ["INVOICE_MOLLIE_SANDBOX_URL"])
        sandbox.health()
        return sandbox

    def stop(self):
        """End the process, if it is ours."""
        if self.process:
            self.process.stdin.close()
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def control(self, method, path, body=None):
        """One call of the control interface; see `control.py` for what there is.

        :return: The reply's JSON.
        :raise SandboxError: with the sandbox's word, if it refuses.
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_control/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with OPENER.open(request, timeout=TIMEOUT) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise SandboxError(f"{method} {path}: {error.code} {text}") from None
        except http.client.HTTPException as error:
            raise SandboxError(f"{method} {path}: {error!r}") from error

    def health(self):
        return self.control("GET", "health")

    def reset(self):
        """Forget payments, webhooks, faults, keys and requests; put the clock right."""
        self.control("POST", "reset")

    def settings(self, **settings):
        """`allow_local_webhooks=False` (refuse them as Mollie does), `queue_refunds=True`,
        `capture_seconds=60`, `balances={"EUR": "10.00"}`.
        """
        self.control("POST", "settings", settings)

    def routes(self):
        """The API's routes, as (HTTP method, rule)."""
        listed = self.control("GET", "routes")["routes"]
        return [(route["method"], route["rule"]) for route in listed]

    # --- the clock -------------------------------------------------------------------------------

    def advance(self, seconds=0, minutes=0, hours=0, days=0):
        """Move the clock forward, and let happen what is due by then."""
        seconds += 60 * (minutes + 60 * (hours + 24 * days))
        return self.control("POST", "clock", {"advance": seconds})["now"]

    def set_clock(self, moment):
        """Put the clock to a moment (ISO 8601; UTC unless it says otherwise)."""
        return self.control("POST", "clock", {"set": moment})["now"]

    # --- payments --------------------------------------------------------------------------------

    def payments(self):
        """All payments of all profiles, oldest first, as the API shows them."""
        return self.control("GET", "payments")["payments"]

    def payment(self, payment_id):
        """One payment as the API shows it, with refunds, chargebacks and captures embedded."""
        return self.control("GET", f"payments/{payment_id}")

    def add_payments(self, key, payments):
        """Let there be payments of a key, made before: dicts of a request's fields and a `status`,
        oldest first. Returns their ids.
        """
        return self.control("POST", "payments", {"key": key, "payments": payments})["ids"]

    def set_status(self, payment_id, status, method=None, details=None, webhook=True, **more):
        """Bring a payment to a status as its customer or bank would; see `control.status`."""
        body = {"status": status, "method": method, "details": details, "webhook": webhook}
        return self.control("POST", f"payments/{payment_id}/status", body | more)

    def tamper(self, payment_id, fields=None, remove=()):
        """Let the API lie about a payment: `fields` override its reply (dicts are merged),
        `remove` names what to leave out. Called without either, the truth is back.
        """
        body = {"fields": fields or {}, "remove": list(remove)}
        return self.control("POST", f"payments/{payment_id}/tamper", body)

    def notify(self, payment_id, reason="by control"):
        """Send the payment's webhook once more, for no reason."""
        return self.control("POST", f"payments/{payment_id}/notify", {"reason": reason})

    # --- refunds, chargebacks, captures ----------------------------------------------------------

    def add_refund(self, payment_id, amount, status="pending", webhook=True, **more):
        """A refund made in the dashboard; `amount` is a value or an amount object. Returns it."""
        body = {"amount": amount, "status": status, "webhook": webhook, **more}
        return self.control("POST", f"payments/{payment_id}/refunds", body)

    def set_refund_status(self, refund_id, status, webhook=True):
        body = {"status": status, "webhook": webhook}
        return self.control("POST", f"refunds/{refund_id}/status", body)

    def add_chargeback(self, payment_id, amount, webhook=True, reason=None):
        """The customer's bank takes money back. Returns the chargeback."""
        body = {"amount": amount, "webhook": webhook, "reason": reason}
        return self.control("POST", f"payments/{payment_id}/chargebacks", body)

    def reverse_chargeback(self, chargeback_id, webhook=False):
        """The merchant won. Whether Mollie sends a webhook then is not known: say so here."""
        return self.control("POST", f"chargebacks/{chargeback_id}/reverse", {"webhook": webhook})

    def add_capture(self, payment_id, amount=None, status="succeeded", webhook=True):
        """A capture made in the dashboard; all that is left, unless an amount is given."""
        body = {"amount": amount, "status": status, "webhook": webhook}
        return self.control("POST", f"payments/{payment_id}/captures", body)

    def set_capture_status(self, capture_id, status, webhook=True):
        body = {"status": status, "webhook": webhook}
        return self.control("POST", f"captures/{capture_id}/status", body)

    # --- keys and profiles -----------------------------------------------------------------------

    def profile_of(self, key):
        """The id of the profile that a key opens."""
        return self.control("POST", "keys", {"key": key})["profile"]

    def map_key(self, key, profile_id):
        """Let a key open a profile of your choice: two keys of one company, say."""
        return self.control("POST", "keys", {"key": key, "profile": profile_id})["profile"]

    def revoke_key(self, key):
        self.control("POST", "keys", {"key": key, "revoke": True})

    def restore_key(self, key):
        self.control("POST", "keys", {"key": key, "restore": True})

    def set_profile(self, profile_id, **settings):
        """`status`, `methods` (ids switched on), `limits` ({"ideal": ["1.00", "50.00"]}, EUR),
        `fields` ({"name": …}).
        """
        return self.control("POST", f"profiles/{profile_id}", settings)

    # --- webhooks --------------------------------------------------------------------------------

    def due_webhooks(self):
        """Take the webhooks whose moment has come (see `Webhook`); each is handed out once."""
        names = ("id", "payment_id", "url", "attempt", "reason", "due")
        taken = self.control("POST", "webhooks/take", {})["webhooks"]
        return [Webhook(**{name: hook[name] for name in names}, sandbox=self) for hook in taken]

    def webhooks(self, payment_id=None, state=None):
        """All webhooks so far as dicts; `state` is `waiting`, `taken`, `delivered`, `failed` or
        `dropped`.
        """
        query = {"payment_id": payment_id, "state": state}
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        return self.control("GET", f"webhooks?{query}")["webhooks"]

    def webhook_settings(self, **settings):
        """`mode` hold|deliver, `order` fifo|lifo, and for those to come `delay` (seconds),
        `copies` (2: each twice), `lose` (how many get lost).
        """
        self.control("POST", "webhooks/settings", settings)

    def wait_webhooks(self, count=1, payment_id=None, timeout=30):
        """In deliver mode: wait until so many attempts to deliver were made, and return the
        webhooks.

        :raise SandboxError: if it takes longer than `timeout` seconds.
        """
        body = {"count": count, "payment_id": payment_id, "timeout": timeout}
        self._wait("webhooks/wait", body)
        return self.webhooks(payment_id)

    def _wait(self, path, body):
        if not self.control("POST", path, body)["done"]:
            raise SandboxError(f"Waited {body['timeout']} s in vain for {path}: {body}.")

    def repeat_webhooks(self, payment_id=None, webhook_id=None):
        """Send again what was sent before."""
        body = {"payment_id": payment_id, "id": webhook_id}
        return self.control("POST", "webhooks/repeat", body)["webhooks"]

    def drop_webhooks(self, payment_id=None, webhook_id=None):
        """Lose those that are waiting."""
        body = {"payment_id": payment_id, "id": webhook_id}
        return self.control("POST", "webhooks/drop", body)["webhooks"]

    def delay_webhooks(self, seconds, payment_id=None, webhook_id=None):
        """Put off those that are waiting; order follows the moments."""
        body = {"seconds": seconds, "payment_id": payment_id, "id": webhook_id}
        self.control("POST", "webhooks/delay", body)

    # --- faults and the record -------------------------------------------------------------------

    def fault(self, kind, method=None, path=r"^/v2/", times=1, **more):
        """Let something go wrong with the next requests that fit.

        :param str kind: A status (`"503"`, `"429"` with `retry_after`), or one of `html`,
            `broken-json`, `no-detail`, `text-status`, `list`, `null`, `empty`, `redirect`
            (`location`), `slow` (`seconds`), `close`: nothing is done then, except by `slow`;
            or, after the work was done, `cut-after`, `cut-half`, `half-json`, `slow-after`,
            `trickle`, `lie` (`fields`, `remove`: as for `tamper`, but for one reply, be it the
            one that creates a payment), `twist` (`at`: the keys that lead to one place of a reply,
            however deep; `instead`: a list of what stands there, empty: nothing does),
            `webhook-first` (`payment_status`).
        :param times: How many requests are hit; None: all, until `clear_faults`.
        :param int skip: How many fitting requests pass before.
        :param bool as_made: The work is done before the answer is put in its place.
        :param more: `body` is the detail of a status, or the whole text of the others.
        """
        body = {"kind": str(kind), "method": method, "path": path, "times": times, **more}
        return self.control("POST", "faults", body)

    def wait_held(self, count=1, timeout=30):
        """Wait until so many requests are held up by `slow` or `slow-after`.

        :raise SandboxError: if it takes longer than `timeout` seconds.
        """
        self._wait("faults/wait", {"count": count, "timeout": timeout})

    def clear_faults(self):
        """Drop the faults, and let go of requests that are being held up."""
        self.control("DELETE", "faults")

    def requests(self, path=None, method=None):
        """What the API was asked, oldest first: dicts with method, path, query, headers (the key
        replaced by its kind and hash), body, status, fault, replayed, payment_id.

        :param str path: A regular expression.
        """
        query = {"path": path, "method": method}
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        return self.control("GET", f"requests?{query}")["requests"]

    def clear_requests(self):
        self.control("DELETE", "requests")
