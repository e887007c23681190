"""Payments without an entry of their own: no outstanding account, the bank's statement books them.

So it is in Odoo Enterprise where nobody chose such an account: the invoice is "in payment", and its
amount due stays as it is until the bank's statement comes.
"""

from odoo.fields import Command

from tests.odoo.cases.discounts import DiscountCase
from tests.odoo.cases.due import DueCase
from tests.odoo.cases.todos import ToDoCase
from tests.odoo.cases.unentered import UnenteredCase


class TestUnenteredPayments(UnenteredCase, DueCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)

    def sums(self):
        """Return ``{Mollie's id: what its payments in Odoo add up to}``."""
        payments = self.env["account.payment"].search([("partner_id", "=", self.customer.id)])
        payments = payments.filtered(lambda payment: payment.state in ("in_process", "paid"))
        grouped = payments.grouped(lambda p: p.payment_transaction_id.provider_reference)
        return {name: sum(found.mapped("amount_signed")) for name, found in grouped.items()}

    def test_what_was_paid_by_link_is_not_asked_again(self):
        """State 8."""
        self.pay(self.invoice)
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "paid")

    def test_a_part_leaves_the_rest_to_pay(self):
        self.pay_part(self.invoice, "40.00")
        self.assert_due(self.invoice, 60, "open")
        self.pay_part(self.invoice, "60.00")
        self.assert_due(self.invoice, 0, "paid")

    def test_what_a_clerk_registered_is_not_asked_again(self):
        self.make_link(self.invoice)
        self.register(self.invoice, 40)
        self.assert_due(self.invoice, 60, "open")
        self.register(self.invoice, 60)
        self.assert_due(self.invoice, 0, "closed")

    def test_a_payment_that_the_clerk_rejects_is_due_again(self):
        self.make_link(self.invoice)
        self.register(self.invoice, 100).action_reject()
        self.assert_due(self.invoice, 100, "open")

    def test_a_clerk_who_rejects_mollies_payment_does_not_make_the_customer_pay_twice(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_reject()
        self.assert_due(self.invoice, 0, "pending")

    def test_a_chargeback_opens_the_invoice_and_what_is_won_back_closes_it(self):
        tx = self.pay(self.invoice)
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.sums(), {tx.provider_reference: 100, chargeback["id"]: -100})
        self.assert_due(self.invoice, 100, "charged_back")
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assertEqual(sum(self.sums().values()), 100)
        self.assert_due(self.invoice, 0, "paid")

    def test_a_chargeback_of_a_part_opens_that_part(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.assertEqual(sum(self.sums().values()), 60)
        self.assert_due(self.invoice, 40, "charged_back")

    def test_after_a_chargeback_another_payment_settles_it(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.pay(self.invoice)
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assert_due(self.invoice, 0, "paid")

    def test_a_sync_that_is_repeated_changes_nothing(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        before = self.sums(), tx.payment_id.invoice_ids, len(self.events(self.invoice))
        tx._mollie_sync("cron")
        after = self.sums(), tx.payment_id.invoice_ids, len(self.events(self.invoice))
        self.assertEqual(before, after)

    def test_a_refund_without_credit_note_asks_for_nothing_as_where_there_are_entries(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(sum(self.sums().values()), 70)
        self.assert_due(self.invoice, 0, "refunded")

    def test_a_refunded_credit_note_is_not_refunded_again(self):
        tx = self.pay(self.invoice)
        self.receive_statement(self.invoice, 100)
        note = self.make_credit_note(self.invoice, 30).with_user(self.clerk)
        note.action_mollie_refund()
        (refund,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertFalse(note.mollie_can_refund)

    def test_money_of_another_amount_is_not_asked_again(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        other = {"amount": {"currency": "EUR", "value": "60.00"}}
        self.sandbox.tamper(tx.provider_reference, other)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assert_due(self.invoice, 40, "open")
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 60, "open")

    def credit_and_refund(self, tx):
        """Make a credit note of 40, and refund that much of the payment."""
        note = self.make_credit_note(self.invoice, 40)
        self.assertEqual((note.amount_residual, self.invoice.amount_residual), (0, 60))
        self.sandbox.add_refund(tx.provider_reference, "40.00", status="refunded")
        self.deliver_webhooks()

    def test_what_a_bank_took_beside_a_refunded_note_is_due_whichever_was_first(self):
        for first in ("refund", "chargeback"):
            with self.subTest(first):
                self.start_afresh()
                self.invoice = self.make_invoice(100.0)
                tx = self.pay(self.invoice)
                if first == "refund":
                    self.credit_and_refund(tx)
                    self.assert_due(self.invoice, 0, "refunded")
                self.sandbox.add_chargeback(tx.provider_reference, "30.00")
                self.deliver_webhooks()
                if first == "chargeback":
                    self.credit_and_refund(tx)
                self.assert_due(self.invoice, 30, "charged_back")

    def test_a_note_of_before_the_payment_lets_no_refund_ask_for_money_again(self):
        self.make_credit_note(self.invoice, 40)
        tx = self.pay(self.invoice)
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 0, "refunded")
        self.sandbox.add_chargeback(tx.provider_reference, "30.00")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 30, "charged_back")

    def test_a_payment_called_paid_by_hand_is_paid(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_validate()
        self.assert_due(self.invoice, 0, "paid")
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.assertNotIn("booking_lost", self.events(self.invoice))

    def test_what_the_statement_brought_counts_once(self):
        tx = self.pay_part(self.invoice, "40.00")
        self.receive_statement(self.invoice, 40)
        self.assertEqual((tx.payment_id.state, self.invoice.amount_residual), ("paid", 60))
        self.assert_due(self.invoice, 60, "open")

    def test_of_two_equal_payments_the_one_that_has_not_arrived_still_counts(self):
        for _ in range(2):
            self.pay_part(self.invoice, "40.00").payment_id.action_validate()
        self.receive_statement(self.invoice, 40)
        self.assert_due(self.invoice, 20, "open")

    def test_a_payment_of_several_invoices_counts_for_those_due_first(self):
        other = self.make_invoice(40.0, invoice_date="2026-11-03")
        self.make_link(self.invoice)
        self.make_link(other)
        payment = self.register(self.invoice, 120)
        payment.invoice_ids = [Command.set((self.invoice + other).ids)]
        self.assert_due(self.invoice, 0, "closed")
        self.assert_due(other, 20, "open")

    def test_an_instalment_that_is_paid_is_not_offered_again(self):
        lines = [
            Command.create({"value": "percent", "value_amount": part, "nb_days": days})
            for part, days in ((30, 0), (30, 3650), (40, 3660))
        ]
        term = self.env["account.payment.term"].create({"name": "Three", "line_ids": lines})
        invoice = self.make_invoice(100.0, invoice_payment_term_id=term.id)
        path = self.make_link(invoice)
        self.press_pay(path, choice="next")
        tx = self.last_transaction(invoice)
        self.assertEqual(tx.amount, 30)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        text = self.text_of(self.get(path))
        self.assertIn("Pay the next instalment: € 30.00", text)
        self.assertIn("Pay everything: € 70.00", text)


class TestUnenteredDiscounts(UnenteredCase, DiscountCase):
    """The invoice is of 1 October, the discount good for ten days."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_discounted(self.make_term(days=10), invoice_date="2026-10-01")
        with self.on("2026-10-05T12:00:00Z"):
            self.tx = self.start_payment(self.invoice)
        self.assertEqual(self.tx.amount, 98)

    def page(self):
        self.env.invalidate_all()
        return self.text_of(self.get(f"/mollie/pay/{self.invoice.mollie_link_ids.token}"))

    def authorize(self):
        self.sandbox.set_status(
            self.tx.provider_reference, "authorized", method="klarna", webhook=False
        )
        self.hear_of(self.tx)

    def capture(self, moment, amount):
        self.sandbox.set_clock(moment)
        self.sandbox.add_capture(self.tx.provider_reference, amount, webhook=False)
        self.hear_of(self.tx)

    def test_a_discount_that_was_earned_is_not_asked_for_after_its_term(self):
        self.pay_on("2026-10-06T12:00:00Z", self.tx)
        self.hear_of(self.tx)
        invoice = self.invoice
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (100, "in_payment"))
        self.assertFalse(invoice.mollie_has_due)
        self.assertIn("is paid", self.page())

    def test_a_last_part_that_is_captured_in_time_earns_it(self):
        self.authorize()
        self.capture("2026-10-06T12:00:00Z", "40.00")
        self.capture("2026-10-11T12:00:00Z", "58.00")
        self.assertIn("is paid", self.page())

    def test_a_last_part_that_is_captured_too_late_earns_nothing(self):
        self.authorize()
        self.capture("2026-10-06T12:00:00Z", "40.00")
        self.capture("2026-10-12T12:00:00Z", "58.00")
        self.assertIn("Pay € 2.00", self.page())

    def test_a_part_that_is_reserved_can_earn_it_until_the_last_day_only(self):
        self.authorize()
        self.capture("2026-10-06T12:00:00Z", "40.00")
        with self.on("2026-10-11T12:00:00Z"):
            self.assertNotIn("Amount due", self.page())
        with self.on("2026-10-12T12:00:00Z"):
            self.assertIn("Pay € 2.00", self.page())


class TestUnenteredToDos(UnenteredCase, DueCase, ToDoCase):
    """What entries would show as open is told without them, too, until somebody looked."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)

    def pay_twice(self):
        """Pay by the bank while the customer is at Mollie's checkout; return the transaction."""
        tx = self.start_payment(self.invoice)
        self.register(self.invoice, 100)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def refund(self, tx, amount):
        """Press Refund on the payment, as the to-do says."""
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard = wizard.create({"payment_id": tx.payment_id.id, "amount_to_refund": amount})
        wizard.action_refund()

    def test_what_is_paid_as_it_was_asked_is_nothing_to_do(self):
        self.pay(self.invoice)
        self.sync(self.invoice)
        self.receive_statement(self.invoice, 100)
        self.sync(self.invoice)
        self.assert_nothing_told(self.invoice)

    def test_what_no_invoice_needs_is_told_until_it_is_refunded(self):
        tx = self.pay_twice()
        self.assert_told(self.invoice, "100.00", tx.payment_id.display_name, "Refund")
        self.refund(tx, 40)
        self.sync(self.invoice)
        self.assert_told(self.invoice, "60.00")
        self.refund(tx, 60)
        self.assert_nothing_told(self.invoice)
        for refund in tx.child_transaction_ids:
            self.set_refund({"id": refund.provider_reference}, "refunded")
        self.assert_nothing_told(self.invoice)

    def test_a_chargeback_is_told_until_the_invoice_is_paid_again(self):
        tx = self.pay(self.invoice)
        self.charge_back(tx)
        self.assert_told(self.invoice, "open again", "100.00")
        self.pay(self.invoice)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_won_back_after_that_the_later_payment_is_not_needed(self):
        chargeback = self.charge_back(self.pay(self.invoice))
        later = self.pay(self.invoice)
        self.win_back(chargeback)
        self.sync(self.invoice)
        (todo,) = self.todos(self.invoice)
        self.assertEqual(todo.mollie_transaction_id, later)
        self.assert_told(self.invoice, "needed by no invoice", "100.00")

    def test_what_a_draft_settles_instead_is_no_credit(self):
        """Of a bank whose payments have entries."""
        tx = self.start_payment(self.invoice)
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", self.provider.journal_id.id)], limit=1
        )
        values = {"name": "Outstanding", "code": "199998", "account_type": "asset_current"}
        outstanding = self.env["account.account"].create(values | {"reconcile": True})
        bank.inbound_payment_method_line_ids.payment_account_id = outstanding
        self.receive_by_bank(self.invoice, 100.0)
        by_bank = self.invoice.reconciled_payment_ids
        self.assertTrue(by_bank.move_id)
        by_bank.with_user(self.clerk).action_draft()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_told(self.invoice, by_bank.name, "is a draft", "100.00")
        by_bank.with_user(self.clerk).action_post()
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, "needed by no invoice", "100.00")

    def test_a_payout_that_pays_a_part_leaves_no_credit(self):
        """Odoo makes the last invoice of a net payout partial."""
        self.pay(self.invoice)
        # On a later day than the payment, as always.
        self.receive_statement(self.invoice, 98.5, date="2036-12-01")
        self.sync(self.invoice)
        self.assert_nothing_told(self.invoice)

    def test_what_a_bank_transfer_left_too_much_of_a_payment_is_credit(self):
        self.pay_beside_transfer(self.invoice, 40)
        self.assert_told(self.invoice, "needed by no invoice", "40.00")

    def test_what_a_clerk_calls_paid_is_told_no_more(self):
        tx = self.pay_twice()
        tx.payment_id.with_user(self.clerk).action_validate()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_another_amount_is_told_until_it_is_refunded_or_called_paid(self):
        for end in ("refunded", "paid"):
            with self.subTest(end):
                self.start_afresh()
                invoice = self.make_invoice(100.0)
                tx = self.start_payment(invoice)
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                other = {"amount": {"currency": "EUR", "value": "60.00"}}
                self.sandbox.tamper(tx.provider_reference, other)
                self.deliver_webhooks()
                self.assert_told(invoice, "100.00", "60.00", tx.provider_reference)
                if end == "refunded":
                    self.refund_in_dashboard(tx, "60.00")
                else:
                    tx.child_transaction_ids.payment_id.with_user(self.clerk).action_validate()
                    self.run_cron("cron_mollie_sync")
                self.assert_nothing_told(invoice)

    def test_a_refund_wants_a_credit_note(self):
        tx = self.pay(self.invoice)
        refund = self.refund_in_dashboard(tx, "30.00")
        self.assert_told(self.invoice, "30.00", refund["id"], "no credit note")
        self.sync(self.invoice, self.invoice)
        self.assert_told(self.invoice, "30.00")
        note = self.make_credit_note(self.invoice, 30.0)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice, note)

    def test_a_chargeback_beside_a_refunded_note_opens_the_invoice_and_wants_no_other_note(self):
        tx = self.pay(self.invoice)
        self.make_credit_note(self.invoice, 40.0)
        self.refund_in_dashboard(tx, "40.00")
        self.assert_nothing_told(self.invoice)
        chargeback = self.charge_back(tx, "30.00")
        self.assert_told(self.invoice, "30.00", chargeback["id"], "open again")

    def test_a_refund_whose_note_the_statement_settled_wants_no_other_one(self):
        tx = self.pay(self.invoice)
        self.receive_statement(self.invoice, 100)
        note = self.make_credit_note(self.invoice, 30.0)
        self.refund_in_dashboard(tx, "30.00")
        self.sync(self.invoice)
        self.assert_nothing_told(self.invoice, note)
        self.receive_statement(note, -30)
        self.sync(self.invoice)
        self.assert_nothing_told(self.invoice, note)

    def test_what_was_booked_by_hand_is_told_at_once_and_once(self):
        self.pay_part(self.invoice, "40.00")
        by_hand = self.register(self.invoice, 60, self.provider.journal_id)
        self.assert_told(self.invoice, f"{by_hand.display_name}", "by hand")
        (todo,) = self.todos(self.invoice)
        self.sync(self.invoice)
        self.assertEqual(self.todos(self.invoice), todo)
        self.invoice.with_user(self.clerk).action_mollie_undo_hand_payment()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_what_was_booked_by_hand_and_left_a_draft_is_told_once_it_is_confirmed(self):
        self.pay_part(self.invoice, "40.00")
        by_hand = self.register(self.invoice, 60, self.provider.journal_id)
        by_hand.with_user(self.clerk).action_draft()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)
        by_hand.with_user(self.clerk).action_post()
        self.assert_told(self.invoice, f"{by_hand.display_name}", "by hand")

    def test_mollies_payment_that_the_clerk_resets_to_draft_is_told_until_it_is_confirmed(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_draft()
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, tx.payment_id.display_name, "Confirm it")
        tx.payment_id.with_user(self.clerk).action_post()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_a_chargeback_that_came_while_it_was_a_draft_is_booked_soon_after_it_is_confirmed(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_draft()
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        tx.payment_id.with_user(self.clerk).action_post()
        self.run_cron("cron_mollie_sync")
        self.assertEqual(tx.child_transaction_ids.payment_id.mapped("amount_signed"), [-100])

    def test_what_no_invoice_needs_is_told_once_a_draft_of_it_is_confirmed(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_draft()
        self.make_credit_note(self.invoice, 40.0)
        self.run_cron("cron_mollie_sync")
        tx.payment_id.with_user(self.clerk).action_post()
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, "needed by no invoice", "40.00")

    def test_one_note_takes_of_refunds_of_two_payments_no_more_than_it_is(self):
        """What was seen: each payment's refund counted for the whole note."""
        first = self.pay_part(self.invoice, "40.00")
        second = self.pay(self.invoice)
        for amount in (40, 60):
            self.receive_statement(self.invoice, amount)
        self.refund_in_dashboard(first, "30.00")
        refund = self.refund_in_dashboard(second, "50.00")
        self.make_credit_note(self.invoice, 60.0)
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, "€ 20.00 of payment", refund["id"], "no credit note")

    def choose_transfer(self, tx):
        """Let the customer choose a method whose payments Mollie cancels."""
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        return tx

    def test_an_attempt_for_what_a_clerk_registered_meanwhile_is_withdrawn(self):
        tx = self.choose_transfer(self.start_payment(self.invoice))
        self.register(self.invoice, 100)
        self.run_cron("cron_mollie_sync")
        self.assertEqual(tx.state, "cancel")
        self.assertIn("withdrawn", self.events(self.invoice))

    def test_an_attempt_for_what_was_paid_by_another_one_is_withdrawn(self):
        link = self.make_link(self.invoice)
        self.press_pay(link, choice="other", amount="40.00")
        part = self.choose_transfer(self.last_transaction(self.invoice))
        self.press_pay(link, again="1")
        whole = self.last_transaction(self.invoice)
        self.sandbox.set_status(whole.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(part.state, "pending")
        self.run_cron("cron_mollie_sync")
        self.assertEqual(part.state, "cancel")

    def test_what_is_reserved_for_what_a_clerk_registered_meanwhile_is_told(self):
        self.pay(self.invoice, "authorized", method="klarna")
        self.register(self.invoice, 100)
        self.run_cron("cron_mollie_sync")
        self.assert_told(self.invoice, "€ 100.00 is reserved", "Void Transaction")


class TestChargebacksAfterThePayout(UnenteredCase, DueCase, ToDoCase):
    """The bank's statement had brought the money when the customer's bank took it back."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)

    def pay_out(self, amount=100):
        """Pay by the link, and match a payout two days later with the invoice; two weeks later
        banks take money back. Return the transaction.
        """
        tx = self.start_payment(self.invoice)
        self.sandbox.set_clock("2026-11-05T12:00:00Z")
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.receive_statement(self.invoice, amount, date="2026-11-07")
        self.sandbox.set_clock("2026-11-21T12:00:00Z")
        return tx

    def test_a_chargeback_after_the_payout_opens_the_invoice_again(self):
        tx = self.pay_out()
        self.assert_due(self.invoice, 0, "paid")
        chargeback = self.charge_back(tx)
        self.assert_due(self.invoice, 100, "charged_back")
        self.assert_told(self.invoice, "100.00", chargeback["id"], "open again")
        self.sync(self.invoice, self.invoice)
        self.assert_told(self.invoice, "open again")
        self.win_back(chargeback)
        self.assert_due(self.invoice, 0, "paid")
        self.assert_nothing_told(self.invoice)

    def test_after_that_the_customer_pays_again_by_the_same_link(self):
        tx = self.pay_out()
        self.charge_back(tx)
        self.pay(self.invoice)
        self.assert_due(self.invoice, 0, "paid")
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_or_by_bank_and_nothing_is_left_to_do(self):
        self.charge_back(self.pay_out())
        self.receive_statement(self.invoice, 100)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_what_the_payout_had_paid_by_mistake_a_second_time_is_told(self):
        tx = self.pay_out()
        self.charge_back(tx)
        widget = self.invoice.invoice_outstanding_credits_debits_widget
        self.invoice.js_assign_outstanding_line(widget["content"][0]["id"])
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assert_told(self.invoice, "No invoice asks for € 100.00 of it")

    def test_a_chargeback_of_a_part_after_the_payout_is_told_until_it_is_validated(self):
        tx = self.pay_out()
        chargeback = self.charge_back(tx, "40.00")
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assert_told(self.invoice, chargeback["id"], "No invoice asks for € 40.00 of it")
        self.sync(self.invoice, self.invoice)
        booked = tx.child_transaction_ids.payment_id
        booked.with_user(self.clerk).action_validate()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def test_with_the_rest_of_it_the_invoice_is_open_again(self):
        tx = self.pay_out()
        for value in ("40.00", "60.00"):
            self.charge_back(tx, value)
        self.assert_due(self.invoice, 100, "charged_back")
        texts = self.texts(self.invoice)
        self.assertEqual(["open again" in text for text in texts], [True, True], texts)

    def test_a_chargeback_after_a_payout_that_paid_a_part_is_told_for_the_rest(self):
        tx = self.pay_out(98.5)
        self.charge_back(tx)
        self.assert_due(self.invoice, 1.5, "charged_back")
        texts = " ".join(self.texts(self.invoice))
        self.assertIn("No invoice asks for € 98.50 of it", texts)

    def test_a_chargeback_of_what_came_twice_leaves_the_customers_own_transfer_alone(self):
        tx = self.pay_beside_transfer(self.invoice, 100)
        self.assert_told(self.invoice, "needed by no invoice", "100.00")
        tx.payment_id.with_user(self.clerk).action_validate()
        self.charge_back(tx)
        self.assert_due(self.invoice, 0, "paid")
        self.assertEqual(self.invoice.amount_residual, 0)
