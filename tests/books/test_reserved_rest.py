"""What Mollie still reserves of a payment of which a part was captured: it can be captured any
time, so nobody is asked for it meanwhile.
"""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime

from tests.odoo.cases.due import DueCase
from tests.odoo.cases.todos import ToDoCase

RELEASE = r"/release-authorization$"


class ReservedCase(DueCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(160.0)
        self.tx = self.pay(self.invoice, "authorized", method="klarna")

    def capture(self, amount, tx=None, **kwargs):
        written = {"currency": "EUR", "value": f"{amount:.2f}"}
        self.sandbox.add_capture((tx or self.tx).provider_reference, written, **kwargs)
        self.deliver_webhooks()

    def check(self, invoice=None):
        (invoice or self.invoice).with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()

    def release(self, tx=None):
        action = (tx or self.tx).with_user(self.clerk).action_mollie_release_rest()
        self.env.invalidate_all()
        return action["params"]["message"].replace("\xa0", " ")

    def pass_the_deadline(self):
        """Let the moment come until which the rest is reserved."""
        self.tx.mollie_reserved_until = Datetime.now() - timedelta(seconds=1)

    def page(self, invoice=None):
        return self.text_of(self.get(self.make_path(invoice or self.invoice)))

    def make_path(self, invoice):
        link = self.env["mollie.payment.link"].search([("move_id", "=", invoice.id)], limit=1)
        return f"/mollie/pay/{link.token}"

    def rows(self, event):
        return self.invoice.mollie_log_ids.filtered(lambda row: row.event == event)


class TestReservedRest(ReservedCase):
    def test_while_it_is_reserved_neither_page_nor_pay_nor_clerk_asks_for_it(self):
        """State 21."""
        self.capture(60)
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "pending")
        page = self.page()
        self.assertIn("€ 60.00 of € 160.00 received; € 100.00 is reserved, not yet taken", page)
        self.assertNotIn("Amount due", page)

    def test_until_when_is_what_mollie_said_when_it_was_authorized(self):
        until = self.sandbox.payment(self.tx.provider_reference)["captureBefore"]
        self.capture(60)
        self.assertEqual(f"{self.tx.mollie_reserved_until.isoformat()}+00:00", until)
        self.assertEqual(self.tx.mollie_amount_reserved, 100)

    def test_mollies_later_word_for_it_counts(self):
        self.capture(60)
        self.sandbox.tamper(
            self.tx.provider_reference, {"captureBefore": "2031-05-01T10:00:00+00:00"}
        )
        self.check()
        self.assertEqual(str(self.tx.mollie_reserved_until), "2031-05-01 10:00:00")

    def test_once_that_has_passed_it_is_asked_for_without_asking_mollie(self):
        self.capture(60)
        self.pass_the_deadline()
        self.assertEqual(self.tx.mollie_amount_reserved, 0)
        self.sandbox.fault("503", times=99)
        self.assertIn("€ 60.00 of € 160.00 received; € 100.00 left", self.page())
        self.assertEqual(self.invoice.mollie_payment_state, "open")
        self.sandbox.clear_faults()
        self.assert_due(self.invoice, 100, "open")
        self.check()
        self.assert_due(self.invoice, 100, "open")

    def test_the_second_capture_is_booked_and_leaves_nothing_due(self):
        self.capture(60)
        self.capture(100)
        self.check()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (160, 160))
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertFalse(self.tx.mollie_reserved_until)
        self.assert_due(self.invoice, 0, "paid")

    def test_of_several_parts_what_is_left_after_them_is_reserved(self):
        self.capture(60)
        self.capture(40)
        self.check()
        self.assertEqual(self.tx.mollie_amount_reserved, 60)
        self.assert_due(self.invoice, 0, "pending")
        self.pass_the_deadline()
        self.assert_due(self.invoice, 60, "open")

    def test_a_part_that_fails_after_all_is_reserved_again(self):
        self.capture(60)
        self.capture(40)
        self.check()
        capture = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["captures"][0]
        self.sandbox.set_capture_status(capture["id"], "failed")
        self.check()
        self.assertEqual(self.tx.mollie_amount_reserved, 100)
        self.assert_due(self.invoice, 0, "pending")

    def test_a_part_that_is_not_in_the_books_is_neither_asked_for_nor_reserved(self):
        self.capture(60)
        self.tx.payment_id.with_user(self.clerk).action_draft()
        self.assert_due(self.invoice, 0, "pending")
        self.assertIn("€ 60.00 of € 160.00 received; € 100.00 is reserved", self.page())

    def test_a_chargeback_of_the_part_is_asked_for_and_the_rest_is_not(self):
        self.capture(60)
        self.sandbox.add_chargeback(self.tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 60, "charged_back")

    def test_a_card_gives_the_rest_back_with_its_first_capture(self):
        invoice = self.make_invoice(160.0)
        tx = self.pay(invoice, "authorized", method="creditcard")
        self.capture(60, tx)
        self.assertFalse(tx.mollie_reserved_until)
        self.assert_due(invoice, 100, "open")

    def test_a_part_of_which_no_reservation_was_heard_leaves_the_rest_reserved_all_the_same(self):
        """For as long as any method reserves."""
        invoice = self.make_invoice(160.0)
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "authorized", method="klarna", webhook=False)
        self.capture(60, tx)
        self.assertEqual(tx.mollie_reserved_until, tx.create_date + timedelta(days=35))
        self.assert_due(invoice, 0, "pending")

    def test_who_comes_back_from_mollie_reads_what_was_taken(self):
        self.capture(60)
        page = self.text_of(self.get(self.return_path(self.tx)))
        self.assertIn("We received € 60.00", page)
        self.assertIn("Reserved € 100.00", page)

    def test_the_log_tells_how_much_and_until_when(self):
        self.tx.mollie_reserved_until = "2031-05-01 10:00:00"
        self.capture(60)
        (row,) = self.rows("reserved").with_context(lang="en_US", tz="UTC")
        self.assertRegex(row.message, r"100\.00 .* reserved until 5/1/31, 10:00.AM")
        self.check()
        self.assertEqual(len(self.rows("reserved")), 1)
        self.capture(40)
        self.check()
        self.assertEqual(self.rows("reserved").sorted("id").mapped("amount"), [100, 60])


