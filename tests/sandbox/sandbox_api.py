"""A bare HTTP client for the sandbox, and a receiver of webhooks."""

import http.client
import http.server
import json
import urllib.parse

KEY = "test_" + "sandbox0" * 4
RETURN = "https://shop.example.org/return"
WEBHOOK = "https://shop.example.org/webhook?token=abc"


class Reply:
    """A status, headers and a body; `json` is None for what is no JSON."""

    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    @property
    def text(self):
        return self.body.decode()


class Api:
    """The API over plain HTTP: no library between a test and what was said."""

    def __init__(self, sandbox, key=KEY):
        self.sandbox, self.key = sandbox, key

    def ask(self, method, path, body=None, **headers):
        """One request; `body` is sent as JSON unless it is bytes."""
        parts = urllib.parse.urlsplit(self.sandbox.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.ask("GET", f"/v2{path}", **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", f"/v2{path}", body, **headers)

    def patch(self, path, body, **headers):
        return self.ask("PATCH", f"/v2{path}", body, **headers)

    def delete(self, path, **headers):
        return self.ask("DELETE", f"/v2{path}", **headers)

    def pay(self, value="10.00", currency="EUR", **fields):
        """Create a payment; returns its JSON."""
        reply = self.post("/payments", payment(value, currency, **fields))
        assert reply.status == 201, reply.text
        return reply.json

    def paid(self, value="10.00", method="ideal", **fields):
        made = self.pay(value, **fields)
        return self.sandbox.set_status(made["id"], "paid", method=method, webhook=False)

    def page(self, path, form=None, host=None):
        """A page of the checkout, as a browser would ask for it; redirects are not followed."""
        headers = {"Host": host} if host else {}
        if form is None:
            return self.ask("GET", path, **headers)
        headers["Content_Type"] = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urllib.parse.urlencode(form).encode(), **headers)


def payment(value="10.00", currency="EUR", **fields):
    """The least a payment needs, and a webhook; a field that is None is left out."""
    body = {
        "amount": {"currency": currency, "value": value},
        "description": "INV/2026/00001",
        "redirectUrl": RETURN,
        "webhookUrl": WEBHOOK,
    }
    return {name: item for name, item in (body | fields).items() if item is not None}


class Receiver(http.server.ThreadingHTTPServer):
    """A merchant's server: keeps what it gets, and answers as told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got, self.answers = [], []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.got.append((self.command, self.path, dict(self.headers), body))
        answers = self.server.answers
        status, headers = answers.pop(0) if answers else (200, {})
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_args):
        pass


def refused(api, body, status=422):
    """Return the error with which a payment is refused."""
    reply = api.post("/payments", body)
    assert reply.status == status, reply.text
    assert reply.json["status"] == status
    assert reply.json["_links"]["documentation"]["type"] == "text/html"
    return reply.json
