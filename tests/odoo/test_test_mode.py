"""Test payments are called so wherever somebody sees them, also once the company is live."""

from tests.common import LIVE_KEY
from tests.odoo.cases.pages import PageCase

BANNER = "Test: no real money"


class TestTestMode(PageCase):
    def test_a_test_payment_is_called_so_on_invoice_payment_and_log(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        self.assertTrue(invoice.with_user(self.clerk).mollie_is_test)
        self.assertTrue(tx.payment_id.with_user(self.clerk).mollie_is_test)
        modes = {row.event: row.mode for row in invoice.with_user(self.clerk).mollie_log_ids}
        self.assertEqual((modes["attempt"], modes["booked"]), ("test", "test"))
        self.assertFalse(modes["link_created"])

    def test_it_is_still_one_after_going_live_for_the_customer_too(self):
        paid, unpaid = self.make_invoice(), self.make_invoice()
        paths = {invoice: self.make_link(invoice) for invoice in (paid, unpaid)}
        tx = self.pay(paid)
        self.connect(LIVE_KEY, all_the_same=True)
        self.env.invalidate_all()
        self.assertTrue(paid.mollie_is_test)
        self.assert_page(self.get(paths[paid]), BANNER)
        self.assert_page(self.get(self.return_path(tx)), BANNER)
        self.assertFalse(unpaid.mollie_is_test)
        self.assert_page(self.get(paths[unpaid]), without=[BANNER])

    def test_who_pays_the_rest_after_going_live_pays_real_money(self):
        self.company.mollie_other_amount = True
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        self.press_pay(path, choice="other", amount="40")
        tx = self.last_transaction(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.connect(LIVE_KEY, all_the_same=True)
        self.env.invalidate_all()
        self.assertTrue(invoice.mollie_is_test)
        self.assert_page(self.get(path), "Pay € 60.00", without=[BANNER])

    def test_an_invoice_whose_test_payment_was_reversed_is_paid_with_real_money(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        self.pay(invoice)
        self.connect(LIVE_KEY, all_the_same=True)
        self.settings().action_mollie_reverse_test_payments()
        self.env.invalidate_all()
        self.assertFalse(invoice.mollie_is_test)
        self.assert_page(self.get(path), "Pay € 100.00", without=[BANNER])

    def test_a_live_payment_is_not(self):
        self.connect(LIVE_KEY)
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        self.assertFalse(invoice.mollie_is_test)
        self.assertFalse(tx.payment_id.mollie_is_test)
        self.assertEqual(set(invoice.mollie_log_ids.mapped("mode")), {False, "live"})

    def test_a_payment_that_is_none_of_mollies_is_not(self):
        invoice = self.make_invoice()
        self.receive_by_bank(invoice, 100.0)
        self.assertFalse(invoice.matched_payment_ids.mollie_is_test)
