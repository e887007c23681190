"""The main job: link, payment, result, books."""

from tests.common import MollieCase


class TestMainJob(MollieCase):
    def test_a_paid_invoice_is_booked_and_reconciled_by_the_webhook(self):
        invoice = self.make_invoice(121.0)
        tx = self.pay(invoice)
        self.assertEqual(tx.state, "done")
        self.assertEqual(tx.mollie_status, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.mollie_payment_state, "paid")
        self.assertEqual(tx.payment_id.journal_id, self.provider.journal_id)
        self.assertIn(tx.payment_id.state, ("in_process", "paid"))
        self.assertEqual(
            self.events(invoice),
            ["link_created", "attempt", "webhook", "status", "booked"],
        )

    def test_who_pays_becomes_a_customer_if_they_were_none(self):
        invoice = self.make_invoice()
        customer = invoice.partner_id
        customer.customer_rank = 0
        self.pay(invoice)
        self.assertEqual(customer.customer_rank, 1)

    def test_the_request_to_mollie_names_amount_invoice_and_where_to_go_on(self):
        invoice = self.make_invoice(1234.5)
        tx = self.start_payment(invoice)
        (request,) = self.sandbox.requests(path=r"/v2/payments$", method="POST")
        body = request["body"]
        self.assertEqual(body["amount"], {"currency": "EUR", "value": "1234.50"})
        self.assertEqual(body["description"], invoice.name)
        self.assertEqual(body["metadata"]["invoice"], invoice.name)
        self.assertEqual(body["metadata"]["reference"], tx.reference)
        for name, route in (("redirectUrl", "return"), ("webhookUrl", "webhook")):
            pattern = rf"https://pay\.example\.com/mollie/{route}/[\w-]{{22,}}"
            self.assertRegex(body[name], f"^{pattern}$")
        self.assertNotIn("method", body)

    def test_making_a_link_asks_nothing_of_mollie(self):
        self.sandbox.clear_requests()
        self.make_link(self.make_invoice())
        self.assertEqual(self.sandbox.requests(), [])

    def test_the_page_of_an_invoice_shows_what_is_due_and_creates_nothing(self):
        invoice = self.make_invoice(60.0)
        path = self.make_link(invoice)
        self.sandbox.clear_requests()
        response = self.get(path)
        self.assertEqual(response.status_code, 200)
        self.assertIn(invoice.name, self.text_of(response))
        self.assertIn("60.00", self.text_of(response))
        self.assertFalse(invoice.transaction_ids)
        self.assertEqual(self.sandbox.requests(), [])

    def test_a_link_asks_only_what_is_still_due(self):
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        self.receive_by_bank(invoice, 40.0)
        self.press_pay(path)
        self.assertEqual(self.last_transaction(invoice).amount, 60.0)

    def test_the_return_page_books_without_a_webhook(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        response = self.get(self.return_path(tx))
        self.assertEqual(response.status_code, 200)
        self.assertIn("We received", self.text_of(response))
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_second_delivery_books_nothing_and_writes_no_row(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        rows = self.events(invoice)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assertEqual(self.events(invoice), rows)
        self.assertEqual(
            len(self.env["account.payment"].search([("payment_transaction_id", "=", tx.id)])), 1
        )

    def test_the_log_names_the_method_as_mollie_does(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        row = invoice.mollie_log_ids.filtered(lambda row: row.event == "booked")
        self.assertEqual((row.mollie_method, row.method_name), ("ideal", "iDEAL | Wero"))

    def test_a_reason_of_mollies_ends_in_one_dot_in_the_log(self):
        invoice = self.make_invoice(1002.0)  # For Mollie, a wrong security code.
        self.pay(invoice, "failed", method="creditcard")
        (row,) = invoice.mollie_log_ids.filtered(lambda row: row.detail and row.event == "status")
        reason = "The security code of the card is not right"
        self.assertEqual(row.message, f"Mollie reports: failed ({reason}).")

    def test_what_is_booked_names_mollies_id_and_the_invoice(self):
        """As an accountant looks for them: on the payment, and on each of its items."""
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        for text in (tx.payment_id.memo, *tx.payment_id.move_id.line_ids.mapped("name")):
            self.assertIn(tx.provider_reference, text)
            self.assertIn(invoice.name, text)
