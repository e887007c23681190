"""Foreign currencies where something comes in between: limits, parts, captures, other rates."""

from odoo.exceptions import UserError
from odoo.fields import Command

from tests.odoo.test_currencies import CurrencyCase

SEVEN = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "HUF")


class TestCurrenciesRefused(CurrencyCase):
    def test_a_currency_that_mollie_does_not_handle_is_refused_at_the_link(self):
        self.activate("KWD", {"2026-11-01": 0.33})
        invoice = self.make_invoice(100.0, currency="KWD")
        with self.assertRaisesRegex(UserError, f"{invoice.name} is in KWD"):
            self.make_link(invoice)

    def test_a_currency_that_mollie_gave_up_takes_nothing_and_says_so(self):
        """Odoo's list is of 2022: Mollie itself refuses some of it today."""
        self.activate("RUB", {"2026-11-01": 90.0})
        invoice = self.make_invoice(9000.0, currency="RUB")
        response = self.press_pay(self.make_link(invoice))
        self.assertEqual(response.status_code, 503)
        self.assertIn("invalid currency", invoice.mollie_log_ids.sorted("id")[-1:].message)
        self.assertFalse(self.sandbox.payments())

    def test_a_currency_that_is_switched_off_before_the_money_came_loses_nothing(self):
        franc = self.activate("CHF", {"2026-11-01": 0.95})
        invoice = self.make_invoice(100.0, currency="CHF")
        tx = self.start_payment(invoice)
        franc.active = False
        self.sandbox.set_status(tx.provider_reference, "paid", method="creditcard")
        self.assertEqual(self.deliver_webhooks(), [200])
        self.assertEqual(tx.state, "done")
        franc.active = True
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assert_settled(invoice, "CHF", 100)


class TestParts(CurrencyCase):
    def test_parts_add_up_with_discount_and_cash_rounding_in_seven_currencies(self):
        """Attacks B4: three times 33.33 on 100.00; a part paid ends the discount."""
        self.company.mollie_other_amount = True
        self.company.mollie_minimum_amount = 1
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five hundredths",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": self.find_income_account().id,
                "loss_account_id": self.find_income_account().id,
            }
        )
        for name in SEVEN:
            with self.subTest(name):
                self.customer = self.customer.copy()
                self.sandbox.reset()
                if name != "EUR":
                    self.activate(name, {"2026-11-01": 3.7})
                invoice = self.make_invoice(
                    99.98,
                    currency=name,
                    invoice_payment_term_id=self.make_discount().id,
                    invoice_cash_rounding_id=rounding.id,
                )
                self.assertEqual(invoice.amount_total, 100)
                path = self.make_link(invoice)
                for typed, due in (("33.33", 66.67), ("33.33", 33.34), ("33.34", 0)):
                    self.pay_other(invoice, path, typed)
                    self.assertEqual(invoice.amount_residual, due)
                self.assert_settled(invoice, name, 100)

    def find_income_account(self):
        return self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )

    def make_discount(self):
        return self.env["account.payment.term"].create(
            {
                "name": "Two percent",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 3650,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )

    def pay_other(self, invoice, path, typed):
        self.press_pay(path, choice="other", amount=typed)
        tx = self.last_transaction(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="creditcard")
        self.deliver_webhooks()
        return tx

    def test_the_minimum_is_converted_and_yen_are_typed_without_decimals(self):
        self.activate("JPY", {"2026-11-01": 160.0})
        self.company.mollie_other_amount = True
        self.company.mollie_minimum_amount = 10
        invoice = self.make_invoice(10001.0, currency="JPY")
        path = self.make_link(invoice)
        for typed in ("1599", "2000.50", "10002"):
            answer = self.press_pay(path, choice="other", amount=typed)
            self.assertEqual(answer.status_code, 422, typed)
        tx = self.pay_other(invoice, path, "1600")
        asked = self.sandbox.payment(tx.provider_reference)["amount"]
        self.assertEqual(asked, {"currency": "JPY", "value": "1600"})
        self.assertEqual(invoice.amount_residual, 8401)

    def test_every_instalment_refunded_charged_back_and_paid_again_leaves_nothing(self):
        """Each at another rate; the credit note goes back over all three payments."""
        parts = [(40, 0), (30, 30), (30, 60)]
        lines = [
            Command.create({"value": "percent", "value_amount": share, "nb_days": days})
            for share, days in parts
        ]
        term = self.env["account.payment.term"].create({"name": "Parts", "line_ids": lines})
        invoice = self.make_invoice(99.99, currency="USD", invoice_payment_term_id=term.id)
        path = self.make_link(invoice)
        for rate in (1.25, 1.05, 1.40):
            self.move_rate(rate)
            self.press_pay(path, choice="next")
            tx = self.last_transaction(invoice)
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
            self.deliver_webhooks()
        value = self.sandbox.payment(tx.provider_reference)["amount"]["value"]
        self.sandbox.add_chargeback(tx.provider_reference, value)
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, float(value))
        self.move_rate(0.80)
        self.pay(invoice)
        self.assert_settled(invoice, "USD", 99.99)
        note = self.make_credit_note(invoice, 99.99)
        note.with_user(self.clerk).action_mollie_refund()
        for payment in self.sandbox.payments():
            for refund in payment["_embedded"]["refunds"]:
                self.sandbox.set_refund_status(refund["id"], "refunded")
        self.move_rate(1.60)
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)
        self.assert_settled(invoice, "USD", 0)


class TestReservedMoney(CurrencyCase):
    def test_a_part_captured_in_dollars_is_booked_at_the_days_rate(self):
        invoice = self.make_invoice(110.0, currency="USD")
        tx = self.pay(invoice, "authorized", method="klarna")
        self.move_rate(1.25)
        self.sandbox.add_capture(tx.provider_reference, {"currency": "USD", "value": "66.66"})
        self.deliver_webhooks()
        self.assertEqual((self.booked("USD"), invoice.amount_residual), (66.66, 43.34))
        self.pay(invoice)
        self.assertEqual((self.booked("USD"), invoice.amount_residual, self.owed()), (110, 0, 0))


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
        self.provider = self.dollars._connect_mollie("test_" + "d" * 30)
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
        self.assertEqual((self.booked("EUR"), self.invoice.amount_residual), (40, 60))
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
