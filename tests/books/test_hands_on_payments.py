"""What clerks do to the payments by which Mollie's money stands in the books."""

from odoo.exceptions import UserError, ValidationError

from tests.common import MollieCase


class HandsCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()
        self.payment = self.tx.payment_id.with_user(self.clerk)

    def hear(self):
        """Let Mollie send its webhook once more."""
        path = self.webhook_path(self.tx)
        self.assertEqual(self.post_webhook(path, self.tx.provider_reference).status_code, 200)
        self.env.invalidate_all()

    def check(self):
        return self.invoice.with_user(self.clerk).action_mollie_sync()

    def assert_refused(self, error, do, *words):
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            do()
        for word in (self.tx.provider_reference, *words):
            self.assertIn(word, str(caught.exception))
        self.env.invalidate_all()

    def assert_books_are_mollies(self, due=0):
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(self.invoice.amount_residual, due)

    def assert_nothing_is_left_to_do(self):
        rows = len(self.events(self.invoice))
        self.hear()
        self.assertEqual(len(self.events(self.invoice)), rows)


class TestRefused(HandsCase):
    """What would take Mollie's money out of the books is refused, with the way out."""

    def test_deleting_is_refused(self):
        self.payment.action_draft()
        self.assert_refused(UserError, self.payment.unlink, "change it as a draft")

    def test_cancelling_is_refused(self):
        self.assert_refused(UserError, self.payment.action_cancel, "Refund")

    def test_cancelling_a_draft_is_refused(self):
        self.payment.action_draft()
        self.assert_refused(UserError, self.payment.action_cancel, "change it as a draft")

    def test_cancelling_or_deleting_its_entry_is_refused(self):
        entry = self.payment.move_id
        self.assert_refused(UserError, entry.button_cancel)
        entry.button_draft()
        self.assert_refused(UserError, entry.unlink)

    def test_reversing_its_entry_is_refused(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=self.payment.move_id.ids)
        )
        wizard = wizard.create({"journal_id": self.payment.journal_id.id})
        self.assert_refused(UserError, wizard.refund_moves, "Refund")

    def test_another_amount_is_refused(self):
        self.payment.action_draft()
        self.assert_refused(ValidationError, lambda: self.payment.write({"amount": 98.5}), "fee")

    def test_another_currency_direction_or_journal_is_refused(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        bank = self.env["account.journal"].create({"name": "B", "type": "bank", "code": "BBB"})
        self.payment.action_draft()
        for values in (
            {"currency_id": dollars.id},
            {"payment_type": "outbound"},
            {"journal_id": bank.id},
        ):
            with self.subTest(values):
                self.assert_refused(ValidationError, lambda v=values: self.payment.write(v))

    def test_a_payment_that_is_not_mollies_is_the_clerks_own(self):
        other = self.env["account.payment"].with_user(self.clerk)
        other = other.create({"amount": 10, "partner_id": self.customer.id})
        other.action_post()
        other.action_draft()
        other.amount = 12
        other.action_cancel()
        other.unlink()

    def test_what_did_not_happen_after_all_counts_no_more(self):
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        refund = self.tx.child_transaction_ids
        payment = refund.payment_id.with_user(self.clerk)
        self.sandbox.set_refund_status(refund.provider_reference, "failed")
        self.deliver_webhooks()
        self.assertEqual(payment.state, "canceled")
        self.assert_books_are_mollies()


class TestReversed(HandsCase):
    """What was reversed stays beside its reversal: without it, that would be money of its own."""

    def make_failed_refund(self):
        """Return the transaction of a refund that was booked, and failed then."""
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        refund = self.tx.child_transaction_ids
        self.sandbox.set_refund_status(refund.provider_reference, "failed")
        self.deliver_webhooks()
        return refund

    def hands(self, payment):
        yield from (payment.action_cancel, payment.unlink, payment.action_draft)
        wizard = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=payment.move_id.ids)
        yield wizard.create({"journal_id": payment.journal_id.id}).reverse_moves

    def assert_untouchable(self, payment):
        booked = self.ledger.booked_movements()
        for hand in self.hands(payment):
            with self.subTest(hand), self.assertRaises(UserError), self.env.cr.savepoint():
                hand()
        self.env.invalidate_all()
        self.assertEqual(self.ledger.booked_movements(), booked)

    def test_the_payment_of_a_refund_that_failed(self):
        refund = self.make_failed_refund()
        self.assert_untouchable(refund.payment_id.with_user(self.clerk))
        self.assert_books_are_mollies()

    def test_the_entry_that_reverses_says_which_one(self):
        entry = self.make_failed_refund().payment_id.move_id
        self.assertEqual(entry.reversal_move_ids.ref, f"Reversal of {entry.name}")

    def test_a_refund_that_failed_and_was_reversed_once_more_all_the_same(self):
        refund = self.make_failed_refund()
        refund.payment_id.move_id._reverse_moves([{}], cancel=True)
        self.hear()
        self.assert_books_are_mollies()
        self.assert_nothing_is_left_to_do()

    def test_a_payment_that_was_booked_again(self):
        self.tx.payment_id.move_id._reverse_moves([{}], cancel=True)
        self.hear()
        self.assertNotEqual(self.tx.payment_id, self.payment)
        self.assert_untouchable(self.payment)
        self.assert_books_are_mollies()


