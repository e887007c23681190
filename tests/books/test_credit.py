"""Money that no invoice needed: refunded, or used for another invoice."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from tests.common import MollieCase


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

    def open_dialog(self):
        action = self.invoice.action_mollie_use_credit()
        Use = self.env[action["res_model"]].with_user(self.clerk)
        return Use.with_context(**action["context"]).create({})

    def take(self, invoice):
        """Press the button beside an invoice in the dialog; return what it says."""
        invoice = invoice.with_user(self.clerk).with_context(mollie_credit_of=self.invoice.id)
        action = invoice.action_mollie_take_credit()
        self.env.invalidate_all()
        return action["params"]["message"].replace("\N{NO-BREAK SPACE}", " ")

    def test_use_for_another_invoice_names_the_customers_open_ones_and_settles_one(self):
        later = self.make_invoice(30.0, invoice_date_due="2036-05-03")
        other, strange = self.make_invoice(30.0), self.make_invoice(30.0)
        strange.button_draft()
        strange.partner_id = self.customer.copy()
        strange.action_post()
        dialog = self.open_dialog()
        self.assertEqual(dialog.open_ids, other + later)
        self.assertEqual(dialog.credit.replace("\N{NO-BREAK SPACE}", " "), "€ 40.00")
        self.assertEqual(self.take(other), f"€ 30.00 was used for {other.display_name}.")
        self.assertEqual((self.credit(), other.amount_residual), ("€ 10.00", 0))
        self.assertEqual(self.take(later), f"€ 10.00 was used for {later.display_name}.")
        self.assertEqual((self.credit(), later.amount_residual), ("", 20))
        with self.assertRaisesRegex(UserError, "nothing is left"):
            self.take(later)
        used = f"€ 30.00 of the credit was used for {other.name}."
        self.assertIn(used, self.said_of(self.invoice))
        taken = f"€ 10.00 that came in for {self.invoice.name} and was not needed there is used for"
        self.assertIn(taken, self.said_of(later))

    def said_of(self, invoice):
        """Return what the log of an invoice says, as the clerk reads it."""
        rows = invoice.with_user(self.clerk).mollie_log_ids
        return "\n".join(rows.mapped("message")).replace("\N{NO-BREAK SPACE}", " ")

    def test_matching_a_payout_touches_no_payment_for_it_pays_no_invoice(self):
        """A payout is of hundreds of payments: none is locked, nor asked about again, for it."""
        account = self.tx.payment_id.outstanding_account_id
        account.reconcile = True
        other = self.company.transfer_account_id
        values = [{"account_id": account.id, "credit": 100}, {"account_id": other.id, "debit": 100}]
        payout = self.env["account.move"].create(
            {"move_type": "entry", "line_ids": [Command.create(line) for line in values]}
        )
        payout.action_post()
        lines = (payout | self.tx.payment_id.move_id).line_ids
        self.tx.mollie_next_check = before = fields.Datetime.to_datetime("2036-01-01")
        lines.filtered(lambda line: line.account_id == account).with_user(self.clerk).reconcile()
        self.assertTrue(payout.line_ids.filtered("reconciled"))
        self.assertEqual(self.tx.mollie_next_check, before)
        self.take(self.make_invoice(30.0))
        self.assertNotEqual(self.tx.mollie_next_check, before)

    def test_without_another_open_invoice_it_says_what_can_be_done(self):
        with self.assertRaisesRegex(UserError, f"{self.customer.name} has no other open invoice"):
            self.invoice.action_mollie_use_credit()

    def test_what_is_left_of_a_refund_under_way_is_used_and_no_more(self):
        self.sandbox.settings(queue_refunds=True)
        self.tx.payment_id.payment_transaction_id.action_refund(25.0)
        other = self.make_invoice(30.0)
        self.assertEqual(self.take(other), f"€ 15.00 was used for {other.display_name}.")

    def test_another_customers_invoice_takes_none_of_it(self):
        strange = self.make_invoice(30.0, partner_id=self.customer.copy().id)
        with self.assertRaisesRegex(UserError, "nothing is left"):
            self.take(strange)
        with self.assertRaisesRegex(UserError, "nothing is left"):
            strange.action_mollie_take_credit()
        self.assertEqual((self.credit(), strange.amount_residual), ("€ 40.00", 30))

    def test_what_was_used_meanwhile_cannot_be_refunded_from_there(self):
        other = self.make_invoice(40.0)
        (line,) = other.invoice_outstanding_credits_debits_widget["content"]
        other.js_assign_outstanding_line(line["id"])
        with self.assertRaisesRegex(UserError, self.invoice.name):
            self.invoice.action_mollie_refund_credit()

    def test_refund_says_how_much_goes_where_and_when_it_is_there(self):
        action = self.invoice.action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard = wizard.with_context(**action["context"]).create({"amount_to_refund": 12.5})
        says = "€ 12.50 goes back by iDEAL | Wero, to the account it came from. It is there in 1 to"
        self.assertIn(says, wizard.mollie_arrival.replace("\N{NO-BREAK SPACE}", " "))
        self.sandbox.settings(queue_refunds=True)
        message = wizard.action_refund()["params"]["message"]
        self.assertEqual(message, wizard.mollie_arrival)
        self.env.invalidate_all()
        on_its_way = "€ 12.50 is on its way back to the customer."
        summary = self.invoice.mollie_summary.replace("\N{NO-BREAK SPACE}", " ")
        self.assertRegex(summary, rf"^€ 100.00 was paid by .* {on_its_way}$")

    def test_when_it_is_there_depends_on_the_method(self):
        for method, words in (
            ("creditcard", "goes back to the card. It can take 5 to 10 working days"),
            ("paypal", "goes back by PayPal. It is there the same day"),
        ):
            tx = self.pay(self.make_invoice(100), method=method)
            values = {"payment_id": tx.payment_id.id, "amount_to_refund": 10}
            wizard = self.env["payment.refund.wizard"].with_user(self.clerk).create(values)
            self.assertIn(words, wizard.mollie_arrival)

    def test_what_somebody_took_off_the_invoice_can_be_put_back_on_it(self):
        invoice, tx = self.make_paid()
        partial = tx.payment_id.move_id.line_ids.matched_debit_ids
        invoice.with_user(self.clerk).js_remove_outstanding_partial(partial.id)
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 100)
        self.assertTrue(invoice.with_user(self.clerk).mollie_credit)
        invoice.with_user(self.clerk).action_mollie_use_credit_here()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(invoice.with_user(self.clerk).mollie_credit)

    def test_the_to_do_says_where_to_press(self):
        note = self.invoice.activity_ids.note.unescape().replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("€ 40.00", note)
        self.assertIn(self.tx.payment_id.name, note)
        for button in ("Refund this credit", "Use for another invoice"):
            self.assertIn(button, note)
