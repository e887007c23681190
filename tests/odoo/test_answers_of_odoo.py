"""What Odoo answers by itself on our addresses, before our own code is reached."""

import time
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.tools import mute_logger

from odoo.addons.invoice_mollie.controllers import core, pay
from odoo.addons.invoice_mollie.controllers.public import MAX_BODY
from odoo.addons.invoice_mollie.controllers.stylesheet import STYLESHEET

from tests.odoo.cases.bad_input import BadInputCase
from tests.odoo.cases.pages import PageCase
from tests.odoo.test_core_routes import core_payment

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class TestAnswersOfOdoo(PageCase, BadInputCase):
    def setUp(self):
        super().setUp()
        self.tx = self.start_payment(self.make_invoice())
        self.core_tx = core_payment(self, self.make_invoice())[0]
        self.company._mollie_renew_health_token()
        self.reference = self.core_tx.reference
        # How each route is asked, and what it answers.
        self.routes = {
            f"/mollie/pay/{self.tx.mollie_link_id.token}": ("GET", 200),
            f"/mollie/health/{self.company.mollie_health_token}": ("GET", 200),
            "/mollie/pay": ("GET", 404),
            self.return_path(self.tx): ("GET", 200),
            self.webhook_path(self.tx): ("POST", 200),
            "/mollie/link": ("POST", 200),
            "/mollie/brand/714b67.css": ("GET", 200),
            "/payment/mollie/webhook": ("POST", 200),
            "/payment/mollie/return": ("GET", 303),
        }

    def test_no_parameter_meets_a_name_of_the_code(self):
        """Row E12: `?self=1` is the name of the method's own."""
        names = ("self", "cls", "args", "params", "_params", "data", "endpoint", "token", "handler")
        for path, (method, status) in self.routes.items():
            for name in names:
                with self.subTest(path, name=name):
                    answer = self.request(method, f"{path}?{name}=1")
                    self.assertEqual(answer.status_code, status)
                    if method == "POST":
                        answer = self.request(method, path, data={name: "1"})
                        self.assertEqual(answer.status_code, status)

    def test_a_parameter_whose_name_can_not_be_read_is_ignored(self):
        """Row E12: a line break in it."""
        part = b'--x\r\nContent-Disposition: form-data; name="a\rb"\r\n\r\nv\r\n--x--\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        for path, (method, status) in self.routes.items():
            if method == "POST":
                with self.subTest(path):
                    answer = self.request("POST", path, data=part, headers=headers)
                    self.assertEqual(answer.status_code, status)

    def test_references_that_the_database_can_not_hold_are_unknown(self):
        """Row E12: core's routes, as far as we override them."""
        for odd in ("%00", f"{self.reference}%00", "%ED%A0%80", "%FF", "x" * 5000, "%0A", ""):
            for path in ("/payment/mollie/webhook", "/payment/mollie/return"):
                method, status = self.routes[path]
                with self.subTest(path, ref=odd):
                    answer = self.assert_nothing_happens(
                        lambda method=method, path=path, odd=odd: self.request(
                            method, f"{path}?ref={odd}&id=%00"
                        )
                    )
                    self.assertEqual(answer.status_code, status)
        answer = self.request("POST", "/payment/mollie/webhook", files={"ref": ("x", b"x")})
        self.assertEqual(answer.status_code, 200)

    def test_refused_methods_and_redirects_of_odoos_have_our_headers(self):
        """Rows E8, E10."""
        token = self.tx.mollie_link_id.token
        for method, path, status in (
            ("POST", "/mollie/brand/714b67.css", 405),
            ("PUT", "/payment/mollie/return", 405),
            ("GET", f"/mollie//pay/{token}", 301),
            ("GET", "/mollie//return/x", 301),
            ("GET", f"/en/mollie/pay/{token}", 303),
        ):
            with self.subTest(method, path=path):
                answer = self.assert_nothing_happens(
                    lambda method=method, path=path: self.request(method, path)
                )
                self.assertEqual(answer.status_code, status)
                self.assert_headers(answer)

    def test_an_address_that_is_none_looks_like_an_unknown_token(self):
        """Rows C10, E8, E12."""
        unknown = self.fingerprint(self.request("GET", "/mollie/pay/" + "B" * 32))
        for path in (
            "/mollie/",
            "/mollie/x",
            "/mollie/pay/x%0Ay",
            "/mollie/brand/",
            "/mollie/link/x",
            # Core looks up whether a file has the address; no database can hold such a one.
            "/mollie/x%00",
            "/mollie/brand/x%00",
        ):
            with self.subTest(path):
                self.assertEqual(self.fingerprint(self.request("GET", path)), unknown)

    def test_other_addresses_are_left_to_odoo(self):
        for path in ("/molliepay", "/shop/mollie/x", "/x", "/web/mollie"):
            with self.subTest(path):
                answer = self.request("GET", path)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Content-Security-Policy", answer.headers)

    def test_where_the_database_is_gone_meanwhile_the_page_says_so_in_the_readers_language(self):
        def lose(link_sudo, *_more):
            link_sudo.env.cr.closed = True
            raise OperationalError("server closed the connection unexpectedly")

        path = f"/mollie/pay/{self.tx.mollie_link_id.token}"
        dutch = "Deze pagina is nu even niet beschikbaar"
        for lang, browsers, html_lang, heading in (
            ("", "pl", "en-US", "This page is not available just now"),
            ("", "nl-NL", "nl-NL", dutch),
            ("nl", "en", "nl", dutch),
        ):
            # Patched, for a test can't do without its database.
            with self.subTest(lang, browsers=browsers), patch.object(pay, "page_values", lose):
                headers = {"Accept-Language": browsers}
                answer = self.request("GET", path, params={"lang": lang}, headers=headers)
                self.assertEqual(answer.status_code, 503)
                self.assertEqual(answer.headers["Retry-After"], "30")
                self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
                self.assert_headers(answer)
                self.assertIn(f'<html lang="{html_lang}">', answer.text)
                self.assertIn(f"<h1>{heading}</h1>", answer.text)
                self.assertIn(f'<link rel="stylesheet" href="{STYLESHEET}"/>', answer.text)

    def test_an_error_on_cores_routes_is_our_page_too(self):
        path = f"/payment/mollie/webhook?ref={self.reference}"
        data = {"id": self.core_tx.provider_reference}
        # Patched, for no request is known that brings it about.
        with (
            patch.object(core, "hear", lambda tx_sudo: tx_sudo.env.cr.execute("SELECT 1 / 0")),
            mute_logger("odoo.sql_db", "odoo.http"),
        ):
            answer = self.request("POST", path, data=data)
        self.assert_page(answer, "Something went wrong", status=500)

    def test_a_large_body_is_refused_before_it_is_read(self):
        """Row A4: 400,000 parameters with a wrong token cost as much as with a right one."""
        body = b"&".join(b"p%d=1" % number for number in range(400_000))
        for path in (*self.routes, "/mollie/webhook/x", "/mollie/pay/x", "/mollie/none"):
            if path.startswith("/mollie/brand"):
                continue  # Odoo refuses POST there, see above.
            with self.subTest(path):
                started = time.monotonic()
                answer = self.assert_nothing_happens(
                    lambda path=path: self.request("POST", path, data=body, headers=FORM)
                )
                self.assertEqual(answer.status_code, 413)
                self.assert_headers(answer)
                self.assertLess(time.monotonic() - started, 1)

    def test_a_body_of_unknown_length_is_read_no_further_than_that(self):
        """Row A4: in chunks, without a Content-Length."""
        path = self.webhook_path(self.tx)
        chunks = (b"p" * MAX_BODY, b"=1&id=" + self.tx.provider_reference.encode())
        answer = self.assert_nothing_happens(
            lambda: self.request("POST", path, data=iter(chunks), headers=FORM)
        )
        self.assertEqual(answer.status_code, 200)

    def test_what_customers_and_mollie_send_is_far_from_the_limit(self):
        answer = self.request("POST", self.webhook_path(self.tx), data="x=" + "1" * (MAX_BODY - 2))
        self.assertEqual(answer.status_code, 200)
        for request in self.sandbox.requests(method="POST"):
            self.assertLess(len(str(request["body"])), MAX_BODY / 2)
