"""How the gateway fails: for a while or for good, without waiting, and without paying twice.

Each trap of the client library has a test in one of the files of the gateway's.
"""

from odoo.addons.invoice_mollie.gateway import (
    Gateway,
    MollieError,
    MollieRejected,
    MollieUnavailable,
)

from tests.common import TEST_KEY
from tests.mollie_sandbox import Sandbox
from tests.odoo.cases.gateway import BODY, GatewayCase

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


class TestFailures(GatewayCase):
    def test_every_failure_is_one_that_passes_or_one_that_is_final(self):
        """Attacks H: 429, 5xx, HTML, broken JSON, fields missing, connection cut, 401."""
        payment_id = self.create().id
        for fault, expected in FAULTS.items():
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault)
                with self.assertRaises(MollieError) as caught:
                    self.gateway.get_payment(payment_id)
                error = caught.exception
                self.assertIs(type(error), expected)
                if expected is MollieRejected:
                    self.assertEqual(error.is_key_refused, fault in ("401", "403"))
                    self.assertEqual(error.is_unknown, fault in ("404", "410"))
        self.sandbox.clear_faults()
        self.assertEqual(self.gateway.get_payment(payment_id).id, payment_id)

    def test_nobody_listening_is_a_failure_that_passes(self):
        sandbox = Sandbox.start()
        sandbox.stop()
        with self.assertRaises(MollieUnavailable):
            Gateway(TEST_KEY, sandbox.url).profile()

    def test_every_call_turns_the_librarys_errors_into_ours(self):
        payment_id = self.create().id
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
            "refunds": lambda: gateway.page("refunds"),
            "chargebacks": lambda: gateway.page("chargebacks"),
            "payments": lambda: gateway.list_payments(5),
        }
        for fault in ("503", "no-detail", "text-status", "redirect", "close", "401"):
            self.sandbox.clear_faults()
            self.sandbox.fault(fault, times=None)
            for name, call in calls.items():
                with self.subTest(fault=fault, call=name), self.assertRaises(MollieError):
                    call()

    def test_an_answer_that_is_nothing_is_not_taken_for_a_success(self):
        payment_id = self.create().id
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
        payment_id = self.create("key-2").id
        for call in (self.gateway.release_payment, self.gateway.capture_payment):
            self.sandbox.fault("422", body="Nothing is reserved.")
            with self.assertRaises(MollieRejected) as caught:
                call(payment_id, "key-3")
            self.assertEqual(caught.exception.detail, "Nothing is reserved.")

    def test_a_429_is_not_waited_for(self):
        """The library sleeps as long as `Retry-After` says, up to ten times."""
        payment_id = self.create().id
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
        self.assertEqual(self.gateway.get_payment("tr_x").status, "paid")


def deep(levels):
    return "[" * levels + "]" * levels


class TestIdempotency(GatewayCase):
    def test_the_same_key_gives_the_same_payment(self):
        self.assertEqual(self.create("key-1").id, self.create("key-1").id)
        self.assertNotEqual(self.create("key-1").id, self.create("key-2").id)

    def test_a_payment_whose_answer_was_lost_is_found_again_by_its_key(self):
        """Attacks G7: the sandbox makes the payment and cuts the answer."""
        self.sandbox.fault("cut-after")
        with self.assertRaises(MollieUnavailable):
            self.create("key-1")
        (made,) = self.sandbox.payments()
        self.assertEqual(self.create("key-1").id, made["id"])
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_our_key_is_the_one_that_travels(self):
        payment_id, gateway = self.create("0f" * 20).id, self.gateway
        for call in (
            lambda: gateway.capture_payment(payment_id, "1f" * 20),
            lambda: gateway.release_payment(payment_id, "2f" * 20),
            lambda: gateway.create_refund(payment_id, {}, "3f" * 20),
        ):
            # Nothing was paid so far.
            with self.assertRaises(MollieRejected):
                call()
        keys = [row["headers"]["Idempotency-Key"] for row in self.sandbox.requests(method="POST")]
        self.assertEqual(keys, [f"{number}f" * 20 for number in range(4)])

    def test_a_key_reused_for_something_else_is_refused(self):
        self.create("key-1")
        with self.assertRaises(MollieRejected):
            self.create("key-1", description="Another")
