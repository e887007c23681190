"""What of an invoice was credited, or is not asked for at all, is never called paid."""

from tests.odoo.cases.pages import PageCase


class TestCreditedInvoices(PageCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(120.0, invoice_date_due="2036-05-03")

    def credit(self, amount):
        note = self.make_credit_note(self.invoice, amount)
        for line in note.line_ids.filtered(lambda line: line.display_type == "payment_term"):
            if not line.reconciled:
                self.invoice.with_user(self.clerk).js_assign_outstanding_line(line.id)

    def decline_after(self, action):
        """Let a payment fail after something happened to the invoice; return the page of that."""
        tx = self.start_payment(self.invoice)
        action()
        return self.decide(tx, "failed")

    def test_what_was_credited_has_a_row_of_its_own_and_is_not_called_paid(self):
        path = self.make_link(self.invoice)
        self.credit(40.0)
        response = self.get(path)
        self.assert_page(
            response,
            "€ 80.00 due by May 3, 2036",
            "Total € 120.00 Credited € 40.00 Amount due now € 80.00",
            without=["received", "Already paid"],
        )

    def test_what_was_received_is_of_what_was_not_credited(self):
        """State 3."""
        path = self.make_link(self.invoice)
        self.credit(20.0)
        self.receive_by_bank(self.invoice, 40.0)
        response = self.get(path)
        self.assert_page(
            response,
            "€ 40.00 of € 100.00 received; € 60.00 left",
            "Total € 120.00 Credited € 20.00 Already paid € 40.00 Amount due now € 60.00",
        )

    def test_what_is_reserved_is_of_what_was_not_credited(self):
        """State 21."""
        self.credit(20.0)
        tx = self.start_payment(self.invoice)
        self.decide(tx, "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, "30.00")
        self.deliver_webhooks()
        response = self.get(f"/mollie/pay/{tx.mollie_link_id.token}")
        self.assert_page(response, "€ 30.00 of € 100.00 received; € 70.00 is reserved")

    def test_of_a_draft_nothing_is_paid(self):
        response = self.decline_after(self.invoice.button_draft)
        nothing = ["Already paid", "Credited", "Amount due", "View the invoice"]
        self.assert_page(response, "did not succeed", without=nothing)

    def test_of_a_cancelled_invoice_nothing_is_paid(self):
        response = self.decline_after(self.invoice.button_cancel)
        self.assert_page(response, "did not succeed", without=["Already paid", "another way"])

    def test_an_invoice_that_was_credited_is_not_said_to_be_paid_in_another_way(self):
        response = self.decline_after(lambda: self.credit(120.0))
        self.assert_page(
            response,
            "Nothing to pay: this invoice was credited.",
            "Credited € 120.00",
            without=["Already paid", "another way"],
        )
        self.assertNotIn("<button", response.text)

    def test_an_invoice_of_which_the_rest_was_credited_was_paid_in_another_way(self):
        def pay_and_credit():
            self.receive_by_bank(self.invoice, 50.0)
            self.credit(70.0)

        response = self.decline_after(pay_and_credit)
        self.assert_page(response, "paid in another way", "Credited € 70.00 Already paid € 50.00")

    def test_a_credit_note_that_was_refunded_leaves_the_invoice_paid(self):
        tx = self.pay(self.invoice)
        note = self.make_credit_note(self.invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        self.sandbox.set_refund_status(tx.child_transaction_ids.provider_reference, "refunded")
        self.deliver_webhooks()
        response = self.get(f"/mollie/pay/{tx.mollie_link_id.token}")
        self.assert_page(response, "Already paid € 120.00", without=["Credited"])
