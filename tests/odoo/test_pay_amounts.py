"""How much a customer can pay: instalments, discounts, an amount of one's own."""

from freezegun import freeze_time
from lxml import html

from odoo import Command, fields

from tests.odoo.cases.pages import PageCase


class TestAmounts(PageCase):
    def make_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "40 now, 60 later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 40, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 60, "nb_days": 3650}),
                ],
            }
        )
        return self.make_invoice(100.0, invoice_payment_term_id=term.id)

    def test_an_invoice_with_instalments_offers_the_next_one_and_everything(self):
        invoice = self.make_instalments()
        path = self.make_link(invoice)
        response = self.get(path)
        self.assert_page(response, "Pay the next instalment: € 40.00", "Pay everything: € 100.00")
        self.press_pay(path, choice="next")
        self.assertEqual(self.last_transaction(invoice).amount, 40)
        self.assert_page(self.get(path), "Continue: pay € 40.00")
        self.press_pay(path, choice="all")
        self.assertEqual(self.last_transaction(invoice).amount, 100)

    def test_the_page_says_what_is_due_now_and_lists_the_plan(self):
        invoice = self.make_instalments()
        later = fields.Date.add(fields.Date.to_date("2026-11-02"), days=3650)
        path = self.make_link(invoice)
        self.assert_page(
            self.get(path),
            "€ 40.00 was due on November 2, 2026, of € 100.00 in all",
            "Amount due now € 40.00",
            "Left in all € 100.00",
            f"November 2, 2026 € 40.00 {later:%B %-d, %Y} € 60.00",
            without=["– paid"],
        )
        self.press_pay(path, choice="next")
        tx = self.last_transaction(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.receive_by_bank(invoice, 25.0)
        self.assert_page(
            self.get(path),
            "€ 65.00 of € 100.00 received",
            f"November 2, 2026 € 40.00 – paid {later:%B %-d, %Y} € 60.00 – € 35.00 left",
        )

    def test_before_its_day_an_instalment_is_not_overdue(self):
        with freeze_time("2026-11-02"):
            response = self.get(self.make_link(self.make_instalments()))
        self.assert_page(response, "€ 40.00 due by November 2, 2026, of € 100.00 in all")

    def test_an_invoice_that_is_paid_at_once_has_no_plan(self):
        response = self.get(self.make_link(self.make_invoice(100.0)))
        self.assert_page(response, "Amount due now € 100.00", without=["Instalments", "in all"])

    def test_another_amount_is_taken_between_the_least_and_what_is_due(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        self.assert_page(self.get(path), "at least € 10.00")
        self.press_pay(path, choice="other", amount="25,50")
        self.assertEqual(self.last_transaction(invoice).amount, 25.5)

    def test_amounts_that_make_no_sense_are_refused_with_a_way_out(self):
        """Row B3. ASVS 2.2.1."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        for typed in (
            "0",
            "-1",
            "NaN",
            "1e3",
            "1e309",
            "１００",
            "0.001",
            "100.01",
            "9.99",
            "",
            "1.000,00",
            "25.123",
        ):
            with self.subTest(typed):
                response = self.press_pay(path, choice="other", amount=typed)
                self.assert_page(response, "from € 10.00 to € 100.00", status=422)
        self.assertFalse(invoice.transaction_ids)

    def test_while_a_payment_is_started_other_amounts_can_be_chosen_all_the_same(self):
        """State 4."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_instalments()
        path = self.make_link(invoice)
        self.press_pay(path)
        response = self.get(path)
        self.assert_page(
            response,
            "Continue: pay € 100.00",
            "Pay the next instalment: € 40.00",
            "Start again: pay € 100.00",
            "at least € 10.00",
        )
        self.press_pay(path, choice="other", amount="25")
        self.assertEqual(self.last_transaction(invoice).amount, 25)
        self.press_pay(path, choice="next")
        self.assertEqual(self.last_transaction(invoice).amount, 40)
        response = self.get(path)
        self.assert_page(response, "Continue: pay € 40.00", without=["next instalment"])

    def test_while_a_payment_is_started_the_page_says_why_an_amount_is_refused(self):
        """State 4."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        path = self.make_link(self.make_invoice(100.0))
        self.press_pay(path)
        response = self.press_pay(path, choice="other", amount="5")
        self.assert_page(response, "Continue", "from € 10.00 to € 100.00", status=422)

    def test_while_a_transfer_is_under_way_who_has_not_paid_can_choose_and_is_told_why_not(self):
        """State 5."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_instalments()
        path = self.make_link(invoice)
        tx = self.start_payment(invoice)
        self.decide(tx, "open", method="banktransfer")
        self.assert_page(self.get(path), "Pay the next instalment: € 40.00", "at least € 10.00")
        refused = self.press_pay(path, choice="other", amount="5", again="1")
        self.assert_page(refused, "is on its way", "from € 10.00 to € 100.00", status=422)
        self.press_pay(path, choice="other", amount="30", again="1")
        self.assertEqual(self.last_transaction(invoice).amount, 30)

    def test_a_minimum_above_what_is_due_leaves_nothing_to_choose(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 500})
        path = self.make_link(self.make_invoice(80.0))
        self.assert_page(self.get(path), "Pay € 80.00", without=["Pay another amount"])
        refused = self.press_pay(path, choice="other", amount="50")
        self.assert_page(refused, status=422)

    def test_an_amount_with_separators_is_refused_with_how_to_write_it(self):
        """Row B3."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(1500.0)
        path = self.make_link(invoice)
        for typed in ("1.234,5", "1.234", "1,234", "12.34.567,00", "1,234,50", "1234.50 USD"):
            with self.subTest(typed):
                response = self.press_pay(path, choice="other", amount=typed)
                self.assert_page(
                    response,
                    "digits only",
                    "without a thousands separator",
                    "for example 1500.00",
                    status=422,
                )
        self.assertFalse(invoice.transaction_ids)
        self.press_pay(path, choice="other", amount="1500.00")
        self.assertEqual(self.last_transaction(invoice).amount, 1500)

    def test_separators_of_thousands_count_where_decimals_follow_another_one(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(1500.0)
        path = self.make_link(invoice)
        for typed in (
            "1.234,50",
            "€ 1,234.50",
            "1 234,50",
            "1\N{NO-BREAK SPACE}234.50",
            "1'234.50",
        ):
            with self.subTest(typed):
                self.press_pay(path, choice="other", amount=typed)
                self.assertEqual(self.last_transaction(invoice).amount, 1234.5)

    def test_an_amount_may_bear_its_currency_before_or_after_it(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        for typed in ("€ 25,5", "€25.50", "25,50 €", "EUR 25.5", " 25,50eur "):
            with self.subTest(typed):
                self.assertEqual(
                    self.press_pay(path, choice="other", amount=typed).status_code, 303
                )
                self.assertEqual(self.last_transaction(invoice).amount, 25.5)

    def test_what_was_typed_stays_and_the_error_belongs_to_its_field(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        path = self.make_link(self.make_invoice(100.0))
        page = html.fromstring(self.press_pay(path, choice="other", amount='5" x="').text)
        (field,) = page.xpath("//input[@id='amount']")
        self.assertEqual(field.get("value"), '5" x="')
        self.assertEqual(field.get("aria-invalid"), "true")
        (error,) = page.xpath(f"//form//*[@id='{field.get('aria-describedby')}']")
        self.assertIn("from € 10.00", error.text.replace("\xa0", " "))
        self.assertTrue(page.xpath("//details[@open]"))
        (field,) = html.fromstring(self.get(path).text).xpath("//input[@id='amount']")
        self.assertFalse(field.get("value") or field.get("aria-invalid"))

    def test_how_to_write_an_amount_is_said_in_the_customers_language(self):
        """Row B3."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        self.customer.lang = "nl_NL"
        path = self.make_link(self.make_invoice(1500.0))
        response = self.press_pay(path, choice="other", amount="1.234,5")
        self.assert_page(response, "alleen cijfers", "bijvoorbeeld 1500,00", status=422)

    def test_another_amount_counts_for_nothing_unless_the_company_allows_it(self):
        """ASVS 2.2.2."""
        invoice = self.make_invoice(100.0)
        self.press_pay(self.make_link(invoice), choice="other", amount="1.00")
        self.assertEqual(self.last_transaction(invoice).amount, 100)

    def test_a_discount_valid_today_is_taken_off_and_booked(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2% in 3650 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 3650,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 3660})
                ],
            }
        )
        invoice = self.make_invoice(100.0, invoice_payment_term_id=term.id)
        day = fields.Date.add(invoice.invoice_date, days=3650).strftime("%B %-d, %Y")
        offer = f"A discount of € 2.00 is taken off if you pay by {day}."
        due = fields.Date.add(invoice.invoice_date, days=3660).strftime("%B %-d, %Y")
        terms = f"€ 98.00 if you pay by {day}, else € 100.00 by {due}"
        path = self.make_link(invoice)
        self.assert_page(self.get(path), offer, terms, "Pay € 98.00")
        tx = self.pay(invoice)
        self.assertEqual(tx.amount, 98)
        self.assertEqual(invoice.amount_residual, 0)
        sums = ("Discount for paying early € 2.00", "Already paid € 98.00")
        self.assert_page(self.get(path), *sums)
