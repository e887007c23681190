"""The public pages: their heading, their sentence on the money, their headers."""

import re

from tests.common import MollieCase

HEADERS = {
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
NOTHING_TAKEN = "No money has been taken"


class PageCase(MollieCase):
    def assert_page(self, response, *sentences, status=200, without=()):
        """Check a page: its status, its one heading, what it says and does not, its headers."""
        text = self.text_of(response)
        self.assertEqual(response.status_code, status, text)
        self.assertEqual(len(re.findall(r"<h1>", response.text)), 1)
        self.assertRegex(response.text, r"<html lang=\"[a-z]{2}-[A-Z]{2}\">")
        self.assertIn(self.company.name, text)
        for sentence in sentences:
            self.assertIn(sentence, text)
        for sentence in without:
            self.assertNotIn(sentence, text)
        self.assert_headers(response)
        self.assertLess(len(response.content), 20_000 + 60_000 * ("data:image" in response.text))
        self.assertNotIn("<script", response.text)
        self.assertNotIn("style=", response.text)

    def assert_headers(self, response):
        for name, value in HEADERS.items():
            self.assertEqual(response.headers.get(name), value, name)
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("base-uri 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertIn("form-action 'self' https:", policy)
        self.assertIn("payment=()", response.headers["Permissions-Policy"])

    def decide(self, tx, status, method="ideal", **kwargs):
        self.sandbox.set_status(tx.provider_reference, status, method=method, **kwargs)
        return self.get(self.return_path(tx))
