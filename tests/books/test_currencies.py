"""Foreign currencies: asked, booked and settled in the invoice's; Odoo does the differences."""

from odoo.exceptions import UserError

from tests.odoo.cases.currencies import CurrencyCase

# How Mollie writes 1234 of a currency: https://docs.mollie.com/reference/common-data-types
WRITTEN = {"JPY": "1234", "ISK": "1234", "TWD": "1234.00", "HUF": "1234.00", "CHF": "1234.00"}


class TestPayments(CurrencyCase):
    def test_mollie_is_asked_with_the_decimals_of_each_currency(self):
        for name, value in WRITTEN.items():
            with self.subTest(name):
                self.activate(name, {"2026-11-01": 5.0})
                invoice = self.make_invoice(1234.0, currency=name)
                tx = self.pay(invoice)
                asked = self.sandbox.payment(tx.provider_reference)["amount"]
                self.assertEqual(asked, {"currency": name, "value": value})
                self.assert_settled(invoice, name, 1234)

    def test_what_odoo_rounds_coarser_than_mollie_is_paid_in_full(self):
        forint = self.activate("HUF", {"2026-11-01": 400.0})
        forint.rounding = 1.0
        invoice = self.make_invoice(1234.4, currency="HUF")
        tx = self.pay(invoice)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["amount"]["value"], "1234.00")
        self.assert_settled(invoice, "HUF", 1234)

    def test_what_odoo_rounds_finer_than_mollie_is_never_asked_too_much(self):
        yen = self.activate("JPY", {"2026-11-01": 160.0})
        yen.rounding = 0.01
        invoice = self.make_invoice(1234.56, currency="JPY")
        tx = self.pay(invoice)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["amount"]["value"], "1234")
        self.assertEqual((tx.state, self.ledger.booked("JPY")), ("done", 1234))
        self.assertEqual(invoice.amount_residual, 0.56)

    def test_a_rate_that_moved_leaves_the_difference_to_odoo(self):
        for rate in (1.25, 1.00):
            with self.subTest(rate):
                before = self.differences()
                invoice = self.make_invoice(110.0, currency="USD")
                self.move_rate(rate)
                self.pay(invoice)
                self.assertEqual(invoice.amount_residual, 0)
                self.assertEqual(self.ledger.booked("USD"), self.ledger.held("USD"))
                self.assertEqual(self.owed(), 0)
                difference = self.differences() - before
                self.assertEqual(difference.state, "posted")
                amount = sum(difference.line_ids.mapped("debit"))
                self.assertAlmostEqual(amount, abs(100 - 110 / rate), 2)
                self.start_afresh()
                self.customer = self.customer.copy()

    def test_a_rate_that_moves_while_the_customer_pays_changes_nothing_of_what_is_asked(self):
        """Attacks B2."""
        invoice = self.make_invoice(110.0, currency="USD")
        tx = self.start_payment(invoice)
        self.move_rate(1.25)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_settled(invoice, "USD", 110)

    def test_a_part_received_in_euros_lowers_what_is_asked_in_dollars(self):
        invoice = self.make_invoice(110.0, currency="USD")
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        euro = self.company.currency_id
        wizard.create({"amount": 50.0, "currency_id": euro.id})._create_payments()
        due = invoice.amount_residual
        self.assertAlmostEqual(due, 55.0, 2)
        self.pay(invoice)
        self.assert_settled(invoice, "USD", 55)

    def test_a_credit_note_in_dollars_lowers_what_is_asked(self):
        invoice = self.make_invoice(110.0, currency="USD")
        note = self.make_credit_note(invoice, 33.33)
        self.move_rate(1.25)
        (invoice + note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.pay(invoice)
        self.assert_settled(invoice, "USD", 76.67)

    def test_parts_add_up_without_a_cent_too_many_in_seven_currencies(self):
        """Attacks B4: three times 33.33 on 100.00."""
        for name in ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "HUF"):
            with self.subTest(name):
                self.customer = self.customer.copy()
                self.start_afresh()
                if name != "EUR":
                    self.activate(name, {"2026-11-01": 3.7})
                invoice = self.make_invoice(100.0, currency=name)
                for _part in range(2):
                    self.receive_by_bank(invoice, 33.33)
                tx = self.pay(invoice)
                self.assertEqual(tx.amount, 33.34)
                self.assert_settled(invoice, name, 33.34)

    def test_a_company_that_keeps_its_books_in_dollars_is_paid_in_euros(self):
        """Another company, another currency, another journal, the same customer."""
        company = self.env["res.company"].create(
            {"name": "Dollar Inc.", "currency_id": self.env.ref("base.USD").id}
        )
        self.env["account.chart.template"].try_loading("generic_coa", company, False)
        self.env.user.company_ids |= company
        self.clerk.company_ids |= company
        self.clerk.company_id = company
        provider = self.connect("test_" + "d" * 30, company)
        invoice = self.make_invoice(100.0, company_id=company.id)
        tx = self.pay(invoice)
        self.assertEqual((tx.provider_id, tx.payment_id.company_id), (provider, company))
        self.assertEqual((tx.payment_id.currency_id.name, tx.payment_id.amount), ("EUR", 100))
        self.assertEqual(invoice.amount_residual, 0)


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
