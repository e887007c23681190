"""Money of a day that is closed is booked on the next open one, and the log says so."""

from odoo.fields import Command

from odoo.addons.invoice_mollie.models.days import today

from tests.odoo.cases.discounts import DiscountCase

LAST_OF_SEPTEMBER = "2026-09-30T12:00:00Z"


class TestClosedPeriods(DiscountCase):
    def setUp(self):
        super().setUp()
        self.company.partner_id.tz = "Europe/Amsterdam"

    def pay_then(self, locks, invoice, moment=LAST_OF_SEPTEMBER):
        """Pay at a moment of which Odoo hears after periods were closed; return the payment."""
        tx = self.start_payment(invoice)
        self.pay_on(moment, tx)
        self.company.write(locks)
        self.hear_of(tx)
        return tx.payment_id

    def invoice(self, **values):
        return self.make_invoice(100, invoice_date="2026-09-01", **values)

    def day(self, payment):
        self.assertEqual(payment.date, payment.move_id.date)
        return str(payment.date)

    def messages(self, invoice):
        rows = invoice.mollie_log_ids.filtered(lambda row: row.event == "booked_later")
        return [row.message.replace("\N{NO-BREAK SPACE}", " ") for row in rows]

    def test_the_next_open_day_is_taken_and_the_log_says_so(self):
        invoice = self.invoice()
        payment = self.pay_then({"fiscalyear_lock_date": "2026-10-31"}, invoice)
        self.assertEqual(self.day(payment), "2026-11-01")
        self.assertEqual(invoice.amount_residual, 0)
        said = "€ 100.00 was booked on 11/01/2026, because 09/30/2026 is closed."
        self.assertEqual(self.messages(invoice), [said])
        self.assertEqual(self.events(invoice)[-1], "booked")

    def test_each_reads_it_in_their_own_way(self):
        invoice = self.invoice()
        self.env["res.lang"]._activate_lang("nl_NL")
        self.pay_then({"fiscalyear_lock_date": "2026-10-31"}, invoice)
        row = invoice.mollie_log_ids.filtered(lambda row: row.event == "booked_later")
        self.assertIn("01-11-2026", row.with_context(lang="nl_NL").message)

    def test_another_sync_says_it_no_second_time(self):
        invoice = self.invoice()
        self.pay_then({"fiscalyear_lock_date": "2026-10-31"}, invoice)
        invoice.action_mollie_sync()
        self.assertEqual(len(self.messages(invoice)), 1)

    def test_the_hard_lock_counts_too(self):
        payment = self.pay_then({"hard_lock_date": "2026-09-30"}, self.invoice())
        self.assertEqual(self.day(payment), "2026-10-01")

    def test_the_later_of_two_locks_counts(self):
        locks = {"fiscalyear_lock_date": "2026-09-30", "hard_lock_date": "2026-09-15"}
        self.assertEqual(self.day(self.pay_then(locks, self.invoice())), "2026-10-01")

    def test_locks_that_are_not_the_payments_leave_it_where_it_is(self):
        """Sales are not booked in Mollie's journal, nor has a payment taxes."""
        invoice = self.invoice()
        payment = self.pay_then(
            {"sale_lock_date": "2026-10-31", "tax_lock_date": "2026-10-31"}, invoice
        )
        self.assertEqual(self.day(payment), "2026-09-30")
        self.assertFalse(self.messages(invoice))

    def test_an_open_day_is_not_touched_by_a_lock_before_it(self):
        payment = self.pay_then({"fiscalyear_lock_date": "2026-09-29"}, self.invoice())
        self.assertEqual(self.day(payment), "2026-09-30")

    def test_a_discount_with_vat_waits_for_the_tax_lock_and_is_granted_all_the_same(self):
        invoice = self.make_discounted(
            self.make_term(), self.make_taxes(21), invoice_date="2026-09-01"
        )
        payment = self.pay_then({"tax_lock_date": "2026-09-30"}, invoice)
        self.assertEqual((self.day(payment), invoice.amount_residual), ("2026-10-01", 0))
        self.assertEqual(len(self.messages(invoice)), 1)

    def test_vat_on_payment_waits_for_the_tax_lock_but_the_money_does_not(self):
        tax = self.make_taxes(21, **self.on_payment())
        line = {"name": "Work", "quantity": 1, "price_unit": 100, "tax_ids": tax.ids}
        invoice = self.invoice(invoice_line_ids=[Command.create(line)])
        payment = self.pay_then({"tax_lock_date": "2026-09-30"}, invoice)
        self.assertEqual((self.day(payment), invoice.amount_residual), ("2026-09-30", 0))
        (vat,) = invoice.tax_cash_basis_created_move_ids
        self.assertGreater(str(vat.date), "2026-09-30")

    def test_what_comes_of_a_payment_waits_too(self):
        invoice = self.invoice()
        tx = self.start_payment(invoice)
        self.pay_on(LAST_OF_SEPTEMBER, tx)
        self.hear_of(tx)
        self.sandbox.add_refund(tx.provider_reference, "10.00", status="refunded")
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.sandbox.reverse_chargeback(chargeback["id"])
        self.company.write({"fiscalyear_lock_date": "2026-09-30"})
        self.hear_of(tx)
        for child in tx.child_transaction_ids:
            self.assertEqual(self.day(child.payment_id), "2026-10-01")
        self.assertEqual(len(self.messages(invoice)), 3)
        self.assertEqual((self.ledger.booked(), invoice.amount_residual), (90, 0))