class TestDraft(HandsCase):
    """A payment that a clerk is correcting is left alone, and told."""

    def setUp(self):
        super().setUp()
        self.payment.action_draft()

    def test_it_is_not_booked_a_second_time(self):
        self.hear()
        self.assertEqual(self.payment.state, "draft")
        self.assertEqual(len(self.tx.search([("payment_id", "!=", False)])), 1)
        self.assert_nothing_is_left_to_do()

    def test_it_is_told_once(self):
        self.hear()
        self.hear()
        self.assertEqual(self.events(self.invoice).count("held_back"), 1)
        note = self.invoice.activity_ids.note
        self.assertIn("draft", note)

    def test_once_it_is_confirmed_everything_is_as_before(self):
        self.payment.memo = "Corrected"
        self.payment.action_post()
        self.hear()
        self.assert_books_are_mollies()
        self.assertNotIn("booking_lost", self.events(self.invoice))

    def test_the_log_says_that_it_was_held_back_and_that_it_is_booked_again(self):
        self.hear()
        self.payment.action_post()
        self.assertEqual(self.events(self.invoice)[-2:], ["held_back", "booked"])

    def test_the_to_do_leads_to_the_entry_if_only_that_is_a_draft(self):
        self.payment.action_post()
        self.payment.move_id.button_draft()
        self.hear()
        self.assertIn(f'data-oe-id="{self.payment.move_id.id}"', self.invoice.activity_ids.note)
        self.assertIn('data-oe-model="account.move"', self.invoice.activity_ids.note)

    def test_the_draft_of_a_refund_that_failed_is_cancelled(self):
        self.payment.action_post()
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        refund = self.tx.child_transaction_ids
        self.make_paid()  # It is not the last of the journal's numbers.
        refund.payment_id.with_user(self.clerk).action_draft()
        self.sandbox.set_refund_status(refund.provider_reference, "failed")
        self.deliver_webhooks()
        self.assertEqual(refund.payment_id.state, "canceled")
        self.assert_books_are_mollies()

    def test_what_was_held_back_is_booked_soon_after_it_is_confirmed(self):
        for happens in ("chargeback", "refund"):
            with self.subTest(happens):
                self.setUp()
                self.lose_at_mollie(happens)
                self.assertEqual(self.ledger.booked(), 0)
                before = self.env["ir.cron.trigger"].search([])
                self.payment.action_post()
                woken = self.env["ir.cron.trigger"].search([]) - before
                self.assertIn(self.env.ref("invoice_mollie.cron_mollie_sync"), woken.cron_id)
                self.run_cron("cron_mollie_sync")
                self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def lose_at_mollie(self, happens):
        if happens == "chargeback":
            self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        else:
            self.sandbox.add_refund(self.tx.provider_reference, "40.00", status="refunded")
        self.deliver_webhooks()

    def test_once_the_key_is_gone_nobody_asks_what_was_held_back(self):
        self.provider._mollie_disconnect()
        self.payment.action_post()
        self.assertFalse(self.env["mollie.notice"].search([("is_of_books", "=", False)]))

    def test_a_refund_waits_until_it_is_confirmed(self):
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 0)
        self.assertIn("refund", self.events(self.invoice))
        self.payment.action_post()
        self.hear()
        self.assert_books_are_mollies()


