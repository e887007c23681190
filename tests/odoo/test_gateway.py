"""The door to Mollie, over HTTP: what it lets out, what it lets in, how it fails.

Each trap of the client library (mollie-api.md) has a test here.
"""

import logging
import traceback
import unittest
from urllib.parse import urlsplit

from odoo.addons.invoice_mollie.gateway import (
    Gateway,
    MollieError,
    MollieRejected,
    MollieUnavailable,
)

from tests.common import LIVE_KEY, TEST_KEY
from tests.mollie_sandbox import Sandbox

BODY = {
    "amount": {"currency": "EUR", "value": "10.00"},
    "description": "INV/2026/00001",
    "redirectUrl": "https://pay.example.com/back",
}
# A fault of the sandbox, and what the gateway makes of it.
FAULTS = {
    "429": MollieUnavailable,
    "500": MollieUnavailable,
    "502": MollieUnavailable,
    "503": MollieUnavailable,
    "504": MollieUnavailable,
    "409": MollieUnavailable,
    "html": MollieUnavailable,
    "broken-json": MollieUnavailable,
    "half-json": MollieUnavailable,
    "no-detail": MollieUnavailable,
    "text-status": MollieUnavailable,
    "list": MollieUnavailable,
    "null": MollieUnavailable,
    "empty": MollieUnavailable,
    "redirect": MollieUnavailable,
    "close": MollieUnavailable,
    "cut-after": MollieUnavailable,
    "cut-half": MollieUnavailable,
    "400": MollieRejected,
    "401": MollieRejected,
    "403": MollieRejected,
    "404": MollieRejected,
    "410": MollieRejected,
    "422": MollieRejected,
}
# Attacks E11: what the library would paste into the path.
FOREIGN_IDS = (
    "tr_x/../../organizations/me",
    "tr_x/refunds",
    "tr_x?embed=captures",
    "tr_x#",
    "tr_x%2f..",
    "tr_x\r\nX: y",
    "tr_x\n",
    "tr_x ",
    " tr_x",
    "tr_",
    "tr_é",
    "tr_１",
    "tr_x\x00",
    "TR_x",
    "ord_x",
    "re_x",
    "../payments",
    "tr_" + "x" * 65,
    "",
    None,
    False,
)
# Attacks E6: where a checkout URL must not lead.
FOREIGN_URLS = (
    "https://mollie.com.evil.example/x",
    "https://mollie.com@evil.example/x",
    "https://evil.example/?mollie.com",
    "https://evil.example#.mollie.com",
    "https://evilmollie.com/x",
    "https://evil.example\\.mollie.com",
    "https://www.mollie.com\\@evil.example",
    "https://www.mollie.com:443@evil.example",
    "https://www.mollie.com:8443/x",
    "https://evil.example%2f.mollie.com/",
    "https://evil.example%23.mollie.com/",
    "https://ｍollie.com/x",
    "https://[evil.example].mollie.com/",
    "https://[/x",
    "https:///www.mollie.com/x",
    "https:www.mollie.com/x",
    "//www.mollie.com/x",
    "/x",
    "http://www.mollie.com/x",
    "ftp://www.mollie.com/x",
    "javascript:alert(1)//www.mollie.com",
    "data:text/html,https://www.mollie.com",
    " https://www.mollie.com/x",
    "https://www.mollie.com/\r\nSet-Cookie: x=y",
    "https://www.mollie.com/ x",
)


class GatewayCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.gateway = Gateway(TEST_KEY, self.sandbox.url, "19.0.1.0.0")

    def create(self, key="key-1", **values):
        return self.gateway.create_payment(BODY | values, key)


