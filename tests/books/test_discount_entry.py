"""An early payment discount is booked as core's own Register Payment books it, line by line."""

from tests.odoo.cases.discounts import DiscountCase

PRICES = (200.0, 89.0)


class TestDiscountEntry(DiscountCase):
    def pay_both_ways(self, term, taxes=(), prices=PRICES, **values):
        """Return the entries of two equal invoices: one paid by hand, one through Mollie."""
        by_hand = self.make_discounted(term, taxes, prices, **values)
        online = self.make_discounted(term, taxes, prices, **values)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=by_hand.ids
        )
        payment = wizard.create({"journal_id": self.provider.journal_id.id})._create_payments()
        tx = self.pay(online)
        self.assertEqual(tx.amount, payment.amount)
        self.assertLess(tx.amount, online.amount_total)
        self.assertEqual((by_hand.amount_residual, online.amount_residual), (0, 0))
        self.assertEqual(online.payment_state, by_hand.payment_state)
        return payment.move_id, tx.payment_id.move_id

    def outline(self, entry):
        """Return the lines of an entry; the account that the money stands on is "money"."""
        payment = entry.origin_payment_id
        return sorted(
            (
                "money"
                if line.account_id == payment.outstanding_account_id
                else line.account_id.code,
                line.partner_id.id,
                line.currency_id.name,
                round(line.amount_currency, 2),
                round(line.balance, 2),
                tuple(line.tax_ids.ids),
                line.tax_repartition_line_id.id,
                tuple(sorted(line.tax_tag_ids.ids)),
                round(line.tax_base_amount, 2),
            )
            for line in entry.line_ids
        )

    def assert_alike(self, *args, **values):
        by_hand, online = self.pay_both_ways(*args, **values)
        self.assertEqual(self.outline(online), self.outline(by_hand))
        return online

    def test_two_rates_in_each_mode(self):
        taxes = self.make_taxes(19, 7)
        for mode in ("included", "excluded", "mixed"):
            with self.subTest(mode):
                self.assert_alike(self.make_term(mode), taxes)

    def test_one_rate_in_each_mode(self):
        tax = self.make_taxes(21)
        for mode in ("included", "excluded", "mixed"):
            with self.subTest(mode):
                self.assert_alike(self.make_term(mode), tax, (99.99,))

    def test_a_rate_and_none_at_all(self):
        taxes = self.make_taxes(21, 0)
        self.assert_alike(self.make_term(), taxes)
        self.assert_alike(self.make_term(), [taxes[0], taxes.browse()])

    def test_no_tax_at_all(self):
        self.assert_alike(self.make_term())

    def test_the_vat_of_both_rates_is_corrected(self):
        """What was seen: 333.23 due, 326.57 paid, and 1.90 of the discount still due."""
        taxes = self.make_taxes(19, 7)
        entry = self.assert_alike(self.make_term(), taxes)
        corrected = {line.tax_line_id: line.balance for line in entry.line_ids if line.tax_line_id}
        self.assertEqual(corrected, {taxes[0]: 0.76, taxes[1]: 0.12})

    def test_a_foreign_currency_whose_rate_moved(self):
        taxes = self.make_taxes(19, 7)
        # Core can't make an invoice of mode "mixed" with two rates in a foreign currency.
        modes = {"included": taxes, "excluded": taxes, "mixed": [taxes[0], taxes[0]]}
        for mode, chosen in modes.items():
            for rate in (0.90, 1.25):
                with self.subTest(mode, rate=rate):
                    self.move_rate(rate)  # The invoices are of an earlier day.
                    self.assert_alike(self.make_term(mode), chosen, currency="USD")

    def test_taxes_on_payment(self):
        taxes = self.make_taxes(19, 7, **self.on_payment())
        self.assert_alike(self.make_term(), taxes)

    def test_a_contact_of_the_customer(self):
        self.customer = self.customer.create({"name": "Shop", "parent_id": self.customer.id})
        self.assert_alike(self.make_term(), self.make_taxes(19, 7))
