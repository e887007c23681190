"""Set-up in a minute: Connect, what it finds out, and where the key is kept."""

import io

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.neutralize import neutralize_database
from odoo.tools import SQL

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY, MollieCase

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


class SettingsCase(MollieCase):
    def settings(self, company=None, **values):
        """Return what the settings show to the administrator of a company."""
        company = company or self.company
        user = self.env.ref("base.user_admin")
        user.company_ids |= company
        env = self.env(user=user, context={"allowed_company_ids": company.ids})
        return env["res.config.settings"].create({"company_id": company.id, **values})

    def connect(self, key, company=None):
        """Paste a key and press Connect."""
        return self.settings(company, mollie_api_key=key).action_mollie_connect()

    def make_company(self, chart=True):
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        if chart:
            self.env["account.chart.template"].try_loading("generic_coa", company, False)
        return company

    def rename_profile(self, key, name):
        self.sandbox.set_profile(self.sandbox.profile_of(key), fields={"name": name})


class TestConnect(SettingsCase):
    def test_a_key_pasted_for_the_first_time_does_all_the_set_up(self):
        company = self.make_company()
        self.rename_profile(OTHER_KEY, "Webwinkel De Zuster")
        self.connect(OTHER_KEY, company)
        shown = self.settings(company)
        self.assertEqual(shown.mollie_provider_state, "test")
        self.assertEqual(shown.mollie_profile_name, "Webwinkel De Zuster")
        self.assertIn("iDEAL | Wero", shown.mollie_method_names)
        self.assertEqual(shown.mollie_journal_id.type, "bank")
        self.assertEqual(shown.mollie_journal_id.company_id, company)
        self.assertEqual(shown.mollie_provider_id.company_id, company)

    def test_the_first_payment_needs_nothing_more_than_connect(self):
        company = self.make_company()
        self.connect(OTHER_KEY, company)
        self.company, provider = company, self.settings(company).mollie_provider_id
        self.env = self.env(context={"allowed_company_ids": company.ids})
        self.clerk.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        self.assertEqual(tx.provider_id, provider)
        self.assertEqual(tx.payment_id.journal_id, provider.journal_id)
        self.assertEqual(invoice.amount_residual, 0)

    def test_the_kind_of_key_switches_the_provider_to_test_or_enabled(self):
        for key, state in ((LIVE_KEY, "enabled"), (TEST_KEY, "test")):
            self.connect(key)
            self.assertEqual(self.provider.state, state)
            self.assertEqual(self.settings().mollie_provider_state, state)

    def test_customers_of_other_pages_are_not_offered_a_provider_in_test(self):
        self.connect(LIVE_KEY)
        self.assertTrue(self.provider.is_published)
        self.connect(TEST_KEY)
        self.assertFalse(self.provider.is_published)

    def test_a_second_key_replaces_the_first_and_keeps_the_journal(self):
        journal = self.provider.journal_id
        self.rename_profile(OTHER_KEY, "Andere winkel")
        self.sandbox.set_profile(self.sandbox.profile_of(OTHER_KEY), methods=["paypal"])
        self.connect(OTHER_KEY)
        self.assertEqual(self.company._connect_mollie(OTHER_KEY), self.provider)
        self.assertEqual(self.provider.journal_id, journal)
        shown = self.settings()
        self.assertEqual(shown.mollie_profile_name, "Andere winkel")
        self.assertEqual(shown.mollie_method_names, "PayPal (€\N{NO-BREAK SPACE}0.32)")

    def test_white_space_around_a_pasted_key_does_no_harm(self):
        self.connect(f"  {OTHER_KEY}\n")
        self.assertEqual(self.provider.mollie_api_key, OTHER_KEY)

    def test_a_journal_named_mollie_is_used_rather_than_a_second_one_made(self):
        company = self.make_company()
        journal = self.env["account.journal"].create(
            {"name": "Mollie Payments", "type": "bank", "company_id": company.id}
        )
        self.connect(OTHER_KEY, company)
        self.assertEqual(self.settings(company).mollie_journal_id, journal)

    def test_the_journal_can_be_chosen(self):
        journal = self.env["account.journal"].create({"name": "Kas online", "type": "bank"})
        self.settings(mollie_journal_id=journal.id).execute()
        self.assertEqual(self.provider.journal_id, journal)
        self.settings().execute()
        self.assertEqual(self.provider.journal_id, journal)

    def test_connect_saves_what_else_was_changed_on_the_page(self):
        settings = self.settings(mollie_api_key=OTHER_KEY, mollie_link_creation="confirm")
        settings.action_mollie_connect()
        self.assertEqual(self.company.mollie_link_creation, "confirm")

    def test_save_connects_too(self):
        self.settings(mollie_api_key=OTHER_KEY).execute()
        self.assertEqual(self.provider.mollie_api_key, OTHER_KEY)

    def test_two_companies_have_two_keys(self):
        company = self.make_company()
        self.connect(OTHER_KEY, company)
        self.assertEqual(company._get_mollie_provider().mollie_api_key, OTHER_KEY)
        self.assertEqual(self.company._get_mollie_provider().mollie_api_key, TEST_KEY)
        self.assertNotEqual(
            company._get_mollie_provider().journal_id,
            self.company._get_mollie_provider().journal_id,
        )

    def test_a_branch_uses_its_parents_key_until_it_has_its_own(self):
        branch = self.env["res.company"].create({"name": "Filiaal", "parent_id": self.company.id})
        self.assertEqual(branch._get_mollie_provider(), self.provider)
        self.connect(OTHER_KEY, branch)
        self.assertEqual(branch._get_mollie_provider().mollie_api_key, OTHER_KEY)
        self.assertEqual(self.company._get_mollie_provider(), self.provider)

    def test_of_two_providers_the_enabled_one_collects(self):
        enabled = self.provider.copy({"name": "Mollie live"})
        enabled._mollie_connect(LIVE_KEY)
        self.assertEqual(self.company._get_mollie_provider(), enabled)

    def test_refresh_shows_what_was_switched_on_at_mollie(self):
        self.sandbox.set_profile(self.sandbox.profile_of(TEST_KEY), methods=["ideal", "eps"])
        self.settings().action_mollie_refresh_methods()
        names = [method["description"] for method in self.provider.mollie_methods]
        self.assertEqual(names, ["iDEAL | Wero", "eps"])
        for name in names:
            self.assertIn(name, self.settings().mollie_method_names)
        self.sandbox.fault("503")
        with self.assertRaisesRegex(UserError, "did not answer"):
            self.settings().action_mollie_refresh_methods()


