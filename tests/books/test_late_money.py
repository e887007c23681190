"""Attempts that ask too much, and money that comes although nothing is due."""

from tests.common import MollieCase


class TestLateMoney(MollieCase):
    def start_transfer(self, invoice):
        """Let the customer choose bank transfer at the checkout: an attempt of many days."""
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        self.assertEqual(tx.state, "pending")
        return tx

    def status_at_mollie(self, tx):
        return self.sandbox.payment(tx.provider_reference)["status"]

    def test_a_transfer_is_cancelled_at_mollie_when_the_invoice_is_paid_by_bank(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_transfer(invoice)
        self.receive_by_bank(invoice, 100.0)
        self.assertEqual(self.status_at_mollie(tx), "open")
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.status_at_mollie(tx), "canceled")
        self.assertEqual(tx.state, "cancel")
        self.assertIn("withdrawn", self.events(invoice))

    def test_a_transfer_is_cancelled_when_the_invoice_is_reset_cancelled_or_its_link_revoked(self):
        for change in ("button_draft", "button_cancel", "action_mollie_revoke_link"):
            with self.subTest(change):
                invoice = self.make_invoice(100.0)
                tx = self.start_transfer(invoice)
                getattr(invoice, change)()
                self.run_cron("cron_mollie_sync")
                self.assertEqual(self.status_at_mollie(tx), "canceled")

    def test_an_attempt_that_asks_no_more_than_is_due_is_left_alone(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_transfer(invoice)
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.status_at_mollie(tx), "open")

    def test_nor_is_one_called_off_that_asks_in_another_currency_than_the_invoice_now(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_transfer(invoice)
        invoice.button_draft()
        self.env.ref("base.USD").active = True
        invoice.currency_id = self.env.ref("base.USD")
        invoice.invoice_line_ids.price_unit = 50
        invoice.action_post()
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.status_at_mollie(tx), "open")

    def test_where_mollie_cancels_no_more_the_attempt_stands(self):
        """The customer was faster than its answer, which allowed it."""
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 100.0)
        self.sandbox.tamper(tx.provider_reference, {"isCancelable": True})
        invoice.with_user(self.clerk).action_mollie_sync()
        self.assertEqual(len(self.sandbox.requests(method="DELETE")), 1)
        self.assertNotIn("withdrawn", self.events(invoice))
        self.assertEqual(tx.state, "draft")

    def test_cents_that_nobody_needed_are_a_credit_too(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 0.50)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        rows = invoice.mollie_log_ids.filtered(lambda row: row.event == "credit")
        self.assertEqual(rows.mapped("amount"), [0.50])

    def test_two_tabs_that_both_pay_settle_once_and_leave_a_credit(self):
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        self.press_pay(path)
        first = self.last_transaction(invoice)
        self.press_pay(path, again="1")
        second = self.last_transaction(invoice)
        self.assertNotEqual(first, second)
        for tx in (first, second):
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual((first + second).mapped("payment_id.amount"), [100, 100])
        self.assertEqual(self.events(invoice).count("credit"), 1)
        self.assertIn("100.00", invoice.activity_ids.note.replace("\xa0", " "))
        self.assertEqual(self.credit_of(self.customer), 100)

    def credit_of(self, partner):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return -sum(lines.mapped("amount_residual"))

    def test_a_payment_after_its_expiry_is_booked(self):
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice, "expired")
        self.assertEqual(tx.state, "cancel")
        self.sandbox.tamper(tx.provider_reference, {"status": "paid", "method": "banktransfer"})
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(tx.state, "done")
        self.assertEqual(invoice.amount_residual, 0)

    def test_money_for_an_invoice_that_is_a_draft_again_is_a_credit_and_posts_nothing(self):
        """Attacks B2."""
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_draft()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(tx.payment_id.amount, 100)
        self.assertEqual(tx.invoice_ids, invoice)
        self.assertEqual(self.credit_of(self.customer), 100)
        # It is not to be given back, for the invoice may need it: until that is given up.
        self.assertFalse(invoice.activity_ids)
        invoice.button_cancel()
        self.run_cron("cron_mollie_sync")
        self.assertTrue(invoice.activity_ids)

    def test_money_for_a_cancelled_invoice_is_a_credit(self):
        """Attacks B2."""
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_cancel()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.state, "cancel")
        self.assertEqual(self.credit_of(self.customer), 100)
