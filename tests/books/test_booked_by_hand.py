"""What a clerk booked by hand in Mollie's journal, where Mollie's payments book themselves."""

from odoo.exceptions import UserError

from tests.odoo.cases.discounts import DiscountCase
from tests.odoo.cases.todos import ToDoCase


class HandCase(ToDoCase):
    def register(self, amount):
        """Register a payment in Mollie's journal, as its method the wizard's choice."""
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        values = {"amount": amount, "journal_id": self.provider.journal_id.id}
        return wizard.create(values)._create_payments().sudo()

    def book_by_hand(self, amount=100.0, journal=None):
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        journal = journal or self.provider.journal_id
        method = journal.inbound_payment_method_line_ids.filtered(lambda m: m.code == "manual")
        method.payment_account_id = journal.default_account_id
        values = {"amount": amount, "journal_id": journal.id}
        wizard.create(values | {"payment_method_line_id": method.id})._create_payments()
        return self.invoice.reconciled_payment_ids - self.tx.payment_id

    def become_paid(self):
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()

    def undo(self):
        self.invoice.with_user(self.clerk).action_mollie_undo_hand_payment()
        self.env.invalidate_all()

    def banner(self):
        """Return what the banner names: what was booked by hand, and by itself."""
        self.env.invalidate_all()
        invoice = self.invoice.with_user(self.clerk)
        return invoice.mollie_hand_payment, invoice.mollie_twin_payment


class TestBookedByHand(HandCase):
    """Booked before Mollie told of it: twice, then."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)

    def page(self):
        return self.text_of(self.get(f"/mollie/pay/{self.invoice.mollie_link_ids[:1].token}"))

    def test_it_is_recognised_and_nobody_is_told_to_refund_it(self):
        by_hand = self.book_by_hand()
        self.become_paid()
        self.assertIn("booked_twice", self.events(self.invoice))
        self.assertNotIn("credit", self.events(self.invoice))
        self.assert_told(self.invoice, by_hand.name, self.tx.payment_id.name)
        self.assertNotIn("Refund", self.texts(self.invoice)[0])
        self.assertEqual(self.banner(), (by_hand.name, self.tx.payment_id.name))

    def test_the_customer_is_promised_nothing_of_it(self):
        self.book_by_hand()
        self.become_paid()
        page = self.page()
        self.assertIn("is paid", page)
        self.assertNotIn("did not need", page)

    def test_another_invoice_that_it_had_paid_says_that_it_was_undone(self):
        other = self.make_invoice(60.0)
        both = self.invoice + other
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=both.ids)
        values = {"journal_id": self.provider.journal_id.id, "group_payment": True}
        by_hand = wizard.create(values)._create_payments().sudo()
        self.assertEqual(other.amount_residual, 0)
        self.become_paid()
        self.undo()
        self.assertEqual(other.amount_residual, 60)
        row = other.mollie_log_ids.filtered(lambda row: row.event == "hand_payment_undone")
        self.assertEqual(row.detail, by_hand.name)

    def test_the_log_names_both(self):
        by_hand = self.book_by_hand()
        self.become_paid()
        row = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "booked_twice")
        self.assertIn(f"{self.tx.payment_id.name}, {by_hand.name}", row.message)

    def test_undoing_the_one_by_hand_leaves_mollies(self):
        by_hand = self.book_by_hand()
        self.become_paid()
        self.undo()
        self.assertEqual(by_hand.state, "canceled")
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual(self.invoice.reconciled_payment_ids - by_hand, self.tx.payment_id)
        self.assertIn("hand_payment_undone", self.events(self.invoice))

    def test_a_note_gives_back_nothing_for_what_was_booked_by_hand(self):
        """What was seen: once it was undone, the customer owed what had gone back."""
        self.become_paid()
        self.sandbox.add_chargeback(self.tx.provider_reference, "40.00")
        self.deliver_webhooks()
        by_hand = self.book_by_hand(40.0)
        note = self.make_credit_note(self.invoice, 50.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refund = self.tx.child_transaction_ids.filtered(lambda tx: tx.mollie_kind == "refund")
        self.assertEqual(refund.amount, -10)
        with self.assertRaisesRegex(UserError, by_hand.name):
            note.with_user(self.clerk).action_mollie_refund()
        self.undo()
        self.assertEqual(self.invoice.sudo()._get_mollie_due(), 0)

    def test_it_can_be_undone_once(self):
        self.book_by_hand()
        self.become_paid()
        self.undo()
        with self.assertRaisesRegex(UserError, "Reload"):
            self.undo()

    def test_a_bank_payment_is_the_customers_second_one(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.provider.journal_id.id)], limit=1
        )
        self.book_by_hand(journal=bank)
        self.become_paid()
        self.assertIn("credit", self.events(self.invoice))
        self.assertFalse(self.invoice.with_user(self.clerk).mollie_hand_payment)

    def use_a_banks_journal(self):
        """Book Mollie's payments in the journal of a real bank account, on outstanding receipts."""
        values = {"name": "Rekening", "type": "bank", "bank_acc_number": "NL91ABNA0417164300"}
        self.provider.journal_id = bank = self.env["account.journal"].create(values)
        return bank

    def test_what_came_by_the_bank_is_no_twin_where_mollie_books_in_the_banks_journal(self):
        """What was seen: Undo took the bank's money out of the books."""
        bank = self.use_a_banks_journal()
        by_bank = self.register(100.0)
        self.assertEqual((by_bank.journal_id, by_bank.payment_method_code), (bank, "manual"))
        self.become_paid()
        self.assertIn("credit", self.events(self.invoice))
        self.assertEqual(self.banner(), ("", ""))
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.assertFalse(self.env["mollie.difference"].search([]))

    def test_what_was_booked_there_as_mollies_is_a_twin(self):
        self.use_a_banks_journal()
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        values = {"amount": 100.0, "journal_id": self.provider.journal_id.id}
        line = self.provider._mollie_method_line()
        wizard.create(values | {"payment_method_line_id": line.id})._create_payments()
        self.become_paid()
        self.assertIn("booked_twice", self.events(self.invoice))

    def test_it_is_recognised_also_where_payouts_come_by_statements(self):
        """A statement line that took money out made the journal look like a bank's."""
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.provider.journal_id.id,
                "payment_ref": "Payout",
                "amount": -80,
                "date": "2026-11-02",
            }
        )
        by_hand = self.book_by_hand(amount=40.0)
        self.become_paid()
        self.assertEqual(self.banner(), (by_hand.name, ""))
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")

    def test_it_is_told_also_while_mollies_money_is_being_refunded(self):
        by_hand = self.book_by_hand()
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.add_refund(self.tx.provider_reference, "100.00")
        self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(self.tx.child_transaction_ids.state, "pending")
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")

    def test_money_of_another_amount_that_was_booked_too_is_told_as_that(self):
        by_hand = self.book_by_hand(amount=60.0)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)
        other = {"amount": {"currency": "EUR", "value": "60.00"}}
        self.sandbox.tamper(self.tx.provider_reference, other)
        self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        own = self.tx.child_transaction_ids.payment_id
        self.assert_told(self.invoice, "booked twice", by_hand.name, own.name)

    def test_a_part_of_another_amount_is_none_of_mollies(self):
        by_hand = self.book_by_hand(amount=40.0)
        self.become_paid()
        self.assertEqual(self.banner(), (by_hand.name, ""))
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")
        self.undo()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)
        self.assertEqual((self.invoice.amount_residual, self.ledger.booked()), (0, 100))


