"""What the clerk's badge and the customer's page say of an invoice are the same."""

from unittest.mock import patch

from tests.common import MollieCase


class TestBadgeAndPage(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mollie_other_amount = True

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()

    def pay_part(self, amount):
        self.press_pay(self.make_link(self.invoice), choice="other", amount=amount)
        tx = self.last_transaction(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def assert_says(self, badge, *texts):
        self.env.invalidate_all()
        self.assertEqual(self.invoice.mollie_payment_state, badge)
        page = self.text_of(self.get(self.make_link(self.invoice)))
        for text in texts:
            self.assertIn(text, page)

    def test_a_part_payment_leaves_both_open(self):
        self.pay_part("10.00")
        self.assert_says("open", "€ 90.00")

    def test_a_link_revoked_after_a_part_payment_is_closed_not_paid(self):
        self.pay_part("10.00")
        self.invoice.action_mollie_revoke_link()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.mollie_payment_state, "closed")
        self.assert_says_after_a_new_link()

    def assert_says_after_a_new_link(self):
        self.make_link(self.invoice)
        self.assert_says("open", "€ 90.00")

    def test_a_whole_payment_is_paid_on_both_also_once_the_link_is_revoked(self):
        tx = self.pay(self.invoice)
        self.invoice.action_mollie_revoke_link()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.mollie_payment_state, "paid")
        said = self.text_of(self.get(self.return_path(tx)))
        self.assertIn("your payment was received", said)
        self.assertNotIn("100.00", said)

    def test_money_that_could_not_be_booked_is_under_way_for_the_clerk_and_not_asked_again(self):
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.pay(self.invoice)
            self.env.invalidate_all()
            self.assertEqual(self.invoice.mollie_payment_state, "pending")
            path = self.invoice.mollie_payment_link.removeprefix("https://pay.example.com")
            self.assertIn("is paid", self.text_of(self.get(path)))

    def test_an_invoice_that_is_a_draft_again_is_closed_on_both(self):
        path = self.make_link(self.invoice)
        self.pay(self.invoice)
        self.invoice.button_draft()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.mollie_payment_state, "closed")
        self.assertNotIn("Pay €", self.text_of(self.get(path)))

    def test_a_chargeback_of_a_part_is_told_to_the_clerk_and_asked_of_the_customer(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.assert_says("charged_back", "€ 40.00")

    def test_a_payment_that_somebody_blocked_is_still_due(self):
        self.make_link(self.invoice)
        self.invoice.payment_state = "blocked"
        self.assert_says("open", "Pay € 100.00")

    def test_an_older_answer_leaves_a_chargeback_standing(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.sandbox.tamper(tx.provider_reference, {"status": "pending"})
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assert_says("charged_back", "€ 100.00")
