"""Invoices that are corrected after their payment, or while it comes."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestPostedAgain(MollieCase):
    """An invoice that was paid, reset to draft, perhaps corrected, and posted again."""

    def make_paid_draft(self):
        invoice = self.make_invoice(100.0)
        self.pay(invoice)
        invoice.with_user(self.clerk).button_draft()
        return invoice

    def correct(self, invoice, amount):
        invoice.invoice_line_ids.price_unit = amount
        invoice.with_user(self.clerk).action_post()
        self.env.invalidate_all()

    def test_nobody_is_asked_again_for_what_was_paid_by_its_link(self):
        invoice = self.make_paid_draft()
        self.correct(invoice, 100.0)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.mollie_payment_state, "paid")
        self.assertNotIn("<form", self.get(self.make_path(invoice)).text)

    def make_path(self, invoice):
        return f"/mollie/pay/{invoice.mollie_link_ids[:1].token}"

    def test_a_correction_asks_for_the_difference_only(self):
        invoice = self.make_paid_draft()
        payment = invoice.transaction_ids.payment_id
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.transaction_ids.payment_id, payment)
        self.assertEqual(invoice.amount_residual, 20)
        self.assertIn("Pay € 20.00", self.text_of(self.get(self.make_path(invoice))))

    def test_a_correction_downwards_leaves_the_rest_as_credit(self):
        invoice = self.make_paid_draft()
        self.correct(invoice, 70.0)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.credit_line(invoice).amount_residual, -30)

    def credit_line(self, invoice):
        """Return the customer's item of the invoice's payment."""
        return invoice.transaction_ids.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def test_money_that_came_while_it_was_a_draft_settles_it(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_draft()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertNotIn("credit", self.events(invoice))
        self.assertFalse(invoice.with_user(self.clerk).mollie_credit)
        self.correct(invoice, 100.0)
        self.assertEqual(invoice.amount_residual, 0)

    def test_money_that_was_used_for_another_invoice_meanwhile_stays_there(self):
        invoice = self.make_paid_draft()
        invoice.invoice_line_ids.price_unit = 120.0
        other = self.make_invoice(100.0)
        other.js_assign_outstanding_line(self.credit_line(invoice).id)
        self.assertEqual(other.amount_residual, 0)
        self.correct(invoice, 120.0)
        self.assertEqual((invoice.amount_residual, other.amount_residual), (120, 0))

    def test_another_customers_invoice_is_not_paid_by_it(self):
        invoice = self.make_paid_draft()
        invoice.partner_id = self.customer.copy()
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.amount_residual, 120)

    def test_a_credit_note_finds_its_refund_again(self):
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice)
        note = self.make_credit_note(invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refund = tx.child_transaction_ids
        self.sandbox.set_refund_status(refund.provider_reference, "refunded")
        self.deliver_webhooks()
        note.button_draft()
        self.correct(note, 40.0)
        self.assertEqual((note.amount_residual, invoice.amount_residual), (10, 0))

    def test_a_refund_that_nobody_asked_back_does_not_open_it(self):
        """Money given back without a credit note: the invoice stays paid, as before."""
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice)
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        invoice.button_draft()
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.amount_residual, 20)

    def test_posting_does_not_fail_for_it(self):
        invoice = self.make_paid_draft()
        Line = type(self.env["account.move.line"])
        with patch.object(Line, "reconcile", side_effect=UserError("locked")):
            self.correct(invoice, 120.0)
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 120))