class TestBookedAgain(HandsCase):
    """What got lost all the same, by other hands or modules, is booked again."""

    def lose(self, how):
        payment = self.tx.payment_id
        if how == "cancelled":
            self.tx._mollie_write({"payment_id": False})
            payment.action_cancel()
            self.tx._mollie_write({"payment_id": payment.id})
        if how == "deleted":
            self.tx._mollie_write({"payment_id": False})
            payment.action_draft()
            payment.unlink()
        if how == "reversed":
            payment.move_id._reverse_moves([{}], cancel=True)
        if how == "changed":
            self.change(payment)
        self.env.invalidate_all()

    def change(self, payment):
        """Let the entry itself be changed, below its payment."""
        payment.move_id.button_draft()
        lines = payment.move_id.line_ids
        debit = lines.filtered("debit")
        payment.move_id.with_context(skip_account_move_synchronization=True).write(
            {
                "line_ids": [
                    (1, debit.id, {"debit": 98.5}),
                    (1, (lines - debit).id, {"credit": 98.5}),
                ]
            }
        )
        payment.move_id.action_post()

    def test_the_payment_is_booked_again_and_settles_its_invoice(self):
        for how in ("cancelled", "deleted", "reversed", "changed"):
            with self.subTest(how):
                self.setUp()
                name = self.tx.provider_reference if how == "deleted" else self.payment.name
                self.lose(how)
                self.assertNotEqual(self.ledger.booked(), 100)
                self.hear()
                self.assert_books_are_mollies()
                (row,) = self.invoice.mollie_log_ids.filtered(lambda r: r.event == "booking_lost")
                self.assertIn(f"took it out ({name})", row.message)
                self.assert_nothing_is_left_to_do()

    def test_what_came_of_it_stays_what_it_is(self):
        for how in ("cancelled", "deleted", "reversed"):
            with self.subTest(how):
                self.setUp()
                self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
                self.deliver_webhooks()
                self.lose(how)
                self.hear()
                self.assert_books_are_mollies(due=100)
                self.assert_nothing_is_left_to_do()

    def test_a_refund_is_booked_again_too(self):
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        refund, paid = self.tx.child_transaction_ids, self.tx
        for how in ("cancelled", "deleted", "reversed"):
            with self.subTest(how):
                self.tx = refund
                self.lose(how)
                self.tx = paid
                self.assertEqual(self.ledger.booked(), 100)
                self.hear()
                self.assert_books_are_mollies()
                self.assert_nothing_is_left_to_do()

    def test_the_credit_that_went_back_is_none_again(self):
        self.invoice = self.make_invoice(100)
        self.tx = self.start_payment(self.invoice)
        self.receive_by_bank(self.invoice, 40)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.sandbox.add_refund(self.tx.provider_reference, "40.00", status="refunded")
        self.deliver_webhooks()
        self.assertFalse(self.invoice.mollie_credit)
        self.lose("deleted")
        self.hear()
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (160, 0))
        self.assertFalse(self.invoice.mollie_credit)
        payments = (self.tx + self.tx.child_transaction_ids).payment_id
        lines = payments.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(lines.mapped("amount_residual"), [0, 0])

    def test_a_refund_that_comes_after_is_booked_after_it(self):
        self.lose("deleted")
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.assert_books_are_mollies()
        self.assertIn("refund", self.events(self.invoice))
