"""Who may move money: every role × what does."""

from odoo.exceptions import AccessError

from tests.odoo.cases.roles import BILLING, ROLES, TRANSACTIONS, AccessCase

# What moves money, in core's wizard and buttons.
MONEY_METHODS = {
    "action_refund": "paid",
    "action_capture": "authorized",
    "action_void": "authorized",
}


class TestMoney(AccessCase):
    """Attacks D1: every role × what moves money."""

    def make_payment(self, status):
        tx = self.pay(self.make_invoice(), status, method="klarna")
        self.assertEqual(tx.mollie_status, status)
        return tx

    def test_only_billing_users_move_money(self):
        for method, status in MONEY_METHODS.items():
            tx = self.make_payment(status)
            for role in ROLES:
                with self.subTest(method, role=role):
                    self.sandbox.clear_requests()
                    if role in TRANSACTIONS:
                        self.call(role, self.make_payment(status), method)
                        continue
                    with self.assertRaises(AccessError):
                        self.call(role, tx, method)
                    self.assertEqual(self.sandbox.requests(), [])

    def test_only_billing_users_refund_through_the_wizard(self):
        for role in ROLES:
            with self.subTest(role):
                self.sandbox.clear_requests()
                if role in BILLING:
                    self.refund_by_wizard(role, self.make_payment("paid").payment_id)
                    self.assertTrue(self.sandbox.requests(method="POST"))
                    continue
                with self.assertRaises(AccessError):
                    self.refund_by_wizard(role, self.tx.payment_id)
                self.assertEqual(self.sandbox.requests(), [])

    def refund_by_wizard(self, role, payment):
        self.env.flush_all()
        self.env.invalidate_all()
        Wizard = self.env["payment.refund.wizard"].with_user(self.users[role])
        wizard = Wizard.create({"payment_id": payment.id})
        self.call(role, wizard, "action_refund")
