"""Clerks' hands on the entries of payments, where several parts of the addon meet."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from tests.common import MollieCase


class HandsOnEntriesCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()
        self.account = self.env["account.account"].search(
            [("account_type", "=", "asset_current"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )

    def hear(self):
        path = self.webhook_path(self.tx)
        self.assertEqual(self.post_webhook(path, self.tx.provider_reference).status_code, 200)
        self.env.invalidate_all()

    def refund(self, amount):
        self.sandbox.add_refund(self.tx.provider_reference, amount, status="refunded")
        self.deliver_webhooks()
        return self.tx.child_transaction_ids

    def move_money(self, payment, side, account=None):
        """Let the clerk correct the account of the money on a payment's entry."""
        entry = payment.move_id.with_user(self.clerk)
        entry.button_draft()
        entry.line_ids.filtered(side).account_id = account or self.account
        entry.action_post()
        self.env.invalidate_all()

    def assert_booked_once(self, booked):
        self.env.invalidate_all()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (booked, booked))
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertFalse(self.invoice.with_user(self.clerk).mollie_credit)
        rows = len(self.events(self.invoice))
        self.hear()
        self.assertEqual(len(self.events(self.invoice)), rows)


class TestMovedMoney(HandsOnEntriesCase):
    """What is booked again does not stay beside the new booking: that would be credited twice."""

    def test_money_that_was_moved_to_another_account_is_booked_once(self):
        self.move_money(self.tx.payment_id, "debit")
        self.hear()
        self.assertEqual(self.events(self.invoice).count("booking_lost"), 1)
        self.assert_booked_once(100)

    def test_money_of_another_payment_method_is_booked_once(self):
        method = self.env.ref("account.account_payment_method_manual_in")
        by_hand = self.env["account.payment.method.line"].create(
            {
                "name": "By hand",
                "payment_method_id": method.id,
                "journal_id": self.provider.journal_id.id,
                "payment_account_id": self.account.id,
            }
        )
        payment = self.tx.payment_id.with_user(self.clerk)
        payment.action_draft()
        payment.payment_method_line_id = by_hand
        payment.action_post()
        self.hear()
        self.assert_booked_once(100)

    def test_a_refund_that_was_moved_goes_with_its_note_again(self):
        refund = self.refund("30.00")
        note = self.make_credit_note(self.invoice, 30)
        self.move_money(refund.payment_id, "credit")
        self.hear()
        self.assertEqual(note.amount_residual, 0)
        self.assert_booked_once(70)

    @mute_logger("odoo.addons.invoice_mollie.models.transaction.books")
    def test_what_can_not_be_taken_out_is_not_booked_beside_it(self):
        self.move_money(self.tx.payment_id, "debit")
        with patch.object(type(self.env["account.move"]), "_reverse_moves", _refuse):
            self.hear()
        self.assertEqual(self.ledger.booked(), 0)
        # Else core would do all of its own once more: make a second invoice of a prepaid order.
        self.assertTrue(self.tx.is_post_processed)
        self.assertEqual(self.events(self.invoice)[-1], "booking_failed")
        self.assertIn("could not be booked", "".join(self.invoice.activity_ids.mapped("note")))
        self.hear()
        self.assert_booked_once(100)

    @mute_logger("odoo.addons.invoice_mollie.models.transaction.books")
    def test_what_a_clerk_puts_right_is_told_no_more(self):
        payment = self.tx.payment_id
        account = payment.outstanding_account_id
        self.move_money(payment, "debit")
        with patch.object(type(self.env["account.move"]), "_reverse_moves", _refuse):
            self.hear()
        self.move_money(payment, "debit", account)
        self.hear()
        self.assertFalse(self.invoice.activity_ids)
        self.assertEqual(self.tx.payment_id, payment)
        self.assert_booked_once(100)


