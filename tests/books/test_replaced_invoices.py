"""Reverse and create invoice: what was paid for the old one pays the new one."""

from tests.common import MollieCase


class ReplacedCase(MollieCase):
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


class TestReplacedInvoices(ReplacedCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

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

    def test_the_log_says_what_of_it_is_used(self):
        new = self.replace(self.invoice, 70)
        (row,) = new.mollie_log_ids.filtered(lambda row: row.event == "replaced")
        self.assertEqual(row.amount, 70)

    def test_where_nothing_was_paid_the_log_tells_of_no_use(self):
        invoice = self.make_invoice(100)
        self.start_payment(invoice)
        self.assertNotIn("replaced", self.events(self.replace(invoice)))

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


class TestPaidWithCredit(ReplacedCase):
    """An invoice that was paid with what came for another one, and is corrected or replaced."""

    def setUp(self):
        super().setUp()
        self.first = self.make_invoice(100)
        tx = self.start_payment(self.first)
        self.receive_by_bank(self.first, 100)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.tx = tx

    def pay_with_credit(self, amount=100):
        """Return an invoice that was paid with the credit, by the button of the addon."""
        invoice = self.make_invoice(amount)
        clerks = invoice.with_user(self.clerk).with_context(mollie_credit_of=self.first.id)
        clerks.action_mollie_take_credit()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)
        return invoice

    def pay_with_cores_credit(self, amount=100):
        """The same with core's own list of outstanding credits."""
        invoice = self.make_invoice(amount).with_user(self.clerk)
        credit = self.tx.payment_id.move_id.line_ids.filtered("credit")
        listed = invoice.invoice_outstanding_credits_debits_widget["content"]
        self.assertIn(credit.id, [line["id"] for line in listed])
        invoice.js_assign_outstanding_line(credit.id)
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)
        return invoice

    def correct(self, invoice, amount):
        invoice = invoice.with_user(self.clerk)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = amount
        invoice.action_post()
        self.env.invalidate_all()

    def assert_asks(self, invoice, due, credit):
        self.env.invalidate_all()
        self.assertEqual(invoice.sudo()._get_mollie_due(), due)
        said = self.first.with_user(self.clerk).mollie_credit or ""
        self.assertEqual(said, credit and f"€\N{NO-BREAK SPACE}{credit}.00")
        self.assertEqual(self.ledger.booked(), self.ledger.held())

    def test_a_correction_asks_only_for_what_it_adds(self):
        for pay in (self.pay_with_credit, self.pay_with_cores_credit):
            with self.subTest(pay.__name__):
                self.setUp()
                invoice = pay()
                self.correct(invoice, 120)
                self.assert_asks(invoice, 20, "")
                self.correct(invoice, 70)
                self.assert_asks(invoice, 0, 30)

    def test_what_takes_its_place_is_paid(self):
        new = self.replace(self.pay_with_credit())
        self.assert_asks(new, 0, "")
        newer = self.replace(new, 130)
        self.assert_asks(newer, 30, "")

    def test_one_that_is_cancelled_gives_the_credit_back(self):
        invoice = self.pay_with_credit()
        invoice.with_user(self.clerk).button_draft()
        invoice.with_user(self.clerk).button_cancel()
        self.assert_asks(invoice, 0, 100)
        self.assert_asks(self.pay_with_credit(), 0, "")

    def test_a_chargeback_of_the_credit_opens_it_again(self):
        invoice = self.pay_with_credit()
        self.correct(invoice, 120)
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assert_asks(invoice, 120, "")
        self.assertEqual(self.first.amount_residual, 0)

    def test_what_was_taken_off_it_by_hand_is_not_put_back(self):
        invoice = self.pay_with_credit()
        partial = self.tx.payment_id.move_id.line_ids.matched_debit_ids
        invoice.with_user(self.clerk).js_remove_outstanding_partial(partial.id)
        self.correct(invoice, 120)
        self.assert_asks(invoice, 120, 100)

    def test_what_is_taken_off_it_after_a_correction_is_asked_for(self):
        invoice = self.pay_with_credit()
        self.correct(invoice, 100)
        partial = self.tx.payment_id.move_id.line_ids.matched_debit_ids
        invoice.with_user(self.clerk).js_remove_outstanding_partial(partial.id)
        self.assert_asks(invoice, 100, 100)

    def test_the_right_customer_of_a_corrected_invoice_owes_all_of_it(self):
        invoice = self.pay_with_credit()
        clerks = invoice.with_user(self.clerk)
        clerks.button_draft()
        clerks.partner_id = self.customer.copy({"name": "Somebody Else"})
        clerks.invoice_line_ids.price_unit = 90
        clerks.action_post()
        self.assert_asks(invoice, 90, 100)

    def test_it_tells_nothing_of_what_became_of_the_other_invoices_money(self):
        invoice = self.pay_with_credit(40)
        self.correct(invoice, 40)
        self.sandbox.add_refund(self.tx.provider_reference, "60.00", status="refunded")
        self.deliver_webhooks()
        self.assert_asks(invoice, 0, "")
        self.assertFalse(invoice.transaction_ids)
        self.assertNotEqual(invoice.mollie_payment_state, "refunded")
