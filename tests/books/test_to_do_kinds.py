"""What is told: once, where it belongs, truly; and no longer than it is so."""

from unittest.mock import patch

from tests.odoo.cases.todos import ToDoCase


class TestRefundToDos(ToDoCase):
    def test_a_refund_that_bounced_is_told_on_its_credit_note_until_it_is_refunded_again(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.set_refund(refund, "refunded")
        self.assert_nothing_told(invoice, note)
        self.set_refund(refund, "failed")
        self.assert_told(note, "30.00", refund["id"], "did not reach")
        self.sync(invoice, invoice)
        self.assert_told(note, refund["id"])
        self.assert_nothing_told(invoice)
        self.sandbox.advance(hours=2)
        note.with_user(self.clerk).action_mollie_refund()
        self.assert_nothing_told(note)

    def test_a_bounced_refund_is_over_when_its_note_was_paid_by_bank(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.set_refund(refund, "failed")
        self.assert_told(note, "did not reach")
        self.receive_by_bank(note, 30.0)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(note)

    def test_a_refund_of_a_cancelled_note_is_told_on_a_document_that_stands(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.set_refund(refund, "refunded")
        note.button_draft()
        note.button_cancel()
        self.sync(invoice)
        self.assert_told(invoice, refund["id"], "no credit note")
        self.assert_nothing_told(note)

    def test_a_refund_of_credit_that_bounced_is_one_to_do(self):
        invoice, tx = self.make_paid()
        other = self.make_invoice(40.0)
        self.receive_by_bank(other, 40.0)
        late = self.pay_too_much()
        refund = self.refund_in_dashboard(late, "100.00")
        self.assert_nothing_told(late.invoice_ids)
        self.set_refund(refund, "failed")
        self.assert_told(late.invoice_ids, "did not reach")

    def refund_credit_in_vain(self):
        """Press Refund this credit, and let the refund fail; return the invoice and the refund."""
        tx = self.pay_too_much()
        action = tx.invoice_ids.with_user(self.clerk).action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard.with_context(**action["context"]).create({}).action_refund()
        refund = {"id": tx.child_transaction_ids.provider_reference}
        for status in ("refunded", "failed"):
            self.set_refund(refund, status)
        self.assert_told(tx.invoice_ids, "100.00", refund["id"], "did not reach")
        return tx.invoice_ids, refund

    def test_a_bounced_refund_of_credit_is_over_as_far_as_the_credit_is_used(self):
        invoice, refund = self.refund_credit_in_vain()
        self.use_credit(self.make_invoice(30.0))
        self.run_cron("cron_mollie_sync")
        self.assert_told(invoice, "€ 70.00", refund["id"], "did not reach")
        self.use_credit(self.make_invoice(70.0))
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)

    def test_a_bounced_refund_of_credit_is_over_when_the_bank_gave_the_money_back(self):
        invoice, _refund = self.refund_credit_in_vain()
        credit = invoice._get_mollie_credit_lines()
        values = {"payment_type": "outbound", "partner_id": self.customer.id, "amount": 100.0}
        payment = self.env["account.payment"].create(values)
        payment.action_post()
        lines = credit | payment.move_id.line_ids
        lines.filtered(lambda line: line.account_id == credit.account_id).reconcile()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)

    def test_a_refund_of_credit_that_bounces_twice_asks_for_the_money_once(self):
        invoice, first = self.refund_credit_in_vain()
        second = self.refund_in_dashboard(invoice.transaction_ids, "100.00")
        self.assert_nothing_told(invoice)
        self.set_refund(second, "failed")
        self.assert_told(invoice, "100.00", second["id"], "did not reach")

    def test_a_bounced_refund_of_more_than_the_credit_asks_for_no_credit_that_is_used(self):
        """The rest of it gave back what the invoice needs: nobody knows whether it is owed."""
        tx = self.pay_too_much()
        self.use_credit(self.make_invoice(60.0))
        refund = self.refund_in_dashboard(tx, "100.00")
        self.set_refund(refund, "failed")
        self.assert_told(tx.invoice_ids, "€ 100.00", refund["id"], "did not reach")
        self.use_credit(self.make_invoice(40.0))
        self.run_cron("cron_mollie_sync")
        self.assert_told(tx.invoice_ids, "€ 60.00", refund["id"], "did not reach")

    def test_a_bounced_refund_of_a_cancelled_note_is_over(self):
        for first in ("bounces", "is cancelled"):
            with self.subTest(first):
                self.start_afresh()
                invoice, _tx = self.make_paid()
                note, refund = self.refund_by_note(invoice, 30.0)
                self.set_refund(refund, "refunded")
                if first == "bounces":
                    self.set_refund(refund, "failed")
                    self.assert_told(note, "did not reach")
                note.button_draft()
                note.button_cancel()
                self.set_refund(refund, "failed")
                self.run_cron("cron_mollie_sync")
                self.assert_nothing_told(invoice, note)

    def test_a_refund_in_the_dashboard_wants_a_credit_note(self):
        invoice, tx = self.make_paid()
        refund = self.refund_in_dashboard(tx, "30.00", status="pending")
        self.assert_nothing_told(invoice)
        self.set_refund(refund, "refunded")
        self.assert_told(invoice, "30.00", refund["id"], "no credit note")
        self.sync(invoice, invoice)
        self.assert_told(invoice, "30.00")
        note = self.make_credit_note(invoice, 30.0)
        if note.amount_residual:  # Else it was found by itself.
            self.use_credit(note)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice, note)

    def test_a_refund_of_a_credit_note_wants_no_other_one(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.set_refund(refund, "refunded")
        self.sync(invoice)
        self.assert_nothing_told(invoice, note)

    def test_a_refund_of_a_note_that_was_paid_by_bank_meanwhile_came_twice(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.receive_by_bank(note, 30.0)
        self.set_refund(refund, "refunded")
        self.assert_told(note, "30.00", refund["id"], "twice", note.name)
        self.assertNotIn("no credit note", note.activity_ids.note)
        self.set_refund(refund, "failed")
        self.assertNotIn("came twice", str(note.activity_ids.mapped("note")))

    def test_what_is_more_than_its_note_wants_a_note_and_did_not_come_twice(self):
        for change in ("smaller", "lowered"):
            with self.subTest(change):
                self.start_afresh()
                invoice, tx = self.make_paid()
                refund = self.refund_in_dashboard(tx, "30.00")
                note = self.make_credit_note(invoice, 10.0 if change == "smaller" else 30.0)
                if change == "lowered":
                    note.button_draft()
                    note.invoice_line_ids.price_unit = 10
                    note.action_post()
                self.run_cron("cron_mollie_sync")
                self.assertEqual(note.amount_residual, 0)
                self.assert_told(invoice, "20.00", refund["id"], "no credit note")
                self.assert_nothing_told(note)

    def test_what_came_twice_of_a_larger_refund_and_what_has_no_note_are_told_apart(self):
        invoice, tx = self.make_paid()
        refund = self.refund_in_dashboard(tx, "50.00", status="pending")
        note = self.make_credit_note(invoice, 30.0)
        self.receive_by_bank(note, 10.0)
        self.set_refund(refund, "refunded")
        self.assert_told(note, "€ 10.00 was refunded", refund["id"], "twice")
        self.assert_told(invoice, "€ 20.00 of payment", refund["id"], "no credit note")

    def test_a_refund_under_way_of_what_was_charged_back_can_be_cancelled(self):
        invoice, tx = self.make_paid()
        note, refund = self.refund_by_note(invoice, 30.0)
        self.charge_back(tx)
        (todo,) = self.todos(note)
        self.assertIn("Cancel refund", todo.note)
        self.assertIn(f'data-oe-id="{note.transaction_ids.id}"', todo.note)
        self.sync(invoice)
        self.assertEqual(self.todos(note), todo)
        note.transaction_ids.with_user(self.clerk).action_mollie_cancel_refund()
        self.assert_nothing_told(note)

    def test_a_refund_for_which_the_bank_left_enough_is_not_to_be_cancelled(self):
        invoice, tx = self.make_paid()
        note, _refund = self.refund_by_note(invoice, 30.0)
        self.charge_back(tx, "20.00")
        self.assert_nothing_told(note)
        self.charge_back(tx, "50.00")
        self.assert_nothing_told(note)
        self.charge_back(tx, "0.01")
        self.assert_told(note, "30.00", "Cancel refund")

    def test_a_refund_that_went_off_or_whose_chargeback_was_won_back_is_not_to_be_cancelled(self):
        for end in ("refunded", "won back"):
            with self.subTest(end):
                self.start_afresh()
                invoice, tx = self.make_paid()
                note, refund = self.refund_by_note(invoice, 30.0)
                chargeback = self.charge_back(tx)
                self.assert_told(note, "Cancel refund")
                if end == "refunded":
                    self.set_refund(refund, "refunded")
                else:
                    self.win_back(chargeback)
                self.assert_nothing_told(note)


class TestChargebackToDos(ToDoCase):
    def test_it_is_told_on_the_invoice_that_opened_until_that_is_paid(self):
        invoice, tx = self.make_paid()
        self.charge_back(tx)
        self.assert_told(invoice, "100.00", tx.provider_reference, "open again")
        self.sync(invoice, invoice)
        self.assert_told(invoice, "open again")
        self.receive_by_bank(invoice, 100.0)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)
        self.assertIn("not open any more", self.closings(invoice)[0])

    def test_two_of_the_same_amount_are_told_apart(self):
        invoice, tx = self.make_paid()
        chargebacks = [self.charge_back(tx, "40.00") for _ in range(2)]
        texts = sorted(self.texts(invoice))
        self.assertEqual(len(texts), 2)
        for text, chargeback in zip(texts, sorted(c["id"] for c in chargebacks), strict=True):
            self.assertIn(chargeback, text)

    def test_one_that_opened_no_invoice_or_that_no_invoice_asks_for_is_named_too(self):
        tx = self.pay_too_much()
        invoice = tx.invoice_ids
        chargeback = self.charge_back(tx, "40.00")
        self.assertIn(chargeback["id"], " ".join(self.texts(invoice)))
        self.refund_in_dashboard(tx, "60.00")
        owed = self.charge_back(tx, "60.00")
        self.assertIn(owed["id"], " ".join(self.texts(invoice)))

    def test_an_invoice_that_was_open_before_is_not_called_open_again(self):
        invoice, tx = self.make_paid()
        invoice.line_ids.remove_move_reconcile()
        self.charge_back(tx)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertNotIn("open again", " ".join(self.texts(invoice)))

    def test_it_is_over_when_the_money_is_won_back_or_the_invoice_cancelled(self):
        for end in ("won back", "cancelled"):
            with self.subTest(end):
                self.start_afresh()
                invoice, tx = self.make_paid()
                chargeback = self.charge_back(tx)
                if end == "won back":
                    self.win_back(chargeback)
                else:
                    invoice.button_draft()
                    self.sync(invoice)
                    self.assert_told(invoice, "open again")
                    invoice.button_cancel()
                    self.run_cron("cron_mollie_sync")
                self.assert_nothing_told(invoice)

    def move_to_another(self, invoice):
        """Take the payment off an invoice, pay that by bank, and use the payment elsewhere."""
        invoice.line_ids.remove_move_reconcile()
        other = self.make_invoice(100.0)
        self.use_credit(other)
        self.receive_by_bank(invoice, 100.0)
        return other

    def test_the_invoice_that_had_got_the_money_is_told_and_the_paid_one_is_not(self):
        invoice, tx = self.make_paid()
        other = self.move_to_another(invoice)
        self.assertEqual((invoice.amount_residual, other.amount_residual), (0, 0))
        self.charge_back(tx)
        self.assertEqual((invoice.amount_residual, other.amount_residual), (0, 100))
        self.assert_nothing_told(invoice)
        self.assert_told(other, "open again", "100.00")
        self.sync(invoice, other)
        self.assert_told(other, "open again")
        self.receive_by_bank(other, 100.0)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(other)

    def test_where_no_invoice_opened_nothing_else_is_said(self):
        for change in ("bank", "cancelled", "reversed"):
            with self.subTest(change):
                self.start_afresh()
                invoice = self.make_invoice(100.0)
                tx = self.start_payment(invoice)
                if change == "bank":
                    self.receive_by_bank(invoice, 100.0)
                elif change == "cancelled":
                    invoice.button_cancel()
                else:
                    self.make_credit_note(invoice, 100.0)
                    self.assertEqual(invoice.payment_state, "reversed")
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                self.deliver_webhooks()
                self.assert_told(invoice, "Refund this credit")
                self.charge_back(tx)
                (text,) = self.texts(invoice)
                self.assertNotIn("open again", text)
                self.assertIn("No invoice became open", text)
                self.sync(invoice, invoice)
                self.assertEqual(self.texts(invoice), [text])

    def test_money_that_went_back_twice_is_told_until_it_is_settled(self):
        invoice, tx = self.make_paid()
        self.refund_in_dashboard(tx, "100.00")
        self.charge_back(tx)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(len(self.texts(invoice)), 2)  # The open invoice, and the missing note.

    def test_won_back_after_the_customer_paid_again_it_is_money_twice(self):
        invoice, tx = self.make_paid()
        chargeback = self.charge_back(tx)
        self.pay(invoice)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)
        self.win_back(chargeback)
        self.assert_told(invoice, "won back", "100.00")
        self.sync(invoice, invoice)
        self.assert_told(invoice, "won back")
        other = self.make_invoice(100.0)
        self.use_credit(other)
        self.assertEqual(other.amount_residual, 0)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice, other)