class TestLeftADraft(HandCase):
    """Booked by hand beside a payment of Mollie's, and reset to draft: core keeps the matching, so
    it goes on settling the invoice. It refuses to cancel or delete what others were numbered after.
    """

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)
        self.bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.provider.journal_id.id)], limit=1
        )

    def leave_draft(self, journal=None, amount=100.0):
        """Have Mollie's payment come beside one by hand, and reset that to draft; return it."""
        by_hand = self.book_by_hand(amount=amount, journal=journal)
        self.become_paid()
        by_hand.with_user(self.clerk).action_draft()
        self.run_cron("cron_mollie_sync")
        return by_hand

    def assert_paid_by_mollies(self):
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.invoice.amount_residual, 0)
        lines = self.invoice.line_ids.matched_credit_ids.credit_move_id
        self.assertEqual(lines.payment_id, self.tx.payment_id)
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assert_nothing_told(self.invoice)
        self.assert_no_credit()

    def assert_no_credit(self):
        """Fail if what the customer paid once is offered for refund."""
        self.env.invalidate_all()
        invoice = self.invoice.with_user(self.clerk)
        self.assertEqual((invoice.mollie_credit, invoice.mollie_can_refund_credit), ("", False))
        self.assertNotIn("Refund", " ".join(self.texts(self.invoice)))
        with self.assertRaises(UserError):
            invoice.action_mollie_refund_credit()

    def test_it_is_booked_twice_all_the_same(self):
        by_hand = self.leave_draft()
        self.assertEqual((by_hand.state, self.invoice.amount_residual), ("draft", 0))
        self.assert_told(self.invoice, "booked twice", by_hand.name, self.tx.payment_id.name)
        self.assertEqual(self.banner(), (by_hand.name, self.tx.payment_id.name))
        self.assert_no_credit()
        self.sync(self.invoice)
        self.assert_told(self.invoice, "booked twice")

    def test_undone_it_is_cancelled_and_mollies_pays_the_invoice(self):
        by_hand = self.leave_draft()
        with self.assertRaisesRegex(UserError, "sequence"), self.env.cr.savepoint():
            by_hand.with_user(self.clerk).action_cancel()
        name = by_hand.name
        self.undo()
        self.assertEqual((by_hand.state, by_hand.move_id.state), ("canceled", "cancel"))
        self.assertEqual(by_hand.name, name)
        self.assertEqual(self.banner(), ("", ""))
        self.assert_paid_by_mollies()

    def test_a_draft_that_mollies_money_finds_is_booked_twice_too(self):
        by_hand = self.book_by_hand()
        by_hand.with_user(self.clerk).action_draft()
        self.become_paid()
        self.assertIn("booked_twice", self.events(self.invoice))
        self.assertNotIn("credit", self.events(self.invoice))
        self.assert_told(self.invoice, "booked twice", by_hand.name)
        self.assert_no_credit()
        self.undo()
        self.assert_paid_by_mollies()

    def test_a_draft_of_another_amount_is_undone_too(self):
        by_hand = self.leave_draft(amount=40.0)
        self.assertEqual(self.banner(), (by_hand.name, ""))
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")
        self.assert_no_credit()
        self.undo()
        self.assert_paid_by_mollies()

    def test_a_note_gives_back_nothing_for_it(self):
        self.become_paid()
        self.sandbox.add_chargeback(self.tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.book_by_hand(amount=40.0).with_user(self.clerk).action_draft()
        note = self.make_credit_note(self.invoice, 50.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refund = self.tx.child_transaction_ids.filtered(lambda tx: tx.mollie_kind == "refund")
        self.assertEqual(refund.amount, -10)

    def test_of_a_bank_payment_it_is_told_that_it_is_a_draft(self):
        by_bank = self.leave_draft(self.bank)
        self.assertEqual(self.invoice.amount_residual, 0)
        own = self.tx.payment_id.name
        self.assert_told(self.invoice, by_bank.name, "is a draft", "€ 100.00", own)
        self.assert_no_credit()
        self.sync(self.invoice)
        self.assert_told(self.invoice, "is a draft")

    def test_a_bank_draft_that_mollies_money_finds_is_told_as_that(self):
        by_bank = self.book_by_hand(journal=self.bank)
        by_bank.with_user(self.clerk).action_draft()
        self.become_paid()
        self.assertNotIn("credit", self.events(self.invoice))
        self.assert_told(self.invoice, by_bank.name, "is a draft")
        self.assert_no_credit()

    def test_confirmed_again_it_leaves_mollies_as_credit(self):
        self.leave_draft(self.bank).with_user(self.clerk).action_post()
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, "€ 100.00", "is used by no invoice")
        self.assertTrue(self.invoice.with_user(self.clerk).mollie_can_refund_credit)

    def test_cancelled_as_told_it_leaves_the_invoice_to_mollies(self):
        by_bank = self.leave_draft(self.bank).with_user(self.clerk)
        by_bank.sudo().copy().action_post()  # Its number is not the last one any more.
        with self.assertRaisesRegex(UserError, "sequence"), self.env.cr.savepoint():
            by_bank.action_cancel()
        by_bank.action_post()
        by_bank.action_cancel()
        self.assert_paid_by_mollies()

    def test_deleted_where_core_allows_it_it_leaves_the_invoice_to_mollies(self):
        by_bank = self.book_by_hand(journal=self.bank)
        self.become_paid()
        by_bank.with_user(self.clerk).action_draft()
        by_bank.with_user(self.clerk).action_cancel()
        self.assert_paid_by_mollies()


class TestBookedBeside(HandCase):
    """Booked after Mollie told of its payments, which brought no such money."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.pay(self.invoice, "authorized", method="klarna")

    def capture(self, amount):
        written = {"currency": "EUR", "value": f"{amount}.00"}
        self.sandbox.add_capture(self.tx.provider_reference, written)
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()

    def test_the_rest_of_what_was_captured_in_part_is_told_at_once_and_once(self):
        self.capture(60)
        by_hand = self.register(40)
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assert_told(self.invoice, by_hand.name, "journal that it came by")
        (todo,) = self.todos(self.invoice)
        self.sync(self.invoice, self.invoice)
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.todos(self.invoice), todo)
        self.assertEqual(self.banner(), (by_hand.name, ""))

    def test_left_a_draft_while_mollies_money_comes_it_is_told_as_it_settles_the_invoice(self):
        """Core keeps a draft's matching: confirming matches nothing anew."""
        by_hand = self.register(40)
        by_hand.with_user(self.clerk).action_draft()
        self.capture(60)
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")
        by_hand.with_user(self.clerk).action_post()
        self.assertIn(by_hand.name, str(self.texts(self.invoice)))

    def test_it_stays_told_when_the_capture_fails_that_came_beside_it(self):
        self.capture(60)
        by_hand = self.register(40)
        payment = self.sandbox.payment(self.tx.provider_reference)
        self.sandbox.set_capture_status(payment["_embedded"]["captures"][0]["id"], "failed")
        self.deliver_webhooks()
        self.assertEqual(self.invoice.amount_residual, 60)
        self.assert_told(self.invoice, by_hand.name, "Undo the one by hand")
        self.undo()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 100)

    def test_the_amount_of_what_was_captured_already_is_told_too(self):
        self.capture(60)
        by_hand = self.register(60)
        self.assert_told(self.invoice, by_hand.name)

    def test_undone_the_customer_is_asked_for_it_and_it_is_over(self):
        self.capture(60)
        by_hand = self.register(40)
        self.undo()
        self.assertEqual((by_hand.state, self.invoice.amount_residual), ("canceled", 40))
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)
        self.assertEqual(self.banner(), ("", ""))
        self.assertIn("by hand", self.closings(self.invoice)[0])

    def test_what_the_clerk_cancels_in_another_way_is_over_too(self):
        self.capture(60)
        self.register(40).with_user(self.clerk).action_cancel()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_what_the_clerk_reversed_is_over_and_is_not_undone_once_more(self):
        """Core goes on naming it on the invoice; cancelled as well, its money would go twice."""
        self.capture(60)
        by_hand = self.register(40)
        wizard = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=by_hand.move_id.ids)
        wizard.create({"journal_id": by_hand.journal_id.id}).reverse_moves()
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.invoice.amount_residual, 40)
        self.assertIn(by_hand, self.invoice.reconciled_payment_ids)
        self.assert_nothing_told(self.invoice)
        self.assertEqual(self.banner(), ("", ""))
        with self.assertRaisesRegex(UserError, "Reload"):
            self.undo()

    def test_captured_after_it_it_is_booked_twice_and_that_is_told_instead(self):
        self.capture(60)
        by_hand = self.register(40)
        self.capture(40)
        own = self.tx.child_transaction_ids.payment_id
        self.assert_told(self.invoice, "booked twice", by_hand.name, own.name)
        self.assertEqual(self.banner(), (by_hand.name, own.name))
        self.undo()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)
        self.assertEqual((self.invoice.amount_residual, self.ledger.booked()), (0, 100))

    def test_of_several_payments_it_is_told_once(self):
        self.capture(60)
        other = self.make_invoice(50)
        self.invoice, invoice = other, self.invoice
        for amount in ("10.00", "20.00"):
            self.company.mollie_other_amount = True
            self.press_pay(self.make_link(other), choice="other", amount=amount)
            tx = self.last_transaction(other)
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
            self.deliver_webhooks()
        by_hand = self.register(20)
        self.sync(other)
        self.assert_told(other, by_hand.name)
        self.assert_nothing_told(invoice)

    def test_where_mollie_brought_nothing_the_journal_is_the_clerks(self):
        self.register(40)
        self.sync(self.invoice)
        self.assertEqual(self.banner(), ("", ""))
        self.assertNotIn("by hand", " ".join(self.texts(self.invoice)))

    def test_in_a_journal_that_is_a_banks_too_it_came_by_the_bank(self):
        self.provider.journal_id.bank_acc_number = "NL91ABNA0417164300"
        self.capture(60)
        self.register(40)
        self.sync(self.invoice)
        self.assert_told(self.invoice, "€ 40.00 is reserved", "Release the rest")
        self.assertEqual(self.banner(), ("", ""))


class TestDiscountBesideIt(HandCase, DiscountCase):
    """The discounted price, paid in time, and heard of while a part was not open."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_discounted(self.make_term())
        self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)

    def hear(self):
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()

    def assert_settled(self):
        self.assertEqual(self.tx.amount, 98)
        self.assertEqual((self.invoice.amount_residual, self.ledger.booked()), (0, 98))
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_undone_it_settles_the_invoice(self):
        """What was seen: the discount was asked for."""
        self.register(10)
        self.hear()
        self.undo()
        self.assert_settled()

    def test_also_once_the_clerk_cancels_it(self):
        by_hand = self.register(10)
        self.hear()
        by_hand.with_user(self.clerk).action_cancel()
        self.sync(self.invoice)
        self.assert_settled()

    def test_also_once_a_wrong_bank_payment_is_cancelled(self):
        self.receive_by_bank(self.invoice, 10)
        by_bank = self.invoice.reconciled_payment_ids
        self.hear()
        by_bank.with_user(self.clerk).action_cancel()
        self.sync(self.invoice)
        self.assert_settled()