class TestMovedDebt(HandsOnEntriesCase):
    """What settles invoices does not leave the customer's account."""

    def assert_nobody_is_asked(self):
        self.env.invalidate_all()
        self.assertEqual(self.invoice._get_mollie_due(), 0)
        self.assertFalse(self.invoice.mollie_has_due)

    def test_who_has_paid_is_not_asked_again_once_it_was_moved(self):
        self.move_money(self.tx.payment_id, "credit")
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_nobody_is_asked()

    def test_it_is_booked_once_more_as_soon_as_the_payment_is_heard_of(self):
        for hear in (self.hear, self.check, self.compare):
            with self.subTest(hear.__name__):
                self.setUp()
                self.move_money(self.tx.payment_id, "credit")
                hear()
                self.assertEqual(self.events(self.invoice).count("booking_lost"), 1)
                self.assert_booked_once(100)
                self.assertFalse(self.invoice.activity_ids)

    def check(self):
        self.invoice.with_user(self.clerk).action_mollie_sync()

    def compare(self):
        self.env["mollie.comparison"]._request(self.company)
        self.run_cron("cron_mollie_compare")

    def test_a_part_of_it_that_was_moved_is_booked_once_more(self):
        entry = self.tx.payment_id.move_id.with_user(self.clerk)
        entry.button_draft()
        credit = entry.line_ids.filtered("credit")
        entry.line_ids = [
            Command.update(credit.id, {"credit": 60, "amount_currency": -60}),
            Command.create({"account_id": self.account.id, "credit": 40, "name": "Deposit"}),
        ]
        entry.action_post()
        self.assert_nobody_is_asked()
        self.hear()
        self.assert_booked_once(100)

    def test_a_refund_that_was_moved_goes_with_its_note_again(self):
        refund = self.refund("30.00")
        note = self.make_credit_note(self.invoice, 30)
        self.move_money(refund.payment_id, "debit")
        self.hear()
        self.assertEqual(note.amount_residual, 0)
        self.assert_booked_once(70)

    def test_a_chargeback_that_was_moved_opens_the_invoice_again(self):
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        chargeback = self.tx.child_transaction_ids
        self.move_money(chargeback.payment_id, "debit")
        self.hear()
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (0, 100))
        self.assertEqual(self.invoice._get_mollie_due(), 100)


class TestMovedAndFailed(HandsOnEntriesCase):
    """What was moved is taken out, too, once it turns out that nothing came."""

    def test_a_capture_that_failed_after_its_money_was_moved_leaves_nothing_in_the_books(self):
        for side in ("debit", "credit"):
            with self.subTest(side):
                self.setUp()
                self.invoice = self.make_invoice(100)
                self.tx = self.pay(self.invoice, "authorized", method="klarna")
                capture = self.sandbox.add_capture(self.tx.provider_reference)
                self.deliver_webhooks()
                before = self.booked_elsewhere()
                self.move_money(self.tx.payment_id, side)
                self.assertNotEqual(self.booked_elsewhere(), before)
                self.sandbox.set_capture_status(capture["id"], "failed")
                self.hear()
                self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
                self.assertEqual(self.booked_elsewhere(), before)
                self.assertEqual(self.invoice.amount_residual, 100)
                self.assertEqual(self.invoice._get_mollie_due(), 100)

    def booked_elsewhere(self):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))


class TestDraftEntries(HandsOnEntriesCase):
    def test_an_entry_that_is_corrected_is_waited_for(self):
        payment = self.tx.payment_id
        entry = payment.move_id.with_user(self.clerk)
        entry.button_draft()
        self.hear()
        self.assertEqual(self.tx.payment_id, payment)
        self.assertEqual(self.events(self.invoice)[-1], "held_back")
        self.assertIn("is a draft", self.invoice.activity_ids.note)
        entry.action_post()
        self.hear()
        self.assertFalse(self.invoice.activity_ids)
        self.assert_booked_once(100)


