"""Money of Mollie's that a clerk booked by hand before Mollie told of it."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestBookedByHand(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)

    def book_by_hand(self, amount=100.0, journal=None):
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        journal = journal or self.provider.journal_id
        method = journal.inbound_payment_method_line_ids.filtered(lambda m: m.code == "manual")
        method.payment_account_id = journal.default_account_id
        values = {"amount": amount, "journal_id": journal.id}
        wizard.create(values | {"payment_method_line_id": method.id})._create_payments()
        return self.invoice.reconciled_payment_ids - self.tx.payment_id

    def become_paid(self):
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()

    def undo(self):
        self.invoice.with_user(self.clerk).action_mollie_undo_hand_payment()
        self.env.invalidate_all()

    def test_it_is_recognised_and_nobody_is_told_to_refund_it(self):
        by_hand = self.book_by_hand()
        self.become_paid()
        self.assertIn("booked_twice", self.events(self.invoice))
        self.assertNotIn("credit", self.events(self.invoice))
        note = self.invoice.activity_ids.note
        self.assertIn(by_hand.name, note)
        self.assertNotIn("Refund", note)
        self.assertEqual(self.invoice.with_user(self.clerk).mollie_hand_payment, by_hand.name)

    def test_undoing_the_one_by_hand_leaves_mollies(self):
        by_hand = self.book_by_hand()
        self.become_paid()
        self.undo()
        self.assertEqual(by_hand.state, "canceled")
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual(self.invoice.reconciled_payment_ids - by_hand, self.tx.payment_id)
        self.assertIn("hand_payment_undone", self.events(self.invoice))

    def test_it_can_be_undone_once(self):
        self.book_by_hand()
        self.become_paid()
        self.undo()
        with self.assertRaisesRegex(UserError, "Reload"):
            self.undo()

    def test_a_bank_payment_is_the_customers_second_one(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.provider.journal_id.id)], limit=1
        )
        self.book_by_hand(journal=bank)
        self.become_paid()
        self.assertIn("credit", self.events(self.invoice))
        self.assertFalse(self.invoice.with_user(self.clerk).mollie_hand_payment)

    def test_a_part_of_another_amount_is_a_payment_of_its_own(self):
        self.book_by_hand(amount=40.0)
        self.become_paid()
        self.assertIn("credit", self.events(self.invoice))
        self.assertFalse(self.invoice.with_user(self.clerk).mollie_hand_payment)
