"""The address under which customers and Mollie reach Odoo."""

from tests.odoo.cases.settings import SettingsCase

PRIVATE_URLS = (
    "http://localhost:8069",
    "http://localhost.:8069",
    "https://127.0.0.1",
    "http://10.1.2.3",
    "http://192.168.1.20:8069",
    "http://172.16.0.1",
    "http://169.254.1.1",
    "http://[::1]:8069",
    "http://[fd00::1]",
    "https://odoo",
    "https://odoo.local",
    "https://erp.internal",
    "https://erp.lan",
)
PUBLIC_URLS = ("https://erp.example.com", "https://8.8.8.8", "http://[2a00:1450:400e::1]")


class TestReachability(SettingsCase):
    """Mollie refuses a webhook address that it can't reach: then it is left out, and told."""

    def reach(self, base_url, public_url=""):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", base_url)
        parameters.set_param("invoice_mollie.public_url", public_url)
        self.settings().action_mollie_use_address()

    def last_request(self):
        self.start_payment(self.make_invoice())
        return self.sandbox.requests(path=r"/v2/payments$", method="POST")[-1]["body"]

    def test_private_addresses_are_told_apart_from_public_ones(self):
        for urls, is_reachable in ((PRIVATE_URLS, False), (PUBLIC_URLS, True)):
            for url in urls:
                self.reach(url)
                with self.subTest(url):
                    self.assertEqual(self.settings().mollie_is_reachable, is_reachable)

    def test_on_a_private_address_the_webhook_is_left_out_and_the_return_still_books(self):
        self.sandbox.settings(allow_local_webhooks=False)
        self.reach("http://localhost:8069")
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        body = self.sandbox.requests(path=r"/v2/payments$", method="POST")[-1]["body"]
        self.assertNotIn("webhookUrl", body)
        self.assertTrue(body["redirectUrl"].startswith("http://localhost:8069/mollie/return/"))
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_public_base_url_gets_webhooks(self):
        self.reach("https://erp.example.com")
        body = self.last_request()
        self.assertTrue(body["webhookUrl"].startswith("https://erp.example.com/mollie/webhook/"))

    def test_the_parameter_wins_and_counts_as_reachable_whatever_it_looks_like(self):
        for url in ("https://tunnel.example.net/", "http://localhost:9000"):
            self.reach("http://localhost:8069", url)
            self.assertTrue(self.settings().mollie_is_reachable)
            body = self.last_request()
            for name in ("webhookUrl", "redirectUrl"):
                self.assertTrue(body[name].startswith(url.rstrip("/") + "/mollie/"), body[name])

    def test_links_use_the_public_address_too(self):
        self.reach("http://localhost:8069", "https://pay.example.net")
        invoice = self.make_invoice()
        self.make_link(invoice)
        self.assertTrue(invoice.mollie_payment_link.startswith("https://pay.example.net/mollie/"))

    def test_links_keep_the_address_of_the_day_they_were_connected_and_the_settings_tell(self):
        """Attacks I2: an administrator who logs in elsewhere changes Odoo's own."""
        self.reach("https://erp.example.com")
        self.assertFalse(self.settings().mollie_changed_address)
        self.env["ir.config_parameter"].set_param("web.base.url", "http://192.168.1.20:8069")
        body = self.last_request()
        for name in ("redirectUrl", "webhookUrl"):
            self.assertTrue(body[name].startswith("https://erp.example.com/mollie/"), body[name])
        settings = self.settings()
        self.assertTrue(settings.mollie_is_reachable)
        self.assertEqual(settings.mollie_changed_address, "http://192.168.1.20:8069")
        settings.action_mollie_use_address()
        self.assertFalse(self.settings().mollie_changed_address)
        link = self.make_invoice()
        link.with_user(self.clerk).action_mollie_create_payment()
        self.assertTrue(link.mollie_payment_link.startswith("http://192.168.1.20:8069/mollie/"))

    def test_a_branch_has_the_address_of_the_company_that_is_connected(self):
        self.reach("https://erp.example.com")
        branch = self.env["res.company"].create(
            {"name": "Filiaal Zuid", "parent_id": self.company.id}
        )
        self.env["ir.config_parameter"].set_param("web.base.url", "http://192.168.1.20:8069")
        self.assertEqual(branch._get_mollie_base_url(), "https://erp.example.com")