class TestFailures(GatewayCase):
    def test_every_failure_is_one_that_passes_or_one_that_is_final(self):
        """Attacks H: 429, 5xx, HTML, broken JSON, fields missing, connection cut, 401."""
        payment_id = self.create()["id"]
        for fault, expected in FAULTS.items():
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault)
                with self.assertRaises(MollieError) as caught:
                    self.gateway.get_payment(payment_id)
                self.assertIs(type(caught.exception), expected)
        self.sandbox.clear_faults()
        self.assertEqual(self.gateway.get_payment(payment_id)["id"], payment_id)

    def test_nobody_listening_is_a_failure_that_passes(self):
        sandbox = Sandbox.start()
        sandbox.stop()
        with self.assertRaises(MollieUnavailable):
            Gateway(TEST_KEY, sandbox.url).profile()

    def test_every_call_turns_the_librarys_errors_into_ours(self):
        payment_id = self.create()["id"]
        gateway = self.gateway
        calls = {
            "profile": lambda: gateway.profile(),
            "methods": lambda: gateway.methods(),
            "create": lambda: gateway.create_payment(BODY, "key-2"),
            "get": lambda: gateway.get_payment(payment_id),
            "cancel": lambda: gateway.cancel_payment(payment_id),
            "capture": lambda: gateway.capture_payment(payment_id, "key-3"),
            "release": lambda: gateway.release_payment(payment_id, "key-4"),
            "refund": lambda: gateway.create_refund(payment_id, {}, "key-5"),
            "cancel refund": lambda: gateway.cancel_refund(payment_id, "re_x"),
            "refunds": lambda: gateway.list_refunds(),
            "chargebacks": lambda: gateway.list_chargebacks(),
            "payments": lambda: gateway.list_payments(5),
        }
        for fault in ("503", "no-detail", "text-status", "redirect", "close", "401"):
            self.sandbox.clear_faults()
            self.sandbox.fault(fault, times=None)
            for name, call in calls.items():
                with self.subTest(fault=fault, call=name), self.assertRaises(MollieError):
                    call()

    def test_an_answer_that_is_nothing_is_not_taken_for_a_success(self):
        payment_id = self.create()["id"]
        self.sandbox.set_status(payment_id, "authorized", method="klarna")
        self.sandbox.fault("list", times=None)
        for call in (self.gateway.profile, lambda: self.gateway.capture_payment(payment_id, "k")):
            with self.assertRaises(MollieUnavailable):
                call()

    def test_a_refusal_brings_mollies_word(self):
        with self.assertRaises(MollieRejected) as caught:
            self.create(amount={"currency": "EUR", "value": "10"})
        self.assertEqual(caught.exception.status, 422)
        self.assertIn("amount", caught.exception.detail)

    def test_a_429_is_not_waited_for(self):
        """The library sleeps as long as `Retry-After` says, up to ten times."""
        payment_id = self.create()["id"]
        self.sandbox.clear_requests()
        self.sandbox.fault("429", times=None, retry_after=1)
        with self.assertRaises(MollieUnavailable):
            self.gateway.get_payment(payment_id)
        self.assertEqual(len(self.sandbox.requests()), 1)

    def test_a_failure_is_not_tried_again_by_itself(self):
        self.sandbox.fault("503", times=None)
        with self.assertRaises(MollieUnavailable):
            self.create()
        self.assertEqual(len(self.sandbox.requests(method="POST")), 1)

    def test_nested_json_without_end_is_a_failure_that_passes(self):
        """Attacks A4: nested brackets."""
        self.sandbox.fault("broken-json", body='{"id":' + "[" * 100_000)
        with self.assertRaises(MollieUnavailable):
            self.gateway.get_payment("tr_x")
        self.sandbox.fault(
            "broken-json", body='{"id":"tr_x","status":"paid","x":' + deep(100) + "}"
        )
        self.assertEqual(self.gateway.get_payment("tr_x")["status"], "paid")


def deep(levels):
    return "[" * levels + "]" * levels


