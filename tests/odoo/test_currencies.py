"""Foreign currencies: asked, booked and followed in the invoice's; Odoo does the differences."""

from odoo.fields import Command

from tests.common import MollieCase

# How Mollie writes 1234 of a currency: https://docs.mollie.com/reference/common-data-types
WRITTEN = {"JPY": "1234", "ISK": "1234", "TWD": "1234.00", "HUF": "1234.00", "CHF": "1234.00"}


class CurrencyCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.activate("USD", {"2026-11-01": 1.10})

    def activate(self, name, rates):
        """Activate a currency, with how much of it a euro is worth from which day on."""
        currency = self.env.ref(f"base.{name}")
        currency.active = True
        currency.rate_ids.unlink()
        for day, rate in rates.items():
            self.set_rate(currency, rate, day)
        return currency

    def set_rate(self, currency, rate, day):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": rate,
                "company_id": self.company.id,
            }
        )

    def move_rate(self, rate):
        """Let the dollar change today, after the invoice of the second of November."""
        today = self.env["account.move"]._fields["date"].today()
        dollar = self.env.ref("base.USD")
        dollar.rate_ids.filtered(lambda row: row.name == today).unlink()
        self.set_rate(dollar, rate, today)
        self.env.invalidate_all()

    # --- what must be equal ----------------------------------------------------------------------

    def booked(self, currency):
        """Return what Odoo has booked on Mollie's account, in a currency."""
        account = self.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self.provider
        ).payment_account_id
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("journal_id", "=", self.provider.journal_id.id),
                ("partner_id", "=", self.customer.id),
                ("parent_state", "=", "posted"),
                ("currency_id.name", "=", currency),
            ]
        )
        return round(sum(lines.mapped("amount_currency")), 2)

    def held(self, currency):
        """Return what Mollie holds in a currency."""
        total = 0
        for listed in self.sandbox.payments():
            payment = self.sandbox.payment(listed["id"])
            if payment["status"] == "paid" and payment["amount"]["currency"] == currency:
                total += float(payment["amount"]["value"])
                embedded = payment.get("_embedded", {})
                total -= sum(
                    float(refund["amount"]["value"])
                    for refund in embedded.get("refunds", [])
                    if refund["status"] in ("processing", "refunded")
                )
                total -= sum(
                    float(chargeback["amount"]["value"])
                    for chargeback in embedded.get("chargebacks", [])
                    if not chargeback.get("reversedAt")
                )
        return round(total, 2)

    def owed(self):
        """Return what the customer owes, by the account in the company's currency."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def assert_settled(self, invoice, currency, held):
        """Assert that the invoice is paid, and that nothing is left on the customer's account."""
        self.env.invalidate_all()
        self.assertEqual((self.held(currency), self.booked(currency)), (held, held))
        self.assertEqual((invoice.amount_residual, self.owed()), (0, 0))

    def differences(self):
        """Return the entries that Odoo made for changed rates."""
        journal = self.company.currency_exchange_journal_id
        return self.env["account.move"].search([("journal_id", "=", journal.id)])


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
        self.assertEqual((tx.state, self.booked("JPY")), ("done", 1234))
        self.assertEqual(invoice.amount_residual, 0.56)

    def test_a_rate_that_moved_leaves_the_difference_to_odoo(self):
        for rate in (1.25, 1.00):
            with self.subTest(rate):
                before = self.differences()
                invoice = self.make_invoice(110.0, currency="USD")
                self.move_rate(rate)
                self.pay(invoice)
                self.assertEqual(invoice.amount_residual, 0)
                self.assertEqual(self.booked("USD"), self.held("USD"))
                self.assertEqual(self.owed(), 0)
                difference = self.differences() - before
                self.assertEqual(difference.state, "posted")
                amount = sum(difference.line_ids.mapped("debit"))
                self.assertAlmostEqual(amount, abs(100 - 110 / rate), 2)
                self.sandbox.reset()
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
                self.sandbox.reset()
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
        provider = company._connect_mollie("test_" + "d" * 30)
        invoice = self.make_invoice(100.0, company_id=company.id)
        tx = self.pay(invoice)
        self.assertEqual((tx.provider_id, tx.payment_id.company_id), (provider, company))
        self.assertEqual((tx.payment_id.currency_id.name, tx.payment_id.amount), ("EUR", 100))
        self.assertEqual(invoice.amount_residual, 0)


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
        self.assertEqual((self.held("USD"), self.booked("USD")), (held, held))

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
        self.assertEqual((self.held("JPY"), self.booked("JPY")), (667, 667))

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


class TestTerms(CurrencyCase):
    """Instalments, discounts and cash rounding."""

    def make_terms(self, **values):
        return self.env["account.payment.term"].create({"name": "Terms", **values})

    def test_each_instalment_is_asked_and_booked_in_dollars(self):
        parts = [(40, 0), (30, 30), (30, 60)]
        term = self.make_terms(
            line_ids=[
                Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                for share, days in parts
            ]
        )
        invoice = self.make_invoice(99.99, currency="USD", invoice_payment_term_id=term.id)
        path = self.make_link(invoice)
        for rate in (1.25, 1.05, 1.40):
            self.move_rate(rate)
            self.press_pay(path, choice="next")
            tx = self.last_transaction(invoice)
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
            self.deliver_webhooks()
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
                self.sandbox.reset()
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
