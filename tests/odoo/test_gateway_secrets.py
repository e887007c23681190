"""What the gateway lets out: keys to nobody but Mollie, and in no text."""

import logging
import traceback

from odoo.addons.invoice_mollie.gateway import (
    Gateway,
    MollieError,
    MollieRejected,
    MollieUnavailable,
)

from tests.common import LIVE_KEY, TEST_KEY
from tests.mollie_sandbox import Sandbox
from tests.odoo.cases.gateway import GatewayCase


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
        """Attacks D5: a redirect is not followed. ASVS 15.3.2."""
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
        """Attacks D5: the endpoint decides where keys go. ASVS 12.2.1."""
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
