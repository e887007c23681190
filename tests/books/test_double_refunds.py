"""Attacks D2: money that was given back before its credit note, or beside it, is not sent again."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class DoubleRefundCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

    def refund_in_dashboard(self, amount, status="refunded"):
        payment = self.tx.provider_reference
        refund = self.sandbox.add_refund(payment, f"{amount:.2f}", status=status)
        self.sandbox.notify(payment)  # Mollie itself says nothing of one that waits.
        self.deliver_webhooks()
        return refund

    def refund_from_payment(self, amount):
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        values = {"payment_id": self.tx.payment_id.id, "amount_to_refund": amount}
        wizard.create(values).action_refund()
        self.env.invalidate_all()

    def make_note(self, amount):
        """Return a credit note as the clerk sees it once it is posted."""
        note = self.make_credit_note(self.invoice, amount).with_user(self.clerk)
        self.env.invalidate_all()
        return note

    def press(self, note):
        action = note.action_mollie_refund()
        self.env.invalidate_all()
        return action["params"]["message"]

    def refunds(self):
        embedded = self.sandbox.payment(self.tx.provider_reference)["_embedded"]
        return embedded.get("refunds", [])

    def sent(self):
        """Return what Mollie was asked to give back, and did not call off, newest first."""
        return [
            float(refund["amount"]["value"])
            for refund in self.refunds()
            if refund["status"] not in ("failed", "canceled")
        ]

    def settle(self):
        """Let Mollie send off all that it was asked for."""
        for refund in self.refunds():
            if refund["status"] in ("queued", "pending"):
                self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()


class TestRefundsBeforeTheirNote(DoubleRefundCase):
    def assert_settled(self, note):
        self.assertEqual((note.amount_residual, note.mollie_can_refund), (0, False))
        with self.assertRaisesRegex(UserError, "under way or done"):
            note.action_mollie_refund()

    def test_what_was_refunded_in_the_dashboard_is_not_sent_again(self):
        self.refund_in_dashboard(30)
        self.assert_settled(self.make_note(30))
        self.assertEqual((self.sent(), self.ledger.booked()), ([30], 70))

    def test_nor_what_was_refunded_from_the_payment(self):
        self.refund_from_payment(30)
        self.settle()
        self.assert_settled(self.make_note(30))
        self.assertEqual(self.sent(), [30])

    def test_a_note_of_more_sends_only_the_rest(self):
        self.refund_in_dashboard(30)
        note = self.make_note(50)
        self.assertEqual((note.amount_residual, note.mollie_can_refund), (20, True))
        self.press(note)
        self.assertEqual(sorted(self.sent()), [20, 30])
        self.settle()
        self.assert_settled(note)
        self.assertEqual(self.ledger.booked(), 50)

    def test_a_note_of_less_leaves_the_rest_to_the_next_one(self):
        self.refund_in_dashboard(30)
        self.assert_settled(self.make_note(20))
        second = self.make_note(50)
        self.assertEqual(second.amount_residual, 40)
        self.press(second)
        self.settle()
        self.assert_settled(second)
        self.assertEqual((sorted(self.sent()), self.ledger.booked()), ([30, 40], 30))

    def test_two_notes_and_two_refunds_of_the_same_amount_are_one_each(self):
        self.refund_in_dashboard(30)
        self.refund_in_dashboard(30)
        first, second = self.make_note(30), self.make_note(30)
        self.assert_settled(first)
        self.assert_settled(second)
        third = self.make_note(30)
        self.assertTrue(third.mollie_can_refund)
        self.assertEqual(third.amount_residual, 30)

    def test_it_is_said_on_the_note_and_in_the_invoices_log(self):
        refund = self.refund_in_dashboard(30)
        note = self.make_note(50)
        said = " ".join(note.message_ids.mapped("body")).replace("&nbsp;", " ")
        self.assertIn("€ 30.00", said)
        row = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "refund_claimed")
        self.assertEqual((row.amount, row.mollie_reference), (30, refund["id"]))
        self.assertIn(note.name, row.message)

    def test_a_refund_under_way_counts_as_given_back(self):
        for status in ("queued", "pending"):
            with self.subTest(status):
                self.setUp()
                self.refund_in_dashboard(30, status=status)
                note = self.make_note(50)
                self.press(note)
                self.assertEqual(sorted(self.sent()), [20, 30])
                self.settle()
                self.assert_settled(note)

    def test_a_refund_under_way_is_shared_by_two_notes(self):
        self.refund_in_dashboard(30, status="pending")
        first, second = self.make_note(20), self.make_note(50)
        self.assertFalse(first.mollie_can_refund)
        self.press(second)
        self.assertEqual(sorted(self.sent()), [30, 40])
        self.settle()
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 0))
        self.assertEqual(self.ledger.booked(), 30)

    def test_a_refund_that_failed_does_not_count(self):
        self.refund_in_dashboard(30, status="failed")
        note = self.make_note(30)
        self.assertEqual((note.amount_residual, note.mollie_can_refund), (30, True))

    def test_a_claimed_refund_that_bounces_opens_the_note_again(self):
        for status in ("pending", "refunded"):
            with self.subTest(status):
                self.setUp()
                refund = self.refund_in_dashboard(30, status=status)
                note = self.make_note(30)
                self.assertFalse(note.mollie_can_refund)
                self.sandbox.set_refund_status(refund["id"], "failed")
                self.deliver_webhooks()
                self.assertEqual((note.amount_residual, note.mollie_can_refund), (30, True))
                self.press(note)
                self.settle()
                self.assert_settled(note)
                self.assertEqual((self.sent(), self.ledger.booked()), ([30], 70))

    def test_a_note_whose_refund_bounces_takes_another_that_nobody_claimed(self):
        first = self.refund_in_dashboard(30)
        note = self.make_note(30)
        self.refund_in_dashboard(30)
        self.sandbox.set_refund_status(first["id"], "failed")
        self.deliver_webhooks()
        self.assert_settled(note)

    def test_a_note_that_is_corrected_upwards_sends_only_the_difference(self):
        self.refund_in_dashboard(30)
        note = self.make_note(30)
        note.button_draft()
        note.invoice_line_ids.price_unit = 50
        other = self.make_note(10)
        self.assertEqual(other.amount_residual, 10, "The draft keeps what it claimed.")
        note.action_post()
        self.env.invalidate_all()
        self.assertEqual(note.amount_residual, 20)

    def test_a_cancelled_note_claims_nothing(self):
        self.refund_in_dashboard(30)
        note = self.make_note(30)
        note.button_draft()
        note.button_cancel()
        self.assert_settled(self.make_note(30))

    def test_a_refund_of_unused_money_is_no_credit_notes(self):
        """It gives back what the invoice did not need."""
        invoice = self.make_invoice(100)
        self.tx = tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 40)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.invoice = invoice
        for status in ("pending", "refunded"):
            self.refund_in_dashboard(20, status=status)
            note = self.make_note(10)
            self.assertEqual((note.amount_residual, note.mollie_can_refund), (10, True))


class TestRefundsAfterTheirNote(DoubleRefundCase):
    def test_a_refund_in_the_dashboard_settles_the_open_note(self):
        note = self.make_note(30)
        self.refund_in_dashboard(30)
        self.assertEqual((note.amount_residual, note.mollie_can_refund), (0, False))
        self.assertEqual(self.events(self.invoice).count("refund_claimed"), 1)

    def test_also_while_it_is_under_way(self):
        note = self.make_note(50)
        self.refund_in_dashboard(30, status="pending")
        self.press(note)
        self.assertEqual(sorted(self.sent()), [20, 30])
        self.settle()
        self.assertEqual((note.amount_residual, self.ledger.booked()), (0, 50))

    def test_a_refund_of_which_no_webhook_told_is_found_when_refund_is_pressed(self):
        note = self.make_note(30)
        self.sandbox.add_refund(
            self.tx.provider_reference, "30.00", status="refunded", webhook=False
        )
        self.assertTrue(note.mollie_can_refund)
        self.assertIn("€ 30.00", self.press(note).replace("\N{NO-BREAK SPACE}", " "))
        self.assertEqual((self.sent(), note.amount_residual), ([30], 0))

    def test_the_older_note_comes_first(self):
        first, second = self.make_note(30), self.make_note(30)
        self.refund_in_dashboard(40)
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 20))
        self.press(second)
        self.settle()
        self.assertEqual((second.amount_residual, self.ledger.booked()), (0, 40))

    def test_another_sync_changes_nothing(self):
        self.make_note(30)
        self.refund_in_dashboard(30)
        rows = len(self.invoice.mollie_log_ids)
        partials = self.env["account.partial.reconcile"].search_count([])
        for _time in range(2):
            self.invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual(len(self.invoice.mollie_log_ids), rows)
        self.assertEqual(self.env["account.partial.reconcile"].search_count([]), partials)

    def test_two_clerks_who_refund_note_and_payment_send_it_once(self):
        note = self.make_note(30)
        self.refund_from_payment(30)
        self.assertFalse(note.mollie_can_refund)
        with self.assertRaisesRegex(UserError, "under way or done"):
            note.action_mollie_refund()
        self.settle()
        self.assertEqual((self.sent(), note.amount_residual), ([30], 0))

    def test_a_draft_note_is_not_refunded_whoever_asks(self):
        note = self.make_note(30)
        note.button_draft()
        with self.assertRaisesRegex(UserError, "Confirm it first"):
            note.action_mollie_refund()
        self.assertEqual(self.sent(), [])
