"""Foreign currencies with instalments, discounts, cash rounding and typed amounts."""

from odoo.fields import Command

from tests.odoo.cases.currencies import CurrencyCase

SEVEN = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "HUF")


class TestTerms(CurrencyCase):
    """Instalments, discounts and cash rounding."""

    def make_terms(self, **values):
        return self.env["account.payment.term"].create({"name": "Terms", **values})

    def test_each_instalment_is_asked_and_booked_in_dollars(self):
        invoice, _last = self.pay_instalments(1.25, 1.05, 1.40)
        self.assertEqual(len(invoice.transaction_ids), 3)
        self.assert_settled(invoice, "USD", 99.99)

    def test_a_discount_still_valid_is_booked_in_dollars_though_the_rate_moved(self):
        term = self.make_terms(
            early_discount=True,
            discount_percentage=2,
            discount_days=3650,
            line_ids=[Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
        )
        for rate in (1.10, 1.25):
            with self.subTest(rate):
                self.start_afresh()
                self.customer = self.customer.copy()
                invoice = self.make_invoice(99.99, currency="USD", invoice_payment_term_id=term.id)
                self.move_rate(rate)
                tx = self.pay(invoice)
                self.assertEqual(tx.amount, 97.99)
                self.assert_settled(invoice, "USD", 97.99)

    def test_cash_rounding_is_part_of_what_is_asked(self):
        franc = self.activate("CHF", {"2026-11-01": 0.95})
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five Rappen",
                "rounding": 0.05,
                "strategy": "biggest_tax",
                "rounding_method": "HALF-UP",
            }
        )
        tax = self.env["account.tax"].create({"name": "8.1 %", "amount": 8.1})
        invoice = self.make_invoice(
            currency=franc.name, post=False, invoice_cash_rounding_id=rounding.id
        )
        invoice.invoice_line_ids.write({"price_unit": 33.33, "tax_ids": tax.ids})
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 36.05)
        tx = self.pay(invoice)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["amount"]["value"], "36.05")
        self.assert_settled(invoice, "CHF", 36.05)


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
                self.start_afresh()
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
        invoice, tx = self.pay_instalments(1.25, 1.05, 1.40)
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
