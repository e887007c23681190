"""Chargebacks: the money is due again, and paid once it is won back; more than once, too."""

from tests.common import MollieCase


class TestChargebacks(MollieCase):
    def test_a_chargeback_opens_the_invoice_again_and_the_link_works(self):
        invoice, tx = self.make_paid()
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(invoice.mollie_payment_state, "charged_back")
        self.assertEqual(self.ledger.booked(), 0)
        self.assertTrue(invoice.activity_ids)
        second = self.pay(invoice)
        self.assertNotEqual(second, tx)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.ledger.booked(), 100)

    def test_the_log_names_the_entry(self):
        invoice, tx = self.make_paid()
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        entry = tx.child_transaction_ids.payment_id.name
        self.assertIn(f"was booked: {entry}.", invoice.mollie_log_ids[:1].message)

    def test_nobody_reads_that_it_was_a_refund(self):
        invoice, tx = self.make_paid()
        before = invoice.message_ids
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        said = " ".join((invoice.message_ids - before).mapped("body"))
        self.assertNotIn("refund", said)
        self.assertEqual(self.events(invoice).count("chargeback"), 1)

    def test_a_reversed_chargeback_pays_the_invoice_again(self):
        invoice, tx = self.make_paid()
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.ledger.booked(), 100)
        self.assertEqual(invoice.mollie_payment_state, "paid")

    def test_partial_chargebacks_open_as_much_as_they_took(self):
        invoice, tx = self.make_paid()
        for amount in ("20.00", "15.00"):
            self.sandbox.add_chargeback(tx.provider_reference, amount)
            self.deliver_webhooks()
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 35)
        self.assertEqual(self.ledger.booked(), 65)


class TestRepeatedChargebacks(MollieCase):
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

    def test_the_same_money_charged_back_again_after_it_was_won_back_is_due_again(self):
        for _round in range(3):
            chargeback = self.charge_back("60.00")
            self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (40, 60))
            self.reverse(chargeback)
            self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (100, 0))

    def test_it_is_booked_too_when_all_is_heard_of_at_once(self):
        """Attacks G3: the last webhook tells of all that went before."""
        for value in ("60.00", "60.00", "20.00"):
            chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, value)
            self.sandbox.reverse_chargeback(chargeback["id"])
        self.charge_back("30.00")
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (70, 30))

    def test_it_is_booked_though_the_invoice_is_a_draft(self):
        self.invoice.button_draft()
        for value in ("60.00", "60.00", "20.00"):
            self.reverse(self.charge_back(value))
        self.charge_back("30.00")
        self.assertEqual(self.ledger.booked(), 70)
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
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (45, 55))


class TestChangedAmounts(MollieCase):
    """Mollie says another amount than before of what left."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100)
        self.tx = self.pay(self.invoice)

    def change(self, kind, value):
        embedded = self.sandbox.payment(self.tx.provider_reference)["_embedded"]
        embedded[kind][0]["amount"]["value"] = value
        self.sandbox.tamper(self.tx.provider_reference, {"_embedded": embedded})
        self.invoice.action_mollie_sync()
        self.env.invalidate_all()

    def test_a_chargeback_of_another_amount_than_before_is_booked_anew(self):
        self.sandbox.add_chargeback(self.tx.provider_reference, "40.00")
        self.deliver_webhooks()
        for value, due in (("55.00", 55), ("40.00", 40)):
            self.change("chargebacks", value)
            self.assertEqual(self.ledger.booked(), 100 - due)
            self.assertEqual(self.invoice.amount_residual, due)

    def test_a_refund_of_another_amount_than_before_is_booked_anew(self):
        self.sandbox.add_refund(self.tx.provider_reference, "10.00", status="refunded")
        self.deliver_webhooks()
        for value, booked in (("12.00", 88), ("10.00", 90)):
            self.change("refunds", value)
            self.assertEqual(self.ledger.booked(), booked)
