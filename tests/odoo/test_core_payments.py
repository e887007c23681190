"""Payments through core's own dialog: the same care as those by a link."""

from tests.common import MollieCase


class TestCorePayments(MollieCase):
    def decide(self, tx, status="paid"):
        """Let the customer pay; no webhook is delivered."""
        self.sandbox.set_status(tx.provider_reference, status, method="ideal", webhook=False)
        tx.mollie_next_check = "2026-01-01"

    def test_a_result_of_which_no_webhook_told_is_found_by_the_cron(self):
        invoice = self.make_invoice()
        tx = self.start_core_payment(invoice)
        self.assertTrue(tx.mollie_next_check)
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual((tx.state, tx.is_post_processed), ("done", True))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.events(invoice), ["status", "booked"])

    def test_check_with_mollie_looks_at_them_too(self):
        invoice = self.make_invoice()
        self.decide(self.start_core_payment(invoice))
        invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def test_one_payment_of_several_invoices_is_followed_to_its_chargeback(self):
        invoices = self.make_invoice(60), self.make_invoice(40)
        tx = self.start_core_payment(*invoices)
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual([invoice.amount_residual for invoice in invoices], [0, 0])
        self.sandbox.add_chargeback(tx.provider_reference, "100.00", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual([invoice.amount_residual for invoice in invoices], [60, 40])
        self.assertEqual([len(invoice.activity_ids) for invoice in invoices], [1, 1])
        for invoice in invoices:
            self.assertEqual(self.events(invoice), ["status", "booked", "chargeback", "booked"])
            self.assertEqual(invoice.mollie_payment_state, "charged_back")

    def test_a_payment_of_several_invoices_is_found_by_checking_any_of_them(self):
        for checked in (0, 1):
            with self.subTest(checked):
                invoices = self.make_invoice(60), self.make_invoice(40)
                self.decide(self.start_core_payment(*invoices))
                invoices[checked].with_user(self.clerk).action_mollie_sync()
                self.env.invalidate_all()
                self.assertEqual([invoice.amount_residual for invoice in invoices], [0, 0])

    def test_a_payment_of_an_order_without_an_invoice_is_found_and_followed(self):
        """As a shop or a quotation has them: their invoice may come later, or never."""
        tx = self.start_core_payment(self.make_invoice())
        tx.invoice_ids = False
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual(
            (tx.state, tx.is_post_processed, self.ledger.booked()), ("done", True, 100)
        )
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded", webhook=False)
        self.sandbox.add_chargeback(tx.provider_reference, "70.00", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_a_transfer_for_an_order_is_not_called_off_for_want_of_an_invoice(self):
        tx = self.start_core_payment(self.make_invoice())
        tx.invoice_ids = False
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer", webhook=False)
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["status"], "open")

    def test_however_it_ended_without_a_webhook_the_cron_hears_of_it(self):
        for status, state in (("failed", "cancel"), ("expired", "cancel"), ("paid", "done")):
            with self.subTest(status):
                tx = self.start_core_payment(self.make_invoice())
                self.decide(tx, status)
                self.run_cron("cron_mollie_sync")
                self.assertEqual(tx.state, state)

    def test_the_pay_page_does_not_ask_again_for_what_was_paid_in_the_dialog(self):
        invoice = self.make_invoice()
        tx = self.start_core_payment(invoice)
        path = self.make_link(invoice)
        self.decide(tx)
        self.assertIn("is paid", self.text_of(self.get(path)))
        self.assertEqual(self.press_pay(path).status_code, 200)
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_an_invoice_paid_in_the_dialog_is_not_deleted(self):
        invoice = self.make_invoice()
        self.start_core_payment(invoice)
        invoice.button_draft()
        with self.assertRaisesRegex(Exception, "has online payments"):
            invoice.unlink()

    def test_a_payment_of_before_the_addon_carries_no_names_and_is_booked_all_the_same(self):
        invoice = self.make_invoice()
        tx = self.start_core_payment(invoice)
        self.sandbox.tamper(tx.provider_reference, {"metadata": None})
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual(invoice.amount_residual, 0)

    def test_names_of_another_database_are_refused(self):
        invoice = self.make_invoice()
        tx = self.start_core_payment(invoice)
        self.sandbox.tamper(tx.provider_reference, {"metadata": {"database": "other"}})
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))

    def test_names_that_another_module_left_say_nothing(self):
        for names in ("order 5", {"order": 5}):
            with self.subTest(names):
                invoice = self.make_invoice()
                tx = self.start_core_payment(invoice)
                self.sandbox.tamper(tx.provider_reference, {"metadata": names})
                self.decide(tx)
                self.run_cron("cron_mollie_sync")
                self.assertEqual(invoice.amount_residual, 0)

    def test_an_invoice_that_was_never_posted_is_posted_by_core_and_settled(self):
        """As shops do that make their invoices when the payment comes."""
        invoice = self.make_invoice(post=False)
        tx = self.start_core_payment(invoice)
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 0))

    def test_money_for_no_invoice_is_nobodys_credit(self):
        tx = self.start_core_payment(self.make_invoice())
        tx.invoice_ids = False
        self.decide(tx)
        self.run_cron("cron_mollie_sync")
        self.assertTrue(tx.payment_id)
        rows = self.env["mollie.payment.log"].search([("transaction_id", "=", tx.id)])
        self.assertNotIn("credit", rows.mapped("event"))
