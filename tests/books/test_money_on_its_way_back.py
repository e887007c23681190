"""Money that is on its way back to the customer pays no invoice, and is not sent twice."""

from odoo.exceptions import UserError

from tests.common import MollieCase
from tests.odoo.cases.due import DueCase


class OnItsWayCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

    def correct(self, invoice, amount):
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = amount
        invoice.action_post()
        self.env.invalidate_all()

    def press(self, invoice):
        """Press Refund this credit; return the wizard that opens."""
        action = invoice.with_user(self.clerk).action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        return wizard.with_context(**action["context"]).create({})

    def refund_credit(self):
        self.press(self.invoice).action_refund()
        self.env.invalidate_all()

    def refund_in_dashboard(self, amount, status="refunded"):
        refund = self.sandbox.add_refund(self.tx.provider_reference, f"{amount:.2f}", status=status)
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()
        return refund

    def refunds(self):
        return self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]

    def let_refunds_end(self, status="refunded"):
        for refund in self.refunds():
            if refund["status"] in ("queued", "pending"):
                self.sandbox.set_refund_status(refund["id"], status)
        self.deliver_webhooks()

    def offered(self, invoice):
        """Return the amounts below an invoice that can be added to it."""
        self.env.invalidate_all()
        widget = invoice.with_user(self.clerk).invoice_outstanding_credits_debits_widget
        return [row["amount"] for row in (widget or {}).get("content", [])]

    def add(self, invoice, document):
        """Press Add below an invoice, for what is open of another document."""
        line = document.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        invoice.with_user(self.clerk).js_assign_outstanding_line(line.id)
        self.env.invalidate_all()

    def told(self, invoice):
        self.run_cron("cron_mollie_sync")
        return sorted(invoice.activity_ids.filtered("mollie_need").mapped("mollie_need"))

    def due(self, invoice):
        return invoice.sudo()._get_mollie_due()


