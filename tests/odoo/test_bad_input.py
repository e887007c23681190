"""Forged, crossed, malformed and mismatching requests: nothing happens, nothing is told."""

import itertools
import logging

from odoo.fields import Command
from odoo.tools import hash_sign

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY, MollieCase

PUBLIC_ROUTES = ("/mollie/pay", "/mollie/return", "/mollie/webhook")
OTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
# What differs between the payments of A1: the amount, or where its metadata says it belongs.
FOREIGN_METADATA = (
    {"database": "00000000-0000-0000-0000-000000000000"},
    {"reference": "INV/2026/99999"},
    {"database": None},
)
# Lies that Mollie's answer could tell about a payment of 100.00 EUR in test mode.
MISMATCHES = {
    "one cent less": {"amount": {"currency": "EUR", "value": "99.99"}},
    "one cent more": {"amount": {"currency": "EUR", "value": "100.01"}},
    "a hundredth": {"amount": {"currency": "EUR", "value": "1.00"}},
    "a hundred times": {"amount": {"currency": "EUR", "value": "10000.00"}},
    "negative": {"amount": {"currency": "EUR", "value": "-100.00"}},
    "zero": {"amount": {"currency": "EUR", "value": "0.00"}},
    "one decimal": {"amount": {"currency": "EUR", "value": "100.0"}},
    "three decimals": {"amount": {"currency": "EUR", "value": "100.000"}},
    "comma": {"amount": {"currency": "EUR", "value": "100,00"}},
    "exponent": {"amount": {"currency": "EUR", "value": "1e2"}},
    "not a number": {"amount": {"currency": "EUR", "value": "NaN"}},
    "dollars": {"amount": {"currency": "USD", "value": "100.00"}},
    "yen": {"amount": {"currency": "JPY", "value": "100"}},
    "lower case": {"amount": {"currency": "eur", "value": "100.00"}},
    "amount as number": {"amount": 100.0},
    "value as number": {"amount": {"currency": "EUR", "value": 100.0}},
    "amount as text": {"amount": "100.00"},
    "no amount": {"amount": None},
    "live": {"mode": "live"},
    "no mode": {"mode": None},
    "other payment": {"id": "tr_somebodyelses"},
    "other database": {"metadata": {"database": "00000000-0000-0000-0000-000000000000"}},
    "other reference": {"metadata": {"reference": "INV/2026/99999"}},
    "no metadata": {"metadata": None},
    "metadata as list": {"metadata": ["x"]},
    "metadata as text": {"metadata": "x"},
}


class BadInputCase(MollieCase):
    def snapshot(self):
        """Return all that bad input must not change."""
        self.env.invalidate_all()
        self.env.flush_all()
        rows = {}
        for model in (
            "payment.transaction",
            "account.payment",
            "account.move",
            "mollie.payment.link",
            "mollie.payment.log",
            "mail.activity",
            "mail.mail",
        ):
            records = self.env[model].sudo().with_context(active_test=False).search([], order="id")
            rows[model] = [(r.id, r.write_date) for r in records]
        txs = self.env["payment.transaction"].search([], order="id")
        rows["states"] = [(tx.state, tx.mollie_status, tx.provider_reference) for tx in txs]
        return rows

    def assert_nothing_happens(self, action):
        """Run an action that must change nothing and ask nothing of Mollie; return its result."""
        before = self.snapshot()
        self.sandbox.clear_requests()
        result = action()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.sandbox.requests(), [])
        return result

    def request(self, method, path, **kwargs):
        return self.url_open(path, method=method, allow_redirects=False, **kwargs)

    def fingerprint(self, response):
        """Return what a stranger sees of an answer."""
        changing = ("date", "set-cookie", "content-length")
        headers = {k.lower(): v for k, v in response.headers.items() if k.lower() not in changing}
        return response.status_code, headers, response.content


