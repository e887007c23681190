"""Money is booked on the day on which it came or went, where the company is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.odoo.cases.discounts import DiscountCase

TOLD_LATE = "2026-10-14T09:00:00Z"


class TestBookingDays(DiscountCase):
    def setUp(self):
        super().setUp()
        self.company.partner_id.tz = "Europe/Amsterdam"
        self.invoice = self.make_invoice(100, invoice_date="2026-09-01")

    def pay_at(self, moment, invoice=None):
        """Pay an invoice at a moment of which Odoo hears now."""
        tx = self.start_payment(invoice or self.invoice)
        self.pay_on(moment, tx)
        self.hear_of(tx)
        return tx

    def day(self, tx):
        self.env.invalidate_all()
        return str(tx.payment_id.date), str(tx.payment_id.move_id.date)

    def today(self):
        """Return which day it is in Amsterdam, for an hour or two already that after UTC's."""
        now = datetime.now(ZoneInfo(self.company.partner_id.tz))
        return str(now.date())

    def assert_booked_on(self, day, tx):
        self.assertEqual(self.day(tx), (day, day))

    def child(self, tx, kind):
        return tx.child_transaction_ids.filtered(lambda child: child.mollie_kind == kind)

    def test_a_payment_that_is_heard_of_weeks_later_is_booked_on_its_day(self):
        """What was seen: paid on 30 September, heard of in November, booked in November."""
        self.assert_booked_on("2026-09-30", self.pay_at("2026-09-30T12:00:00Z"))

    def test_half_an_hour_after_midnight_in_amsterdam_is_the_new_year(self):
        self.invoice = self.make_invoice(100, invoice_date="2025-12-01")
        self.assert_booked_on("2026-01-01", self.pay_at("2025-12-31T23:30:00Z"))

    def test_the_zone_is_the_contacts_else_the_countrys_else_utc(self):
        partner = self.company.partner_id
        late = "2026-09-29T23:30:00Z"
        for tz, country, day in (
            ("America/New_York", "NL", "2026-09-29"),
            (False, "NL", "2026-09-30"),
            (False, "US", "2026-09-29"),
            (False, "JP", "2026-09-30"),
            (False, "AQ", "2026-09-30"),
            (False, False, "2026-09-29"),
        ):
            with self.subTest(tz=tz, country=country):
                record = country and self.env.ref(f"base.{country.lower()}").id
                partner.write({"tz": tz, "country_id": record})
                invoice = self.make_invoice(100, invoice_date="2026-09-01")
                self.assert_booked_on(day, self.pay_at(late, invoice))

    def test_what_comes_of_a_payment_is_booked_on_days_of_its_own(self):
        tx = self.pay_at("2026-09-30T12:00:00Z")
        self.sandbox.set_clock("2026-10-05T22:30:00Z")
        self.sandbox.add_refund(tx.provider_reference, "10.00", status="refunded")
        self.sandbox.set_clock("2026-10-09T12:00:00Z")
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.sandbox.set_clock("2026-10-13T12:00:00Z")
        self.sandbox.reverse_chargeback(chargeback["id"])
        self.hear_of(tx)
        self.assert_booked_on("2026-10-06", self.child(tx, "refund"))
        self.assert_booked_on("2026-10-09", self.child(tx, "chargeback"))
        self.assert_booked_on("2026-10-13", self.child(tx, "reversal"))
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (90, 0))

    def test_each_part_that_is_captured_is_booked_on_its_own_day(self):
        tx = self.pay(self.invoice, "authorized", method="klarna")
        for day, value in (("2026-09-30", "40.00"), ("2026-10-05", "60.00")):
            self.sandbox.set_clock(f"{day}T12:00:00Z")
            self.sandbox.add_capture(tx.provider_reference, value, webhook=False)
        self.hear_of(tx)
        self.assert_booked_on("2026-09-30", tx)
        self.assert_booked_on("2026-10-05", self.child(tx, "capture"))

    def test_another_amount_than_was_asked_is_booked_on_its_day(self):
        tx = self.start_payment(self.invoice)
        self.pay_on("2026-09-30T12:00:00Z", tx)
        self.sandbox.tamper(
            tx.provider_reference, {"amount": {"currency": "EUR", "value": "60.00"}}
        )
        self.hear_of(tx)
        self.assert_booked_on("2026-09-30", self.child(tx, "other_amount"))

    def test_a_refund_that_a_clerk_asks_for_is_booked_on_the_day_it_was_asked_for(self):
        tx = self.pay_at("2026-09-30T12:00:00Z")
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        values = {"payment_id": tx.payment_id.id, "amount_to_refund": 30}
        self.sandbox.set_clock("2026-10-05T12:00:00Z")
        wizard.create(values).action_refund()
        refund = self.child(tx, "refund")
        self.sandbox.set_clock("2026-10-07T12:00:00Z")
        self.sandbox.set_refund_status(refund.provider_reference, "refunded")
        self.deliver_webhooks()
        self.assert_booked_on("2026-10-05", refund)

    def test_a_clock_that_is_ahead_books_nothing_in_the_future(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.advance(days=3)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_booked_on(self.today(), tx)

    def test_a_payment_without_a_moment_is_booked_on_the_day_it_was_heard_of(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.tamper(tx.provider_reference, remove=["paidAt"])
        self.hear_of(tx)
        self.assert_booked_on(self.today(), tx)

    def test_a_record_of_before_moments_were_kept_gets_its_own(self):
        tx = self.pay_at("2026-09-30T12:00:00Z")
        self.sandbox.set_clock("2026-10-05T12:00:00Z")
        refund = self.sandbox.add_refund(tx.provider_reference, "10.00", webhook=False)
        self.hear_of(tx)
        self.child(tx, "refund").mollie_paid_at = False
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.hear_of(tx)
        self.assert_booked_on("2026-10-05", self.child(tx, "refund"))

    def test_another_sync_changes_no_day(self):
        tx = self.pay_at("2026-09-30T12:00:00Z")
        self.sandbox.set_clock("2026-10-20T12:00:00Z")
        self.invoice.action_mollie_sync()
        self.assert_booked_on("2026-09-30", tx)

    def test_the_customer_reads_the_day_where_the_company_is(self):
        tx = self.pay_at("2026-09-30T22:30:00Z")
        self.assertIn("October 1, 2026", self.text_of(self.get(self.return_path(tx))))


class TestRatesAndTaxes(DiscountCase):
    def test_the_rate_is_that_of_the_day_on_which_the_money_came(self):
        self.activate("USD", {"2026-09-01": 2.0, "2026-09-30": 1.25, "2026-10-01": 4.0})
        invoice = self.make_invoice(100, currency="USD", invoice_date="2026-09-02")
        tx = self.start_payment(invoice)
        self.pay_on("2026-09-30T12:00:00Z", tx)
        self.hear_of(tx)
        money = tx.payment_id.move_id.line_ids.filtered(lambda line: line.balance > 0)
        self.assertEqual((money.amount_currency, money.balance), (100, 80))
        self.assertEqual(invoice.amount_residual, 0)

    def test_vat_on_payment_is_due_on_the_day_on_which_the_money_came(self):
        tax = self.make_taxes(21, **self.on_payment())
        term = self.make_term()
        invoice = self.make_discounted(term, tax, invoice_date="2026-09-01")
        tx = self.start_payment(invoice)
        self.pay_on("2026-09-30T12:00:00Z", tx)
        self.hear_of(tx)
        vat = invoice.tax_cash_basis_created_move_ids
        self.assertEqual(vat.mapped("date"), [date(2026, 9, 30)])
