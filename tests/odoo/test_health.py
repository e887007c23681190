"""Check set-up in the settings, and the same for monitoring: what is wrong is named, at once."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, config

from odoo.addons.invoice_mollie.models.health.checks import CHECKS, check_setup
from odoo.addons.invoice_mollie.models.health.messages import CRONS

from tests.common import LIVE_KEY, TEST_KEY, path_of
from tests.odoo.cases.pages import PageCase
from tests.odoo.cases.settings import SettingsCase
from tests.visitors import STRANGERS, coming_from

ELSEWHERE = "7713268881697619110/16384"
# What a proxy says.
PROXY = {"X-Forwarded-Host": "127.0.0.1", "X-Forwarded-For": "203.0.113.9"}
# What a look may cost, however much there is.
QUERIES = 32


class HealthCase(SettingsCase):
    def setUp(self):
        super().setUp()
        self.stack = self.enterContext(contextlib.ExitStack())
        self.configure(proxy_mode=True)
        self.crons = self.env["ir.cron"].union(
            *(self.env.ref(f"invoice_mollie.{name}") for name in CRONS)
        )
        self.crons.nextcall = fields.Datetime.now() + timedelta(minutes=1)

    def configure(self, **options):
        """Start Odoo with other options, so to speak."""
        self.stack.enter_context(patch.dict(config._runtime_options, options))

    def check(self, company=None):
        """Press the button; return ``{label: row}`` of what it shows."""
        self.env.flush_all()
        action = self.settings(company).action_mollie_check_setup()
        health = self.env[action["res_model"]].browse(action["res_id"])
        return {row.name: row for row in health.row_ids}

    def bad(self, company=None):
        """Return ``{check: status}`` of what is not as it should be, by the button."""
        labels = {str(check.label): name for name, check in CHECKS.items()}
        rows = self.check(company).items()
        return self.without_sandbox({labels[name]: row.status for name, row in rows})

    def without_sandbox(self, statuses):
        """Return what is not as it should be. That the sandbox stands in for Mollie always is."""
        bad = {name: status for name, status in statuses.items() if status != "ok"}
        return {name: bad[name] for name in bad if (name, bad[name]) != ("endpoint", "warning")}

    def monitor(self, **headers):
        """Ask as monitoring does; return the answer."""
        if not self.company.mollie_health_token:
            self.settings().action_mollie_renew_monitoring()
        self.env.flush_all()
        return self.get(path_of(self.company._get_mollie_health_url()), headers=headers)

    def bad_for_monitoring(self):
        # By a name that selects no database, monitoring can't ask otherwise.
        checks = self.monitor(**{"X-Odoo-Database": self.env.cr.dbname}).json()["checks"]
        return self.without_sandbox({check["id"]: check["status"] for check in checks})

    # --- what can be wrong -----------------------------------------------------------------------

    def seed_no_key(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})

    def seed_malformed_key(self):
        self.provider.mollie_api_key = "test_short"

    def seed_withdrawn_key(self):
        self.sandbox.revoke_key(TEST_KEY)

    def seed_key_refused_to_the_cron(self):
        self.start_payment(self.make_invoice())
        self.sandbox.revoke_key(TEST_KEY)
        self.env["payment.transaction"].search([]).mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")

    def seed_silence(self):
        self.sandbox.fault("503")

    def seed_endpoint_without_tls(self):
        self.env["ir.config_parameter"].set_param(
            "invoice_mollie.api_endpoint", "http://mollie.example.com"
        )

    def seed_refusal(self):
        self.sandbox.fault("422")

    def seed_disabled(self):
        self.provider.state = "disabled"

    def seed_wrong_mode(self):
        self.provider.state = "enabled"

    def seed_copied_in_the_company(self):
        other = self.provider.copy({"state": "test", "mollie_api_key": "test_" + "b" * 30})
        (self.provider + other).sequence = 7

    def seed_never_connected(self):
        self.provider.mollie_profile_name = False

    def seed_other_profile(self):
        tx = self.start_payment(self.make_invoice())
        self.provider.write({"mollie_api_key": "test_" + "b" * 30})
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")

    def seed_no_methods(self):
        self.sandbox.set_profile(self.sandbox.profile_of(TEST_KEY), methods=[])
        self.provider.mollie_methods = []

    def seed_other_methods(self):
        self.sandbox.set_profile(self.sandbox.profile_of(TEST_KEY), methods=["ideal"])

    def seed_copied_to_a_company(self):
        sister = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.provider.copy({"company_id": sister.id, "mollie_api_key": TEST_KEY})

    def seed_other_key_of_the_profile(self):
        """As after the key was renewed at Mollie."""
        renewed = self.connect("test_" + "s" * 30, self.make_company())
        renewed.mollie_profile_id = self.provider.mollie_profile_id

    def seed_copy_of_the_database(self):
        self.provider.mollie_place = ELSEWHERE

    def seed_other_database(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.tamper(
            tx.provider_reference,
            {"metadata": {"database": "another", "reference": tx.reference}},
        )
        tx._mollie_sync("cron")
        self.sandbox.set_status(tx.provider_reference, "expired")

    def seed_no_journal(self):
        line = self.line
        self.env["account.journal"].search([("type", "=", "bank")]).active = False
        line.journal_id = False

    @property
    def line(self):
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        return lines.filtered("payment_provider_id")

    def seed_archived_journal(self):
        self.provider.journal_id.active = False

    def seed_others_journal(self):
        sister = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        move = "UPDATE account_journal SET company_id = %s WHERE id = %s"
        self.env.cr.execute(SQL(move, sister.id, self.provider.journal_id.id))

    def seed_no_account(self):
        self.line.payment_account_id = False

    def seed_archived_account(self):
        self.provider._mollie_account().active = False

    def seed_currency_journal(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        journal = self.env["account.journal"].create(
            {"name": "Dollars", "type": "bank", "code": "USD", "currency_id": dollar.id}
        )
        self.settings().mollie_journal_id = journal

    def seed_excluded_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.provider.available_currency_ids = [Command.set(dollar.ids)]

    def seed_http(self):
        self.move_to("http://pay.example.com")

    def seed_private_address(self):
        self.move_to("https://odoo.lan")

    def move_to(self, address):
        """Have links begin with an address from the day of Connect on."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("invoice_mollie.public_url", False)
        parameters.set_param("web.base.url", address)
        self.settings().action_mollie_use_address()

    def seed_address_of_a_login(self):
        self.move_to("https://pay.example.com")
        self.env["ir.config_parameter"].set_param("web.base.url", "http://192.168.1.20:8069")

    def seed_no_address(self):
        """As who writes SQL sets it: Odoo refuses it."""
        query = "UPDATE ir_config_parameter SET value = 'foo' WHERE key = %s"
        self.move_to("https://pay.example.com")
        self.env["ir.config_parameter"].set_param(
            "invoice_mollie.public_url", "https://pay.example.com"
        )
        self.env.flush_all()
        self.env.cr.execute(query, ["invoice_mollie.public_url"])
        self.env.registry.clear_cache("stable")

    def seed_several_databases(self):
        self.configure(db_name=[self.env.cr.dbname, "another"], dbfilter="")

    def seed_another_database(self):
        """The host selects one, by its first label: pay."""
        self.configure(db_name=[], dbfilter="^%d$")

    def seed_no_proxy_mode(self):
        self.configure(proxy_mode=False)

    def seed_webhooks_kept_out(self):
        for _number in range(3):
            tx = self.start_payment(self.make_invoice())
            self.sandbox.set_status(tx.provider_reference, "paid", webhook=False)
            self.get(self.return_path(tx))
            self.env.invalidate_all()
            tx.mollie_paid_at = fields.Datetime.now() - timedelta(hours=1)

    def seed_one_webhook_missing(self):
        self.make_paid()[1].mollie_paid_at = fields.Datetime.now() - timedelta(hours=2)
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "paid", webhook=False)
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        tx.mollie_paid_at = fields.Datetime.now() - timedelta(hours=1)

    def seed_cron_off(self):
        self.crons[0].active = False

    def seed_cron_deleted(self):
        self.crons[3].unlink()

    def seed_cron_late(self):
        self.crons[1].nextcall = fields.Datetime.now() - timedelta(hours=1)

    def seed_cron_failing(self):
        self.crons[2].failure_count = 1

    def seed_attempt_without_answer(self):
        tx = self.start_payment(self.make_invoice())
        tx.mollie_expires_at = fields.Datetime.now() - timedelta(hours=3)

    def seed_failed_booking(self):
        account = self.provider._mollie_account()
        account.active = False
        self.pay(self.make_invoice())
        account.active = True

    def seed_difference(self):
        self.env["mollie.difference"].create(
            {
                "company_id": self.company.id,
                "provider_id": self.provider.id,
                "mollie_reference": "tr_x",
                "kind": "payment",
                "reason": "not_booked",
                "since": "2026-11-02",
                "compared": "2026-11-02",
            }
        )

    def seed_stopped_comparison(self):
        self.env["mollie.comparison"]._for_provider(self.provider).error = "key"


