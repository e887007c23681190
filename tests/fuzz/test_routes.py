"""Whatever strangers send to our public routes: no 5xx, no change, no traceback, nothing told."""

import re
from typing import NamedTuple
from unittest.mock import patch
from urllib.parse import unquote_to_bytes

from odoo.addons.invoice_mollie import const

from tests.common import TEST_KEY, MollieCase
from tests.fuzz.cases import run_cases
from tests.fuzz.errors import Errors
from tests.fuzz.requests import requests_to
from tests.fuzz.wire import send
from tests.odoo.cases.census import census, changed
from tests.odoo.cases.routes import our_rules
from tests.odoo.test_asking import FIGURES
from tests.odoo.test_core_routes import core_payment

ASKED = {"payment_transaction", "mollie_payment_log"}
STARTED = ASKED | {"mollie_payment_link", "mollie_limit"}


class Route(NamedTuple):
    """A route, and what may change by a request that has one of its own tokens: never money."""

    rules: tuple
    prefix: str
    methods: tuple
    tokens: tuple
    changes: set


ROUTES = (
    Route(
        ("/mollie/pay", "/mollie/pay/<path:token>"),
        "/mollie/pay/",
        ("GET", "POST", "POST", "HEAD"),
        ("due", "tried", "paid"),
        STARTED,
    ),
    Route(
        ("/mollie/return", "/mollie/return/<path:token>"),
        "/mollie/return/",
        ("GET", "HEAD"),
        ("return", "paid return"),
        ASKED,
    ),
    Route(
        ("/mollie/receipt", "/mollie/receipt/<path:token>"),
        "/mollie/receipt/",
        ("GET", "HEAD"),
        ("receipt", "no receipt"),
        {"mollie_limit"},
    ),
    Route(
        ("/mollie/webhook", "/mollie/webhook/<path:token>"),
        "/mollie/webhook/",
        ("POST",),
        ("webhook", "paid webhook"),
        ASKED,
    ),
    Route(
        ("/mollie/link",),
        "/mollie/link",
        ("POST", "POST", "GET", "HEAD"),
        ("nothing",),
        {"mollie_link_request", "mollie_limit"},
    ),
    Route(
        ("/mollie/health", "/mollie/health/<path:token>"),
        "/mollie/health/",
        ("GET", "HEAD"),
        ("health",),
        {"mollie_limit"},
    ),
    Route(
        ("/mollie/brand/<string:color>.css",), "/mollie/brand/", ("GET", "HEAD"), ("color",), set()
    ),
    Route(
        ("/payment/mollie/webhook",), "/payment/mollie/webhook?ref=", ("POST",), ("core",), ASKED
    ),
    Route(
        ("/payment/mollie/return",),
        "/payment/mollie/return?ref=",
        ("GET", "POST"),
        ("core",),
        ASKED,
    ),
)


class TestRoutes(MollieCase):
    def setUp(self):
        super().setUp()
        for name, value in FIGURES.items():
            self.startPatcher(patch.object(const, name, value))
        # A visitor with a session: else Odoo lists all databases each time, to find theirs.
        self.authenticate(None, None)
        self.company.mollie_other_amount = True
        self.tokens = self.make_tokens()
        # The first time, an invoice gets a token of the portal's, and its link was viewed.
        for name in ("due", "tried", "paid"):
            self.get(f"/mollie/pay/{self.tokens[name]}")
        for name in ("return", "paid return"):
            self.get(f"/mollie/return/{self.tokens[name]}")
        self.errors = Errors.of(self)

    def make_tokens(self):
        due, tried = self.make_invoice(), self.make_invoice()
        attempt, paid = self.start_payment(tried), self.make_paid()[1]
        core = core_payment(self, self.make_invoice())[0]
        self.settings().action_mollie_renew_monitoring()
        self.texts = [attempt.provider_reference, core.provider_reference, due.name]
        # What nobody is told without a token of its own.
        self.secrets = (due.name, tried.name, "Korenaar", attempt.mollie_link_id.token)
        return {
            "due": self.last(self.make_link(due)),
            "tried": attempt.mollie_link_id.token,
            "paid": paid.mollie_link_id.token,
            "return": self.last(self.return_path(attempt)),
            "paid return": self.last(self.return_path(paid)),
            "receipt": paid.mollie_receipt_token,
            "no receipt": attempt.mollie_receipt_token,
            "webhook": self.last(self.webhook_path(attempt)),
            "paid webhook": self.last(self.webhook_path(paid)),
            "health": self.company.mollie_health_token,
            "core": core.reference,
            "color": "714b67.css",
            "nothing": "",
        }

    def last(self, path):
        return path.rpartition("/")[2]

    def test_every_public_route_of_ours_is_listed(self):
        rules = our_rules(self.env)
        # The online invoice is core's page: we add a button to it.
        public = {
            rule
            for rule, endpoint in rules.items()
            if endpoint.routing["auth"] != "user" and "mollie" in rule
        }
        self.assertEqual(public, {rule for route in ROUTES for rule in route.rules})

    def test_whatever_is_sent_nothing_breaks_changes_or_is_told(self):
        """Attacks A4, C2, D6, E10, E12, F5."""
        for route in ROUTES:
            with self.subTest(route.prefix):
                own = [self.tokens[name] for name in route.tokens]
                others = set(self.tokens.values()) - set(own)
                strategy = requests_to(route.prefix, route.methods, own, others, self.texts)
                self.before = census(self.env)
                run_cases(strategy, lambda request, route=route: self.check(route, request))
        for payment in self.sandbox.payments():
            self.assertTrue(0 < float(payment["amount"]["value"]) <= 100, payment)

    def check(self, route, request):
        self.cr.flush()
        self.cr.clear()
        with self.allow_requests():
            answer = send("127.0.0.1", self.http_port(), request, self.session.sid)
        before, self.before = self.before, census(self.env)
        found = changed(before, self.before)
        is_own = self.has_token_of(route, request)
        self.assertLess(answer.status, 500)
        self.assertLessEqual(found, route.changes if is_own else set())
        told = answer.body.decode(errors="replace") + str(answer.headers)
        secrets = () if is_own else self.secrets
        for word in ("Traceback", TEST_KEY, *secrets):
            self.assertNotIn(word, told)
        self.assertEqual(self.errors.take(), [])

    def has_token_of(self, route, request):
        path = unquote_to_bytes(request.target).decode(errors="replace")
        return any(
            re.search(re.escape(route.prefix + self.tokens[name]) + "($|[?&#])", path)
            for name in route.tokens
        )