class TestAskedBeside(ReservedCase):
    """Never too much, whatever else is paid or credited meanwhile."""

    def test_a_bank_payment_of_the_rest_leaves_nothing_to_ask_ever(self):
        self.capture(60)
        self.receive_by_bank(self.invoice, 100.0)
        self.assert_due(self.invoice, 0, "paid")
        self.pass_the_deadline()
        self.assert_due(self.invoice, 0, "paid")

    def test_a_bank_payment_of_a_part_of_it_leaves_the_other_part_for_later(self):
        self.capture(60)
        self.receive_by_bank(self.invoice, 30.0)
        self.assert_due(self.invoice, 0, "pending")
        self.assertIn("€ 90.00 of € 160.00 received; € 70.00 is reserved", self.page())
        self.pass_the_deadline()
        self.assert_due(self.invoice, 70, "open")

    def test_a_credit_note_of_a_part_of_it_leaves_the_other_part_for_later(self):
        self.capture(60)
        self.make_credit_note(self.invoice, 30.0)
        self.assert_due(self.invoice, 0, "pending")
        self.pass_the_deadline()
        self.assert_due(self.invoice, 70, "open")

    def test_what_the_payment_did_not_ask_for_is_asked_while_its_rest_is_reserved(self):
        invoice = self.make_invoice(100.0)
        self.press_pay(self.make_link(invoice), choice="other", amount="40.00")
        tx = self.last_transaction(invoice)
        self.sandbox.set_status(tx.provider_reference, "authorized", method="klarna")
        self.deliver_webhooks()
        self.capture(10, tx)
        page = self.page(invoice)
        self.assertIn("€ 10.00 of € 100.00 received, € 30.00 reserved; € 60.00 left", page)
        self.assert_due(invoice, 60, "open")

    def test_an_attempt_that_asks_for_the_rest_is_withdrawn(self):
        self.capture(60)
        self.pass_the_deadline()
        self.press_pay(self.make_path(self.invoice))
        attempt = self.last_transaction(self.invoice)
        self.sandbox.set_status(attempt.provider_reference, "open", method="banktransfer")
        self.tx.mollie_reserved_until = Datetime.now() + timedelta(days=1)
        self.check()
        self.assertEqual(attempt.state, "cancel")


