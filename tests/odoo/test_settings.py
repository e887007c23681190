"""Set-up in a minute: Connect, what it finds out, and what it says when it can't."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.fields import Command

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.odoo.cases.settings import SettingsCase


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

    def test_cores_own_dialogs_offer_what_the_mollie_account_offers(self):
        names = {"ideal": "ideal", "creditcard": "card", "banktransfer": "bank_transfer"}
        self.provider.payment_method_ids.active = False
        self.sandbox.set_profile(self.sandbox.profile_of(LIVE_KEY), methods=list(names))
        self.connect(LIVE_KEY)
        self.assertEqual(set(self.provider.payment_method_ids.mapped("code")), set(names.values()))

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
        self.assertEqual(self.connect(OTHER_KEY), self.provider)
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

    def test_the_journal_is_named_mollie_and_its_entries_begin_with_moll(self):
        company = self.make_company()
        self.connect(OTHER_KEY, company)
        journal = self.settings(company).mollie_journal_id
        self.assertEqual((journal.name, journal.code), ("Mollie", "MOLL"))

    def test_a_journal_code_that_is_taken_gets_a_number(self):
        company = self.make_company()
        for code in ("MOLL", "MOLL1"):
            self.env["account.journal"].create(
                {
                    "name": f"Sales of {code}",
                    "code": code,
                    "type": "general",
                    "active": code == "MOLL1",
                    "company_id": company.id,
                }
            )
        self.connect(OTHER_KEY, company)
        self.assertEqual(self.settings(company).mollie_journal_id.code, "MOLL2")

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
        theirs, ours = self.settings(company), self.settings()
        self.assertEqual(theirs.mollie_provider_id.mollie_api_key, OTHER_KEY)
        self.assertEqual(ours.mollie_provider_id.mollie_api_key, TEST_KEY)
        self.assertNotEqual(theirs.mollie_journal_id, ours.mollie_journal_id)

    def test_a_branch_uses_its_parents_key_until_it_has_its_own(self):
        branch = self.env["res.company"].create({"name": "Filiaal", "parent_id": self.company.id})
        self.assertEqual(self.settings(branch).mollie_provider_id, self.provider)
        self.connect(OTHER_KEY, branch)
        self.assertEqual(self.settings(branch).mollie_provider_id.mollie_api_key, OTHER_KEY)
        self.assertEqual(self.settings().mollie_provider_id, self.provider)

    def test_of_two_providers_the_enabled_one_collects(self):
        enabled = self.provider.copy({"name": "Mollie live"})
        enabled.write({"mollie_api_key": LIVE_KEY, "state": "enabled"})
        self.assertEqual(self.settings().mollie_provider_id, enabled)

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


class TestView(SettingsCase):
    def settings_with(self, condition):
        view = etree.fromstring(self.env["res.config.settings"].get_view()["arch"])
        return set(view.xpath(f"//block[@id='mollie']/setting[{condition}]/@id"))

    def test_what_all_companies_have_in_common_bears_no_companys_icon(self):
        """A mail template, the languages, and a system parameter."""
        common = {"mollie_sharing", "mollie_languages", "mollie_privacy"}
        self.assertEqual(self.settings_with("not(@company_dependent)"), common)

    def test_the_tick_appears_where_a_key_may_be_refused_and_says_only_what_is_so(self):
        settings = self.settings()
        self.assertFalse(settings.mollie_is_live)
        self.connect(LIVE_KEY)
        self.provider.state = "disabled"
        # A test key is refused then, too.
        self.assertTrue(self.settings().mollie_is_live)


class TestFigures(SettingsCase):
    """What means nothing is refused, with what is allowed: it counted as another figure, unseen."""

    def test_days_of_receipts(self):
        for days in (-5, 3651, 9999999):
            with (
                self.subTest(days),
                self.assertRaisesRegex(ValidationError, "Receipts.* 0 to 3650 days"),
            ):
                self.settings(mollie_receipt_days=days).execute()
        for days in (0, 3650):
            self.settings(mollie_receipt_days=days).execute()
            self.assertEqual(self.company.mollie_receipt_days, days)

    def test_the_least_amount(self):
        with self.assertRaisesRegex(ValidationError, "least amount can't be below zero, as .*3.00"):
            self.settings(mollie_minimum_amount=-3).execute()
        self.settings(mollie_minimum_amount=0).execute()
        self.assertEqual(self.company.mollie_minimum_amount, 0)

    def test_months_of_the_log(self):
        for months in (-2, 0, 121):
            with (
                self.subTest(months),
                self.assertRaisesRegex(ValidationError, "Privacy.* 1 to 120 months"),
            ):
                self.settings(mollie_log_months=months).execute()
        self.settings(mollie_log_months=1).execute()
        self.assertEqual(self.settings().mollie_log_months, 1)


class TestSaid(SettingsCase):
    """What a button says once it has done its work."""

    def test_connect(self):
        action = self.settings(mollie_api_key=OTHER_KEY).action_mollie_connect()
        self.assertEqual(action["tag"], "display_notification")
        name = self.provider.mollie_profile_name
        self.assertIn(f"is connected to Mollie: {name}.", action["params"]["message"])
        # It would not survive that the whole page is loaded again.
        self.assertEqual(action["params"]["next"]["tag"], "soft_reload")

    def test_connect_does_not_keep_what_else_has_to_be_done_to_save(self):
        wizard = {"type": "ir.actions.act_window", "res_model": "base.module.uninstall"}
        with patch.object(type(self.env["res.config.settings"]), "execute", lambda _self: wizard):
            self.assertEqual(self.settings().action_mollie_connect(), wizard)

    def test_disconnect(self):
        action = self.settings().action_mollie_disconnect()
        self.assertIn("is not connected to Mollie any more.", action["params"]["message"])


class TestKeptKey(SettingsCase):
    """Which key is kept, and how it goes again."""

    def test_it_is_told_by_its_ends_and_its_day(self):
        self.connect(OTHER_KEY)
        shown = self.settings().mollie_kept_key
        self.assertIn(f"test_…{OTHER_KEY[-4:]}, connected on ", shown)
        self.assertNotIn(OTHER_KEY[5:-4], shown)

    def test_the_settings_say_in_which_languages_customers_read(self):
        self.assertEqual(self.settings().mollie_languages, "Dutch / Nederlands, English (US)")

    def test_a_branch_does_not_see_that_of_its_parent(self):
        branch = self.env["res.company"].create({"name": "Filiaal", "parent_id": self.company.id})
        self.assertFalse(self.settings(branch).mollie_kept_key)

    def test_disconnecting_forgets_the_key_and_nobody_can_pay(self):
        path = self.make_link(self.make_invoice())
        self.settings().action_mollie_disconnect()
        self.assertFalse(self.provider.mollie_api_key)
        self.assertEqual(self.provider.state, "disabled")
        self.assertIn("can't be paid online", self.text_of(self.get(path)).replace("&#39;", "'"))
        self.connect(OTHER_KEY)
        self.assertEqual(self.press_pay(path).status_code, 303)

    def test_open_payments_keep_the_key(self):
        self.start_payment(self.make_invoice(60.0))
        with self.assertRaisesRegex(UserError, "still open: 1 .*60"):
            self.settings().action_mollie_disconnect()
        self.assertEqual(self.provider.mollie_api_key, TEST_KEY)

    def test_without_a_key_the_invoices_button_leads_administrators_to_the_settings(self):
        self.settings().action_mollie_disconnect()
        invoice = self.make_invoice()
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(RedirectWarning) as caught:
            invoice.with_user(admin).action_mollie_create_payment()
        message, action, _label, _context = caught.exception.args
        self.assertIn("is not connected to Mollie", message)
        self.assertEqual(action, self.env.ref("account.action_account_config").id)
        with self.assertRaisesRegex(UserError, "is not connected to Mollie"):
            invoice.with_user(self.clerk).action_mollie_create_payment()


class TestSharedProfile(SettingsCase):
    """The payments of all its companies are in one balance: that is told, not refused."""

    def test_another_company_with_a_key_of_the_same_profile_is_named_in_both_settings(self):
        sister = self.make_company()
        self.assertFalse(self.settings().mollie_shared_with)
        renewed = self.connect(OTHER_KEY, sister)
        renewed.mollie_profile_id = self.provider.mollie_profile_id
        self.assertEqual(self.settings(sister).mollie_shared_with, self.company.name)
        self.assertEqual(self.settings().mollie_shared_with, sister.name)
        view = self.env["res.config.settings"].get_view()["arch"]
        self.assertIn('invisible="not mollie_shared_with"', view)

    def test_so_is_one_with_the_same_key_of_which_mollie_was_not_asked(self):
        sister = self.make_company(chart=False)
        self.provider.copy({"company_id": sister.id, "mollie_api_key": TEST_KEY})
        self.assertEqual(self.settings().mollie_shared_with, sister.name)

    def test_neither_is_the_test_key_of_a_profile_whose_live_key_another_one_has(self):
        """No money comes of tests."""
        sister = self.make_company()
        self.connect(LIVE_KEY, sister)
        self.assertFalse(self.settings().mollie_shared_with)
        self.assertFalse(self.settings(sister).mollie_shared_with)

    def test_profiles_of_their_own_are_not_told(self):
        self.connect(OTHER_KEY, self.make_company())
        self.assertFalse(self.settings().mollie_shared_with)

    def test_neither_is_a_branch_that_uses_its_parents_key(self):
        branch = self.env["res.company"].create({"name": "Filiaal", "parent_id": self.company.id})
        self.assertFalse(self.settings(branch).mollie_shared_with)
        self.assertFalse(self.settings().mollie_shared_with)

    def test_nor_a_company_whose_key_was_taken_out(self):
        sister = self.make_company()
        provider = self.connect(TEST_KEY, sister)
        provider.write({"state": "disabled", "mollie_api_key": False})
        self.assertFalse(self.settings().mollie_shared_with)


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
        """The form alone tells what was pasted instead: Mollie is not asked."""
        self.sandbox.fault("503", times=None)
        for key, reason in {
            "hello": "begin with test_ or live_",
            "test_short": "at least 30 letters",
            f"live_{30 * 'x'}\nX-Evil: 1": "at least 30 letters",
            "access_" + 30 * "x": "organisation's access token",
            "pfl_" + 10 * "x": "identifier of a profile",
            "app_" + 20 * "x": "identifier of an app",
        }.items():
            with self.subTest(key):
                self.assert_refused(key, reason)

    def test_a_revoked_key(self):
        self.sandbox.revoke_key(OTHER_KEY)
        self.assert_refused(OTHER_KEY, "does not accept the API key. Copy the current one")

    def test_mollie_down(self):
        for kind, reason in {
            "503": "did not answer",
            "close": "could not be reached",
            "html": "could not be reached",
            "429": "asked too often",
        }.items():
            with self.subTest(kind):
                self.sandbox.fault(kind)
                self.assert_refused(OTHER_KEY, reason)

    def test_mollie_going_down_between_profile_and_methods(self):
        self.sandbox.fault("503", path=r"^/v2/methods")
        self.assert_refused(OTHER_KEY, "did not answer")

    def test_connect_without_a_key_asks_for_one(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        with self.assertRaisesRegex(UserError, "Paste the API key"):
            self.settings().action_mollie_connect()
