"""Documents that somebody is correcting: no webhook posts them, whatever money moves."""

from odoo.fields import Command
from odoo.tools import mute_logger

from tests.common import MollieCase


class TestDrafts(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()

    def make_refunded_note(self):
        note = self.make_credit_note(self.invoice, 30)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        return note, self.tx.child_transaction_ids.provider_reference

    def test_a_note_that_is_corrected_stays_a_draft_however_its_refund_goes_on(self):
        note, refund = self.make_refunded_note()
        note.with_user(self.clerk).button_draft()
        for status in ("processing", "refunded", "failed"):
            self.sandbox.set_refund_status(refund, status)
            self.deliver_webhooks()
            self.assertEqual(note.state, "draft")
        self.assertEqual(self.ledger.booked(), 100)

    def test_once_posted_it_is_settled_by_the_refund(self):
        note, refund = self.make_refunded_note()
        note.with_user(self.clerk).button_draft()
        self.sandbox.set_refund_status(refund, "refunded")
        self.deliver_webhooks()
        note.with_user(self.clerk).action_post()
        self.env.invalidate_all()
        self.assertEqual((note.amount_residual, self.ledger.booked()), (0, 70))

    def test_a_note_that_was_never_posted_stays_a_draft(self):
        """As a sale order makes them, with the order's payments on them."""
        note = self.invoice._reverse_moves()
        invoice = self.make_invoice(50)
        tx = self.start_payment(invoice)
        tx.invoice_ids = [Command.link(note.id)]
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual((note.state, invoice.amount_residual), ("draft", 0))
        self.assertIn(note, tx.invoice_ids)

    def test_a_new_draft_beside_the_invoice_that_a_link_asked_for_stays_one(self):
        draft = self.make_invoice(20, post=False)
        invoice = self.make_invoice(50)
        tx = self.start_payment(invoice)
        tx.invoice_ids = [Command.link(draft.id)]
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual((draft.state, invoice.amount_residual), ("draft", 0))

    def test_a_payment_that_is_processed_again_posts_no_draft(self):
        note, refund = self.make_refunded_note()
        self.sandbox.set_refund_status(refund, "refunded")
        self.deliver_webhooks()
        note.with_user(self.clerk).button_draft()
        self.invoice.with_user(self.clerk).button_draft()
        (self.tx + self.tx.child_transaction_ids)._post_process()
        self.assertEqual((note.state, self.invoice.state), ("draft", "draft"))


class TestBookedLate(MollieCase):
    """Money that could not be booked before, while its invoice is being corrected."""

    def setUp(self):
        super().setUp()
        self.account = self.customer.property_account_receivable_id
        self.invoice = self.make_invoice(100)
        self.tx = self.start_payment(self.invoice)

    def come(self):
        """Let money come that can't be booked, and some of it be refunded."""
        self.account.active = False
        with mute_logger("odoo.addons.invoice_mollie.models.transaction.books"):
            self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
            self.deliver_webhooks()
            self.sandbox.add_refund(self.tx.provider_reference, "10.00", status="refunded")
            self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 0)

    def book(self):
        self.account.active = True
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_an_invoice_of_which_something_was_refunded_before_stays_a_draft(self):
        self.come()
        self.invoice.with_user(self.clerk).button_draft()
        self.invoice.invoice_line_ids.price_unit = 120
        self.book()
        self.assertEqual(self.invoice.state, "draft")
        self.assertEqual(self.tx.invoice_ids, self.invoice)
        self.invoice.with_user(self.clerk).action_post()
        self.env.invalidate_all()
        self.assertEqual((self.invoice.amount_residual, self.ledger.held()), (30, 90))

    def test_an_invoice_whose_payment_was_taken_out_of_the_books_stays_a_draft(self):
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.invoice.with_user(self.clerk).button_draft()
        self.tx.payment_id.move_id._reverse_moves([{}], cancel=True)
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(self.invoice.state, "draft")
        self.assertEqual(self.tx.invoice_ids, self.invoice)
        self.invoice.with_user(self.clerk).action_post()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.amount_residual, 100)


class TestCancelledNotes(MollieCase):
    """What a credit note settled is open again once it is gone: the payment settles it."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100)
        self.tx = self.start_payment(self.invoice)
        self.note = self.make_credit_note(self.invoice, 30).with_user(self.clerk)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.amount_residual, 0)

    def assert_settled(self):
        self.env.invalidate_all()
        self.assertEqual((self.invoice.amount_residual, self.ledger.booked()), (0, 100))
        self.assertFalse(self.invoice.mollie_credit)

    def test_by_cancelling_a_draft(self):
        self.note.button_draft()
        self.note.button_cancel()
        self.assert_settled()

    def test_by_cancelling_it_at_once(self):
        self.note.button_cancel()
        self.assert_settled()

    def test_by_deleting_a_draft(self):
        self.note.button_draft()
        self.note.with_context(force_delete=True).unlink()
        self.assert_settled()