class TestReleaseTheRest(ReservedCase):
    def test_once_released_it_is_asked_for_at_once_and_for_good(self):
        self.capture(60)
        self.assertIn("€ 100.00", self.release())
        self.assertEqual(self.tx.mollie_amount_reserved, 0)
        self.assertEqual(self.events(self.invoice).count("released"), 1)
        self.assert_due(self.invoice, 100, "open")
        self.check()
        self.assert_due(self.invoice, 100, "open")

    def test_a_release_that_fails_changes_nothing(self):
        self.capture(60)
        until = self.tx.mollie_reserved_until
        for fault in ("503", "401", "close"):
            with self.subTest(fault):
                self.sandbox.fault(fault, method="POST", path=RELEASE)
                refused = self.assertRaisesRegex(UserError, self.tx.reference)
                with refused, self.env.cr.savepoint():
                    self.release()
                self.assertEqual(self.tx.mollie_reserved_until, until)
                self.assertNotIn("released", self.events(self.invoice))
                self.assert_due(self.invoice, 0, "pending")

    def test_what_was_released_in_mollies_dashboard_is_asked_for_once_mollie_says_so(self):
        self.capture(60)
        self.release_in_dashboard()
        self.check()
        self.assert_due(self.invoice, 0, "pending")
        self.assertRegex(self.release(), "no authorization that could be released")
        self.assertEqual(self.tx.mollie_amount_reserved, 0)
        self.assertEqual(self.events(self.invoice).count("not_reserved"), 1)
        self.assertNotIn("released", self.events(self.invoice))
        self.assert_due(self.invoice, 100, "open")

    def release_in_dashboard(self):
        gateway = self.provider._mollie_gateway()
        gateway.release_payment(self.tx.provider_reference, "dashboard")

    def test_what_was_captured_meanwhile_is_heard_of_first(self):
        self.capture(60)
        self.capture(100, webhook=False)
        self.assertIn("Nothing is reserved", self.release())
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertNotIn("released", self.events(self.invoice))

    def test_while_the_rest_is_being_captured_nothing_is_released(self):
        self.capture(60)
        self.sandbox.settings(capture_seconds=7200)
        self.capture(100, status="pending")
        self.assertIn("is being captured", self.release())
        self.assert_due(self.invoice, 0, "pending")
        self.assertNotIn("released", self.events(self.invoice))

    def test_a_payment_that_reserves_nothing_has_nothing_to_release(self):
        self.assertIn("Nothing is reserved", self.release())
        _invoice, tx = self.make_paid()
        self.assertIn("Nothing is reserved", self.release(tx))

    def test_void_of_what_was_captured_in_part_meanwhile_leaves_the_rest_to_ask_for(self):
        self.capture(60, webhook=False)
        self.sandbox.due_webhooks()
        self.invoice.with_user(self.clerk).payment_action_void()
        self.env.invalidate_all()
        self.assertEqual(self.tx.state, "done")
        self.assert_due(self.invoice, 100, "open")

    def test_who_may_not_refund_may_not_release(self):
        self.capture(60)
        reader = self.make_user("reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.tx.with_user(reader).action_mollie_release_rest()


class TestReservedInVain(ToDoCase, ReservedCase):
    def test_a_rest_that_no_invoice_needs_any_more_is_to_be_released(self):
        self.capture(60)
        self.check()
        self.assert_nothing_told(self.invoice)
        self.receive_by_bank(self.invoice, 100.0)
        self.run_due_cron()
        self.assert_told(self.invoice, "Release the rest")
        self.release()
        self.assert_nothing_told(self.invoice)

    def test_it_is_over_when_the_reservation_is(self):
        self.capture(60)
        self.receive_by_bank(self.invoice, 100.0)
        self.run_due_cron()
        self.assert_told(self.invoice, "Release the rest")
        self.pass_the_deadline()
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.invoice)

    def run_due_cron(self):
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