class TestHealth(PageCase, HealthCase):
    def test_a_healthy_set_up_shows_only_ticks(self):
        """But for the sandbox, that gets the key."""
        self.make_paid()
        rows = self.check()
        self.assertEqual(len(rows), len(CHECKS))
        sandbox = rows.pop("Mollie's address")
        self.assertIn(f"The key goes to {self.sandbox.url}", sandbox.what)
        self.assertEqual(sandbox.status, "warning")
        self.assertEqual({row.status for row in rows.values()}, {"ok"})
        self.assertFalse([row.what for row in rows.values() if row.mend or row.button])
        self.assertEqual(self.bad_for_monitoring(), {})

    def test_the_key_goes_to_mollie_only_where_no_other_address_is_set(self):
        for address in (False, "https://api.mollie.com", "https://api.mollie.com/v2/"):
            self.env["ir.config_parameter"].set_param("invoice_mollie.api_endpoint", address)
            with self.subTest(address):
                self.assertIsNone(check_setup(self.company)["endpoint"])

    def test_a_stand_in_that_does_not_answer_is_named(self):
        """What was seen: that Mollie did not answer, which had not been asked."""
        self.seed_silence()
        row = self.check()["API key"]
        self.assertIn(f"{self.sandbox.url}, which stands in for Mollie, did not answer", row.what)
        self.assertIn("invoice_mollie.api_endpoint", row.mend)

    def test_links_to_this_machine_get_no_tick_whoever_set_their_address(self):
        self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", self.base_url())
        self.env["ir.config_parameter"].set_param("web.base.url", "https://pay.example.com")
        bad = self.bad()
        self.assertEqual((bad["reachable"], bad["https"]), ("warning", "warning"))

    def test_the_way_to_another_address_does_what_it_says(self):
        """What was seen: pressing Connect without a key does nothing."""
        self.seed_http()
        for seed, label in ((self.seed_http, "Encryption"), (self.seed_private_address, "Public")):
            seed()
            rows = {name.split()[0]: row for name, row in self.check().items()}
            mend = rows[label].mend
            self.assertNotIn("Connect", mend)
            self.assertIn("press Use the new address for links", mend)
        self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", self.base_url())
        for label in ("Encryption", "Public address"):
            self.assertIn("Set the system parameter invoice_mollie.pub", self.check()[label].mend)

    def test_each_thing_that_is_wrong_is_named_alone_after_one_click(self):
        """Rows I1, I2, I3, I4, I5."""
        for name, (check, status, monitored) in SEEDS.items():
            with self.subTest(name), self.seeded(name):
                self.assertEqual(self.bad(), {check: status})
                if monitored is not None:
                    expected = {check: status} if monitored else {}
                    self.assertEqual(self.bad_for_monitoring(), expected)

    @contextlib.contextmanager
    def seeded(self, name):
        """Let something be wrong for a while."""
        try:
            with contextlib.ExitStack() as self.stack, self.env.cr.savepoint() as savepoint:
                getattr(self, f"seed_{name}")()
                self.env.flush_all()
                self.env.invalidate_all()
                yield
                savepoint.rollback()
        finally:
            self.env.invalidate_all()
            self.env.registry.clear_cache("stable")
            self.sandbox.reset()

    def test_what_is_wrong_is_told_with_the_way_to_mend_it(self):
        """Row I5: in the words of who reads it."""
        self.seed_webhooks_kept_out()
        row = self.check()["Webhooks"]
        self.assertEqual(row.what, "Expected a webhook for 3 paid attempts, none came.")
        self.assertIn("password", row.mend)
        self.env["res.lang"]._activate_lang("nl_NL")
        action = self.settings().with_context(lang="nl_NL").action_mollie_check_setup()
        row = self.env[action["res_model"]].browse(action["res_id"]).row_ids[0]
        self.assertIn("3 betaalde pogingen", row.what)

    def test_without_an_account_it_says_where_payments_are_booked_all_the_same(self):
        """Odoo Community books them; Enterprise leaves that to the bank's statement."""
        self.seed_no_account()
        tx = self.pay(self.make_invoice())
        self.assertTrue(tx.payment_id.move_id)
        row = self.check()["Journal and account"]
        self.assertIn("booked on the company's account of outstanding receipts", row.what)
        Move = type(self.env["account.move"])
        with patch.object(Move, "_get_invoice_in_payment_state", lambda _move: "in_payment"):
            self.assertIn("have no entry", self.check()["Journal and account"].what)

    def test_no_alarm_while_a_webhook_may_be_under_way_nor_after_a_later_one(self):
        """Row I5."""
        self.seed_webhooks_kept_out()
        self.assertEqual(self.bad(), {"webhooks": "error"})
        silent = self.env["payment.transaction"].search([("mollie_paid_at", "!=", False)])
        with self.env.cr.savepoint() as savepoint:
            silent.mollie_paid_at = fields.Datetime.now()
            self.assertEqual(self.bad(), {})
            savepoint.rollback()
        self.env.invalidate_all()
        self.make_paid()[1].mollie_paid_at = fields.Datetime.now() - timedelta(minutes=20)
        self.assertEqual(self.bad(), {})

    def test_all_scheduled_actions_of_the_addon_are_looked_at(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "invoice_mollie"), ("model", "=", "ir.cron")]
        )
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            cron.active = False
            with self.subTest(cron.name):
                self.assertIn(cron.name, self.check()["Scheduled actions"].what)
            cron.active = True

    def test_a_bank_transfer_that_takes_days_is_no_attempt_without_answer(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "pending", method="banktransfer")
        self.get(self.return_path(tx))
        tx.mollie_expires_at = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.bad(), {})

    def test_an_address_that_was_set_by_hand_is_not_compared_with_odoos(self):
        """Row I2."""
        self.env["ir.config_parameter"].set_param("web.base.url", "http://192.168.1.20:8069")
        self.assertNotIn("address", self.bad())
        self.assertFalse(self.settings().mollie_changed_address)

    def test_a_proxy_is_noticed_by_what_it_says_and_does_not_say(self):
        self.assertNotIn("proxy", self.proxied(proxy_mode=True))
        self.assertEqual(self.proxied(PROXY, proxy_mode=False)["proxy"], "error")
        # By the name that links have, as customers come: nothing says that there is one.
        self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", self.base_url())
        self.assertNotIn("proxy", self.proxied(proxy_mode=False))
        host = {"X-Forwarded-Host": self.base_url().partition("//")[2]}
        for some in (host, {"X-Forwarded-For": "203.0.113.9"}):
            self.assertEqual(self.proxied(some, proxy_mode=True)["proxy"], "error")
        self.assertNotIn("proxy", self.proxied(PROXY | host, proxy_mode=True))

    def proxied(self, headers=(), **options):
        """Return what monitoring finds that comes with headers."""
        self.configure(**options)
        checks = self.monitor(**dict(headers)).json()["checks"]
        return self.without_sandbox({check["id"]: check["status"] for check in checks})

    def test_a_live_key_does_not_go_to_a_stand_in(self):
        self.connect(LIVE_KEY)
        self.assertEqual(self.bad(), {"endpoint": "error"})

    def test_buttons_mend_and_look_again(self):
        for name, label in (
            ("disabled", "Payment provider"),
            ("wrong_mode", "Mode"),
            ("other_methods", "Payment methods"),
        ):
            with self.subTest(name), self.seeded(name):
                action = self.check()[label].action_mend()
                self.assertEqual(action["res_model"], "mollie.health")
                self.assertEqual(self.bad(), {})

    def test_a_button_whose_question_mollie_does_not_answer_says_so(self):
        self.seed_other_methods()
        row = self.check()["Payment methods"]
        self.sandbox.fault("503")
        with self.assertRaisesRegex(UserError, "did not answer"):
            row.action_mend()

    def test_what_is_to_be_mended_opens_where_that_is_done(self):
        self.seed_archived_journal()
        self.seed_cron_late()
        self.seed_difference()
        rows = self.check()
        journal, crons, differences = (
            rows[name].action_open()
            for name in ("Journal and account", "Scheduled actions", "Differences")
        )
        self.assertEqual(journal["res_model"], "account.journal")
        self.assertEqual(journal["res_id"], self.provider.journal_id.id)
        self.assertEqual(crons["res_id"], self.crons[1].id)
        # It has no form.
        self.assertEqual(differences["views"][0][1], "list")

    def test_who_may_not_see_the_records_is_not_sent_there(self):
        """An administrator need not see the differences."""
        self.seed_difference()
        system = self.make_user("system", "base.group_system")
        settings = self.env["res.config.settings"].with_user(system).create({})
        action = settings.action_mollie_check_setup()
        health = self.env["mollie.health"].with_user(system).browse(action["res_id"])
        row = health.row_ids[0]
        self.assertEqual((row.name, row.button, row.records), ("Differences", "", False))
        self.assertIn("1", row.what)

    def test_each_company_has_a_health_of_its_own(self):
        sister = self.make_company()
        self.assertEqual(self.bad(sister), {"key": "error"})
        self.connect("test_" + "s" * 30, sister)
        self.seed_disabled()
        self.assertEqual(self.bad(sister), {})
        self.assertEqual(self.bad(), {"provider": "error"})
        branch = self.env["res.company"].create({"name": "Filiaal", "parent_id": sister.id})
        self.assertEqual(self.bad(branch), {})

    def test_mollie_is_asked_once_for_a_press(self):
        self.sandbox.clear_requests()
        self.check()
        (asked,) = self.sandbox.requests()
        self.assertEqual((asked["method"], asked["path"]), ("GET", "/v2/methods"))

    # --- monitoring ------------------------------------------------------------------------------

    def test_monitoring_gets_the_same_as_json_and_mollie_is_not_asked(self):
        self.seed_cron_off()
        self.sandbox.clear_requests()
        answer = self.monitor()
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assert_headers(answer)
        health = answer.json()
        self.assertEqual(health["status"], "error")
        self.assertEqual([check["id"] for check in health["checks"]], list(CHECKS))
        self.assertEqual({*health["checks"][0]}, {"id", "status", "text"})
        self.assertEqual(self.sandbox.requests(), [])
        head = self.url_open(path_of(self.settings().mollie_health_url), method="HEAD")
        self.assertEqual((head.status_code, head.text), (200, ""))

    def test_monitoring_asks_twenty_times_a_minute_from_an_address_at_most(self):
        """Attacks A4."""
        with freeze_time(fields.Datetime.now()) as clock:
            statuses = [self.monitor().status_code for _number in range(22)]
            self.assertEqual(statuses, [200] * 20 + [429] * 2)
            answer = self.monitor()
            self.assertEqual((answer.headers["Retry-After"], answer.text), ("60", ""))
            self.assert_headers(answer)
            path = path_of(self.settings().mollie_health_url)
            with coming_from(self.opener, next(STRANGERS)):
                self.assertEqual(self.get(path).status_code, 200)
            clock.tick(timedelta(minutes=1))
            self.assertEqual(self.monitor().status_code, 200)

    def test_without_a_token_nobody_is_told_anything(self):
        self.assertFalse(self.settings().mollie_health_url)
        for token in ("", "False", "None", "x", "A" * 32):
            answer = self.get(f"/mollie/health/{token}")
            self.assert_page(answer, "This link does not work", status=404)

    def test_a_renewed_token_makes_the_one_of_before_unknown(self):
        """Attacks C2."""
        self.monitor()
        before = self.settings().mollie_health_url
        self.settings().action_mollie_renew_monitoring()
        self.env.flush_all()
        self.assertEqual(self.get(path_of(before)).status_code, 404)
        self.assertEqual(self.monitor().status_code, 200)
        self.assertRegex(before, r"^https://pay\.example\.com/mollie/health/[\w-]{32}$")

    def test_a_token_tells_of_its_own_company_only(self):
        sister = self.make_company(chart=False)
        self.settings(sister).action_mollie_renew_monitoring()
        self.env.flush_all()
        health = self.get(path_of(self.settings(sister).mollie_health_url)).json()
        self.assertEqual(health["checks"][0]["status"], "error")
        self.assertEqual(self.monitor().json()["checks"][0]["status"], "ok")

    def test_neither_secrets_nor_customers_are_told(self):
        """Attacks C7."""
        invoice, tx = self.make_paid()
        for seed in ("difference", "attempt_without_answer", "one_webhook_missing"):
            getattr(self, f"seed_{seed}")()
        text = self.monitor().text
        for secret in (
            TEST_KEY,
            self.company.mollie_health_token,
            self.customer.name,
            invoice.name,
            tx.provider_reference,
            tx.mollie_webhook_token,
            self.env.cr.dbname,
        ):
            self.assertNotIn(secret, text)

    def test_only_administrators_look_and_renew(self):
        """Attacks C6."""
        for user in (self.clerk, self.make_user("portal", "base.group_portal")):
            Settings = self.env["res.config.settings"].with_user(user)
            for name in ("action_mollie_check_setup", "action_mollie_renew_monitoring"):
                with self.subTest(user.login, method=name), self.assertRaises(AccessError):
                    getattr(Settings.create({}), name)()
            with self.assertRaises(AccessError):
                self.company.with_user(user).read(["mollie_health_token"])

    def test_another_administrators_rows_are_not_shown(self):
        row = self.check()["API key"]
        system = self.make_user("system", "base.group_system")
        with self.assertRaises(AccessError):
            row.with_user(system).read(["what"])

    def test_what_it_costs_does_not_grow_with_what_there_is(self):
        self.make_paid()
        few = self.queries()
        for _number in range(2):
            self.make_paid()
            self.seed_attempt_without_answer()
        self.assertLessEqual(self.queries(), few + 2)
        self.assertLessEqual(few, QUERIES)

    def queries(self):
        """Return how many queries a look takes, from a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        check_setup(self.company)
        return self.env.cr.sql_log_count - before


# By which check each is named, how bad that is, and whether also without asking Mollie; None where
# monitoring does not come so far.
SEEDS = {
    "no_key": ("key", "error", True),
    "malformed_key": ("key", "error", True),
    "withdrawn_key": ("key", "error", True),
    "key_refused_to_the_cron": ("key", "error", True),
    "silence": ("key", "warning", False),
    "endpoint_without_tls": ("endpoint", "error", True),
    "refusal": ("endpoint", "error", False),
    "disabled": ("provider", "error", True),
    "copied_in_the_company": ("provider", "warning", True),
    "wrong_mode": ("mode", "error", True),
    "never_connected": ("profile", "warning", True),
    "other_profile": ("profile", "warning", True),
    "no_methods": ("methods", "error", True),
    "other_methods": ("methods", "warning", False),
    "copied_to_a_company": ("same_key", "warning", True),
    "other_key_of_the_profile": ("same_key", "warning", True),
    "copy_of_the_database": ("copy", "error", True),
    "other_database": ("other_database", "warning", True),
    "no_journal": ("journal", "error", True),
    "archived_journal": ("journal", "error", True),
    "others_journal": ("journal", "error", True),
    "no_account": ("journal", "warning", True),
    "archived_account": ("journal", "error", True),
    "currency_journal": ("currency", "error", True),
    "excluded_currency": ("currency", "error", True),
    "http": ("https", "error", True),
    "private_address": ("reachable", "warning", True),
    "no_address": ("address", "error", True),
    "address_of_a_login": ("address", "warning", True),
    "several_databases": ("databases", "error", True),
    "another_database": ("databases", "error", None),
    "no_proxy_mode": ("proxy", "error", True),
    "webhooks_kept_out": ("webhooks", "error", True),
    "one_webhook_missing": ("webhooks", "warning", True),
    "cron_off": ("crons", "error", True),
    "cron_deleted": ("crons", "error", True),
    "cron_late": ("crons", "error", True),
    "cron_failing": ("crons", "error", True),
    "attempt_without_answer": ("attempts", "warning", True),
    "failed_booking": ("bookings", "error", True),
    "difference": ("differences", "error", True),
    "stopped_comparison": ("differences", "warning", True),
}
