"""What is asked of a customer, wherever it is asked: on the page, by the button, of the clerk."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class DueCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mollie_other_amount = True

    def pay_part(self, invoice, amount):
        self.press_pay(self.make_link(invoice), choice="other", amount=amount)
        tx = self.last_transaction(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def assert_due(self, invoice, amount, badge):
        """Assert that this much is asked, by the page, by the button Pay and by the clerk's."""
        self.env.invalidate_all()
        self.assertEqual(invoice.mollie_payment_state, badge)
        found = self.env["account.move"].search([("mollie_payment_state", "in", [badge])])
        self.assertIn(invoice, found)
        link = self.env["mollie.payment.link"].search([("move_id", "=", invoice.id)], limit=1)
        path = f"/mollie/pay/{link.token}"
        text = self.text_of(self.get(path))
        (self.assert_nothing if amount == 0 else self.assert_asked)(invoice, path, text, amount)

    def assert_nothing(self, invoice, path, text, _amount):
        self.assertRegex(text, "nothing more you need to do|nothing you need to do")
        self.assertNotIn("Pay €", text)
        count = len(self.sandbox.payments())
        self.press_pay(path)
        self.press_pay(path, choice="other", amount="10.00", again="1")
        self.assertEqual(len(self.sandbox.payments()), count)
        self.env.invalidate_all()
        self.assertFalse(invoice.with_user(self.clerk).mollie_can_create_link)
        with self.assertRaisesRegex(UserError, "nothing left to pay"):
            invoice.with_user(self.clerk).action_mollie_create_payment()

    def assert_asked(self, invoice, path, text, amount):
        self.assertIn(f"Pay € {amount:.2f}", text)
        invoice.with_user(self.clerk).action_mollie_create_payment()
        self.press_pay(path, again="1")
        tx = self.last_transaction(invoice)
        self.assertEqual((tx.amount, tx.state), (amount, "draft"))
        # So that what is asked next does not meet this one.
        self.sandbox.set_status(tx.provider_reference, "expired", webhook=False)
        tx._mollie_sync("cron")
        self.env.invalidate_all()