class TestCrossedPayments(BadInputCase):
    """Attacks A1, A7, A9: every webhook token × every payment at Mollie, twice each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.make_company()

    @classmethod
    def make_company(cls):
        company = cls.env["res.company"].create(
            {"name": "Tweede B.V.", "currency_id": cls.company.currency_id.id}
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        company._connect_mollie(OTHER_KEY)
        return company

    def make_attempts(self):
        """Return 12 transactions: three amounts, two of them alike, in two companies and modes."""
        txs = [self.start_payment(self.make_invoice(amount)) for amount in (100, 100, 100, 50, 200)]
        euro = self.other_company.currency_id.name
        for amount in (100, 100, 50):
            invoice = self.make_invoice(amount, company_id=self.other_company.id, currency=euro)
            path = f"/mollie/pay/{self.link_of(invoice).token}"
            self.assertEqual(self.press_pay(path).status_code, 303)
            txs.append(self.last_transaction(invoice))
        self.company._connect_mollie(LIVE_KEY)
        txs += [self.start_payment(self.make_invoice(amount)) for amount in (100, 100)]
        self.company._connect_mollie(TEST_KEY)
        self.sandbox.map_key(LIVE_KEY, self.sandbox.profile_of(TEST_KEY))
        txs += [self.start_payment(self.make_invoice(amount)) for amount in (100, 100)]
        return txs

    def link_of(self, invoice):
        invoice.sudo()._mollie_ensure_links("user")
        return invoice.sudo().mollie_link_ids

    def test_only_the_diagonal_pays(self):
        txs = self.make_attempts()
        self.assertEqual(len(txs), 12)
        self.assertEqual(len({tx.provider_reference for tx in txs}), 12)
        for tx in txs:
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)

        def cross():
            for tx, other in itertools.permutations(txs, 2):
                for _ in range(2):
                    path, payment_id = self.webhook_path(tx), other.provider_reference
                    answer = self.post_webhook(path, payment_id)
                    self.assertEqual((answer.status_code, answer.text), (200, ""))

        self.assert_nothing_happens(cross)
        self.assertEqual({tx.state for tx in txs}, {"draft"})
        for tx in txs[:8] + txs[10:]:
            for _ in range(2):
                answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.assertEqual(answer.status_code, 200)
                self.env.invalidate_all()
                self.assertEqual((tx.state, tx.payment_id.amount), ("done", tx.amount))
                self.assertEqual(tx.invoice_ids.amount_residual, 0)

    def test_a_payment_of_another_amount_company_profile_or_mode_pays_nothing(self):
        """Also where the row itself names the wrong payment: the metadata is compared."""
        txs = self.make_attempts()
        victim, others = txs[0], txs[1:]
        own = victim.provider_reference
        for other in others:
            with self.subTest(other.reference):
                self.sandbox.set_status(other.provider_reference, "paid", webhook=False)
                # As if a clerk or an import had mixed the rows up.
                victim.provider_reference = other.provider_reference
                self.env.flush_all()
                answer = self.post_webhook(self.webhook_path(victim), other.provider_reference)
                self.assertEqual(answer.status_code, 200)
                self.env.invalidate_all()
                self.assertNotEqual(victim.state, "done")
                self.assertEqual(victim.invoice_ids.amount_residual, 100)
        victim.provider_reference = own
        self.sandbox.set_status(own, "paid", method="ideal", webhook=False)
        self.post_webhook(self.webhook_path(victim), own)
        self.env.invalidate_all()
        self.assertEqual(victim.state, "done")

    def test_a_copy_of_the_database_leaves_the_originals_payments_alone(self):
        """Attacks A9: the same key, the same rows, another database id."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.env["ir.config_parameter"].set_param("database.uuid", "11111111-copy")
        self.receive_by_bank(invoice, 100)
        for _ in range(3):
            self.assertEqual(
                self.post_webhook(self.webhook_path(tx), tx.provider_reference).status_code, 200
            )
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["status"], "open")
        self.assertEqual(tx.state, "draft")
        self.assertEqual(self.events(invoice).count("mismatch"), 1)