class TestDraftParts(MollieCase):
    def test_the_to_do_and_the_log_name_what_was_captured(self):
        invoice = self.make_invoice(100)
        tx = self.pay(invoice, "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": "40.00"})
        self.deliver_webhooks()
        tx.payment_id.with_user(self.clerk).action_draft()
        invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        note = invoice.activity_ids.note
        self.assertIn("40.00", note)
        self.assertNotIn("100.00", note)
        tx.payment_id.with_user(self.clerk).action_post()
        rows = invoice.mollie_log_ids.sorted("id")[-2:]
        said = [(row.event, row.amount) for row in rows]
        self.assertEqual(said, [("held_back", 40), ("booked", 40)])
        for row in rows:
            self.assertIn(tx.payment_id.name, row.message)


class TestBookedByHandSeveralTimes(MollieCase):
    def test_as_many_are_undone_as_mollie_brought(self):
        self.company.mollie_other_amount = True
        invoice = self.make_invoice(200)
        self.press_pay(self.make_link(invoice), choice="other", amount="100.00")
        tx = self.last_transaction(invoice)
        for _ in range(2):
            self.book_by_hand(invoice)
        first = invoice.reconciled_payment_ids.sorted("id")[:1]
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.with_user(self.clerk).mollie_hand_payment, first.name)
        invoice.with_user(self.clerk).action_mollie_undo_hand_payment()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def book_by_hand(self, invoice):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {"amount": 100, "journal_id": self.provider.journal_id.id}
        wizard.create(values)._create_payments()


class TestNothingToRefund(HandsOnEntriesCase):
    def test_by_a_booking_that_stands_no_more(self):
        old = self.tx.payment_id
        old.move_id._reverse_moves([{}], cancel=True)
        self.hear()
        self.assertEqual(old.amount_available_for_refund, 0)
        self.assertEqual(self.tx.payment_id.amount_available_for_refund, 100)

    def test_of_a_test_payment_that_was_given_up(self):
        self.tx._mollie_give_up_test_payments()
        self.env.invalidate_all()
        self.assertEqual(self.tx.payment_id.amount_available_for_refund, 0)
        with self.assertRaisesRegex(UserError, "what is left"):
            self.tx._refund(10)


class TestReplacedMeanwhile(MollieCase):
    def test_payments_that_were_locked_pay_the_new_invoice_when_it_is_to_be_paid(self):
        invoice, tx = self.make_paid()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        new = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        with (
            patch("odoo.addons.invoice_mollie.models.invoice.replaced.wait_for_lock", _is_locked),
            mute_logger("odoo.addons.invoice_mollie.models.safely"),
        ):
            new.action_post()
        self.assertFalse(new.transaction_ids)
        payments = len(self.sandbox.payments())
        self.press_pay(self.make_link(new))
        self.env.invalidate_all()
        self.assertEqual(len(self.sandbox.payments()), payments)
        self.assertEqual((new.amount_residual, new.transaction_ids), (0, tx))


class TestLostRefunds(HandsOnEntriesCase):
    def test_a_refund_whose_entry_was_reversed_is_not_sent_again(self):
        refund = self.refund("30.00")
        note = self.make_credit_note(self.invoice, 30)
        self.env.invalidate_all()
        self.assertFalse(note.mollie_can_refund)
        refund.payment_id.move_id._reverse_moves([{"date": fields.Date.today()}], cancel=True)
        self.env.invalidate_all()
        self.assertEqual(note.amount_residual, 30)
        self.assertFalse(note.mollie_can_refund)


class TestCopies(HandsOnEntriesCase):
    def test_a_copy_of_a_payment_is_the_clerks_own(self):
        copy = self.tx.payment_id.with_user(self.clerk).copy()
        copy.action_post()
        self.assertFalse(copy.payment_transaction_id)

    def test_while_it_stands_check_says_that_the_money_is_booked_twice(self):
        copy = self.tx.payment_id.with_user(self.clerk).copy()
        copy.action_post()
        params = self.invoice.with_user(self.clerk).action_mollie_sync()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Booked twice, once by hand", params["message"])
        copy.action_cancel()
        params = self.invoice.with_user(self.clerk).action_mollie_sync()["params"]
        self.assertEqual(params["type"], "success")


def _is_locked(_record):
    raise LockError("Somebody else is at it.")


def _refuse(*_args, **_kwargs):
    raise ValueError("The period is closed.")
