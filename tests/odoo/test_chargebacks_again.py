"""Money that is charged back and won back, more than once."""

from tests.common import MollieCase


class TestChargebacksAgain(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.pay(self.invoice)

    def charge_back(self, value):
        chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, value)
        self.deliver_webhooks()
        return chargeback

    def reverse(self, chargeback):
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()

    def booked(self):
        family = self.tx + self.tx.child_transaction_ids
        payments = family.payment_id
        signs = {"inbound": 1, "outbound": -1}
        return sum(payment.amount * signs[payment.payment_type] for payment in payments)

    def test_the_same_money_charged_back_again_after_it_was_won_back_is_due_again(self):
        for _round in range(3):
            chargeback = self.charge_back("60.00")
            self.assertEqual((self.booked(), self.invoice.amount_residual), (40, 60))
            self.reverse(chargeback)
            self.assertEqual((self.booked(), self.invoice.amount_residual), (100, 0))

    def test_it_is_booked_too_when_all_is_heard_of_at_once(self):
        """Attacks G3: the last webhook tells of all that went before."""
        for value in ("60.00", "60.00", "20.00"):
            chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, value)
            self.sandbox.reverse_chargeback(chargeback["id"])
        self.charge_back("30.00")
        self.assertEqual((self.booked(), self.invoice.amount_residual), (70, 30))

    def test_it_is_booked_though_the_invoice_is_a_draft(self):
        self.invoice.button_draft()
        for value in ("60.00", "60.00", "20.00"):
            self.reverse(self.charge_back(value))
        self.charge_back("30.00")
        self.assertEqual(self.booked(), 70)
        self.invoice.action_post()
        self.assertEqual(self.invoice.amount_residual, 30)

    def test_more_charged_back_in_all_than_was_paid_leaves_nothing_behind(self):
        """A draft has no part in it: chargebacks and what was won back settle each other."""
        self.invoice.button_draft()
        won_back = [self.charge_back(value) for value in ("60.00", "30.00")]
        for chargeback in won_back:
            self.sandbox.reverse_chargeback(chargeback["id"])
        self.charge_back("55.00")
        self.invoice.action_post()
        self.assertEqual((self.booked(), self.invoice.amount_residual), (45, 55))
