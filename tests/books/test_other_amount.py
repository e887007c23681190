"""Money of another amount or currency than was asked for: booked, told, never taken for the due."""

from unittest.mock import patch

from tests.common import MollieCase

LESS = {"amount": {"currency": "EUR", "value": "60.00"}}
MORE = {"amount": {"currency": "EUR", "value": "100.01"}}
DOLLARS = {"amount": {"currency": "USD", "value": "100.00"}}


class TestOtherAmount(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)

    def bring(self, other, times=1):
        """Let Mollie say that something else came in, and tell us."""
        self.sandbox.tamper(self.tx.provider_reference, other)
        for _ in range(times):
            path, payment_id = self.webhook_path(self.tx), self.tx.provider_reference
            self.assertEqual(self.post_webhook(path, payment_id).status_code, 200)
        self.env.invalidate_all()

    def payments(self):
        return self.env["account.payment"].search([("partner_id", "=", self.customer.id)])

    def test_what_came_in_is_booked_as_credit_and_the_transaction_never_done(self):
        """Attacks A8, B1: whatever the amount, and however often it is told."""
        for other in (LESS, MORE):
            with self.subTest(other):
                self.setUp()
                before = self.payments()
                self.bring(other, times=5)
                payment = self.payments() - before
                self.assertEqual(payment.amount, float(other["amount"]["value"]))
                self.assertFalse(payment.is_reconciled)
                self.assertEqual((self.tx.state, self.tx.mollie_status), ("draft", "open"))
                self.assertEqual(self.invoice.amount_residual, 100)
                self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_somebody_is_told_once_with_both_amounts_and_the_payment(self):
        self.bring(LESS, times=3)
        (activity,) = self.invoice.activity_ids
        note = activity.note.replace("\N{NO-BREAK SPACE}", " ")
        for text in ("100.00", "60.00", self.tx.provider_reference, self.payments().name):
            self.assertIn(text, note)

    def test_the_customer_is_not_told_that_it_is_on_its_way(self):
        """A transfer of which the customer would make another one."""
        invoice = self.make_invoice(100.0)
        tx, path = self.start_payment(invoice), self.make_link(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.get(self.return_path(tx))
        self.assertIn("is on its way", self.text_of(self.get(path)))
        self.sandbox.set_status(tx.provider_reference, "paid", webhook=False)
        self.sandbox.tamper(tx.provider_reference, LESS)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        self.assertNotIn("is on its way", self.text_of(self.get(path)))
        self.assertEqual(invoice.mollie_payment_state, "open")

    def test_the_log_tells_what_came_in_and_where_it_is_booked(self):
        self.bring(LESS, times=3)
        rows = self.invoice.mollie_log_ids.sorted("id")[-2:]
        self.assertEqual(rows.mapped("event"), ["other_amount", "booked"])
        self.assertEqual(rows.mapped("amount"), [60, 60])
        self.assertIn(self.payments().name, rows[-1].message)

    def test_the_customer_is_not_sent_to_the_paid_checkout_again(self):
        checkout = self.tx.mollie_checkout_url
        self.bring(LESS)
        response = self.press_pay(self.make_link(self.invoice))
        self.assertNotEqual(response.headers["Location"], checkout)

    def test_another_currency_is_booked_in_that_currency(self):
        self.bring(DOLLARS)
        self.assertEqual((self.ledger.booked("EUR"), self.ledger.booked("USD")), (0, 100))
        self.assertEqual(self.tx.state, "draft")
        self.assertEqual(self.invoice.amount_residual, 100)

    def test_an_inactive_currency_is_told_and_booked_as_soon_as_it_can_be(self):
        self.env.ref("base.CHF").active = False
        self.bring({"amount": {"currency": "CHF", "value": "90.00"}}, times=2)
        self.assertFalse(self.payments())
        self.assertEqual(self.events(self.invoice).count("booking_failed"), 1)
        self.assertEqual(len(self.invoice.activity_ids), 1)
        self.env.ref("base.CHF").active = True
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.ledger.booked("CHF"), 90)

    def test_what_odoo_can_not_write_is_told_and_not_booked(self):
        """Cents that it rounds away, or a currency that it has never heard of."""
        forint = self.env.ref("base.HUF")
        forint.write({"active": True, "rounding": 1.0})
        for name, value in (("HUF", "60.40"), ("ZZZ", "60.00")):
            with self.subTest(name):
                self.setUp()
                self.bring({"amount": {"currency": name, "value": value}})
                self.assertFalse(self.tx.child_transaction_ids)
                self.assertEqual(self.events(self.invoice)[-1], "mismatch")
        self.setUp()
        self.bring({"amount": {"currency": "HUF", "value": "60.00"}})
        self.assertEqual(self.ledger.booked("HUF"), 60)

    def test_what_comes_otherwise_than_it_was_reserved_is_for_somebody_to_look_at(self):
        self.invoice = self.make_invoice(100.0)
        self.tx = self.pay(self.invoice, "authorized", method="klarna")
        self.bring(LESS | {"status": "paid"})
        self.assertEqual((self.tx.state, self.ledger.booked()), ("authorized", 0))
        self.assertEqual(self.events(self.invoice)[-1], "mismatch")

    def test_a_refund_in_the_dashboard_lowers_the_credit(self):
        self.bring(LESS)
        self.sandbox.add_refund(self.tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 40)
        self.assertEqual(sorted(self.payments().mapped("amount")), [20, 60])

    def test_the_credit_can_be_refunded_from_its_payment(self):
        self.bring(LESS)
        payment = self.payments()
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard.create({"payment_id": payment.id, "amount_to_refund": 60}).action_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.assertEqual(refund["amount"], LESS["amount"])
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 0)

    def test_a_chargeback_of_it_is_booked_and_told(self):
        self.bring(LESS)
        self.sandbox.add_chargeback(self.tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 0)
        (todo,) = self.invoice.activity_ids  # And none about a credit that is gone.
        self.assertIn("No invoice became open", todo.note)
        self.assertIn("chargeback", self.events(self.invoice))

    def test_a_refund_that_no_webhook_told_is_found_by_the_cron_and_then_left_alone(self):
        self.bring(LESS)
        self.sandbox.add_refund(
            self.tx.provider_reference, "20.00", status="refunded", webhook=False
        )
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.ledger.booked(), 40)
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.sandbox.requests(path=r"/v2/payments/tr_"), [])

    def test_once_mollie_says_what_was_asked_the_booking_is_put_right(self):
        for other in (LESS, MORE, DOLLARS):
            with self.subTest(other):
                self.setUp()
                euros, dollars = self.ledger.booked("EUR"), self.ledger.booked("USD")
                self.bring(other, times=2)
                self.bring(None, times=2)
                self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))
                self.assertEqual(self.ledger.booked("EUR"), euros + 100)
                self.assertEqual(self.ledger.booked("USD"), dollars)

    def test_a_third_amount_takes_the_place_of_the_second(self):
        self.bring(LESS, times=2)
        self.bring(MORE, times=2)
        self.assertEqual(self.ledger.booked(), 100.01)
        self.assertEqual(self.events(self.invoice).count("other_amount_corrected"), 1)

    def test_an_amount_that_changes_after_a_refund_is_left_to_a_person(self):
        self.bring(LESS)
        self.sandbox.add_refund(self.tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        for other in (MORE, None):
            self.bring(other, times=2)
            self.assertEqual(self.ledger.booked(), 40)
            self.assertNotEqual(self.tx.state, "done")
        self.assertEqual(self.events(self.invoice).count("mismatch"), 1)

    def test_another_payments_data_after_it_brings_no_refund_of_it(self):
        self.bring(LESS)
        self.sandbox.add_refund(self.tx.provider_reference, "20.00", status="refunded")
        for lie in ({"mode": "live"}, {"metadata": {"reference": "X"}}):
            self.bring(LESS | lie)
            self.assertEqual(self.ledger.booked(), 60)

    def test_rubbish_after_it_changes_nothing(self):
        self.bring(LESS)
        for rubbish in ({"value": "NaN"}, {"currency": "XXX"}, {"value": "-60.00"}):
            self.bring({"amount": LESS["amount"] | rubbish})
            self.assertEqual(self.ledger.booked(), 60)

    def test_nothing_is_booked_for_another_invoices_payment(self):
        """Attacks A1, A7: id, mode and metadata must be right before any amount counts."""
        for lie in ({"mode": "live"}, {"metadata": {"reference": "X"}}, {"id": "tr_other"}):
            self.bring(LESS | lie)
            self.assertFalse(self.payments())

    def test_nothing_is_booked_before_it_is_paid(self):
        for status in ("open", "pending", "authorized", "failed", "canceled", "expired"):
            self.bring(LESS | {"status": status})
            self.assertFalse(self.payments())

    def test_a_booking_that_fails_is_tried_again_and_then_told(self):
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.bring(LESS, times=2)
        self.assertFalse(self.payments())
        self.bring(LESS, times=2)
        self.assertEqual(self.ledger.booked(), 60)
        self.assertEqual(self.events(self.invoice).count("other_amount"), 1)

    def test_a_payment_that_was_booked_right_stays_as_it_is(self):
        self.bring(None)
        self.assertEqual(self.ledger.booked(), 100)
        self.bring(LESS, times=2)
        self.assertEqual((self.tx.state, self.ledger.booked()), ("done", 100))
        self.assertEqual(self.events(self.invoice).count("mismatch"), 1)

    def test_what_could_not_be_booked_gives_way_to_the_right_amount(self):
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.bring(LESS)
        self.bring(None, times=2)
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))
        self.assertEqual(self.ledger.booked(), 100)

    def test_an_older_answer_after_it_is_no_mismatch(self):
        self.bring(LESS)
        self.bring(LESS | {"status": "open"}, times=2)
        self.assertEqual(self.ledger.booked(), 60)
        self.assertNotIn("mismatch", self.events(self.invoice))