class TestBookedByHand(DiscountCase):
    """What is booked twice, when the one by hand can't be changed any more."""

    def setUp(self):
        super().setUp()
        self.bill = self.make_invoice(100, invoice_date="2026-09-01")
        tx = self.start_payment(self.bill)
        self.by_hand = self.book_by_hand("2026-09-28")
        self.pay_on("2026-09-28T12:00:00Z", tx)
        self.hear_of(tx)
        self.own = tx.payment_id

    def book_by_hand(self, day):
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.bill.ids)
        journal = self.provider.journal_id
        method = journal.inbound_payment_method_line_ids.filtered(lambda m: m.code == "manual")
        method.payment_account_id = journal.default_account_id
        values = {"journal_id": journal.id, "payment_method_line_id": method.id}
        wizard.create(values | {"payment_date": day})._create_payments()
        return self.bill.reconciled_payment_ids

    def undo(self):
        self.bill.with_user(self.clerk).action_mollie_undo_hand_payment()
        self.env.invalidate_all()

    def assert_undone(self):
        entry = self.by_hand.move_id
        self.assertEqual((entry.state, str(entry.date)), ("posted", "2026-09-28"))
        reversal = entry.reversal_move_ids
        self.assertEqual((reversal.state, reversal.date), ("posted", today(self.company)))
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertTrue(self.own.is_reconciled)
        self.assertFalse(self.bill.with_user(self.clerk).mollie_hand_payment)
        self.assertFalse(self.bill.activity_ids)
        self.assertEqual(self.ledger.booked(), 100)
        self.bill.with_user(self.clerk).action_mollie_sync()
        self.assertEqual(self.ledger.booked(), 100)

    def test_in_a_closed_period_it_is_taken_out_on_an_open_day(self):
        self.company.fiscalyear_lock_date = "2026-09-30"
        self.assertTrue(self.bill.activity_ids)
        self.undo()
        self.run_cron("cron_mollie_sync")
        self.assert_undone()

    def test_in_a_journal_that_is_hashed_it_is_reversed(self):
        self.provider.journal_id.restrict_mode_hash_table = True
        self.by_hand.move_id.button_hash()
        self.assertTrue(self.by_hand.move_id.inalterable_hash)
        self.undo()
        self.run_cron("cron_mollie_sync")
        self.assert_undone()
