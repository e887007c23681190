"""The credit note's form once its refund was asked for: what goes back, and nothing asked twice."""

from lxml import etree

from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from tests.common import MollieCase


class TestCreditNoteForm(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.pay(self.invoice)
        self.note = self.make_credit_note(self.invoice, 30.0).with_user(self.clerk)

    def refund(self):
        self.note.action_mollie_refund()
        self.env.invalidate_all()
        return self.tx.child_transaction_ids.provider_reference

    def end(self, refund, status):
        self.sandbox.set_refund_status(refund, status)
        self.deliver_webhooks()
        self.invoice.action_mollie_sync()  # Mollie does not tell of those that are cancelled.
        self.env.invalidate_all()

    def pay_buttons(self):
        """Return which of core's Pay buttons the form shows."""
        tree = etree.fromstring(self.note.get_view(view_type="form")["arch"])
        values = dict(Form(self.note)._values)
        return [
            button.get("id")
            for button in tree.xpath("//button[@name='action_register_payment']")
            if not safe_eval(button.get("invisible"), dict(values))
        ]

    def test_before_it_is_asked_for_the_form_says_nothing_of_it(self):
        self.assertFalse(self.note.mollie_refund_words)
        self.assertFalse(self.note.mollie_refund_log_ids)
        self.assertTrue(self.pay_buttons())

    def test_a_refund_under_way_is_said_and_nobody_is_to_pay_it_once_more(self):
        self.refund()
        self.assertIn("30.00 is on its way back to the customer", self.note.mollie_refund_words)
        self.assertFalse(self.note.mollie_can_refund)
        self.assertEqual(self.pay_buttons(), [])
        self.assertEqual(self.note.mollie_refund_log_ids.mapped("event"), ["refund"])

    def test_a_refund_that_arrived_is_said(self):
        self.end(self.refund(), "refunded")
        self.assertIn("30.00 was refunded", self.note.mollie_refund_words)
        self.assertEqual(self.note.payment_state, "paid")

    def test_a_note_that_is_taken_apart_from_its_refund_is_not_paid_once_more(self):
        self.end(self.refund(), "refunded")
        self.note.line_ids.remove_move_reconcile()
        self.env.invalidate_all()
        self.assertEqual(self.note.amount_residual, 30)
        self.assertEqual(self.pay_buttons(), [])
        (offered,) = self.note.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual(offered["amount"], 30)
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual((self.note.amount_residual, self.invoice.amount_residual), (0, 0))

    def test_a_refund_that_was_cancelled_can_be_asked_for_again(self):
        self.end(self.refund(), "canceled")
        self.assertFalse(self.note.mollie_refund_words)
        self.assertTrue(self.note.mollie_can_refund)
        self.assertTrue(self.pay_buttons())

    def test_an_auditor_sees_it_too(self):
        self.refund()
        auditor = self.make_user("auditor", "account.group_account_readonly")
        note = self.note.with_user(auditor)
        self.assertIn("on its way back", note.mollie_refund_words)
        self.assertTrue(note.mollie_refund_log_ids)