class TestSecrets(GatewayCase):
    def told(self, action):
        """Return all that an action's failure tells: text, traceback, log."""
        with self.assertLogs(level=logging.DEBUG) as logs, self.assertRaises(MollieError) as caught:
            logging.getLogger(__name__).debug("Some calls fail before anything is logged.")
            action()
        error = caught.exception
        return "\n".join(
            [repr(error), error.detail, *traceback.format_exception(error), *logs.output]
        )

    def test_a_malformed_key_is_in_no_text_of_its_failure(self):
        """The library quotes a key that it rejects."""
        for key in (
            "live_secretPart-with-dash-and-more-of-it",
            "secretPart" * 4,
            "test_secretPart",
        ):
            with self.subTest(key):
                told = self.told(lambda key=key: Gateway(key, self.sandbox.url).profile())
                self.assertNotIn("secretPart", told)

    def test_a_refused_key_is_in_no_text_of_its_failure(self):
        self.sandbox.revoke_key(TEST_KEY)
        self.assertNotIn(TEST_KEY[5:], self.told(lambda: self.gateway.profile()))

    def test_a_key_that_mollie_repeats_is_masked(self):
        self.sandbox.fault("422", body=f"The key {LIVE_KEY} or Bearer access_abc123 is odd.")
        told = self.told(lambda: self.create())
        self.assertNotIn(LIVE_KEY[5:], told)
        self.assertNotIn("abc123", told)
        self.assertIn("live_…", told)

    def test_mollies_texts_are_one_line_each(self):
        """Attacks E4."""
        self.sandbox.fault("422", body="No.\r\n2026-11-23 INFO forged\x1b[31m\u2028line\x00")
        with self.assertRaises(MollieRejected) as caught:
            self.create()
        self.assertEqual(caught.exception.detail, "No. 2026-11-23 INFO forged [31m line ")

    def test_the_key_is_sent_to_nobody_else(self):
        """Attacks D5: a redirect is not followed."""
        other = Sandbox.start()
        self.addCleanup(other.stop)
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status):
                self.sandbox.fault(
                    "redirect", status=status, location=f"{other.url}/v2/profiles/me"
                )
                with self.assertRaises(MollieUnavailable):
                    self.gateway.profile()
        self.assertEqual(other.requests(), [])

    def test_keys_travel_encrypted_or_not_at_all(self):
        """Attacks D5: the endpoint decides where keys go."""
        for endpoint in (
            "http://api.mollie.com",
            "http://192.168.1.5:8899",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "https://api.mollie.com@evil.example",
            "https://user:word@api.mollie.com",
            "ftp://api.mollie.com",
            "api.mollie.com",
            "https://",
            "http://[",
            "//api.mollie.com",
            "https://api.mollie.com\\@evil.example",
            "https://api.mollie.com\n.evil.example",
        ):
            with self.subTest(endpoint), self.assertRaises(MollieRejected):
                Gateway(TEST_KEY, endpoint)
        for endpoint in ("", None, "https://api.mollie.com/v2/", " https://api.mollie.com "):
            self.assertEqual(Gateway(TEST_KEY, endpoint).endpoint, "https://api.mollie.com")

    def test_nothing_is_told_about_this_machine(self):
        self.gateway.profile()
        (request,) = self.sandbox.requests()
        headers = {name.lower(): value for name, value in request["headers"].items()}
        self.assertEqual(headers["x-mollie-client-info"], "Odoo")
        self.assertIn("OdooInvoiceMollie/19.0.1.0.0", headers["user-agent"])

    def test_what_one_key_was_given_is_not_sent_with_another(self):
        """The session is shared by the calls of a thread: it keeps no cookies, no key."""
        self.gateway.profile()
        Gateway(LIVE_KEY, self.sandbox.url).profile()
        first, second = self.sandbox.requests()
        key = "Authorization"
        self.assertNotEqual(first["headers"][key], second["headers"][key])
        self.assertNotIn("Cookie", second["headers"])


class TestIds(GatewayCase):
    def test_only_ids_of_payments_are_pasted_into_the_path(self):
        """Attacks E11."""
        gateway = self.gateway
        calls = (
            gateway.get_payment,
            gateway.cancel_payment,
            lambda text: gateway.capture_payment(text, "key"),
            lambda text: gateway.release_payment(text, "key"),
            lambda text: gateway.create_refund(text, {}, "key"),
            lambda text: gateway.cancel_refund(text, "re_x"),
            lambda text: gateway.cancel_refund("tr_x", text),
        )
        for foreign in FOREIGN_IDS:
            for number, call in enumerate(calls):
                if foreign == "re_x" and number == len(calls) - 1:
                    continue
                with (
                    self.subTest(foreign, call=number),
                    self.assertRaises(MollieRejected) as caught,
                ):
                    call(foreign)
                self.assertTrue(caught.exception.is_unknown)
        self.assertEqual(self.sandbox.requests(), [])

    def test_a_payment_that_names_itself_by_something_else_is_no_answer(self):
        for foreign in ("tr_x/../../organizations/me", "ord_x", "", None, 5, ["tr_x"]):
            with self.subTest(foreign):
                self.sandbox.fault("lie", fields={"id": foreign})
                with self.assertRaises(MollieUnavailable):
                    self.create(key=f"key {foreign}")


class TestIdempotency(GatewayCase):
    def test_the_same_key_gives_the_same_payment(self):
        self.assertEqual(self.create("key-1")["id"], self.create("key-1")["id"])
        self.assertNotEqual(self.create("key-1")["id"], self.create("key-2")["id"])

    def test_a_payment_whose_answer_was_lost_is_found_again_by_its_key(self):
        """Attacks G7: the sandbox makes the payment and cuts the answer."""
        self.sandbox.fault("cut-after")
        with self.assertRaises(MollieUnavailable):
            self.create("key-1")
        (made,) = self.sandbox.payments()
        self.assertEqual(self.create("key-1")["id"], made["id"])
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_our_key_is_the_one_that_travels(self):
        self.create("0f" * 20)
        (request,) = self.sandbox.requests(method="POST")
        self.assertEqual(request["headers"]["Idempotency-Key"], "0f" * 20)

    def test_a_key_reused_for_something_else_is_refused(self):
        self.create("key-1")
        with self.assertRaises(MollieRejected):
            self.create("key-1", description="Another")


