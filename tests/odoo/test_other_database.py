"""Payments made before the database got another identifier: whose they are, a person decides."""

from odoo import fields
from odoo.exceptions import UserError

from tests.common import MollieCase, path_of

NEW, THIRD = "22222222-restored", "33333333-restored-again"


class OtherDatabaseCase(MollieCase):
    def rename_database(self, uuid=NEW):
        self.env["ir.config_parameter"].set_param("database.uuid", uuid)

    def notify(self, tx):
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()

    def take_over(self):
        """Press the button of the settings."""
        self.settings().action_mollie_take_over_payments()
        self.env.invalidate_all()


class TestOtherDatabase(OtherDatabaseCase):
    def setUp(self):
        super().setUp()
        self.old = self.env["ir.config_parameter"].get_param("database.uuid")
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)
        self.rename_database()

    def test_by_itself_the_database_follows_nothing_and_says_how_to_go_on(self):
        for _ in range(3):
            self.notify(self.tx)
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("draft", 100))
        told = self.invoice.with_user(self.clerk).action_mollie_sync()["params"]["message"]
        self.assertIn("These payments are ours", told)
        (to_do,) = self.invoice.activity_ids
        self.assertIn("These payments are ours", to_do.note)
        (row,) = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "mismatch")
        self.assertIn(self.old, row.message)

    def test_until_then_nobody_is_told_that_nothing_was_taken_nor_asked_to_pay_again(self):
        """What was seen: the customer had just paid, and paid once more."""
        path = path_of(self.invoice.mollie_payment_link)
        self.notify(self.tx)
        returned = path_of(self.sandbox.payment(self.tx.provider_reference)["redirectUrl"])
        for page in (self.get(path), self.get(returned), self.press_pay(path, again="1")):
            self.assertEqual(page.status_code, 200)
            self.assertIn("Don't pay again", self.text_of(page))
        self.assertEqual(len(self.sandbox.payments()), 1)
        self.take_over()
        self.notify(self.tx)
        self.assertIn("is paid", self.text_of(self.get(path)))

    def test_the_settings_offer_to_follow_what_was_met(self):
        self.assertFalse(self.settings().mollie_other_databases)
        self.notify(self.tx)
        self.assertEqual(self.settings().mollie_other_databases, self.old)

    def test_once_somebody_said_so_they_are_followed(self):
        self.notify(self.tx)
        self.take_over()
        self.assertFalse(self.settings().mollie_other_databases)
        woken = self.env["ir.cron.trigger"].search([("call_at", "<=", fields.Datetime.now())])
        for name in ("cron_mollie_sync", "cron_mollie_aftercare"):
            self.assertIn(self.env.ref(f"invoice_mollie.{name}"), woken.cron_id)
        self.run_cron("cron_mollie_sync")
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_another_amount_than_was_asked_for_is_followed_too(self):
        amount = {"currency": "EUR", "value": "25.88"}
        self.sandbox.tamper(self.tx.provider_reference, {"amount": amount})
        self.notify(self.tx)
        self.assertEqual(self.settings().mollie_other_databases, self.old)
        self.take_over()
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.ledger.booked(), 25.88)

    def test_their_chargebacks_and_refunds_are_followed_too(self):
        self.rename_database(self.old)
        self.notify(self.tx)
        self.rename_database()
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.invoice.amount_residual, 0)
        self.take_over()
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.invoice.amount_residual, 100)

    def test_what_is_told_of_one_that_was_paid_before_is_over_then(self):
        self.be_told_of_a_paid_one()
        self.take_over()
        self.run_cron("cron_mollie_sync")
        self.assertFalse(self.invoice.activity_ids)
        self.assertFalse(self.tx.mollie_mismatch)
        asked = self.count_asked()
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.count_asked(), asked)

    def test_what_is_told_of_one_that_came_to_nothing_is_over_then(self):
        self.rename_database(self.old)
        self.sandbox.set_status(self.tx.provider_reference, "expired")
        self.deliver_webhooks()
        self.rename_database()
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.assertTrue(self.invoice.activity_ids)
        self.take_over()
        self.run_cron("cron_mollie_sync")
        self.assertFalse(self.invoice.activity_ids)

    def test_until_then_such_a_one_is_asked_for_once_a_day(self):
        self.be_told_of_a_paid_one()
        self.tx.last_state_change = "2026-01-01"
        self.tx.mollie_next_check = "2026-01-01"
        asked = self.count_asked()
        for _ in range(3):
            self.run_cron("cron_mollie_sync")
        self.assertEqual(self.count_asked(), asked + 1)
        soonest = fields.Datetime.add(fields.Datetime.now(), hours=23)
        self.assertGreater(self.tx.mollie_next_check, soonest)
        self.assertTrue(self.invoice.activity_ids)

    def be_told_of_a_paid_one(self):
        self.rename_database(self.old)
        self.notify(self.tx)
        self.assertEqual(self.invoice.amount_residual, 0)
        self.rename_database()
        self.invoice.with_user(self.clerk).action_mollie_sync()
        (to_do,) = self.invoice.activity_ids
        self.assertIn("These payments are ours", to_do.note)

    def count_asked(self):
        return len(self.sandbox.requests(method="GET", path=self.tx.provider_reference))

    def test_what_was_paid_before_can_be_refunded(self):
        self.rename_database(self.old)
        self.notify(self.tx)
        self.rename_database()
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        values = {"payment_id": self.tx.payment_id.id, "amount_to_refund": 40}
        with self.assertRaisesRegex(UserError, "does not match"):
            wizard.create(values).action_refund()
        self.notify(self.tx)
        self.take_over()
        wizard.create(values).action_refund()
        self.assertEqual(len(self.sandbox.requests(method="POST", path=r"/refunds$")), 1)

    def test_several_identifiers_are_kept(self):
        self.notify(self.tx)
        self.take_over()
        other = self.start_payment(self.make_invoice())
        self.rename_database(THIRD)
        self.notify(other)
        self.assertEqual(self.settings().mollie_other_databases, NEW)
        self.take_over()
        for tx in (self.tx, other):
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
            self.notify(tx)
            self.assertEqual(tx.state, "done")

    def test_what_differs_in_more_is_not_offered(self):
        for lie in (
            {"metadata": {"reference": "INV/2026/99999"}},
            {"mode": "live"},
            {"metadata": {"database": ""}},
        ):
            self.sandbox.tamper(self.tx.provider_reference, lie)
            self.notify(self.tx)
        self.assertFalse(self.settings().mollie_other_databases)

    def test_another_companys_are_not_offered(self):
        self.notify(self.tx)
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.assertFalse(self.settings(company).mollie_other_databases)

    def test_an_attempt_whose_answer_was_lost_is_found_by_its_former_name(self):
        reference = self.tx.provider_reference
        self.notify(self.tx)
        self.take_over()
        self.tx.write({"provider_reference": False, "mollie_next_check": "2026-01-01"})
        self.run_cron("cron_mollie_sync")
        self.assertEqual((self.tx.provider_reference, self.tx.state), (reference, "done"))

    def test_new_payments_name_the_new_identifier(self):
        self.notify(self.tx)
        self.take_over()
        tx = self.start_payment(self.make_invoice())
        metadata = self.sandbox.payment(tx.provider_reference)["metadata"]
        self.assertEqual(metadata["database"], NEW)