class TestMismatches(BadInputCase):
    def test_a_mismatch_is_refused_the_first_and_every_later_time(self):
        """Attacks A7, A8, B1: delivered 1, 2 and 20 times, never `done`; one alarm."""
        for name, lie in MISMATCHES.items():
            with self.subTest(name):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                fields = {"status": "paid", "method": "ideal", **lie}
                self.sandbox.tamper(tx.provider_reference, fields)
                for times in (1, 1):
                    self.deliver(tx, times)
                    self.assertEqual((tx.state, tx.mollie_status), ("draft", "open"))
                    self.assertEqual(invoice.amount_residual, 100)
                self.assertFalse(tx.payment_id)
                self.assertEqual(len(self.alarms(invoice)), 1)
                self.assertEqual(len(invoice.activity_ids), 1)

    def deliver(self, tx, times):
        for _ in range(times):
            answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.env.invalidate_all()

    def test_a_mismatch_is_refused_twenty_times_and_whoever_asks(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        lie = MISMATCHES["a hundredth"] | {"status": "paid", "method": "ideal"}
        self.sandbox.tamper(tx.provider_reference, lie)
        self.deliver(tx, 20)
        self.get(self.return_path(tx))
        self.get(f"/mollie/pay/{tx.mollie_link_id.token}")
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))
        self.assertEqual(self.alarms(invoice), ["other_amount"])

    def alarms(self, invoice):
        """Return what the log says of payments that are not what was asked for."""
        return [name for name in self.events(invoice) if name in ("mismatch", "other_amount")]

    def test_what_was_a_mismatch_pays_once_mollie_tells_the_truth(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.tamper(tx.provider_reference, MISMATCHES["dollars"])
        self.deliver(tx, 2)
        self.sandbox.tamper(tx.provider_reference)
        self.deliver(tx, 1)
        self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_a_paid_payment_that_no_longer_matches_stays_paid(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        for lie in MISMATCHES.values():
            self.sandbox.tamper(tx.provider_reference, {"status": "failed", **lie})
            self.deliver(tx, 1)
            self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_a_mismatching_payment_never_withdraws_anything(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 100)
        lie = MISMATCHES["other reference"] | {"isCancelable": True}
        self.sandbox.tamper(tx.provider_reference, lie)
        self.deliver(tx, 2)
        self.assertEqual(self.sandbox.requests(method="DELETE"), [])

    def test_nobody_is_sent_to_pay_what_was_not_asked_for(self):
        """The answer that creates a payment is compared too."""
        for name in ("one cent more", "dollars", "live", "other reference", "amount as number"):
            with self.subTest(name):
                invoice = self.make_invoice()
                path = self.make_link(invoice)
                lie = MISMATCHES[name]
                self.sandbox.fault("lie", method="POST", path=r"/v2/payments$", fields=lie)
                response = self.press_pay(path)
                self.assertEqual(response.status_code, 503)
                self.assertNotIn("Location", response.headers)
                self.assertIn("No money has been taken", self.text_of(response))
                self.assertIn("mismatch", self.events(invoice))
                self.assertEqual(self.press_pay(path).status_code, 303)

    def test_nobody_is_sent_to_a_checkout_that_is_not_mollies(self):
        """Attacks E6."""
        for url in ("https://mollie.com.evil.example/", "javascript:alert(1)", "https://[", 5):
            with self.subTest(url):
                path = self.make_link(self.make_invoice())
                links = {"_links": {"checkout": {"href": url}}}
                self.sandbox.fault("lie", method="POST", path=r"/v2/payments$", fields=links)
                response = self.press_pay(path)
                self.assertNotIn("evil", response.headers.get("Location", ""))
                self.assertNotEqual(response.status_code, 303)
                self.assertLess(response.status_code, 504)


class TestTokens(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.tokens = {
            "/mollie/pay": self.tx.mollie_link_id.token,
            "/mollie/return": self.tx._mollie_token("return"),
            "/mollie/webhook": self.tx._mollie_token("webhook"),
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
            self.invoice.access_token or self.invoice._portal_ensure_token(),
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
            method = "GET" if route.endswith("return") else "POST"
            answer = self.assert_nothing_happens(
                lambda method=method, route=route, token=token: self.request(
                    method, f"{route}/{token[:8]}%0A{token[8:]}"
                )
            )
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn(self.invoice.name, answer.text)

    def test_tokens_are_good_for_one_purpose_each(self):
        """Attacks C3: pay × return × webhook × portal token on each route."""
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

    def test_a_token_of_a_database_with_another_secret_is_unknown(self):
        """Attacks A3, A9."""
        secret = self.env["ir.config_parameter"].sudo()
        secret.set_param("database.secret", "another")
        self.env.flush_all()
        for route in ("/mollie/return", "/mollie/webhook"):
            method = "GET" if route.endswith("return") else "POST"
            data = {"id": self.tx.provider_reference} if method == "POST" else None
            answer = self.assert_nothing_happens(
                lambda method=method, route=route, data=data: self.request(
                    method, f"{route}/{self.tokens[route]}", data=data
                )
            )
            self.assertIn(answer.status_code, (200, 404))

    def test_no_token_is_accepted_without_a_secret(self):
        """Attacks A3: refuses, and never works with an empty key."""
        self.env["ir.config_parameter"].sudo().set_param("database.secret", "")
        self.env.flush_all()
        logger = "odoo.addons.invoice_mollie.controllers.public"
        with self.assertLogs(logger, logging.ERROR):
            answer = self.post_webhook(
                f"/mollie/webhook/{self.tokens['/mollie/webhook']}", self.tx.provider_reference
            )
        self.assertEqual(answer.status_code, 500)
        self.env.invalidate_all()
        self.assertEqual(self.tx.state, "draft")

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

    def test_a_revoked_link_does_not_stop_the_money_of_its_attempt(self):
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(self.tx.state, "done")

    def test_links_cannot_be_guessed(self):
        """Attacks C1, ASVS 11.5.1."""
        invoices = [self.make_invoice(1) for _ in range(5)]
        tokens = [self.make_link(invoice).rpartition("/")[2] for invoice in invoices]
        self.assertEqual({len(token) for token in tokens}, {32})
        self.assertEqual(len({token[:6] for token in tokens}), 5)


class TestIds(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(self.tx.provider_reference, "paid", webhook=False)

    def test_an_id_that_is_not_the_tokens_own_is_not_asked_for(self):
        """Attacks E11, E12, A2: nothing, and the same answer as to a stranger."""
        own, path = self.tx.provider_reference, self.webhook_path(self.tx)
        stranger = self.fingerprint(self.post_webhook("/mollie/webhook/x", own))
        bodies = [
            {"id": bad}
            for bad in (
                "",
                "0",
                "tr_",
                "tr_unknown",
                own[:-1],
                own + "x",
                own.swapcase(),
                f"{own}/../../organizations/me",
                f"{own}/refunds",
                f"{own}?embed=x",
                f"{own}#",
                f"{own}\x00",
                f"{own}\r\nX-Evil: 1",
                f" {own}",
                f"{own} ",
                "tr_x/../../organizations/me",
                "../../v2/payments/" + own,
                "ord_x",
                "re_x",
                "１",
                "é" * 10,
                "x" * 100_000,
            )
        ]
        bodies += [
            {},
            {"ID": own},
            {"id[]": own},
            {"id[0]": own},
            {"payment_id": own},
            {"status": "paid"},
            {"id": [own, "tr_other"]},
            {"id": ["tr_other", own]},
            {"id": [own, own]},
        ]
        for body in bodies:
            with self.subTest(str(body)[:80]):
                answer = self.assert_nothing_happens(
                    lambda body=body: self.request("POST", path, data=body)
                )
                self.assertEqual(self.fingerprint(answer), stranger)

    def test_the_id_counts_in_the_body_only(self):
        """Attacks E12: in the query, in both, as JSON, as a file."""
        own, path = self.tx.provider_reference, self.webhook_path(self.tx)
        for kwargs in (
            {"params": {"id": own}, "data": {"x": "1"}},
            {"params": {"id": own}, "data": {"id": "tr_other"}},
            {"json": {"id": own}},
            {"files": {"id": ("id", own.encode())}},
            {"data": own.encode()},
            {"data": f"id={own}".encode(), "headers": {"Content-Type": "text/plain"}},
            {"data": b"\xff\xfe\x00id=" + own.encode()},
        ):
            with self.subTest(str(kwargs)):
                answer = self.assert_nothing_happens(
                    lambda kwargs=kwargs: self.request("POST", path, **kwargs)
                )
                self.assertEqual((answer.status_code, answer.text), (200, ""))

    def test_what_a_request_claims_about_a_payment_is_ignored(self):
        """Attacks A2, A6: only Mollie's word counts."""
        self.sandbox.set_status(self.tx.provider_reference, "open", webhook=False)
        claim = self.sandbox.payment(self.tx.provider_reference) | {"status": "paid"}
        claim = {name: str(value) for name, value in claim.items()}
        paths = {
            self.webhook_path(self.tx): "POST",
            self.return_path(self.tx): "GET",
            f"/mollie/pay/{self.tx.mollie_link_id.token}": "POST",
        }
        for path, method in paths.items():
            name = "data" if method == "POST" else "params"
            self.request(method, path, **{name: claim | {"payment_status": "paid"}})
            self.env.invalidate_all()
            self.assertEqual((self.tx.state, self.invoice.amount_residual), ("draft", 100))


class TestMethodsAndBodies(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.paths = {
            f"/mollie/pay/{self.tx.mollie_link_id.token}": ("GET", "HEAD", "POST"),
            self.return_path(self.tx): ("GET", "HEAD"),
            self.webhook_path(self.tx): ("POST",),
            "/mollie/link": ("POST",),
        }

    def test_other_methods_are_refused_and_do_nothing(self):
        """Attacks E10."""
        self.sandbox.set_status(self.tx.provider_reference, "paid", webhook=False)
        for path, allowed in self.paths.items():
            for method in {"GET", "POST", *OTHER_METHODS} - set(allowed):
                for headers in ({}, {"X-HTTP-Method-Override": allowed[-1]}):
                    with self.subTest(path.split("/")[2], method=method, headers=headers):
                        answer = self.assert_nothing_happens(
                            lambda method=method, path=path, headers=headers: self.request(
                                method,
                                path,
                                headers=headers,
                                data={"_method": "POST", "id": self.tx.provider_reference},
                            )
                        )
                        self.assertEqual(answer.status_code, 405)
                        self.assertEqual(answer.headers["Allow"], ", ".join(allowed))
                        self.assertEqual(answer.text, "")

    def test_the_method_is_refused_for_any_token_alike(self):
        for path in self.paths:
            unknown = path.rpartition("/")[0] + "/" + "B" * 32
            if path != "/mollie/link":
                self.assertEqual(
                    self.fingerprint(self.request("PUT", path)),
                    self.fingerprint(self.request("PUT", unknown)),
                )

    def test_large_and_nested_bodies_ask_nothing_of_mollie(self):
        """Attacks A4: work before authentication."""
        bodies = (
            b"id=" + b"x" * 3_000_000,
            b"&".join(b"p%d=1" % number for number in range(10_000)),
            b"id" + b"[x]" * 10_000 + b"=1",
            b'{"id":' + b"[" * 100_000,
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in bodies:
            for path in (*self.paths, "/mollie/webhook/x", "/mollie/pay/x"):
                if path.startswith("/mollie/pay/") and not path.endswith("/x"):
                    continue  # Whoever has the link may press its button, with any body.
                with self.subTest(path.split("/")[2], body=body[:20]):
                    answer = self.assert_nothing_happens(
                        lambda path=path, body=body: self.request(
                            "POST", path, data=body, headers=form
                        )
                    )
                    self.assertIn(answer.status_code, (200, 404, 405, 413))

    def test_files_and_odd_parameters_are_ignored_on_every_route(self):
        """Attacks D6, B3: no route of ours takes a file."""
        names = ("id", "number", "again", "choice", "amount", "token", "n", "lang", "debug")
        odd = ("\x00", "x" * 5000, "9" * 5000, "-1", "[]", "{}", "１", "😀", "%00", "'")
        for path, allowed in self.paths.items():
            with self.subTest(path.split("/")[2]):
                files = {name: ("x.svg", b"<svg onload=alert(1)>") for name in names}
                answer = self.request(allowed[-1], path, files=files)
                self.assertLess(answer.status_code, 500)
            for value in odd:
                with self.subTest(path.split("/")[2], value=value[:10]):
                    values = dict.fromkeys(names, value)
                    for method in allowed:
                        kind = "data" if method == "POST" else "params"
                        answer = self.request(method, path, **{kind: values})
                        self.assertLess(answer.status_code, 500, answer.text)

    def test_no_parameter_changes_where_the_customer_pays_or_comes_back(self):
        """Attacks C4, E6."""
        evil = "https://evil.example/"
        invoice = self.make_invoice()
        names = ("redirectUrl", "redirect", "url", "next", "webhookUrl", "partner_id", "method")
        answer = self.press_pay(self.make_link(invoice), **dict.fromkeys(names, evil))
        self.assertTrue(answer.headers["Location"].startswith(self.sandbox.url))
        self.assertNotIn("evil", str(self.sandbox.requests(method="POST")[-1]["body"]))

    def test_a_forged_host_changes_no_address(self):
        """Attacks E7."""
        forged = {
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "gopher",
            "X-Forwarded-For": "203.0.113.9",
            "Forwarded": "host=evil.example",
            "X-Original-URL": "/web",
            "Referer": "https://evil.example/",
            "Origin": "https://evil.example",
        }
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        pages = [
            self.request("GET", path, headers=forged),
            self.request("POST", path, headers=forged),
            self.request("GET", self.return_path(self.tx), headers=forged),
            self.request("GET", "/mollie/pay/x", headers=forged),
        ]
        for page in pages:
            self.assertNotIn("evil", page.text + str(page.headers))
        body = self.sandbox.requests(path=r"/v2/payments$", method="POST")[-1]["body"]
        self.assertTrue(body["webhookUrl"].startswith("https://pay.example.com/mollie/webhook/"))
        self.assertTrue(body["redirectUrl"].startswith("https://pay.example.com/mollie/return/"))

    def test_bad_requests_leave_no_rows(self):
        """Attacks F5: the log can't be flooded from outside."""

        def flood():
            for number in range(30):
                self.post_webhook(f"/mollie/webhook/{number}", f"tr_{number}")
                self.post_webhook(self.webhook_path(self.tx), f"tr_{number}")
                self.request("GET", f"/mollie/pay/{number:032}")

        self.assert_nothing_happens(flood)

    def test_paths_and_ids_forge_no_line_of_the_log(self):
        """Attacks E4."""
        evil = "x%0d%0a2026-11-23 00:00:00,000 1 INFO db odoo: forged%1b[31m%e2%80%a8"
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger(__name__).debug("Most of this is not logged at all.")
            self.request("GET", f"/mollie/pay/{evil}")
            self.request("POST", f"/mollie/webhook/{evil}", data={"id": "tr_x\r\nforged"})
            self.request("POST", self.webhook_path(self.tx), data={"id": "tr_x\r\nforged"})
            self.request("GET", f"/payment/mollie/return?ref={evil}")
        for record in logs.records:
            if record.name.startswith("odoo.addons.invoice_mollie"):
                self.assertNotIn("forged", record.getMessage())


class TestReturnPage(BadInputCase):
    def test_the_return_page_believes_mollie_only(self):
        """Attacks A5, A6: without a webhook, each status; whatever the address says."""
        claims = "?status=paid&payment_status=paid&paid=1&id=tr_x"
        for status in ("open", "pending", "authorized", "failed", "canceled", "expired"):
            with self.subTest(status):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.sandbox.set_status(tx.provider_reference, status, "ideal", webhook=False)
                answer = self.get(self.return_path(tx) + claims)
                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("We received", self.text_of(answer))
                self.env.invalidate_all()
                self.assertNotEqual(tx.state, "done")
                self.assertEqual(invoice.amount_residual, 100)

    def test_another_companys_rows_are_not_touched(self):
        other = self.env["res.company"].create({"name": "Ander B.V."})
        self.env.user.company_ids = [Command.link(other.id)]
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", "ideal", webhook=False)
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        self.assertEqual(tx.payment_id.company_id, self.company)