class TestCreditOnItsWay(OnItsWayCase):
    def setUp(self):
        super().setUp()
        self.correct(self.invoice, 50)
        self.other = self.make_invoice(80)

    def test_it_is_not_offered_for_another_invoice_nor_used_by_who_saw_it_before(self):
        self.assertEqual(self.offered(self.other), [50])
        self.refund_credit()
        self.assertEqual(self.offered(self.other), [])
        self.add(self.other, self.tx.payment_id.move_id)
        self.assertEqual((self.other.amount_residual, self.due(self.other)), (80, 80))
        self.let_refunds_end()
        self.assertTrue(self.tx.payment_id.is_reconciled)
        self.assertEqual((self.told(self.invoice), self.told(self.other)), ([], []))

    def test_what_of_it_is_not_refunded_can_be_used(self):
        wizard = self.press(self.invoice)
        wizard.amount_to_refund = 20
        wizard.action_refund()
        self.assertEqual(self.offered(self.other), [30])
        self.add(self.other, self.tx.payment_id.move_id)
        self.assertEqual((self.other.amount_residual, self.due(self.other)), (50, 50))
        self.let_refunds_end()
        self.assertTrue(self.tx.payment_id.is_reconciled)

    def test_after_a_refund_that_failed_it_is_offered_again(self):
        self.refund_credit()
        self.let_refunds_end("failed")
        self.assertEqual(self.offered(self.other), [50])
        self.add(self.other, self.tx.payment_id.move_id)
        self.assertEqual(self.other.amount_residual, 30)

    def test_the_invoice_itself_owes_what_went_back_when_it_is_raised_again(self):
        self.refund_credit()
        self.correct(self.invoice, 100)
        self.assertEqual(self.invoice.amount_residual, 50)
        self.assertEqual(self.due(self.invoice), 0, "Nobody is asked while it may come back.")
        self.let_refunds_end()
        self.assertEqual((self.invoice.amount_residual, self.due(self.invoice)), (50, 50))
        self.assertEqual((self.told(self.invoice), self.ledger.booked()), ([], 50))

    def test_in_another_currency_than_the_companys_the_same(self):
        usd = self.make_invoice(100, currency="USD")
        self.invoice, self.tx = usd, self.pay(usd)
        self.correct(usd, 60)
        other = self.make_invoice(80, currency="USD")
        wizard = self.press(usd)
        wizard.amount_to_refund = 30
        wizard.action_refund()
        self.assertEqual(self.offered(other)[:1], [10])
        self.add(other, self.tx.payment_id.move_id)
        self.assertEqual(other.amount_residual, 70)
        self.let_refunds_end()
        self.assertTrue(self.tx.payment_id.is_reconciled)

    def test_a_wizard_that_stayed_open_sends_no_more_than_is_left_of_the_credit(self):
        first, second = self.press(self.invoice), self.press(self.invoice)
        first.amount_to_refund = 20
        first.action_refund()
        self.env.invalidate_all()
        self.assertEqual((second.mollie_credit, second.amount_available_for_refund), (30, 80))
        with self.assertRaisesRegex(UserError, self.invoice.name):
            second.action_refund()
        second.amount_to_refund = 30
        second.action_refund()
        self.assertEqual(sum(float(r["amount"]["value"]) for r in self.refunds()), 50)

    def test_nor_what_another_invoice_used_meanwhile(self):
        wizard = self.press(self.invoice)
        self.add(self.other, self.tx.payment_id.move_id)
        with self.assertRaisesRegex(UserError, self.invoice.name):
            wizard.action_refund()
        self.assertFalse(self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"])

    def test_who_refunds_the_payment_itself_may_send_all_that_is_left_of_it(self):
        self.add(self.other, self.tx.payment_id.move_id)
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        values = {"payment_id": self.tx.payment_id.id, "amount_to_refund": 100}
        wizard.create(values).action_refund()
        self.assertEqual(self.refunds()[0]["amount"]["value"], "100.00")


class TestNoteOnItsWay(OnItsWayCase):
    def setUp(self):
        super().setUp()
        self.note = self.make_credit_note(self.invoice, 30)
        self.other = self.make_invoice(80)

    def test_a_note_whose_refund_is_under_way_pays_no_other_invoice(self):
        self.assertEqual(self.offered(self.other), [30])
        self.note.with_user(self.clerk).action_mollie_refund()
        self.assertEqual(self.offered(self.other), [])
        self.add(self.other, self.note)
        self.assertEqual((self.note.amount_residual, self.other.amount_residual), (30, 80))
        self.let_refunds_end()
        self.assertEqual((self.note.amount_residual, self.told(self.invoice)), (0, []))

    def test_what_of_it_is_not_on_its_way_can_be_used(self):
        self.refund_in_dashboard(10, "pending")
        self.note.invalidate_recordset()
        self.assertEqual(self.offered(self.other), [20])
        self.add(self.other, self.note)
        self.assertEqual((self.note.amount_residual, self.other.amount_residual), (10, 60))
        self.let_refunds_end()
        self.assertEqual(self.note.amount_residual, 0)

    def test_after_a_refund_that_failed_it_can(self):
        self.note.with_user(self.clerk).action_mollie_refund()
        self.let_refunds_end("failed")
        self.add(self.other, self.note)
        self.assertEqual((self.note.amount_residual, self.other.amount_residual), (0, 50))


class TestRefundBeforeTheCorrection(OnItsWayCase):
    def replace(self, amount):
        """Press Reverse and Create Invoice; return the new one, confirmed."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizard = wizard.create({"journal_id": self.invoice.journal_id.id})
        new = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        new.invoice_line_ids.price_unit = amount
        new.action_post()
        return new

    def cancel(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()

    def test_a_refund_goes_with_the_credit_that_a_lower_invoice_leaves(self):
        """Two to-dos stayed, and who followed both sent the money twice."""
        self.refund_in_dashboard(30)
        self.assertEqual(self.told(self.invoice), ["refund_without_note"])
        self.correct(self.invoice, 70)
        self.assertEqual((self.told(self.invoice), self.due(self.invoice)), ([], 0))
        self.assertTrue(self.tx.payment_id.is_reconciled)
        self.assertTrue(self.tx.child_transaction_ids.payment_id.is_reconciled)

    def test_also_with_one_that_is_lowered_by_more(self):
        self.refund_in_dashboard(30)
        self.correct(self.invoice, 50)
        self.assertEqual(self.told(self.invoice), ["credit"])
        self.assertEqual(self.invoice.with_user(self.clerk).mollie_credit[-5:], "20.00")
        self.assertEqual(self.offered(self.make_invoice(80)), [20])

    def test_also_with_that_of_a_cancelled_invoice(self):
        self.refund_in_dashboard(30)
        self.cancel()
        self.assertNotIn("refund_without_note", self.told(self.invoice))
        self.assertEqual(self.offered(self.make_invoice(80)), [70])

    def test_also_with_that_of_a_replaced_invoice(self):
        self.refund_in_dashboard(30)
        new = self.replace(70)
        self.assertEqual((self.told(self.invoice), self.told(new)), ([], []))
        self.assertEqual((new.amount_residual, self.due(new)), (0, 0))
        self.assertTrue(self.tx.child_transaction_ids.payment_id.is_reconciled)

    def test_also_with_what_is_won_back_of_a_chargeback(self):
        self.refund_in_dashboard(30)
        chargeback = self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.receive_by_bank(self.invoice, 100)
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual(self.told(self.invoice), ["won_back"])
        self.assertEqual(self.invoice.with_user(self.clerk).mollie_credit[-5:], "70.00")
        self.assertIn("70.00", str(self.invoice.activity_ids.mapped("note")))

    def test_a_refund_that_the_invoice_still_needs_a_note_for_is_told_of(self):
        self.refund_in_dashboard(30)
        self.correct(self.invoice, 95)
        self.assertEqual(self.told(self.invoice), ["refund_without_note"])
        self.assertEqual((self.invoice.amount_residual, self.due(self.invoice)), (0, 0))

    def test_while_it_is_under_way_no_other_invoice_gets_what_it_gives_back(self):
        """Another one was paid with it, and the customer had the money twice."""
        changes = {
            "lowered": lambda: self.correct(self.invoice, 70),
            "cancelled": self.cancel,
            "replaced": lambda: self.replace(70),
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.start_afresh()
                self.invoice, self.tx = self.make_paid()
                self.refund_in_dashboard(30, "pending")
                change()
                other = self.make_invoice(80)
                left = 70 if name == "cancelled" else 0
                self.assertEqual(sum(self.offered(other)), left)
                self.add(other, self.tx.payment_id.move_id)
                self.assertEqual((other.amount_residual, self.due(other)), (80 - left, 80 - left))
                self.let_refunds_end()
                self.assertEqual((self.told(self.invoice), self.told(other)), ([], []))
                self.assertTrue(self.tx.payment_id.is_reconciled)
                self.assertTrue(self.tx.child_transaction_ids.payment_id.is_reconciled)
                self.assertEqual((self.ledger.booked(), self.ledger.held()), (70, 70))

    def test_while_it_is_under_way_an_invoice_that_is_posted_again_is_paid_as_before(self):
        self.refund_in_dashboard(30, "pending")
        self.cancel()
        self.correct(self.invoice, 100)
        self.assertEqual((self.invoice.amount_residual, self.due(self.invoice)), (0, 0))
        self.let_refunds_end()
        self.assertEqual(self.told(self.invoice), ["refund_without_note"])
        self.make_credit_note(self.invoice, 30)
        self.assertEqual((self.told(self.invoice), self.due(self.invoice)), ([], 0))

    def test_while_it_is_under_way_nor_does_another_if_the_payment_was_taken_off_its_own(self):
        self.refund_in_dashboard(30, "pending")
        partial = self.invoice.line_ids.matched_credit_ids
        self.invoice.with_user(self.clerk).js_remove_outstanding_partial(partial.id)
        other = self.make_invoice(80)
        self.assertEqual(self.offered(other), [70])
        self.add(other, self.tx.payment_id.move_id)
        self.let_refunds_end()
        self.assertEqual((self.invoice.amount_residual, other.amount_residual), (100, 10))
        self.assertEqual((self.told(self.invoice), self.ledger.booked()), ([], 70))

    def test_while_that_of_a_cancelled_note_is_under_way_nobody_is_told_to_refund_it_again(self):
        note = self.make_credit_note(self.invoice, 30)
        note.with_user(self.clerk).action_mollie_refund()
        note.button_draft()
        note.button_cancel()
        self.correct(self.invoice, 60)
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.assertEqual(self.told(self.invoice), ["credit"])
        self.assertIn("10.00", self.invoice.activity_ids.note)
        self.assertEqual(self.offered(self.make_invoice(80)), [10])
        self.let_refunds_end()
        self.assertEqual(self.told(self.invoice), ["credit"])
        self.assertIn("10.00", self.invoice.activity_ids.note)

    def test_what_is_offered_costs_as_many_queries_for_many_credits_as_for_few(self):
        found = []
        for count in (1, 1, 4):  # What is read once per process is read by the first.
            for _ in range(count):
                self.invoice, self.tx = self.make_paid()
                self.refund_in_dashboard(10, "pending")
                self.correct(self.invoice, 50)
            other = self.make_invoice(80)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            widget = other.with_user(self.clerk).invoice_outstanding_credits_debits_widget
            found.append(self.env.cr.sql_log_count - before)
        self.assertEqual([row["amount"] for row in widget["content"]], [40] * 6)
        self.assertLessEqual(found[2], found[1])


class TestOfferedBelowANote(OnItsWayCase):
    def setUp(self):
        super().setUp()
        self.other = self.make_invoice(80)
        self.note = self.make_credit_note(self.invoice, 30)

    def test_a_note_of_which_nothing_is_left_offers_no_invoice(self):
        """Add did nothing, without a word."""
        self.assertEqual(self.offered(self.note), [80])
        self.note.with_user(self.clerk).action_mollie_refund()
        self.assertEqual(self.offered(self.note), [])

    def test_one_of_which_something_is_left_does(self):
        self.refund_in_dashboard(10, "pending")
        self.assertEqual(self.offered(self.note), [80])
        line = self.other.line_ids.filtered("date_maturity")
        self.note.with_user(self.clerk).js_assign_outstanding_line(line.id)
        self.assertEqual((self.note.amount_residual, self.other.amount_residual), (10, 60))


class TestNoteOfTwoPayments(OnItsWayCase, DueCase):
    """A credit note that takes a refund of each of two payments."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100)
        for amount in ("60.00", "40.00"):
            self.pay_part(self.invoice, amount)
        self.make_credit_note(self.invoice, 60)
        for tx in self.invoice.transaction_ids.sorted("id"):
            self.tx = tx
            self.refund_in_dashboard(40, "pending")

    def test_what_it_does_not_need_of_the_second_leaves_less_credit(self):
        """What was seen: 30 were offered to be refunded, of which 20 were under way."""
        self.correct(self.invoice, 70)
        self.assertEqual(self.invoice.with_user(self.clerk).mollie_credit[-5:], "10.00")
        for tx in self.invoice.transaction_ids.sorted("id"):
            self.tx = tx
            self.let_refunds_end()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (120, 120))
        self.assertEqual(self.invoice.with_user(self.clerk).mollie_credit[-5:], "10.00")
