"""What fails again and again leaves a bounded number of rows and messages."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.invoice_mollie.models.mollie_payment_log import FAILURES_PER_HOUR

from tests.common import MollieCase

FAULTS = ("503", "422", "401", "html", "close")


class TestFloods(MollieCase):
    """Row F5: per link and hour."""

    def failures(self, invoice):
        """Return the reasons that the log gives for what failed at Mollie, oldest first."""
        self.env.invalidate_all()
        rows = invoice.mollie_log_ids.filtered(lambda row: row.event == "error")
        return rows.sorted("id").mapped("detail")

    def press(self, path, fault, times=1, **data):
        self.sandbox.clear_faults()
        self.sandbox.fault(fault, times=None)
        for _ in range(times):
            self.assertEqual(self.press_pay(path, **data).status_code, 503)
        self.sandbox.clear_faults()

    def test_presses_that_fail_alike_leave_one_row(self):
        for fault in FAULTS:
            for data in ({}, {"again": "1"}):
                with self.subTest(fault, **data):
                    invoice = self.make_invoice()
                    self.press(self.make_link(invoice), fault, FAILURES_PER_HOUR + 3, **data)
                    self.assertEqual(len(self.failures(invoice)), 1)
                    self.assertEqual(self.events(invoice), ["link_created", "error"])

    def test_the_servers_log_has_each_failure(self):
        path = self.make_link(self.make_invoice())
        with self.assertLogs("odoo.addons.invoice_mollie.controllers.pay", "WARNING") as logs:
            self.press(path, "422", times=2)
        self.assertEqual(len(logs.output), 2)
        self.assertIn("Mollie made no payment for INV/", logs.output[0])

    def test_each_reason_is_told_and_an_hour_later_once_more(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        for _ in range(3):
            self.press(path, "503")
            self.press(path, "401")
        self.assertEqual(self.failures(invoice), ["unavailable", "key"])
        with self.later(minutes=61):
            self.press(path, "503", 3)
        self.assertEqual(self.failures(invoice), ["unavailable", "key", "unavailable"])

    def later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta), tick=True)

    def test_reasons_that_are_new_each_time_are_bounded_too(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        for number in range(FAILURES_PER_HOUR + 5):
            self.sandbox.clear_faults()
            self.sandbox.fault("422", times=None, body=f"Request {number} was refused.")
            self.press_pay(path)
        self.assertEqual(len(self.failures(invoice)), FAILURES_PER_HOUR)

    def test_views_while_mollie_fails_in_turns_are_bounded(self):
        """The customer has an attempt, of which each view asks Mollie."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        pages = (f"/mollie/pay/{tx.mollie_link_id.token}", self.return_path(tx))
        for number in range(FAILURES_PER_HOUR + 5):
            self.sandbox.clear_faults()
            self.sandbox.fault(("503", "401")[number % 2], times=None)
            for page in pages:
                self.get(page)
        self.assertEqual(self.failures(invoice), ["unavailable", "key"])

    def test_attempts_that_fail_leave_one_message_an_hour_and_each_its_row(self):
        for status in ("failed", "canceled", "expired"):
            with self.subTest(status):
                invoice = self.make_invoice()
                path = self.make_link(invoice)
                before = invoice.message_ids
                self.fail_attempts(invoice, path, status, 5)
                (message,) = invoice.message_ids - before
                self.assertIn("canceled", message.body)
                self.assertEqual(self.events(invoice).count("status"), 5)
                self.move_back(invoice.transaction_ids, minutes=61)
                self.fail_attempts(invoice, path, status, 2)
                self.assertEqual(len(invoice.message_ids - before), 2)

    def fail_attempts(self, invoice, path, status, times):
        for _ in range(times):
            self.press_pay(path, again="1")
            tx = self.last_transaction(invoice)
            self.sandbox.set_status(tx.provider_reference, status, method="ideal")
            self.deliver_webhooks()

    def move_back(self, txs, **delta):
        for tx in txs:
            tx.last_state_change -= timedelta(**delta)
        self.env.flush_all()

    def test_a_payment_that_succeeds_in_the_end_is_told(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        before = invoice.message_ids
        self.fail_attempts(invoice, path, "failed", 3)
        self.fail_attempts(invoice, path, "paid", 1)
        texts = " ".join((invoice.message_ids - before).mapped("body"))
        self.assertIn("has been confirmed", texts)
