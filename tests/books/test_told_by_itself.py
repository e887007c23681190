"""What a clerk's hand makes a need of is told without news from Mollie, and without any button."""

from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.invoice_mollie.models import todos

from tests.odoo.cases.todos import ToDoCase
from tests.odoo.cases.unentered import UnenteredCase


class TestToldByItself(ToDoCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.pay(self.invoice)

    def wait(self):
        """Let the scheduler come by; return what Mollie was asked of the payment meanwhile."""
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_sync")
        return self.sandbox.requests(method="GET", path=r"/v2/payments/tr_\w+$")

    def change(self, amount):
        """Correct the invoice as a clerk does."""
        invoice = self.invoice.with_user(self.clerk)
        invoice.button_draft()
        invoice.invoice_line_ids.write({"price_unit": amount})
        invoice.action_post()

    def test_a_note_that_is_cancelled_after_its_refund_leaves_a_refund_without_note(self):
        note, refund = self.refund_by_note(self.invoice, 30.0)
        self.set_refund(refund, "refunded")
        self.assert_nothing_told(self.invoice, note)
        note.with_user(self.clerk).button_draft()
        note.with_user(self.clerk).button_cancel()
        self.assertEqual(self.wait(), [])
        self.assert_told(self.invoice, refund["id"], "there is no credit note for it")

    def test_an_invoice_that_is_lowered_leaves_the_rest_as_credit(self):
        self.change(70.0)
        self.assertEqual(self.wait(), [])
        self.assert_told(self.invoice, "€ 30.00", "is used by no invoice")

    def correct(self, amount):
        """Begin to correct the invoice: saved, not confirmed."""
        self.invoice.with_user(self.clerk).button_draft()
        self.invoice.with_user(self.clerk).invoice_line_ids.write({"price_unit": amount})
        self.wait()

    def confirm(self):
        self.invoice.with_user(self.clerk).action_post()
        self.assertEqual(self.wait(), [])

    def assert_no_credit(self):
        """Fail if anything of what came is called credit, or offered for refund."""
        invoice = self.invoice.with_user(self.clerk)
        self.assert_nothing_told(self.invoice)
        self.assertEqual((invoice.mollie_credit, invoice.mollie_can_refund_credit), ("", False))
        with self.assertRaises(UserError):
            invoice.action_mollie_refund_credit()

    def test_an_invoice_that_is_being_corrected_keeps_what_came_for_it(self):
        self.correct(80.0)
        self.assert_no_credit()
        self.confirm()
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assert_told(self.invoice, "€ 20.00", "is used by no invoice")

    def test_raised_it_needs_all_of_it_and_nobody_was_told_otherwise(self):
        self.correct(130.0)
        self.assert_no_credit()
        self.confirm()
        self.assertEqual(self.invoice.amount_residual, 30)
        self.assert_no_credit()

    def test_credit_that_was_told_before_a_correction_is_over_at_once(self):
        self.correct(80.0)
        self.confirm()
        self.correct(130.0)
        self.assert_no_credit()
        self.confirm()
        self.assert_no_credit()

    def test_a_refund_that_was_offered_before_the_correction_is_refused(self):
        """The dialog was open: 80 of it would be asked for anew."""
        self.invoice.line_ids.with_user(self.clerk).remove_move_reconcile()
        action = self.invoice.with_user(self.clerk).action_mollie_refund_credit()
        Wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard = Wizard.with_context(**action["context"]).create({})
        self.correct(80.0)
        with self.assertRaisesRegex(UserError, "only € 0.00 is left".replace(" ", r"\s")):
            wizard.action_refund()

    def test_what_is_corrected_and_then_cancelled_leaves_it_as_credit(self):
        self.correct(80.0)
        self.invoice.with_user(self.clerk).button_cancel()
        self.wait()
        self.assert_told(self.invoice, "€ 100.00", "is used by no invoice")

    def test_an_invoice_that_credit_had_paid_keeps_it_while_it_is_corrected(self):
        source = self.pay_too_much().invoice_ids
        self.invoice = self.make_invoice(100.0)
        self.use_credit(self.invoice)
        self.correct(80.0)
        self.assert_nothing_told(source)
        self.assertFalse(source.with_user(self.clerk).mollie_credit)
        self.confirm()
        self.assert_told(source, "€ 20.00", "is used by no invoice")

    def test_cancelled_instead_it_gives_that_back_as_credit(self):
        source = self.pay_too_much().invoice_ids
        self.invoice = self.make_invoice(100.0)
        self.use_credit(self.invoice)
        self.correct(80.0)
        self.invoice.with_user(self.clerk).button_cancel()
        self.wait()
        self.assert_told(source, "€ 100.00", "is used by no invoice")

    def test_deleted_instead_it_gives_that_back_as_credit(self):
        source = self.pay_too_much().invoice_ids
        self.invoice = self.make_invoice(100.0)
        self.use_credit(self.invoice)
        self.correct(80.0)
        self.invoice.with_user(self.clerk).unlink()
        self.wait()
        self.assert_told(source, "€ 100.00", "is used by no invoice")

    def test_an_invoice_that_is_cancelled_leaves_all_of_it_as_credit(self):
        self.invoice.with_user(self.clerk).button_draft()
        self.invoice.with_user(self.clerk).button_cancel()
        self.wait()
        self.assert_told(self.invoice, "€ 100.00", "is used by no invoice")

    def test_money_that_is_taken_from_its_invoice_is_credit(self):
        self.invoice.line_ids.with_user(self.clerk).remove_move_reconcile()
        self.wait()
        self.assert_told(self.invoice, "€ 100.00", "is used by no invoice")

    def test_credit_that_the_invoice_it_was_moved_to_needs_no_more_is_told_again(self):
        credit = self.pay_too_much()
        other = self.make_invoice(100.0)
        self.use_credit(other)
        self.wait()
        self.assert_nothing_told(credit.invoice_ids)
        other.line_ids.with_user(self.clerk).remove_move_reconcile()
        self.wait()
        self.assert_told(credit.invoice_ids, "€ 100.00", "is used by no invoice")

    def test_money_of_another_amount_that_is_taken_off_again_is_told_again(self):
        invoice, other = self.make_invoice(100.0), self.make_invoice(80.0)
        tx = self.start_payment(invoice)
        other_amount = {"currency": "EUR", "value": "80.00"}
        self.sandbox.tamper(tx.provider_reference, {"amount": other_amount})
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_told(invoice, "€ 80.00")
        self.use_credit(other)
        self.wait()
        self.assert_nothing_told(invoice)
        other.line_ids.with_user(self.clerk).remove_move_reconcile()
        self.wait()
        self.assert_told(invoice, "€ 80.00")

    def test_it_is_over_when_the_clerk_puts_it_right(self):
        self.change(70.0)
        self.wait()
        self.change(100.0)
        self.wait()
        self.assert_nothing_told(self.invoice)

    def test_what_mollie_tells_and_is_booked_leaves_nothing_to_look_at(self):
        self.charge_back(self.tx, "20.00")
        self.refund_in_dashboard(self.tx, "10.00")
        self.assertFalse(self.env["mollie.notice"].search_count([]))

    def test_each_payment_is_looked_at_once_however_much_is_changed(self):
        self.change(100.0)
        self.change(70.0)
        self.assertEqual(self.env["mollie.notice"].search([]).transaction_id, self.tx)
        with patch.object(todos, "compare", wraps=todos.compare) as compare:
            self.wait()
        compare.assert_called_once_with(self.tx)
        self.assertFalse(self.env["mollie.notice"].search_count([]))

    def test_a_webhook_meanwhile_asks_mollie_once(self):
        self.change(70.0)
        self.sandbox.clear_requests()
        path = self.webhook_path(self.tx)
        self.assertEqual(self.post_webhook(path, self.tx.provider_reference).status_code, 200)
        self.assertEqual(len(self.sandbox.requests(method="GET", path=r"/v2/payments/tr_\w+$")), 1)


class TestToldWithoutEntries(UnenteredCase, ToDoCase):
    """Where payments have no entries, nothing is matched that would tell of a change."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        path = self.make_link(self.invoice)
        for _number in range(2):
            self.press_pay(path, again="1")
        self.txs = self.invoice.transaction_ids.sorted("id")
        for tx in self.txs:
            self.sandbox.set_status(tx.provider_reference, "authorized", method="klarna")
        self.deliver_webhooks()

    def capture(self, tx, amount):
        written = {"currency": "EUR", "value": f"{amount}.00"}
        self.sandbox.add_capture(tx.provider_reference, written)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()

    def needs(self):
        return sorted(self.todos(self.invoice).mapped("mollie_need"))

    def test_what_is_reserved_beside_what_came_makes_no_credit_of_it(self):
        for tx in self.txs:
            self.capture(tx, 40)
        self.sync(self.invoice)
        self.assertNotIn("credit_in_payment", self.needs())

    def test_what_one_payment_brings_makes_the_other_one_be_looked_at(self):
        self.capture(self.txs[0], 60)
        self.capture(self.txs[1], 60)
        self.run_cron("cron_mollie_sync")
        told = self.needs()
        self.sync(self.invoice)
        self.assertEqual(self.needs(), told)
        self.assertIn("credit_in_payment", told)
