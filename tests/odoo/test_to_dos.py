"""Who gets the to-do when money needs a person."""

from tests.common import MollieCase


class TestResponsible(MollieCase):
    """Who is told: somebody who is there to read it."""

    def told(self, invoice):
        """Charge the invoice's payment back; return who has a to-do for it."""
        tx = self.pay(invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        return invoice.activity_ids.user_id

    def test_the_salesperson_is_told(self):
        seller = self.make_user("seller", "base.group_user")
        self.assertEqual(self.told(self.make_invoice(invoice_user_id=seller.id)), seller)

    def test_without_one_who_made_the_invoice_is_told(self):
        invoice = self.make_invoice(post=False)
        invoice = invoice.with_user(self.clerk).copy({"invoice_date": "2026-11-02"}).sudo()
        invoice.action_post()
        invoice.invoice_user_id = False
        self.assertEqual(self.told(invoice.with_user(self.env.user)), self.clerk)

    def test_when_both_left_somebody_in_billing_of_that_company_is_told(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        seller.active = False
        told = self.told(self.make_invoice(invoice_user_id=seller.id))
        self.assertTrue(told.active)
        self.assertIn(self.company, told.company_ids)
        self.assertTrue(told.has_group("account.group_account_invoice"))
