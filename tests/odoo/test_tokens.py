"""Tokens: nearly right, revoked, of another purpose or database. All are as unknown as any."""

import itertools
import re
from pathlib import Path

from odoo.tools import hash_sign

from tests.odoo.cases.bad_input import BadInputCase

PROXY = Path(__file__).resolve().parents[2] / "docs/proxy.rst"
PUBLIC_ROUTES = (
    *("/mollie/pay", "/mollie/return", "/mollie/webhook", "/mollie/health"),
    "/mollie/receipt",
)


class TestTokens(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.invoice._portal_ensure_token()
        self.tx = self.start_payment(self.invoice)
        self.company._mollie_renew_health_token()
        self.tokens = {
            "/mollie/health": self.company.mollie_health_token,
            "/mollie/pay": self.tx.mollie_link_id.token,
            "/mollie/return": self.return_path(self.tx).rpartition("/")[2],
            "/mollie/webhook": self.webhook_path(self.tx).rpartition("/")[2],
            "/mollie/receipt": self.tx.mollie_receipt_token,
        }
        self.sandbox.set_status(self.tx.provider_reference, "paid", webhook=False)

    def bad_tokens(self, token):
        """Attacks C1, C2, A3, E11: a token, and what is nearly one."""
        middle = len(token) // 2
        return [
            "",
            "0",
            "1",
            "false",
            "None",
            "null",
            "[]",
            "-",
            "_" * 32,
            "A" * 32,
            "A" * 100,
            "A" * 5000,
            token[:-1],
            token[1:],
            token + "A",
            token + "=",
            token + "%3D%3D",
            token + ".",
            token + "%20",
            "%20" + token,
            token + "%00",
            token[:-1] + "%00",
            token[:middle] + "." + token[middle:],
            token[:middle] + "/" + token[middle:],
            token[:-1] + "%C3%A9",
            token[:-1] + "%FF",
            token[:-1] + "%ED%A0%80",
            token.swapcase(),
            token[::-1],
            token + "/..",
            f"{token}/{token}",
            "..%2f..%2fweb",
            "%2e%2e/%2e%2e",
            str(self.tx.id),
            self.tx.reference,
            self.tx.provider_reference,
            self.invoice.access_token,
            "' OR 1=1 --",
            "{{7*7}}",
            "１" * 32,
        ]

    def test_a_bad_token_finds_nothing_and_looks_like_an_unknown_one(self):
        for route, method in (
            ("/mollie/pay", "GET"),
            ("/mollie/pay", "POST"),
            ("/mollie/return", "GET"),
            ("/mollie/webhook", "POST"),
            ("/mollie/health", "GET"),
            ("/mollie/receipt", "GET"),
        ):
            data = {"id": self.tx.provider_reference} if method == "POST" else None
            unknown = self.fingerprint(self.request(method, f"{route}/{'B' * 32}", data=data))
            answers = self.assert_nothing_happens(
                lambda route=route, method=method, data=data: {
                    bad: self.request(method, f"{route}/{bad}", data=data)
                    for bad in self.bad_tokens(self.tokens[route])
                }
            )
            for bad, answer in answers.items():
                with self.subTest(route, method=method, bad=bad):
                    self.assertEqual(self.fingerprint(answer), unknown)

    def test_a_token_with_a_line_break_finds_nothing(self):
        """The router knows no such address: Odoo's own page, which tells nothing either."""
        for route, token in self.tokens.items():
            method = "GET" if route.endswith(("return", "health", "receipt")) else "POST"
            answer = self.assert_nothing_happens(
                lambda method=method, route=route, token=token: self.request(
                    method, f"{route}/{token[:8]}%0A{token[8:]}"
                )
            )
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn(self.invoice.name, answer.text)

    def test_tokens_are_good_for_one_purpose_each(self):
        """Attacks C3: pay × return × webhook × health × portal token on each route.

        ASVS 9.2.2, ASVS 9.2.4.
        """
        tokens = self.tokens | {
            "portal": self.invoice._portal_ensure_token(),
            "other": hash_sign(self.env(su=True), "payment_mollie", [self.tx.id]),
            "bare": hash_sign(self.env(su=True), "invoice_mollie", [self.tx.id]),
        }
        for route, (owner, token) in itertools.product(PUBLIC_ROUTES, tokens.items()):
            if owner == route:
                continue
            for method in ("GET", "POST"):
                data = {"id": self.tx.provider_reference} if method == "POST" else None
                with self.subTest(route, token=owner, method=method):
                    answer = self.assert_nothing_happens(
                        lambda method=method, route=route, token=token, data=data: self.request(
                            method, f"{route}/{token}", data=data
                        )
                    )
                    self.assertIn(answer.status_code, (404, 405, 200))
                    self.assertNotIn(self.invoice.name, answer.text)

    def test_the_proxy_of_the_documentation_writes_no_token_into_its_log(self):
        """Row I7."""
        text = PROXY.read_text(encoding="utf-8")
        masks = re.findall(r'"~(\^\S+)" +"\$(\w+)/\.\.\."', text)
        self.assertEqual([name for _pattern, name in masks], ["uri_head", "referer_head"])
        for route, token in self.tokens.items():
            for address in (
                f"{route}/{token}",
                f"{route}/{token}?n=3",
                f"{route}?token={token}",
                f"/nl{route}/{token}",
                f"/{route}/{token}",
            ):
                for (pattern, name), base in zip(masks, ("", self.base_url()), strict=True):
                    found = re.match(pattern.replace("(?<", "(?P<"), base + address)
                    self.assertTrue(found, address)
                    self.assertNotIn(token, found[name])
        for address in ("/web/login", "/mollie/link", "/mollie/brand/714b67.css", "/my/invoices/1"):
            self.assertFalse(re.match(masks[0][0].replace("(?<", "(?P<"), address))

    def test_tokens_do_not_depend_on_a_secret_that_is_lost_or_empty(self):
        """Attacks A3: they are random and stored, not signed."""
        for secret in ("another", "", " "):
            with self.subTest(secret=secret):
                self.env["ir.config_parameter"].sudo().set_param("database.secret", secret)
                tx = self.start_payment(self.make_invoice())
                self.assertEqual(self.get(self.return_path(tx)).status_code, 200)
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                self.deliver_webhooks()
                self.assertEqual(tx.state, "done")

    def test_tokens_of_one_database_are_unknown_in_a_copy(self):
        """Attacks A9: the copy's own transaction of the same number has others. ASVS 9.2.3."""
        self.tx.write({"mollie_return_token": "B" * 32, "mollie_webhook_token": "C" * 32})
        self.env.flush_all()
        for route in ("/mollie/return", "/mollie/webhook"):
            method = "GET" if route.endswith("return") else "POST"
            data = {"id": self.tx.provider_reference} if method == "POST" else None
            with self.subTest(route):
                answer = self.assert_nothing_happens(
                    lambda method=method, route=route, data=data: self.request(
                        method, f"{route}/{self.tokens[route]}", data=data
                    )
                )
                unknown = self.request(method, f"{route}/{'D' * 32}", data=data)
                self.assertEqual(self.fingerprint(answer), self.fingerprint(unknown))

    def test_a_revoked_link_is_as_unknown_as_a_made_up_one(self):
        """Attacks C10: same status, headers and bytes."""
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.env.flush_all()
        for method in ("GET", "HEAD", "POST"):
            revoked = self.assert_nothing_happens(lambda method=method: self.request(method, path))
            unknown = self.request(method, f"/mollie/pay/{'B' * 32}")
            self.assertEqual(self.fingerprint(revoked), self.fingerprint(unknown))
            self.assertEqual(unknown.status_code, 404)
            self.assertNotIn(self.company.name + "x", unknown.text)

    def test_who_comes_back_by_a_revoked_link_learns_how_it_ended_and_no_more(self):
        """ASVS 14.2.6."""
        path = self.return_path(self.tx)
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.env.flush_all()
        for status, said in (
            ("open", "Don't pay again</strong>; this page updates itself"),
            ("pending", "under way"),
            ("failed", "No money has been taken"),
            ("paid", "your payment was received"),
        ):
            with self.subTest(status):
                self.sandbox.set_status(self.tx.provider_reference, status, method="ideal")
                response = self.get(path)
                text = response.text.replace("&#39;", "'")
                self.assertIn(said, text)
                self.assertIn("Test: no real money", text)
                self.assertEqual("Refresh" in response.headers, status == "open")
                for secret in (self.invoice.name, "100.00", self.customer.name, "/my/invoices"):
                    self.assertNotIn(secret, text)

    def test_a_revoked_link_does_not_stop_the_money_of_its_attempt(self):
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(self.tx.state, "done")

    def test_tokens_cannot_be_guessed(self):
        """Attacks C1, ASVS 11.5.1."""
        txs = [self.start_payment(self.make_invoice(1)) for _ in range(3)]
        tokens = [
            token
            for tx in txs
            for token in (
                tx.mollie_link_id.token,
                tx.mollie_return_token,
                tx.mollie_webhook_token,
            )
        ]
        self.assertEqual({len(token) for token in tokens}, {32})
        self.assertEqual(len({token[:6] for token in tokens}), 9)
