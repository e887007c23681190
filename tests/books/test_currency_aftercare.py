"""Refunds, chargebacks and captures in foreign currencies, at other rates than the payment."""

from tests.ledger import Ledger
from tests.odoo.cases.currencies import CurrencyCase


class TestAftercare(CurrencyCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(110.0, currency="USD")
        self.tx = self.pay(self.invoice)
        self.move_rate(1.25)

    def refund(self, amount, status="refunded"):
        refund = self.sandbox.add_refund(
            self.tx.provider_reference, {"currency": "USD", "value": amount}, status=status
        )
        self.deliver_webhooks()
        return refund

    def charge_back(self, amount):
        chargeback = self.sandbox.add_chargeback(
            self.tx.provider_reference, {"currency": "USD", "value": amount}
        )
        self.deliver_webhooks()
        return chargeback

    def assert_equal_to_mollie(self, held):
        self.assertEqual((self.ledger.held("USD"), self.ledger.booked("USD")), (held, held))

    def test_refunds_are_booked_in_dollars(self):
        self.refund("33.33")
        self.assert_equal_to_mollie(76.67)
        self.refund("76.67")
        self.assert_equal_to_mollie(0)

    def test_a_refund_that_fails_is_reversed_in_dollars(self):
        refund = self.refund("33.33", "processing")
        self.assert_equal_to_mollie(76.67)
        self.move_rate(1.40)
        self.sandbox.set_refund_status(refund["id"], "failed")
        self.deliver_webhooks()
        self.assert_equal_to_mollie(110)

    def test_a_chargeback_opens_the_invoice_in_dollars(self):
        self.charge_back("110.00")
        self.assert_equal_to_mollie(0)
        self.assertEqual(self.invoice.amount_residual, 110)
        second = self.pay(self.invoice)
        self.assertEqual((second.amount, second.currency_id.name), (110, "USD"))
        self.assert_settled(self.invoice, "USD", 110)

    def test_a_part_charged_back_opens_that_part(self):
        self.charge_back("33.33")
        self.assert_equal_to_mollie(76.67)
        self.assertEqual(self.invoice.amount_residual, 33.33)

    def test_a_reversed_chargeback_settles_the_invoice_though_the_rate_moved_twice(self):
        chargeback = self.charge_back("110.00")
        self.move_rate(1.40)
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assert_settled(self.invoice, "USD", 110)

    def test_a_credit_note_is_refunded_in_dollars_and_settled(self):
        note = self.make_credit_note(self.invoice, 33.33)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.assertEqual(refund["amount"], {"currency": "USD", "value": "33.33"})
        self.move_rate(1.40)
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)
        self.assert_settled(self.invoice, "USD", 76.67)

    def test_yen_are_refunded_without_decimals(self):
        self.activate("JPY", {"2026-11-01": 160.0})
        invoice = self.make_invoice(1000.0, currency="JPY")
        tx = self.pay(invoice)
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard.create({"payment_id": tx.payment_id.id, "amount_to_refund": 333}).action_refund()
        (refund,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
        self.assertEqual(refund["amount"], {"currency": "JPY", "value": "333"})
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual((self.ledger.held("JPY"), self.ledger.booked("JPY")), (667, 667))

    def test_what_came_twice_is_credit_in_dollars(self):
        second_invoice = self.make_invoice(50.0, currency="USD")
        path = self.make_link(second_invoice)
        for _tab in range(2):
            self.press_pay(path, again="1")
        self.env.invalidate_all()
        for tx in second_invoice.transaction_ids:
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_equal_to_mollie(210)
        self.assertEqual(second_invoice.amount_residual, 0)
        row = second_invoice.mollie_log_ids.filtered(lambda row: row.event == "credit")
        self.assertEqual((row.amount, row.currency_id.name), (50, "USD"))


class TestReservedMoney(CurrencyCase):
    def test_a_part_captured_in_dollars_is_booked_at_the_days_rate(self):
        invoice = self.make_invoice(110.0, currency="USD")
        tx = self.pay(invoice, "authorized", method="klarna")
        self.move_rate(1.25)
        self.sandbox.add_capture(tx.provider_reference, {"currency": "USD", "value": "66.66"})
        self.deliver_webhooks()
        self.assertEqual((self.ledger.booked("USD"), invoice.amount_residual), (66.66, 43.34))
        tx.mollie_reserved_until = "2026-01-01"
        self.pay(invoice)
        self.assertEqual(
            (self.ledger.booked("USD"), invoice.amount_residual, self.owed()), (110, 0, 0)
        )


class TestCompanyInDollars(CurrencyCase):
    def setUp(self):
        super().setUp()
        self.dollars = self.env["res.company"].create(
            {"name": "Dollar Inc.", "currency_id": self.env.ref("base.USD").id}
        )
        self.env["account.chart.template"].try_loading("generic_coa", self.dollars, False)
        self.env.user.company_ids |= self.dollars
        self.clerk.company_ids |= self.dollars
        self.clerk.company_id = self.dollars
        self.provider = self.connect("test_" + "d" * 30, self.dollars)
        self.ledger = Ledger(self.provider, self.sandbox)
        self.set_euro(0.90, "2026-11-01")
        self.invoice = self.make_invoice(100.0, company_id=self.dollars.id)

    def set_euro(self, rate, day):
        values = {"currency_id": self.env.ref("base.EUR").id, "name": day, "rate": rate}
        self.env["res.currency.rate"].create(values | {"company_id": self.dollars.id})

    def test_euros_are_paid_charged_back_won_back_and_refunded(self):
        tx = self.pay(self.invoice)
        self.set_euro(0.70, self.env["account.move"]._fields["date"].today())
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.assertEqual((self.ledger.booked("EUR"), self.invoice.amount_residual), (40, 60))
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assert_settled(self.invoice, "EUR", 100)
        note = self.make_credit_note(self.invoice, 33.33)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)
        self.assert_settled(self.invoice, "EUR", 66.67)


class TestDrafts(CurrencyCase):
    def test_a_draft_in_dollars_that_is_matched_with_a_credit_can_be_changed(self):
        """Core deletes the draft of the exchange difference together with the matching."""
        paid = self.make_invoice(100.0, currency="USD")
        credit = self.make_credit_note(paid, 100.0)
        credit.line_ids.remove_move_reconcile()
        self.move_rate(0.90)
        draft = self.make_invoice(100.0, currency="USD", invoice_date=None, post=False)
        line = credit.line_ids.filtered(lambda line: line.display_type == "payment_term")
        draft.js_assign_outstanding_line(line.id)
        self.assertTrue(draft.line_ids.matched_credit_ids.exchange_move_id)
        draft.with_user(self.clerk).invoice_line_ids.price_unit = 90.0
        self.assertEqual(draft.amount_total, 90)
