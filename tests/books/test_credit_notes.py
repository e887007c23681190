"""Credit notes: refunded the way their invoice was paid."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestCreditNotes(MollieCase):
    def test_a_credit_note_goes_back_the_way_the_invoice_was_paid(self):
        invoice, tx = self.make_paid()
        note = self.make_credit_note(invoice, 30.0)
        self.assertTrue(note.with_user(self.clerk).mollie_can_refund)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        (refund,) = tx.child_transaction_ids
        self.assertFalse(note.mollie_can_refund)
        self.sandbox.set_refund_status(refund.provider_reference, "refunded")
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.ledger.booked(), 70)

    def test_a_credit_note_pressed_again_says_that_its_refund_is_under_way_or_done(self):
        """Attacks D2."""
        invoice, tx = self.make_paid()
        note = self.make_credit_note(invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        for status in ("pending", "refunded"):
            self.sandbox.set_refund_status(tx.child_transaction_ids.provider_reference, status)
            self.deliver_webhooks()
            with self.assertRaisesRegex(UserError, "under way or done"):
                note.with_user(self.clerk).action_mollie_refund()
        self.assertEqual(tx.child_transaction_ids.mapped("amount"), [-30])

    def test_a_credit_note_that_was_settled_otherwise_does_not_speak_of_a_refund(self):
        invoice, _tx = self.make_paid()
        by_bank, with_invoice = (self.make_credit_note(invoice, 30.0) for _ in range(2))
        self.receive_by_bank(by_bank, 30.0)
        other = self.make_invoice(50.0)
        (with_invoice + other).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).reconcile()
        for note in (by_bank, with_invoice):
            self.assertEqual(note.amount_residual, 0)
            with self.assertRaisesRegex(UserError, "was settled without a refund by Mollie"):
                note.with_user(self.clerk).action_mollie_refund()
        self.assertFalse(self.sandbox.requests(path=r"/refunds$", method="POST"))

    def test_a_credit_note_is_spread_over_several_payments(self):
        invoice = self.make_invoice(100.0)
        self.receive_by_bank(invoice, 40.0)
        first = self.pay(invoice)
        self.sandbox.add_chargeback(first.provider_reference, "20.00")
        self.deliver_webhooks()
        second = self.pay(invoice)
        note = self.make_credit_note(invoice, 60.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refunds = note.transaction_ids
        self.assertEqual(
            {refund.source_transaction_id: refund.amount for refund in refunds},
            {first: -40, second: -20},
        )
        for refund in refunds:
            self.sandbox.set_refund_status(refund.provider_reference, "refunded")
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)

    def test_a_refund_that_fails_opens_the_credit_note_again(self):
        invoice, tx = self.make_paid()
        note = self.make_credit_note(invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refund = tx.child_transaction_ids.provider_reference
        for status in ("processing", "failed"):
            self.sandbox.set_refund_status(refund, status)
            self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 30)
        self.assertTrue(note.mollie_can_refund)
        self.assertEqual(self.ledger.booked(), 100)
