"""Attempts that ask too much, and money that comes although nothing is due."""

from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.invoice_mollie.models.payment_transaction import receivable_lines

from tests.common import MollieCase, path_of


class TestLateMoney(MollieCase):
    def start_transfer(self, invoice):
        """Let the customer choose bank transfer at the checkout: an attempt of many days."""
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        self.assertEqual(tx.state, "pending")
        return tx

    def status_at_mollie(self, tx):
        return self.sandbox.payment(tx.provider_reference)["status"]

    def test_a_transfer_is_cancelled_at_mollie_when_the_invoice_is_paid_by_bank(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_transfer(invoice)
        self.receive_by_bank(invoice, 100.0)
        self.assertEqual(self.status_at_mollie(tx), "open")
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.status_at_mollie(tx), "canceled")
        self.assertEqual(tx.state, "cancel")
        self.assertIn("withdrawn", self.events(invoice))

    def test_a_transfer_is_cancelled_when_the_invoice_is_reset_cancelled_or_its_link_revoked(self):
        for change in ("button_draft", "button_cancel", "action_mollie_revoke_link"):
            with self.subTest(change):
                invoice = self.make_invoice(100.0)
                tx = self.start_transfer(invoice)
                getattr(invoice, change)()
                self.run_cron("cron_mollie_sync")
                self.assertEqual(self.status_at_mollie(tx), "canceled")

    def test_an_attempt_that_asks_no_more_than_is_due_is_left_alone(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_transfer(invoice)
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.status_at_mollie(tx), "open")

    def test_two_tabs_that_both_pay_settle_once_and_leave_a_credit(self):
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        self.press_pay(path)
        first = self.last_transaction(invoice)
        self.press_pay(path, again="1")
        second = self.last_transaction(invoice)
        self.assertNotEqual(first, second)
        for tx in (first, second):
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual((first + second).mapped("payment_id.amount"), [100, 100])
        self.assertEqual(self.events(invoice).count("credit"), 1)
        self.assertIn("100.00", invoice.activity_ids.note.replace("\xa0", " "))
        self.assertEqual(self.credit_of(self.customer), 100)

    def credit_of(self, partner):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return -sum(lines.mapped("amount_residual"))

    def test_a_payment_after_its_expiry_is_booked(self):
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice, "expired")
        self.assertEqual(tx.state, "cancel")
        self.sandbox.tamper(tx.provider_reference, {"status": "paid", "method": "banktransfer"})
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(tx.state, "done")
        self.assertEqual(invoice.amount_residual, 0)

    def test_money_for_an_invoice_that_is_a_draft_again_is_a_credit_and_posts_nothing(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_draft()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(tx.payment_id.amount, 100)
        self.assertEqual(tx.invoice_ids, invoice)
        self.assertEqual(self.credit_of(self.customer), 100)
        self.assertTrue(invoice.activity_ids)

    def test_money_for_a_cancelled_invoice_is_a_credit(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_cancel()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.state, "cancel")
        self.assertEqual(self.credit_of(self.customer), 100)


class TestCredit(MollieCase):
    """What a clerk can do with money that no invoice needed."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)
        self.receive_by_bank(self.invoice, 40.0)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.invoice = self.invoice.with_user(self.clerk)

    def credit(self):
        self.env.invalidate_all()
        return (self.invoice.mollie_credit or "").replace("\N{NO-BREAK SPACE}", " ")

    def press_refund(self):
        """Press Refund, and the button of the wizard that opens."""
        action = self.invoice.action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard = wizard.with_context(**action["context"]).create({})
        amount = wizard.amount_to_refund
        wizard.action_refund()
        return amount

    def test_the_invoice_shows_what_it_did_not_need(self):
        self.assertEqual(self.credit(), "€ 40.00")
        self.assertFalse(self.make_invoice().with_user(self.clerk).mollie_credit)

    def test_refund_offers_that_much_and_not_the_whole_payment(self):
        self.assertEqual(self.press_refund(), 40)
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual(self.credit(), "")
        self.assertEqual(self.invoice.amount_residual, 0)

    def test_use_for_another_invoice_lists_the_customers_open_ones_which_offer_it(self):
        other, strange = self.make_invoice(30.0), self.make_invoice(30.0)
        strange.button_draft()
        strange.partner_id = self.customer.copy()
        strange.action_post()
        action = self.invoice.action_mollie_use_credit()
        listed = self.env[action["res_model"]].with_user(self.clerk).search(action["domain"])
        self.assertEqual(listed, other)
        offered = other.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual([line["amount"] for line in offered], [40])
        other.js_assign_outstanding_line(offered[0]["id"])
        self.assertEqual((self.credit(), other.amount_residual), ("€ 10.00", 0))

    def test_what_was_used_meanwhile_cannot_be_refunded_from_there(self):
        other = self.make_invoice(40.0)
        (line,) = other.invoice_outstanding_credits_debits_widget["content"]
        other.js_assign_outstanding_line(line["id"])
        with self.assertRaisesRegex(UserError, self.invoice.name):
            self.invoice.action_mollie_refund_credit()

    def test_the_to_do_says_where_to_press(self):
        note = self.invoice.activity_ids.note.unescape().replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("€ 40.00", note)
        self.assertIn(self.tx.payment_id.name, note)
        for button in ("Refund this credit", "Use for another invoice"):
            self.assertIn(button, note)


class TestResponsible(MollieCase):
    """Who is told: somebody who is there to read it."""

    def told(self, invoice):
        """Charge the invoice's payment back; return who has a to-do for it."""
        tx = self.pay(invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        return invoice.activity_ids.user_id

    def test_the_salesperson_is_told(self):
        seller = self.make_user("seller", "base.group_user")
        self.assertEqual(self.told(self.make_invoice(invoice_user_id=seller.id)), seller)

    def test_without_one_who_made_the_invoice_is_told(self):
        invoice = self.make_invoice(post=False)
        invoice = invoice.with_user(self.clerk).copy({"invoice_date": "2026-11-02"}).sudo()
        invoice.action_post()
        invoice.invoice_user_id = False
        self.assertEqual(self.told(invoice.with_user(self.env.user)), self.clerk)

    def test_when_both_left_somebody_in_billing_of_that_company_is_told(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        seller.active = False
        told = self.told(self.make_invoice(invoice_user_id=seller.id))
        self.assertTrue(told.active)
        self.assertIn(self.company, told.company_ids)
        self.assertTrue(told.has_group("account.group_account_invoice"))


class TestPostedAgain(MollieCase):
    """An invoice that was paid, reset to draft, perhaps corrected, and posted again."""

    def make_paid_draft(self):
        invoice = self.make_invoice(100.0)
        self.pay(invoice)
        invoice.with_user(self.clerk).button_draft()
        return invoice

    def correct(self, invoice, amount):
        invoice.invoice_line_ids.price_unit = amount
        invoice.with_user(self.clerk).action_post()
        self.env.invalidate_all()

    def test_nobody_is_asked_again_for_what_was_paid_by_its_link(self):
        invoice = self.make_paid_draft()
        self.correct(invoice, 100.0)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.mollie_payment_state, "paid")
        self.assertNotIn("<form", self.get(self.make_path(invoice)).text)

    def make_path(self, invoice):
        return path_of(invoice.mollie_link_ids[:1]._get_url())

    def test_a_correction_asks_for_the_difference_only(self):
        invoice = self.make_paid_draft()
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.amount_residual, 20)
        self.assertIn("Pay € 20.00", self.text_of(self.get(self.make_path(invoice))))

    def test_a_correction_downwards_leaves_the_rest_as_credit(self):
        invoice = self.make_paid_draft()
        self.correct(invoice, 70.0)
        self.assertEqual(invoice.amount_residual, 0)
        credit = receivable_lines(invoice.transaction_ids.payment_id).amount_residual
        self.assertEqual(credit, -30)

    def test_money_that_came_while_it_was_a_draft_settles_it(self):
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        invoice.button_draft()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.correct(invoice, 100.0)
        self.assertEqual(invoice.amount_residual, 0)

    def test_money_that_was_used_for_another_invoice_meanwhile_stays_there(self):
        invoice = self.make_paid_draft()
        invoice.invoice_line_ids.price_unit = 120.0
        other = self.make_invoice(100.0)
        line = receivable_lines(invoice.transaction_ids.payment_id)
        other.js_assign_outstanding_line(line.id)
        self.assertEqual(other.amount_residual, 0)
        self.correct(invoice, 120.0)
        self.assertEqual((invoice.amount_residual, other.amount_residual), (120, 0))

    def test_another_customers_invoice_is_not_paid_by_it(self):
        invoice = self.make_paid_draft()
        invoice.partner_id = self.customer.copy()
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.amount_residual, 120)

    def test_a_credit_note_finds_its_refund_again(self):
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice)
        note = self.make_credit_note(invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        refund = tx.child_transaction_ids
        self.sandbox.set_refund_status(refund.provider_reference, "refunded")
        self.deliver_webhooks()
        note.button_draft()
        self.correct(note, 40.0)
        self.assertEqual((note.amount_residual, invoice.amount_residual), (10, 0))

    def test_a_refund_that_nobody_asked_back_does_not_open_it(self):
        """Money given back without a credit note: the invoice stays paid, as before."""
        invoice = self.make_invoice(100.0)
        tx = self.pay(invoice)
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        invoice.button_draft()
        self.correct(invoice, 120.0)
        self.assertEqual(invoice.amount_residual, 20)

    def test_posting_does_not_fail_for_it(self):
        invoice = self.make_paid_draft()
        Line = type(self.env["account.move.line"])
        with patch.object(Line, "reconcile", side_effect=UserError("locked")):
            self.correct(invoice, 120.0)
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 120))
