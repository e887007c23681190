"""The address that an administrator gives: it is one, or it is not used."""

from odoo.exceptions import ValidationError

from tests.common import path_of
from tests.odoo.cases.pages import PageCase
from tests.odoo.cases.settings import SettingsCase
from tests.visitors import STRANGERS, coming_from

PARAMETER = "invoice_mollie.public_url"
NO_ADDRESSES = (
    "https://[::1",
    "https://[1:2:3]",
    "https://",
    "https:///x",
    "https://.",
    "https://pay.example.com:99999",
    "https://pay.example.com:0",
    "https://pay.example.com:",
    "https://pay.example.com?x=1",
    "https://pay.example.com/#x",
    "https://pay example.com",
    " https://pay.example.com",
    "https://pay.example.com\n",
    "https://pay.example.com/a\\b",
    "https://user:secret@pay.example.com",
    "javascript:alert(1)//pay.example.com",
    "ftp://pay.example.com",
    "//pay.example.com",
    "pay.example.com",
    "?x=1",
    ":99999",
    "foo",
)
NOT_ENCRYPTED = ("http://pay.example.com", "http://192.168.1.20:8069", "http://127.0.0.1.example")
ADDRESSES = (
    "https://pay.example.com",
    "https://pay.example.com/",
    "https://Pay.Example.com:8443/odoo/pay",
    "https://my_odoo.example.com",
    "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example",
    "https://192.168.1.20",
    "https://[2a00:1450:400e::1]:8443",
    "http://localhost:8069",
    "http://127.0.0.1:8069",
    "http://[::1]:8069",
)


class PublicUrlCase(PageCase, SettingsCase):
    def set_url(self, url):
        self.env["ir.config_parameter"].set_param(PARAMETER, url)

    def smuggle(self, url):
        """Set the address past Odoo, as who writes SQL does, or Odoo did before it looked."""
        self.env.flush_all()
        query = "UPDATE ir_config_parameter SET value = %s WHERE key = %s"
        self.env.cr.execute(query, (url, PARAMETER))
        self.env.invalidate_all()
        self.env.registry.clear_cache("stable")

    @property
    def kept(self):
        return self.company.mollie_address


class TestSetting(PublicUrlCase):
    """Attacks D3."""

    def test_what_is_no_address_is_refused_with_what_is_accepted(self):
        for url in NO_ADDRESSES + NOT_ENCRYPTED:
            with self.subTest(url), self.assertRaises(ValidationError) as caught:
                self.set_url(url)
            self.assertIn("https://pay.example.com:8443/odoo", str(caught.exception))
            self.assertIn(PARAMETER, str(caught.exception))

    def test_an_address_is_taken_and_links_begin_with_it(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        for url in ADDRESSES:
            with self.subTest(url):
                self.set_url(url)
                invoice.invalidate_recordset()
                link = invoice.mollie_payment_link
                self.assertTrue(link.startswith(f"{url.rstrip('/')}/mollie/pay/"), link)

    def test_none_is_refused_when_it_is_made_or_gets_the_name(self):
        Parameter = self.env["ir.config_parameter"]
        row = Parameter.search([("key", "=", PARAMETER)])
        row.key = "invoice_mollie.hidden"
        with self.assertRaises(ValidationError):
            Parameter.create({"key": PARAMETER, "value": "foo"})
        row.value = "foo"
        with self.assertRaises(ValidationError):
            row.key = PARAMETER

    def test_it_can_be_taken_back(self):
        self.set_url(False)
        self.assertEqual(self.company._get_mollie_base_url(), self.kept.rstrip("/"))


class TestSmuggled(PublicUrlCase):
    """What is no address is not used, and nothing fails of it."""

    def test_links_and_payments_have_the_address_of_connect_in_its_place(self):
        for url in NO_ADDRESSES:
            with self.subTest(url):
                self.smuggle(url)
                invoice = self.make_invoice()
                path = self.make_link(invoice)
                self.assertEqual(invoice.mollie_payment_link, f"{self.kept}{path}")
                self.assert_page(self.get(path), "Pay € 100.00")
                self.assertEqual(self.press_pay(path).status_code, 303)
                body = self.sandbox.requests(path=r"/v2/payments$", method="POST")[-1]["body"]
                self.assertTrue(body["redirectUrl"].startswith(f"{self.kept}/mollie/return/"))

    def test_monitoring_and_check_set_up_name_it(self):
        self.settings().action_mollie_renew_monitoring()
        path = path_of(self.company._get_mollie_health_url())
        for url in NO_ADDRESSES:
            with self.subTest(url):
                self.smuggle(url)
                with coming_from(self.opener, next(STRANGERS)):
                    answer = self.get(path)
                self.assertEqual(answer.status_code, 200)
                texts = {row["id"]: row["text"] for row in answer.json()["checks"]}
                self.assertIn(f"{PARAMETER} is no address", texts["address"])
                self.settings().action_mollie_check_setup()

    def test_an_address_of_odoo_that_is_none_makes_nobody_fail_either(self):
        self.settings().action_mollie_renew_monitoring()
        path = self.make_link(self.make_invoice())
        self.set_url(False)
        self.env["ir.config_parameter"].set_param("web.base.url", "https://[::1")
        self.settings().action_mollie_use_address()
        self.assert_page(self.get(path), "Pay € 100.00")
        answer = self.get(f"/mollie/health/{self.company.mollie_health_token}")
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.settings().mollie_is_reachable)
