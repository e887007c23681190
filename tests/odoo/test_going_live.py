"""Test payments that are still in the books when a company goes live."""

from odoo import fields
from odoo.exceptions import AccessError, UserError

from tests.common import LIVE_KEY, TEST_KEY, MollieCase


class TestGoingLive(MollieCase):
    def shown(self):
        return (self.settings().mollie_test_money or "").replace("\N{NO-BREAK SPACE}", " ")

    def reverse(self):
        self.settings().action_mollie_reverse_test_payments()
        self.env.invalidate_all()

    def test_connect_says_how_many_and_how_much(self):
        for amount in (100, 50):
            self.make_paid(amount)
        self.assertFalse(self.shown())
        self.connect(LIVE_KEY)
        self.assertEqual(self.shown(), "2 (€ 150.00)")

    def test_what_went_back_is_taken_off(self):
        _invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.connect(LIVE_KEY)
        self.assertEqual(self.shown(), "1 (€ 70.00)")

    def test_all_of_them_are_reversed_at_once_and_their_invoices_are_open_again(self):
        invoices = [self.make_paid(amount)[0] for amount in (100, 50)]
        self.connect(LIVE_KEY)
        self.reverse()
        self.assertEqual(self.ledger.booked(), 0)
        self.assertEqual(self.ledger.booked_movements(), {})
        for invoice in invoices:
            self.assertEqual(invoice.amount_residual, invoice.amount_total)
            self.assertEqual(invoice.mollie_payment_state, "open")
            self.assertEqual(self.events(invoice)[-1], "test_reversed")
            self.assertEqual(invoice.transaction_ids.state_message, "This was a test payment.")
        self.assertFalse(self.shown())

    def test_what_came_of_them_is_reversed_too(self):
        invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        won = self.sandbox.add_chargeback(tx.provider_reference, "70.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(won["id"], webhook=True)
        self.deliver_webhooks()
        other = self.make_invoice(80)
        lower = self.start_payment(other)
        self.sandbox.tamper(
            lower.provider_reference, {"amount": {"currency": "EUR", "value": "60.00"}}
        )
        self.sandbox.set_status(lower.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.connect(LIVE_KEY)
        self.assertEqual(self.shown(), "2 (€ 130.00)")
        self.reverse()
        self.assertEqual(self.ledger.booked(), 0)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertFalse(other.mollie_credit)

    def test_what_was_credited_of_their_invoices_is_settled_with_these(self):
        """Both stayed open, and the customer was asked for what had been credited."""
        invoice, tx = self.make_paid()
        note = self.make_credit_note(invoice, 30)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.connect(LIVE_KEY)
        self.reverse()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 70))
        self.assertEqual(self.ledger.booked(), 0)

    def test_real_payments_stay(self):
        invoice, _tx = self.make_paid()
        self.connect(LIVE_KEY)
        real = self.make_invoice(40)
        self.pay(real)
        self.reverse()
        self.assertEqual((invoice.amount_residual, real.amount_residual), (100, 0))
        self.assertEqual(self.ledger.booked(), 40)
        self.pay(invoice)
        self.assertEqual((invoice.amount_residual, self.ledger.booked()), (0, 140))

    def test_payments_of_before_the_addon_whose_mode_mollie_never_told_stay(self):
        """They may have been real money."""
        invoice, tx = self.make_paid()
        tx.mollie_status = False
        self.connect(LIVE_KEY)
        self.assertFalse(self.shown())
        self.reverse()
        self.assertEqual(invoice.amount_residual, 0)

    def test_they_are_not_booked_again_whoever_asks(self):
        invoice, tx = self.make_paid()
        self.connect(LIVE_KEY)
        self.reverse()
        for key in (LIVE_KEY, TEST_KEY):
            self.connect(key)
            rows = self.events(invoice)
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
            tx.mollie_next_check = "2026-01-01"
            self.run_cron("cron_mollie_sync")
            told = invoice.with_user(self.clerk).action_mollie_sync()["params"]["message"]
            self.assertIn("were compared", told)
            self.sandbox.add_chargeback(tx.provider_reference, "10.00", webhook=False)
            self.run_cron("cron_mollie_aftercare")
            self.run_cron("cron_mollie_compare")
            self.assertFalse(self.env["mollie.difference"].search([]).mapped("transaction_id"))
            self.assertEqual(self.events(invoice), rows)
            self.assertEqual((invoice.amount_residual, self.ledger.booked()), (100, 0))
        self.assertEqual((tx.state, tx.mollie_kind), ("cancel", "payment"))

    def test_the_customer_is_asked_for_real_money_afterwards(self):
        invoice, tx = self.make_paid()
        path = f"/mollie/pay/{tx.mollie_link_id.token}"
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.connect(LIVE_KEY)
        self.reverse()
        self.assertIn("€ 100.00", self.text_of(self.get(path)))
        self.assertEqual(self.press_pay(path).status_code, 303)
        self.assertTrue(self.last_transaction(invoice).is_live)

    def test_test_payments_that_are_open_are_given_up_with_them(self):
        self.make_paid()
        tx = self.start_payment(self.make_invoice())
        self.connect(LIVE_KEY)
        self.reverse()
        self.assertEqual(tx.state, "cancel")

    def test_a_locked_period_does_not_keep_them(self):
        """They are reversed on a day that is open."""
        self.make_paid()
        self.connect(LIVE_KEY)
        self.company.fiscalyear_lock_date = fields.Date.today()
        self.reverse()
        self.assertEqual(self.ledger.booked(), 0)

    def test_one_that_can_not_be_reversed_is_told_and_keeps_no_other(self):
        invoice, tx = self.make_paid()
        other, _tx = self.make_paid(50)
        self.connect(LIVE_KEY)
        self.patch_reversal(tx)
        self.reverse()
        self.assertEqual((invoice.amount_residual, other.amount_residual), (0, 50))
        self.assertEqual(self.shown(), "1 (€ 100.00)")
        (row,) = invoice.mollie_log_ids.filtered(lambda row: row.event == "booking_failed")
        self.assertIn("It is locked. It is tried again", row.message)

    def patch_reversal(self, tx):
        move, reverse_moves = tx.payment_id.move_id, type(self.env["account.move"])._reverse_moves

        def refuse(moves, *args, **kwargs):
            if moves == move:
                raise ValueError("It is locked.")
            return reverse_moves(moves, *args, **kwargs)

        self.patch(type(self.env["account.move"]), "_reverse_moves", refuse)

    def test_what_a_person_was_to_look_at_of_them_is_over(self):
        invoice, tx = self.make_paid()
        refund = self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.sandbox.set_refund_status(refund["id"], "failed")
        self.deliver_webhooks()
        other = self.make_invoice(40)
        refused = self.start_payment(other)
        self.sandbox.tamper(refused.provider_reference, {"mode": "live"})
        self.post_webhook(self.webhook_path(refused), refused.provider_reference)
        self.env.invalidate_all()
        self.assertIn("did not reach", invoice.activity_ids.note)
        self.assertIn("mode", other.activity_ids.note)
        self.connect(LIVE_KEY)
        self.reverse()
        self.assertFalse((invoice + other).activity_ids)
        self.run_cron("cron_mollie_sync")
        self.assertFalse((invoice + other).activity_ids)

    def test_test_payments_of_another_company_stay(self):
        invoice, _tx = self.make_paid()
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.env["account.chart.template"].try_loading("generic_coa", company, False)
        self.connect(LIVE_KEY, company)
        self.assertFalse(self.settings(company).mollie_test_money)
        self.settings(company).action_mollie_reverse_test_payments()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def test_while_the_key_is_a_test_key_nothing_is_reversed(self):
        invoice, _tx = self.make_paid()
        self.reverse()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_test_key_does_not_take_the_place_of_a_live_one_that_brought_money_unasked(self):
        self.connect(LIVE_KEY)
        self.connect(TEST_KEY)
        self.connect(LIVE_KEY)
        _invoice, tx = self.make_paid()
        with self.assertRaisesRegex(UserError, "no money comes in"):
            self.connect(TEST_KEY)
        self.assertTrue(self.provider._mollie_has_live_key())
        self.connect(TEST_KEY, all_the_same=True)
        self.compare()
        self.assertIn("once a live key is connected again", self.difference_of(tx).summary)

    def compare(self):
        """Let the night come."""
        self.run_cron("cron_mollie_compare")

    def difference_of(self, tx):
        return self.env["mollie.difference"].search([("transaction_id", "=", tx.id)])

    def test_who_may_not_book_may_not_reverse(self):
        self.make_paid()
        self.connect(LIVE_KEY)
        user = self.make_user("system", "base.group_system")
        settings = self.env["res.config.settings"].with_user(user).create({})
        self.assertTrue(settings.mollie_test_money)
        with self.assertRaises(AccessError):
            settings.action_mollie_reverse_test_payments()
