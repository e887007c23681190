"""Refund this credit: offered for what Mollie can give back, never for more, never for nothing."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestRefundableCredit(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()
        self.invoice = self.invoice.with_user(self.clerk)

    def refund_in_dashboard(self, amount, status="refunded"):
        self.sandbox.add_refund(self.tx.provider_reference, f"{amount:.2f}", status=status)
        self.deliver_webhooks()

    def correct(self, amount):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = amount
        self.invoice.action_post()
        self.env.invalidate_all()

    def press(self):
        """Press Refund this credit; return the wizard that opens."""
        action = self.invoice.action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        return wizard.with_context(**action["context"]).create({})

    def shown(self):
        self.env.invalidate_all()
        return (self.invoice.mollie_credit or "").replace("\N{NO-BREAK SPACE}", " ")

    def assert_nothing_is_offered(self):
        self.assertEqual((self.shown(), self.invoice.mollie_can_refund_credit), ("", False))
        with self.assertRaisesRegex(UserError, self.invoice.name):
            self.invoice.action_mollie_refund_credit()

    def test_what_was_refunded_before_the_invoice_was_corrected_is_no_credit(self):
        """It opened with a maximum of 0.00."""
        self.refund_in_dashboard(100)
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assert_nothing_is_offered()

    def test_only_what_was_not_refunded_is_offered(self):
        self.refund_in_dashboard(30)
        self.correct(50)
        self.assertEqual(self.shown(), "€ 20.00")
        wizard = self.press()
        self.assertEqual(wizard.amount_to_refund, 20)
        self.assertEqual(wizard.amount_available_for_refund, 70)

    def test_what_is_being_refunded_is_not_offered_again(self):
        self.correct(60)
        self.press().action_refund()
        self.assert_nothing_is_offered()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "failed")
        self.deliver_webhooks()
        self.assertEqual((self.shown(), self.press().amount_to_refund), ("€ 40.00", 40))

    def test_money_that_was_won_back_is_refunded_by_its_payment(self):
        """It opened with a maximum of 0.00: a reversal can't be refunded at Mollie."""
        chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.receive_by_bank(self.invoice, 100)
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        wizard = self.press()
        self.assertEqual(wizard.payment_id, self.tx.payment_id)
        self.assertEqual((wizard.amount_to_refund, wizard.amount_available_for_refund), (100, 100))

    def test_of_several_payments_one_is_offered_that_can_be_refunded(self):
        self.correct(160)
        second = self.pay(self.invoice)
        self.invoice.button_draft()
        self.sandbox.add_refund(second.provider_reference, "60.00", status="pending")
        self.sandbox.notify(second.provider_reference)
        self.deliver_webhooks()
        self.invoice.invoice_line_ids.price_unit = 10
        self.invoice.action_post()
        wizard = self.press()
        self.assertEqual((wizard.payment_id, wizard.amount_to_refund), (self.tx.payment_id, 90))

    def test_credit_that_mollie_does_not_refund_has_no_button_for_it(self):
        """The invoice is cancelled, but its credit note, which was refunded, is not."""
        note = self.make_credit_note(self.invoice.sudo(), 100)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertEqual(self.shown(), "€ 100.00")
        self.assertFalse(self.invoice.mollie_can_refund_credit)
        with self.assertRaisesRegex(UserError, self.invoice.name):
            self.invoice.action_mollie_refund_credit()
