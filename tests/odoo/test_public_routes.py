"""Odd methods, bodies, parameters and headers on the public routes."""

import logging
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.invoice_mollie.controllers import pay

from tests.odoo.cases.bad_input import BadInputCase

OTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")


class TestMethodsAndBodies(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.company._mollie_renew_health_token()
        self.paths = {
            f"/mollie/health/{self.company.mollie_health_token}": ("GET", "HEAD"),
            f"/mollie/pay/{self.tx.mollie_link_id.token}": ("GET", "HEAD", "POST"),
            self.return_path(self.tx): ("GET", "HEAD"),
            self.webhook_path(self.tx): ("POST",),
            "/mollie/link": ("GET", "HEAD", "POST"),
        }

    def test_other_methods_are_refused_and_do_nothing(self):
        """Attacks E10. ASVS 4.1.4."""
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
        """Attacks D6, B3: no route of ours takes a file. ASVS 13.4.2."""
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

    def test_forms_lead_to_this_machine_only_where_a_sandbox_on_it_plays_mollie(self):
        for endpoint in (self.sandbox.url, "https://api.mollie.com", ""):
            self.env["ir.config_parameter"].set_param("invoice_mollie.api_endpoint", endpoint)
            with self.subTest(endpoint):
                policy = self.get("/mollie/link").headers["Content-Security-Policy"]
                is_sandbox = endpoint == self.sandbox.url
                self.assertEqual("http://127.0.0.1:*" in policy, is_sandbox)

    def test_a_colour_that_is_none_is_odoos_own(self):
        path = self.make_link(self.make_invoice())
        for color in ("orange", "#zzzzzz", "#12345", "１２３４５６", ""):
            self.company.primary_color = color
            with self.subTest(color):
                self.assertIn("/mollie/brand/714b67.css", self.get(path).text)

    def test_an_error_of_ours_is_a_page_and_a_line_of_the_log_and_undoes_what_was_begun(self):
        """ASVS 16.5.1."""

        def fail(link_sudo, *_more):
            link_sudo.move_id.ref = "half-made"
            link_sudo.flush_recordset()
            raise ZeroDivisionError("a secret of the inside")

        # Patched, for no request is known that brings it about.
        with (
            patch.object(pay, "page_values", fail),
            self.assertLogs("odoo.addons.invoice_mollie.controllers.public", "ERROR"),
        ):
            answer = self.get(f"/mollie/pay/{self.tx.mollie_link_id.token}")
        self.assertEqual(answer.status_code, 500)
        self.assertIn("Something went wrong", answer.text)
        self.assertNotIn("secret of the inside", answer.text)
        self.env.invalidate_all()
        self.assertNotEqual(self.invoice.ref, "half-made")

    def test_a_page_that_met_another_request_at_a_row_is_made_once_more(self):
        make, made = pay.page_values, []

        def meet_once(link_sudo, *more):
            made.append(link_sudo)
            if len(made) == 1:
                link_sudo.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
            return make(link_sudo, *more)

        # With one connection no two can be at one row: PostgreSQL is asked to report it. Odoo
        # waits a while of its choice before it tries again.
        with (
            patch.object(pay, "page_values", meet_once),
            patch("odoo.service.model.random.uniform", return_value=0),
            mute_logger("odoo.sql_db"),
        ):
            answer = self.get(f"/mollie/pay/{self.tx.mollie_link_id.token}")
        self.assertEqual((answer.status_code, len(made)), (200, 2))
        self.assertIn(self.invoice.name, answer.text)

    def test_bad_requests_leave_no_rows(self):
        """Attacks F5: the log can't be flooded from outside."""

        def flood():
            for number in range(30):
                self.post_webhook(f"/mollie/webhook/{number}", f"tr_{number}")
                self.post_webhook(self.webhook_path(self.tx), f"tr_{number}")
                self.request("GET", f"/mollie/pay/{number:032}")

        self.assert_nothing_happens(flood)

    def test_paths_and_ids_forge_no_line_of_the_log(self):
        """Attacks E4. ASVS 16.4.1."""
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