class TestConnectRefused(SettingsCase):
    """Whatever goes wrong at Connect, the user reads why, and what worked goes on working."""

    def assert_refused(self, key, message):
        before = self.provider.read(["state", "mollie_api_key", "mollie_profile_name"])
        with self.assertRaises(UserError) as caught:
            self.connect(key)
        self.assertIn(message, str(caught.exception))
        self.assertNotIn(key.strip()[5:] or "-", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(
            self.provider.read(["state", "mollie_api_key", "mollie_profile_name"]), before
        )

    def test_no_key_that_mollie_could_have_made(self):
        for key in ("hello", "test_short", "access_" + 30 * "x", f"live_{30 * 'x'}\nX-Evil: 1"):
            with self.subTest(key):
                self.assert_refused(key, "does not accept the API key")

    def test_a_revoked_key(self):
        self.sandbox.revoke_key(OTHER_KEY)
        self.assert_refused(OTHER_KEY, "does not accept the API key")

    def test_mollie_down(self):
        for kind in ("503", "close", "html", "429"):
            with self.subTest(kind):
                self.sandbox.fault(kind)
                self.assert_refused(OTHER_KEY, "did not answer")

    def test_mollie_going_down_between_profile_and_methods(self):
        self.sandbox.fault("503", path=r"^/v2/methods")
        self.assert_refused(OTHER_KEY, "did not answer")

    def test_connect_without_a_key_asks_for_one(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        with self.assertRaisesRegex(UserError, "Paste the API key"):
            self.settings().action_mollie_connect()


class TestKeyIsKept(SettingsCase):
    """Rows C7 and D3: the key goes in and does not come out."""

    def test_the_settings_do_not_give_the_key_back(self):
        settings = self.settings(mollie_api_key=OTHER_KEY)
        settings.action_mollie_connect()
        shown = self.settings()
        for name in shown._fields:
            self.assertNotIn(OTHER_KEY, str(shown[name]), name)
        self.assertNotIn(OTHER_KEY, str(settings.web_read({"mollie_api_key": {}})))
        self.assertNotIn(OTHER_KEY, str(shown.default_get(list(shown._fields))))

    def test_no_row_of_the_settings_holds_the_key_even_when_connecting_failed(self):
        self.assertFalse(self.env["res.config.settings"]._fields["mollie_api_key"].store)
        self.settings(mollie_api_key=OTHER_KEY)
        self.env.flush_all()
        self.assertNotIn(OTHER_KEY, self.dump("res_config_settings"))
        self.assertIn(OTHER_KEY, self.dump("payment_provider"))

    def dump(self, table):
        self.env.cr.execute(SQL("SELECT * FROM %s", SQL.identifier(table)))
        out = io.StringIO()
        print(self.env.cr.fetchall(), file=out)
        return out.getvalue()

    def test_only_administrators_reach_settings_and_key(self):
        for user in (self.clerk, self.make_user("boss", "account.group_account_manager")):
            with self.assertRaises(AccessError):
                self.env["res.config.settings"].with_user(user).create({"mollie_api_key": LIVE_KEY})
            with self.assertRaises(AccessError):
                self.provider.with_user(user).read(["mollie_api_key"])
        self.assertEqual(self.provider.mollie_api_key, TEST_KEY)


class TestReachability(SettingsCase):
    """Mollie refuses a webhook address that it can't reach: then it is left out, and told."""

    def reach(self, base_url, public_url=""):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", base_url)
        parameters.set_param("invoice_mollie.public_url", public_url)

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


class TestNeutralize(SettingsCase):
    """Row I3: a neutralized copy of the database does nothing at Mollie."""

    def test_a_neutralized_copy_asks_nothing_of_mollie_and_says_so_politely(self):
        self.connect(LIVE_KEY)
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        fresh = self.make_invoice()
        path = self.make_link(fresh)
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.sandbox.clear_requests()
        tx.mollie_next_check = "2020-01-01 00:00:00"
        for cron in ("cron_mollie_sync", "cron_mollie_refresh_methods"):
            self.env.ref(f"invoice_mollie.{cron}").method_direct_trigger()
        invoice.action_mollie_sync()
        self.get(path)
        self.press_pay(path)
        self.get(self.return_path(tx))
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        with self.assertRaisesRegex(UserError, "not connected to Mollie"):
            self.make_invoice().action_mollie_create_payment()
        self.assertEqual(self.sandbox.requests(), [])
