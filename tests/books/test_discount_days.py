"""Whether money earned the early payment discount: by the day it came, and by how much came."""

from unittest.mock import patch

from odoo.fields import Command

from tests.odoo.cases.discounts import DiscountCase

# The invoice is of 1 October, the discount good for ten days.
IN_TIME, LAST_DAY, TOO_LATE = "2026-10-05T12:00:00Z", "2026-10-11T12:00:00Z", "2026-10-12T12:00:00Z"


class TestDiscountDays(DiscountCase):
    def setUp(self):
        super().setUp()
        self.company.partner_id.tz = "Europe/Amsterdam"
        self.invoice = self.make_discounted(self.make_term(days=10), invoice_date="2026-10-01")

    def start_on(self, moment):
        """Press Pay at a moment in UTC; return the transaction."""
        with self.on(moment):
            return self.start_payment(self.invoice)

    def pay_98_on(self, moment, started=IN_TIME):
        """Pay the discounted price at a moment of which Odoo hears weeks later."""
        tx = self.start_on(started)
        self.assertEqual(tx.amount, 98)
        self.pay_on(moment, tx)
        self.hear_of(tx)
        return tx

    def assert_due(self, due):
        self.env.invalidate_all()
        self.assertEqual(self.invoice.amount_residual, due)
        self.assertEqual(self.invoice.sudo()._get_mollie_due(), due)
        self.assertEqual(self.ledger.booked(), self.ledger.held())

    def test_money_that_came_in_time_earns_it_whenever_it_is_heard_of(self):
        """What was seen: 98 paid within the term, 2.00 asked."""
        for moment in (IN_TIME, LAST_DAY):
            with self.subTest(moment):
                self.setUp()
                self.pay_98_on(moment)
                self.assert_due(0)

    def test_a_note_that_is_dropped_again_leaves_the_discount_to_who_paid_in_time(self):
        """What was seen: a draft of 10 took a part of the invoice when 98 came; 2.00 was asked once
        it was gone.
        """
        for hand in ("unlink", "button_cancel"):
            with self.subTest(hand):
                self.setUp()
                tx = self.start_on(IN_TIME)
                note = self.make_credit_note(self.invoice, 10.0).with_user(self.clerk)
                note.button_draft()
                self.pay_on(IN_TIME, tx)
                self.hear_of(tx)
                getattr(note, hand)()
                self.assert_due(0)

    def test_money_that_came_too_late_does_not_though_the_attempt_was_in_time(self):
        self.pay_98_on(TOO_LATE, started=LAST_DAY)
        self.assert_due(2)

    def test_money_that_came_too_late_does_not_though_it_is_heard_of_in_time(self):
        """Mollie's clock counts, not ours."""
        tx = self.start_on(LAST_DAY)
        self.pay_on(TOO_LATE, tx)
        with self.on("2026-10-12T12:00:10Z"):
            self.hear_of(tx)
        self.assert_due(2)

    def test_the_last_day_ends_at_midnight_where_the_company_is(self):
        for moment, due in (("2026-10-11T21:59:00Z", 0), ("2026-10-11T22:01:00Z", 2)):
            with self.subTest(moment):
                self.setUp()
                self.pay_98_on(moment, started=LAST_DAY)
                self.assert_due(due)

    def test_the_discount_is_offered_until_midnight_where_the_company_is(self):
        for moment, amount in (("2026-10-11T21:59:00Z", 98), ("2026-10-11T22:01:00Z", 100)):
            with self.subTest(moment):
                self.setUp()
                self.assertEqual(self.start_on(moment).amount, amount)

    def test_what_came_in_time_but_could_not_be_booked_is_not_asked_for_again(self):
        tx = self.start_on(IN_TIME)
        self.pay_on(IN_TIME, tx)
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.hear_of(tx)
        self.assertFalse(tx.payment_id)
        self.assertEqual(self.invoice.sudo()._get_mollie_due(), 0)

    def test_the_full_price_that_came_in_time_leaves_the_rest_as_credit(self):
        with self.on(TOO_LATE):
            tx = self.start_payment(self.invoice)
        self.assertEqual(tx.amount, 100)
        self.pay_on(IN_TIME, tx)
        self.hear_of(tx)
        self.assert_due(0)

    def test_what_was_saved_is_not_said_to_be_paid_though_it_is_booked_after_the_last_day(self):
        tx = self.start_on(IN_TIME)
        self.pay_on(LAST_DAY, tx)
        self.company.fiscalyear_lock_date = "2026-10-31"
        self.hear_of(tx)
        self.assert_due(0)
        self.assertEqual(str(tx.payment_id.date), "2026-11-01")
        summary = self.invoice.with_user(self.clerk).mollie_summary
        self.assertIn("98.00", summary)
        self.assertNotIn("100.00", summary)
        page = self.text_of(self.get(f"/mollie/pay/{self.invoice.mollie_link_ids[:1].token}"))
        self.assertIn("98.00", page)
        self.assertIn("2.00", page)

    def test_money_that_is_booked_again_earns_it_again(self):
        tx = self.pay_98_on(IN_TIME)
        tx.payment_id.move_id._reverse_moves([{}], cancel=True)
        self.hear_of(tx)
        self.assert_due(0)
        self.assertEqual((self.owed(), str(tx.payment_id.date)), (0, "2026-10-05"))

    def test_money_that_came_while_the_invoice_was_corrected_earns_it_once_that_is_posted(self):
        tx = self.start_on(IN_TIME)
        self.invoice.button_draft()
        self.pay_on(IN_TIME, tx)
        self.hear_of(tx)
        self.invoice.action_post()
        self.assert_due(0)
        self.assertEqual(self.invoice.payment_state, self.invoice._get_invoice_in_payment_state())
        self.invoice.action_mollie_sync()
        self.assert_due(0)

    def test_it_is_earned_once_though_neither_of_two_payments_settles_anything(self):
        """As after somebody broke their matching, and corrected the invoice."""
        with self.on(IN_TIME):
            first = self.start_payment(self.invoice)
            self.press_pay(self.make_link(self.invoice), again="1")
        second = self.last_transaction(self.invoice)
        for tx in (first, second):
            self.pay_on(IN_TIME, tx)
            self.hear_of(tx)
        self.invoice.line_ids.remove_move_reconcile()
        self.invoice.button_draft()
        self.invoice.action_post()
        self.assert_due(0)
        # Money, what the customer owed, and the discount of one of them.
        entries = (first | second).payment_id.move_id
        self.assertEqual(sorted(len(entry.line_ids) for entry in entries), [2, 3])

    def test_money_that_came_too_late_while_it_was_corrected_earns_nothing(self):
        tx = self.start_on(LAST_DAY)
        self.invoice.button_draft()
        self.pay_on(TOO_LATE, tx)
        self.hear_of(tx)
        self.invoice.action_post()
        self.assert_due(2)

    def test_several_invoices_paid_at_once_earn_the_discount_together(self):
        other = self.make_discounted(self.make_term(days=10), invoice_date="2026-10-01")
        plain = self.make_invoice(50, invoice_date="2026-10-01")
        tx = self.start_on(IN_TIME)
        self.sandbox.tamper(
            tx.provider_reference, {"amount": {"currency": "EUR", "value": "246.00"}}
        )
        invoices = self.invoice + other + plain
        tx.write({"amount": 246, "invoice_ids": [Command.set(invoices.ids)]})
        self.pay_on(IN_TIME, tx)
        self.hear_of(tx)
        self.assertEqual(invoices.mapped("amount_residual"), [0, 0, 0])