class TestCheckout(GatewayCase):
    def url_of(self, url):
        return self.gateway.checkout_url({"_links": {"checkout": {"href": url}}})

    def test_the_checkout_is_at_mollies_or_at_the_endpoints_host(self):
        own = self.create()["_links"]["checkout"]["href"]
        self.assertEqual(urlsplit(own).netloc, urlsplit(self.sandbox.url).netloc)
        for url in (own, "https://www.mollie.com/checkout/x?a=b%20c", "https://pay.mollie.nl/x"):
            self.assertEqual(self.url_of(url), url)

    def test_a_checkout_elsewhere_is_refused(self):
        """Attacks E6."""
        for url in FOREIGN_URLS:
            with self.subTest(url), self.assertRaises(MollieRejected):
                self.url_of(url)

    def test_no_checkout_is_no_address(self):
        for links in (
            None,
            [],
            {},
            {"checkout": None},
            {"checkout": []},
            {"checkout": {"href": 5}},
        ):
            self.assertEqual(self.gateway.checkout_url({"_links": links}), "")


class TestAnswers(GatewayCase):
    """Fields of Mollie's answers that are not what they should be."""

    def answer(self, **fields):
        payment_id = self.create(key=repr(fields))["id"]
        self.sandbox.tamper(payment_id, fields)
        return self.gateway.get_payment(payment_id)

    def test_an_odd_optional_field_counts_as_absent(self):
        for name in ("method", "details", "expiresAt", "paidAt", "isCancelable", "_links"):
            for odd in (None, 5, ["x"], "x" if name in ("details", "isCancelable") else 1.5):
                with self.subTest(name, odd=odd):
                    self.assertFalse(self.answer(**{name: odd})[name])

    def test_only_texts_of_the_details_are_kept(self):
        details = {"failureMessage": "No\nfunds", "cardLabel": 5, "bankName": ["x"], "x": "y" * 900}
        self.assertEqual(
            self.answer(details=details)["details"], {"failureMessage": "No funds", "x": "y" * 500}
        )

    def test_texts_can_be_stored_whatever_they_hold(self):
        payment = self.answer(description="a\x00b\ud800c\x1b[1m", metadata={"x": ["\x85y"]})
        self.assertEqual(payment["description"], "a b c [1m")
        self.assertEqual(payment["metadata"], {"x": [" y"]})

    def test_odd_sums_of_money_are_no_answer(self):
        for name in ("amountRemaining", "amountRefunded", "amountCaptured", "amountChargedBack"):
            for odd in (5, "5.00", {"value": 5, "currency": "EUR"}, {"value": "NaN"}, [], {}):
                with self.subTest(name, odd=odd), self.assertRaises(MollieUnavailable):
                    self.answer(**{name: odd})

    def test_odd_refunds_are_no_answer(self):
        amount = {"currency": "EUR", "value": "1.00"}
        good = {"id": "re_x", "amount": amount, "status": "refunded"}
        self.assertEqual(
            self.answer(_embedded={"refunds": [good]})["_embedded"]["refunds"][0]["id"], "re_x"
        )
        for embedded in (
            [good],
            {"refunds": good},
            {"refunds": [None]},
            {"refunds": [good | {"id": "tr_x"}]},
            {"refunds": [good | {"status": None}]},
            {"refunds": [good | {"amount": "1.00"}]},
            {"chargebacks": [{"id": "chb_x"}]},
            {"chargebacks": [{"id": "chb_x/..", "amount": amount}]},
        ):
            with self.subTest(embedded), self.assertRaises(MollieUnavailable):
                self.answer(_embedded=embedded)

    def test_what_is_odd_in_a_list_does_not_hide_the_others(self):
        first, second = self.create("key-1")["id"], self.create("key-2")["id"]
        self.sandbox.tamper(second, {"status": None})
        self.assertEqual([p["id"] for p in self.gateway.list_payments(5)], [first])

    def test_limits_that_cannot_be_read_are_none(self):
        methods = [
            {"id": "ideal", "description": "iDEAL", "minimumAmount": 5, "maximumAmount": {}},
            {"id": 5},
            "x",
            None,
        ]
        self.sandbox.fault("lie", fields={"_embedded": {"methods": methods}})
        (method,) = self.gateway.methods()
        self.assertEqual((method["id"], method["minimumAmount"]), ("ideal", None))
        self.assertIsNone(method["maximumAmount"])
