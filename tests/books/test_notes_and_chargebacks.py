"""A credit note is open, and the bank takes the money back: what was credited is not asked for."""

from tests.common import MollieCase
from tests.odoo.cases.currencies import CurrencyCase


class TestNotesAndChargebacks(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

    def make_note(self, amount):
        return self.make_credit_note(self.invoice, amount).with_user(self.clerk)

    def charge_back(self, amount):
        chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, f"{amount:.2f}")
        self.deliver_webhooks()
        return chargeback

    def residuals(self, note):
        return self.invoice.amount_residual, note.amount_residual

    def test_a_fully_credited_invoice_is_not_asked_for(self):
        path = self.make_path()
        note = self.make_note(100)
        self.charge_back(100)
        self.assertEqual(self.residuals(note), (0, 0))
        self.assertFalse(note.mollie_can_refund)
        self.assertNotIn("<form", self.get(path).text)
        self.assertEqual(self.ledger.booked(), 0)

    def make_path(self):
        return f"/mollie/pay/{self.invoice.mollie_link_ids[:1].token}"

    def test_of_one_that_is_credited_in_part_the_rest_is_due(self):
        note = self.make_note(30)
        self.charge_back(100)
        self.assertEqual(self.residuals(note), (70, 0))

    def test_a_note_of_another_invoice_that_had_got_the_money_settles_that(self):
        self.invoice.line_ids.remove_move_reconcile()
        other = self.make_invoice(100)
        (line,) = other.invoice_outstanding_credits_debits_widget["content"]
        other.js_assign_outstanding_line(line["id"])
        self.receive_by_bank(self.invoice, 100)
        note = self.make_credit_note(other, 30)
        self.charge_back(100)
        self.assertEqual((other.amount_residual, *self.residuals(note)), (70, 0, 0))

    def test_what_the_bank_left_of_the_credited_money_can_still_be_refunded(self):
        note = self.make_note(100)
        self.charge_back(60)
        self.assertEqual(self.residuals(note), (0, 40))
        note.action_mollie_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual((*self.residuals(note), self.ledger.booked()), (0, 0, 0))

    def test_a_note_whose_refund_is_under_way_is_kept_for_it_and_matched_if_it_fails(self):
        """The customer has it twice then: the invoice is due again, unless the refund fails."""
        note = self.make_note(100)
        note.action_mollie_refund()
        self.env.invalidate_all()
        self.charge_back(100)
        self.assertEqual(self.residuals(note), (100, 100))
        refund = note.sudo().transaction_ids.provider_reference
        self.sandbox.set_refund_status(refund, "failed")
        self.deliver_webhooks()
        self.assertEqual(self.residuals(note), (0, 0))

    def refund_a_part(self, note):
        """Refund 30 in the dashboard: the note claims it, and it is under way."""
        refund = self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="pending")
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual(note.sudo().transaction_ids.provider_reference, refund["id"])
        return note.sudo().transaction_ids

    def end(self, refund, status):
        self.sandbox.set_refund_status(refund.provider_reference, status)
        self.deliver_webhooks()

    def test_what_is_on_its_way_back_for_a_note_does_not_settle_the_invoice_as_well(self):
        note = self.make_note(50)
        refund = self.refund_a_part(note)
        self.charge_back(100)
        self.assertEqual(self.residuals(note), (80, 30))
        self.assertFalse(note.mollie_can_refund)
        self.assertIn("€ 80.00", self.text_of(self.get(self.make_path())))
        self.end(refund, "refunded")
        self.assertEqual((*self.residuals(note), self.ledger.booked()), (80, 0, -30))

    def test_if_that_refund_fails_or_is_cancelled_the_rest_of_the_note_settles_it(self):
        for end in ("failed", "canceled"):
            with self.subTest(end):
                self.setUp()
                note = self.make_note(50)
                refund = self.refund_a_part(note)
                self.charge_back(100)
                if end == "failed":
                    self.end(refund, end)
                else:
                    refund.with_user(self.clerk).action_mollie_cancel_refund()
                    self.env.invalidate_all()
                self.assertEqual(self.residuals(note), (50, 0))
                self.assertFalse(note.mollie_can_refund)

    def test_what_was_sent_back_for_a_note_before_does_not_settle_it_either(self):
        note = self.make_note(50)
        self.end(self.refund_a_part(note), "refunded")
        self.charge_back(100)
        self.assertEqual(self.residuals(note), (80, 0))

    def test_a_small_chargeback_takes_what_of_the_note_is_left(self):
        note = self.make_note(50)
        self.refund_a_part(note)
        self.charge_back(15)
        self.assertEqual(self.residuals(note), (0, 35))
        self.charge_back(15)
        self.assertEqual(self.residuals(note), (10, 30))

    def test_money_that_is_won_back_after_it_can_be_refunded(self):
        note = self.make_note(100)
        chargeback = self.charge_back(100)
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual((*self.residuals(note), self.ledger.booked()), (0, 0, 100))
        action = self.invoice.with_user(self.clerk).action_mollie_refund_credit()
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard.with_context(**action["context"]).create({}).action_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.assertEqual(refund["amount"]["value"], "100.00")


class TestNotesInDollars(CurrencyCase):
    def test_what_is_kept_for_a_refund_is_right_in_both_currencies_when_the_rate_moves(self):
        invoice = self.make_invoice(110, currency="USD")
        tx = self.pay(invoice)
        self.move_rate(1.37)
        note = self.make_credit_note(invoice, 55)
        refund = self.sandbox.add_refund(tx.provider_reference, "33.00", status="pending")
        invoice.with_user(self.clerk).action_mollie_sync()
        self.move_rate(0.93)
        self.sandbox.add_chargeback(tx.provider_reference, "110.00")
        self.deliver_webhooks()
        self.assertEqual((invoice.amount_residual, note.amount_residual), (88, 33))
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.move_rate(1.21)
        self.pay(invoice)
        self.assertEqual(note.amount_residual, 0)
        self.assert_settled(invoice, "USD", 55)