class TestDiscountInParts(DiscountCase):
    """The discounted price is reserved, and captured in parts."""

    def setUp(self):
        super().setUp()
        taxes = self.make_taxes(19, 7, **self.on_payment())
        self.invoice = self.make_discounted(
            self.make_term(days=10), taxes, (200.0, 89.0), invoice_date="2026-10-01"
        )
        with self.on(IN_TIME):
            self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(
            self.tx.provider_reference, "authorized", method="klarna", webhook=False
        )
        self.hear_of(self.tx)
        self.total, self.price = self.invoice.amount_total, self.tx.amount
        self.assertLess(self.price, self.total)

    def capture(self, moment, value):
        self.sandbox.set_clock(moment)
        written = f"{value:.2f}"
        self.sandbox.add_capture(self.tx.provider_reference, written, webhook=False)

    def assert_due(self, due):
        self.env.invalidate_all()
        self.assertAlmostEqual(self.invoice.amount_residual, due, 2)
        self.assertEqual(self.ledger.booked(), self.ledger.held())

    def test_a_part_of_the_discounted_price_earns_nothing(self):
        with self.on(IN_TIME):
            self.capture(IN_TIME, 40)
            self.hear_of(self.tx)
        self.assert_due(self.total - 40)

    def test_parts_that_add_up_to_it_in_time_earn_it_with_the_last(self):
        self.capture(IN_TIME, 40)
        self.hear_of(self.tx)
        self.capture(LAST_DAY, self.price - 40)
        self.hear_of(self.tx)
        self.assert_due(0)
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_so_do_three_of_them(self):
        for moment, value in ((IN_TIME, 40), (IN_TIME, 30), (LAST_DAY, self.price - 70)):
            self.capture(moment, value)
            self.hear_of(self.tx)
        self.assert_due(0)
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_parts_that_are_heard_of_together_earn_it_too(self):
        self.capture(IN_TIME, 40)
        self.capture(LAST_DAY, self.price - 40)
        self.hear_of(self.tx)
        self.assert_due(0)

    def test_what_a_bank_took_of_a_part_is_asked_for_while_the_rest_is_reserved(self):
        with self.on(IN_TIME):
            path = self.make_link(self.invoice)
            self.capture(IN_TIME, 40)
            self.hear_of(self.tx)
            self.assertNotIn("Amount due", self.text_of(self.get(path)))
            self.sandbox.add_chargeback(self.tx.provider_reference, "40.00")
            self.hear_of(self.tx)
            self.assertIn("Pay € 40.00", self.text_of(self.get(path)))

    def test_its_entry_corrects_the_vat_as_if_it_had_come_at_once(self):
        self.capture(IN_TIME, 40)
        self.hear_of(self.tx)
        self.capture(LAST_DAY, self.price - 40)
        self.hear_of(self.tx)
        entry = self.tx.child_transaction_ids.payment_id.move_id
        corrected = {line.tax_line_id.amount: line.balance for line in entry.line_ids}
        self.assertEqual((corrected[19], corrected[7]), (0.76, 0.12))

    def test_a_part_that_is_booked_again_earns_it_no_second_time(self):
        self.capture(IN_TIME, 40)
        self.capture(LAST_DAY, self.price - 40)
        self.hear_of(self.tx)
        self.tx.payment_id.move_id._reverse_moves([{}], cancel=True)
        self.hear_of(self.tx)
        self.assert_due(0)
        self.assertEqual(self.owed(), 0)

    def test_a_last_part_that_comes_too_late_earns_nothing(self):
        self.capture(IN_TIME, 40)
        self.capture(TOO_LATE, self.price - 40)
        self.hear_of(self.tx)
        self.assert_due(self.total - self.price)

    def test_while_the_reserved_rest_can_earn_it_nothing_is_asked(self):
        self.capture(IN_TIME, 40)
        with self.on(LAST_DAY):
            self.hear_of(self.tx)
            self.assert_asked(0)
        with self.on(TOO_LATE):
            self.assert_asked(self.total - self.price)

    def assert_asked(self, amount):
        self.env.invalidate_all()
        self.assertAlmostEqual(self.invoice.sudo()._get_mollie_due(), amount, 2)

    def test_what_the_bank_brought_meanwhile_ends_it(self):
        self.capture(IN_TIME, 40)
        self.hear_of(self.tx)
        self.receive_by_bank(self.invoice, 5)
        self.capture(LAST_DAY, self.price - 40)
        self.hear_of(self.tx)
        self.assert_due(self.total - self.price - 5)
