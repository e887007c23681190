"""Where the gateway goes and sends people: ids in paths, and checkout addresses."""

from urllib.parse import urlsplit

from odoo.addons.invoice_mollie.gateway import MollieRejected, MollieUnavailable
from odoo.addons.invoice_mollie.money.payment import Payment

from tests.odoo.cases.gateway import GatewayCase

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


class TestIds(GatewayCase):
    def test_only_ids_of_payments_are_pasted_into_the_path(self):
        """Attacks E11. ASVS 1.3.6, ASVS 13.2.4."""
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


class TestCheckout(GatewayCase):
    def url_of(self, url):
        return self.gateway.checkout_url(Payment("tr_x", "open", checkout_url=url))

    def test_the_checkout_is_at_mollies_or_at_the_endpoints_host(self):
        """ASVS 3.7.2."""
        own = self.create().checkout_url
        self.assertEqual(urlsplit(own).netloc, urlsplit(self.sandbox.url).netloc)
        for url in (own, "https://www.mollie.com/checkout/x?a=b%20c", "https://pay.mollie.nl/x"):
            self.assertEqual(self.url_of(url), url)

    def test_a_checkout_elsewhere_is_refused(self):
        """Attacks E6. ASVS 1.2.2."""
        for url in FOREIGN_URLS:
            with self.subTest(url), self.assertRaises(MollieRejected):
                self.url_of(url)

    def test_no_checkout_is_no_address(self):
        for links in (
            None,
            [],
            {"checkout": {}},
            {"checkout": None},
            {"checkout": []},
            {"checkout": {"href": 5}},
        ):
            with self.subTest(links):
                self.sandbox.fault("lie", method="POST", fields={"_links": links})
                payment = self.create(key=repr(links))
                self.assertEqual(self.gateway.checkout_url(payment), "")