class TestOtherToDos(ToDoCase):
    def make_authorized(self):
        invoice = self.make_invoice(100.0)
        return invoice, self.pay(invoice, "authorized", method="klarna")

    def test_what_is_reserved_for_an_invoice_paid_otherwise_is_to_be_released(self):
        invoice, tx = self.make_authorized()
        self.assert_nothing_told(invoice)
        self.receive_by_bank(invoice, 100.0)
        self.run_cron("cron_mollie_sync")
        (todo,) = self.todos(invoice)
        self.assertIn("Void Transaction", todo.note)
        self.assertIn(f'data-oe-id="{tx.id}"', todo.note)
        self.sync(invoice, invoice)
        self.assertEqual(self.todos(invoice), todo)
        invoice.with_user(self.clerk).payment_action_void()
        self.deliver_webhooks()
        self.assert_nothing_told(invoice)

    def test_what_is_reserved_for_what_is_due_is_nothing_to_do(self):
        invoice, tx = self.make_authorized()
        self.sync(invoice)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)

    def test_captured_all_the_same_it_is_the_customers_credit(self):
        invoice, tx = self.make_authorized()
        self.receive_by_bank(invoice, 100.0)
        self.run_cron("cron_mollie_sync")
        self.assert_told(invoice, "Void Transaction")
        tx.with_user(self.clerk).action_capture()
        self.sandbox.advance(minutes=2)
        self.deliver_webhooks()
        self.assert_told(invoice, "Refund this credit")

    def make_unbookable(self):
        """Return an invoice whose payment can't be booked, that, and the account it waits for."""
        account = self.customer.property_account_receivable_id
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        account.active = False
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return invoice, tx, account

    def test_a_booking_that_fails_is_told_for_what_it_is_until_it_is_booked(self):
        invoice, tx, account = self.make_unbookable()
        self.assert_told(invoice, f"Payment of € 100.00 ({tx.provider_reference} at Mollie)")
        self.sync(invoice)
        account.active = True
        self.sync(invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self.assert_nothing_told(invoice)
        self.assertIn("It is booked.", self.closings(invoice)[0])

    def test_it_is_over_too_when_cores_own_cron_was_faster(self):
        invoice, tx, account = self.make_unbookable()
        account.active = True
        tx._post_process()
        (row,) = invoice.mollie_log_ids.filtered(lambda row: row.event == "booked")
        self.assertEqual(row.who, "Scheduled check")
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)

    def test_a_chargeback_that_cannot_be_booked_is_no_payment_that_is_paid(self):
        invoice, tx = self.make_paid()
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            chargeback = self.charge_back(tx)
        self.assert_told(invoice, f"Chargeback of € 100.00 ({chargeback['id']} at Mollie)")
        self.sync(invoice)
        self.assert_told(invoice, "open again")

    def test_a_mismatch_is_over_when_mollie_tells_the_truth(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", webhook=False)
        self.sandbox.tamper(tx.provider_reference, {"mode": "live"})
        for _ in range(2):
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assert_told(invoice, tx.provider_reference, "mode")
        self.sandbox.tamper(tx.provider_reference)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assert_nothing_told(invoice)
        self.assertIn("matches", self.closings(invoice)[0])
