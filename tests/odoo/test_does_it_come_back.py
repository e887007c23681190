"""When Mollie's last message came, and what support gets to read of a set-up."""

from datetime import timedelta

from odoo import fields

from tests.common import TEST_KEY
from tests.odoo.cases.settings import SettingsCase


class TestDoesItComeBack(SettingsCase):
    def said(self):
        return self.settings().mollie_last_message.replace("\u202f", " ")

    def test_before_the_first_message_the_settings_say_that_none_came(self):
        self.start_payment(self.make_invoice(60.0))
        self.assertIn("No message", self.said())

    def test_then_they_say_when_the_last_one_came_that_was_processed(self):
        tx = self.pay(self.make_invoice(60.0))
        row = tx.sudo().mollie_link_id.move_id.mollie_log_ids.filtered(
            lambda row: row.event == "webhook"
        )
        self.assertRegex(self.said(), rf"came on .*{row[0].create_date:%Y}.*processed at once")

    def test_of_one_that_could_not_be_processed_they_say_why(self):
        tx = self.start_payment(self.make_invoice(60.0))
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        for fault, reason in {
            "503": "is sent again, for Mollie did not answer what became of the payment.",
            "401": "could not be processed. Mollie could not be asked: Mollie does not accept",
        }.items():
            self.sandbox.fault(fault, times=None)
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
            self.env.invalidate_all()
            self.assertIn(reason, self.said())
            self.sandbox.clear_faults()

    def test_another_companys_messages_say_nothing(self):
        self.pay(self.make_invoice(60.0))
        self.assertIn("No message", self.settings(self.make_company()).mollie_last_message)

    def test_messages_that_are_missing_are_told_as_check_set_up_tells_them(self):
        self.assertFalse(self.settings().mollie_missing_messages)
        tx = self.start_payment(self.make_invoice(60.0))
        self.sandbox.set_status(tx.provider_reference, "paid", webhook=False)
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        tx.mollie_paid_at = fields.Datetime.now() - timedelta(hours=1)
        said = self.settings().mollie_missing_messages
        self.assertIn("Expected a webhook for the last paid attempt, none came. Nothing", said)

    def test_where_mollie_sends_them_is_told_if_it_can(self):
        tx = self.start_payment(self.make_invoice(60.0))
        shown = self.settings().mollie_webhook_address
        self.assertEqual(shown, "https://pay.example.com/mollie/webhook/")
        self.assertIn(shown, self.sandbox.payment(tx.provider_reference)["webhookUrl"])
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("invoice_mollie.public_url", False)
        parameters.set_param("web.base.url", "http://192.168.1.20:8069")
        self.settings().action_mollie_use_address()
        self.assertFalse(self.settings().mollie_webhook_address)


class TestReport(SettingsCase):
    def report(self):
        self.env.flush_all()
        action = self.settings().action_mollie_check_setup()
        return self.env[action["res_model"]].browse(action["res_id"]).report

    def test_it_holds_versions_mode_and_all_that_was_looked_at(self):
        report = self.report()
        self.assertRegex(report, r"19\.0\.\d+\.\d+\.\d+, Odoo 19\.0.*, Python 3\.")
        self.assertIn(f"test, {self.provider.mollie_profile_id}", report)
        for words in ("No message", "✓ API key: The key is good.", "✗ Proxy: "):
            self.assertIn(words, report)

    def test_it_holds_no_secret_and_no_customer(self):
        tx = self.pay(self.make_invoice(60.0)).sudo()
        self.settings().action_mollie_renew_monitoring()
        report = self.report()
        for secret in (
            TEST_KEY,
            TEST_KEY[5:],
            tx.mollie_link_id.token,
            tx.mollie_webhook_token,
            self.company.sudo().mollie_health_token,
            self.customer.name,
        ):
            self.assertNotIn(secret, report)
