"""Reverse and create invoice: what was paid for the old one pays the new one."""

from tests.common import MollieCase


class TestReplacedInvoices(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

    def replace(self, invoice, amount=None, post=True):
        """Press Reverse and Create Invoice as the clerk; return the new invoice."""
        wizard = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        new = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        if amount:
            new.invoice_line_ids.price_unit = amount
        if post:
            new.with_user(self.clerk).action_post()
        self.env.invalidate_all()
        return new

    def page(self, invoice):
        return self.text_of(self.get(f"/mollie/pay/{invoice.mollie_link_ids[:1].token}"))

    def test_the_new_invoice_is_paid(self):
        new = self.replace(self.invoice)
        self.assertEqual((new.amount_residual, new.mollie_payment_state), (0, "paid"))
        self.assertFalse(self.invoice.with_user(self.clerk).mollie_credit)
        self.assertFalse(new.with_user(self.clerk).mollie_can_create_link)

    def test_its_link_asks_only_the_rest(self):
        new = self.replace(self.invoice, 120)
        self.assertEqual(new.mollie_payment_state, "none")
        self.make_link(new)
        self.assertEqual(new.amount_residual, 20)
        self.assertIn("Pay € 20.00", self.page(new))

    def test_what_it_does_not_need_can_be_refunded_from_it(self):
        new = self.replace(self.invoice, 70)
        self.assertEqual(new.amount_residual, 0)
        action = new.with_user(self.clerk).action_mollie_refund_credit()
        self.assertEqual(action["context"]["default_amount_to_refund"], 30)

    def test_a_draft_uses_nothing_and_can_be_deleted(self):
        new = self.replace(self.invoice, post=False)
        self.assertEqual(new.state, "draft")
        self.assertFalse(new.transaction_ids)
        new.with_user(self.clerk).unlink()
        self.assertTrue(self.invoice.with_user(self.clerk).mollie_credit)

    def test_the_log_of_the_new_invoice_says_where_the_money_came_from(self):
        new = self.replace(self.invoice, 120)
        (row,) = new.mollie_log_ids.filtered(lambda row: row.event == "replaced")
        self.assertEqual(row.amount, 100)
        self.assertIn(self.invoice.name, row.message)

    def test_a_chargeback_opens_the_new_invoice(self):
        new = self.replace(self.invoice)
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertEqual((new.amount_residual, self.invoice.amount_residual), (100, 0))
        self.assertEqual(new.mollie_payment_state, "charged_back")
        self.assertEqual(self.ledger.booked(), 0)

    def test_a_note_of_the_new_invoice_is_refunded_by_the_old_payment(self):
        new = self.replace(self.invoice)
        note = self.make_credit_note(new, 30).with_user(self.clerk)
        note.action_mollie_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual((note.amount_residual, self.ledger.booked()), (0, 70))

    def test_it_goes_on_through_several_corrections(self):
        new = self.replace(self.replace(self.invoice), 130)
        self.assertEqual(new.amount_residual, 30)

    def test_money_that_comes_after_the_reversal_pays_the_new_invoice(self):
        for status in ("open", "pending"):
            with self.subTest(status):
                invoice = self.make_invoice(100)
                tx = self.start_payment(invoice)
                if status == "pending":
                    self.sandbox.set_status(tx.provider_reference, "pending", method="ideal")
                    self.deliver_webhooks()
                new = self.replace(invoice)
                self.assertEqual(self.get(self.make_link(new)).status_code, 200)
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                self.deliver_webhooks()
                self.assertEqual((new.amount_residual, invoice.amount_residual), (0, 0))

    def test_another_customers_new_invoice_is_not_paid_by_it(self):
        new = self.replace(self.invoice, post=False)
        new.partner_id = self.customer.copy()
        new.with_user(self.clerk).action_post()
        self.assertEqual((new.amount_residual, new.transaction_ids.ids), (100, []))
