"""What Mollie holds of an invoice is never asked for, whatever the books look like."""

from unittest.mock import patch

from tests.odoo.cases.due import DueCase

LESS = {"amount": {"currency": "EUR", "value": "60.00"}}
MORE = {"amount": {"currency": "EUR", "value": "100.01"}}
DOLLARS = {"amount": {"currency": "USD", "value": "60.00"}}


class TestHeldMoney(DueCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)

    def receivable(self, payment):
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )

    def test_a_payment_that_is_a_draft_again_is_not_asked_again(self):
        tx = self.pay(self.invoice)
        payment = tx.payment_id.with_user(self.clerk)
        payment.action_draft()
        self.assert_due(self.invoice, 0, "paid")
        self.receivable(payment).remove_move_reconcile()
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "pending")

    def test_a_part_that_is_a_draft_again_counts_once(self):
        tx = self.pay_part(self.invoice, "40.00")
        tx.payment_id.with_user(self.clerk).action_draft()
        self.assert_due(self.invoice, 60, "open")

    def test_a_payment_whose_entry_was_reversed_is_not_asked_again(self):
        tx = self.pay(self.invoice)
        tx.payment_id.move_id.with_user(self.clerk)._reverse_moves(cancel=True)
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "pending")

    def test_a_payment_that_somebody_deleted_is_not_asked_again(self):
        tx = self.pay(self.invoice)
        self.receivable(tx.payment_id).remove_move_reconcile()
        tx.payment_id.action_draft()
        # Past our own refusal, as other modules or a database's administrator do.
        self.env.cr.execute("DELETE FROM account_payment WHERE id = %s", [tx.payment_id.id])
        self.assert_due(self.invoice, 0, "pending")

    def test_a_payment_that_was_taken_from_its_invoice_is_not_asked_again(self):
        tx = self.pay(self.invoice)
        self.receivable(tx.payment_id).remove_move_reconcile()
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "pending")

    def test_once_it_pays_another_invoice_it_is_asked_for(self):
        tx = self.pay(self.invoice)
        other = self.make_invoice(70.0)
        line = self.receivable(tx.payment_id)
        line.remove_move_reconcile()
        other.with_user(self.clerk).js_assign_outstanding_line(line.id)
        self.assert_due(self.invoice, 70, "open")

    def test_a_part_that_could_not_be_booked_leaves_the_rest_to_pay(self):
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.pay_part(self.invoice, "40.00")
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 60, "pending")

    def bring(self, other):
        """Let Mollie say that another amount was paid than was asked for."""
        tx = self.start_payment(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.tamper(tx.provider_reference, other)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(self.last_transaction(self.invoice).amount, 100)
        self.assertEqual(self.invoice.amount_residual, 100)
        return tx

    def test_of_another_amount_only_the_rest_is_asked(self):
        self.bring(LESS)
        self.assert_due(self.invoice, 40, "open")

    def test_more_than_was_asked_leaves_nothing_to_ask(self):
        """State 8."""
        self.bring(MORE)
        self.assert_due(self.invoice, 0, "pending")

    def test_another_currency_counts_by_todays_rate(self):
        self.env.ref("base.USD").active = True
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": self.env.ref("base.USD").id,
                "company_id": self.company.id,
                "rate": 1.2,
            }
        )
        self.bring(DOLLARS)
        self.assert_due(self.invoice, 50, "open")

    def test_refunds_and_chargebacks_of_it_are_due_again(self):
        tx = self.bring(LESS)
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 60, "open")
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 100, "open")

    def test_once_it_is_added_to_the_invoice_it_counts_once(self):
        tx = self.bring(LESS)
        line = self.receivable(tx.child_transaction_ids.payment_id)
        self.invoice.with_user(self.clerk).js_assign_outstanding_line(line.id)
        self.assertEqual(self.invoice.amount_residual, 40)
        self.assert_due(self.invoice, 40, "open")

    def test_a_chargeback_of_what_was_taken_from_its_invoice_is_due_again(self):
        tx = self.pay(self.invoice)
        self.receivable(tx.payment_id).remove_move_reconcile()
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 100, "charged_back")

    def pay_together(self, *invoices, amount):
        """Pay invoices through core's dialog, and let the booking fail."""
        tx = self.start_core_payment(*invoices, amount=amount)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            tx._mollie_sync("cron")

    def test_what_came_for_several_invoices_counts_for_those_due_first(self):
        other = self.make_invoice(40.0, invoice_date="2026-11-03")
        self.make_link(self.invoice)
        self.make_link(other)
        self.pay_together(self.invoice, other, amount=120)
        self.assert_due(self.invoice, 0, "pending")
        self.assert_due(other, 20, "pending")

    def test_the_portal_does_not_ask_either(self):
        tx = self.pay(self.invoice)
        self.assertFalse(self.invoice._has_to_be_paid())
        self.receivable(tx.payment_id).remove_move_reconcile()
        self.assertFalse(self.invoice._has_to_be_paid())
