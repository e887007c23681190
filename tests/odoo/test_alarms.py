"""Alarms of the whole database: to the administrator in the server's log, and to a bookkeeper."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from tests.common import MollieCase
from tests.visitors import STRANGERS, coming_from

LOGGER = "odoo.addons.invoice_mollie.models.alarms"


class AlarmCase(MollieCase):
    def fail_once(self):
        tx = self.pay(self.make_invoice(), "failed", "creditcard")
        self.env.flush_all()
        return tx

    def fail_more(self, tx, count):
        """Let as many payments have failed as this one did, without their invoices and payments."""
        columns = "company_id, event, source, mollie_status, create_date"
        self.env.cr.execute(
            f"INSERT INTO mollie_payment_log ({columns}) SELECT {columns}"
            " FROM mollie_payment_log, generate_series(1, %s)"
            " WHERE transaction_id = %s AND event = 'status'",
            [count, tx.id],
        )

    def todos(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "account.journal"), ("res_id", "=", self.provider.journal_id.id)]
        )

    def assert_quiet(self):
        with self.assertNoLogs(LOGGER):
            self.run_cron("cron_mollie_sync")

    def assert_alarm(self, words):
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.run_cron("cron_mollie_sync")
        self.assertIn(words, "".join(logs.output))


class TestAlarms(AlarmCase):
    def ask(self, count):
        for number in range(count):
            with coming_from(self.opener, next(STRANGERS)):
                self.url_open("/mollie/link", data={"number": f"INV/{number}"}, method="POST")

    def test_a_hundred_failures_in_an_hour_are_an_alarm(self):
        """Row F1."""
        self.fail_more(self.fail_once(), 98)
        self.assert_quiet()
        self.assertFalse(self.todos())
        self.fail_once()
        self.assert_alarm("100 payments through Mollie failed within an hour")
        todo = self.todos()
        self.assertEqual(todo.user_id.has_group("account.group_account_invoice"), True)
        self.assertIn("trying out stolen cards", todo.note)

    def test_an_alarm_is_told_once_an_hour_and_its_to_do_stays_until_it_is_done(self):
        self.fail_more(self.fail_once(), 99)
        with freeze_time(fields.Datetime.now()) as clock:
            self.assert_alarm("100 payments")
            self.assert_quiet()
            clock.tick(timedelta(minutes=59))
            self.assert_quiet()
            todo = self.todos()
            todo.action_done()
            self.fail_more(self.fail_once(), 99)
            clock.tick(timedelta(minutes=1))
            self.assert_alarm("payments")
            self.assertEqual(len(self.todos()), 1)

    def test_the_next_alarm_goes_to_somebody_else_when_its_person_has_left(self):
        self.fail_more(self.fail_once(), 99)
        with freeze_time(fields.Datetime.now()) as clock:
            self.assert_alarm("100 payments")
            left = self.todos().user_id
            self.make_user("successor", "account.group_account_invoice")
            left.action_archive()
            clock.tick(timedelta(hours=1))
            self.fail_more(self.fail_once(), 99)
            self.assert_alarm("payments")
        todo = self.todos()
        self.assertEqual(len(todo), 1)
        self.assertNotEqual(todo.user_id, left)
        self.assertTrue(todo.user_id.active)

    def test_failures_of_before_are_no_alarm(self):
        self.fail_more(self.fail_once(), 99)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1, minutes=1)):
            self.assert_quiet()

    def test_payments_that_are_cancelled_or_expire_are_no_alarm(self):
        for status in ("canceled", "expired"):
            self.fail_more(self.pay(self.make_invoice(), status), 99)
        self.assert_quiet()

    def test_a_hundred_requests_for_links_in_an_hour_are_an_alarm(self):
        """Row F6."""
        self.ask(99)
        self.assert_quiet()
        self.ask(1)
        self.assert_alarm("100 times within an hour")
        self.assertIn("guessing invoice numbers", self.todos().note)

    def test_the_to_do_of_another_matter_stays_as_it_is(self):
        """Each kind on the journal is told by itself."""
        self.fail_more(self.fail_once(), 99)
        self.assert_alarm("100 payments")
        self.run_cron("cron_mollie_compare")
        self.assertEqual(len(self.todos()), 1)
        self.ask(100)
        self.assert_alarm("100 times")
        self.assertEqual(len(self.todos()), 2)
