"""An authorized payment that is captured in parts, in Mollie's dashboard."""

import itertools

from tests.common import MollieCase


class TestCapturesInParts(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100)
        self.tx = self.pay(self.invoice, "authorized", method="klarna")

    def capture(self, *amounts):
        for amount in amounts:
            written = {"currency": "EUR", "value": f"{amount}.00"}
            self.sandbox.add_capture(self.tx.provider_reference, written)
            self.deliver_webhooks()
        # Mollie tells of the first part only.
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")

    def assert_books_are_mollies(self, held, due):
        self.env.invalidate_all()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (held, held))
        self.assertEqual(self.invoice.amount_residual, due)

    def test_each_part_is_booked_and_settles_the_invoice(self):
        self.capture(40, 60)
        self.assert_books_are_mollies(100, 0)
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        rows = self.invoice.mollie_log_ids.sorted("id").filtered(lambda row: row.event == "booked")
        said = [(row.amount, row.mollie_method) for row in rows]
        self.assertEqual(said, [(40, "klarna"), (60, "klarna")])
        self.assertEqual(self.events(self.invoice).count("capture"), 1)
        self.assertEqual(self.events(self.invoice).count("booked"), 2)

    def fail_capture(self, number):
        """Let a capture fail after it had succeeded, and Mollie be asked."""
        payment = self.sandbox.payment(self.tx.provider_reference)
        captures = payment["_embedded"]["captures"]  # The newest first.
        captures[-1 - number]["status"] = "failed"
        left = sum(float(c["amount"]["value"]) for c in captures if c["status"] == "succeeded")
        written = {"currency": "EUR", "value": f"{left:.2f}"}
        self.sandbox.tamper(
            self.tx.provider_reference,
            {"_embedded": payment["_embedded"], "amountCaptured": written},
        )
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()

    def logged(self, *events):
        """Return the amounts of the rows of some events, in the log on the invoice."""
        rows = self.invoice.mollie_log_ids.filtered(lambda row: row.event in events)
        return rows.mapped("amount")

    def assert_log_is_as_booked(self):
        """Assert that who reads the log on the invoice can tell what stands in the books."""
        undone = self.logged("capture_failed", "other_amount_corrected", "booking_replaced")
        self.assertEqual(sum(self.logged("booked")) - sum(undone), self.ledger.booked())

    def test_a_part_that_fails_after_it_succeeded_is_undone_and_asked_for(self):
        for number, left in ((0, 60), (1, 40)):
            with self.subTest(number):
                self.setUp()
                self.capture(40, 60)
                self.fail_capture(number)
                self.assertEqual(self.ledger.booked(), left)
                self.assertEqual(self.invoice.amount_residual, 100 - left)
                self.assert_log_is_as_booked()
                rows = len(self.events(self.invoice))
                self.invoice.with_user(self.clerk).action_mollie_sync()
                self.assertEqual(len(self.events(self.invoice)), rows)

    def test_parts_that_fail_at_once_are_all_undone_and_asked_for(self):
        self.capture(40, 60)
        payment = self.sandbox.payment(self.tx.provider_reference)
        for capture in payment["_embedded"]["captures"]:
            self.sandbox.set_capture_status(capture["id"], "failed")
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()
        self.assert_books_are_mollies(0, 100)
        self.assert_log_is_as_booked()
        self.assertEqual(sorted(self.logged("capture_failed")), [40, 60])
        rows = len(self.events(self.invoice))
        self.invoice.with_user(self.clerk).action_mollie_sync()
        self.assertEqual(len(self.events(self.invoice)), rows)

    def refund(self, amount, *statuses):
        refund = self.sandbox.add_refund(self.tx.provider_reference, f"{amount}.00")
        for status in statuses:
            self.deliver_webhooks()
            self.sandbox.set_refund_status(refund["id"], status)
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()

    def test_a_part_that_replaces_a_failed_one_is_booked_though_a_refund_was_called_off(self):
        """What was seen: nothing of the payment was booked any more."""
        for status in ("canceled", "failed"):
            with self.subTest(status):
                self.setUp()
                failed = self.add_capture(40)
                self.deliver_webhooks()
                self.refund(10, status)
                self.sandbox.set_capture_status(failed["id"], "failed")
                self.be_told()
                self.add_capture(60)
                self.be_told()
                self.assert_books_are_mollies(60, 40)
                self.assertNotIn("mismatch", self.events(self.invoice))

    def test_a_part_that_fails_is_undone_though_some_was_refunded(self):
        """What was seen: 90 in the books, 50 at Mollie, and nothing was booked any more."""
        self.capture(40, 60)
        self.refund(10, "refunded")
        self.fail_capture(0)
        self.assertEqual((self.ledger.booked(), self.invoice.amount_residual), (50, 40))
        self.assertNotIn("mismatch", self.events(self.invoice))
        rows = len(self.events(self.invoice))
        self.check()
        self.assertEqual(len(self.events(self.invoice)), rows)

    def hears(self):
        """Return by which ways the addon hears of what Mollie sends no webhook for by itself."""
        return (self.be_told, self.check, self.wait)

    def be_told(self):
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()

    def check(self):
        self.invoice.with_user(self.clerk).action_mollie_sync()

    def wait(self):
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")

    def add_capture(self, amount, status="succeeded"):
        written = {"currency": "EUR", "value": f"{amount}.00"}
        return self.sandbox.add_capture(self.tx.provider_reference, written, status=status)

    def test_what_is_captured_after_all_captures_failed_is_booked_and_asked_no_more(self):
        for amount, hear in itertools.product((60, 40, 100), self.hears()):
            with self.subTest(amount, hear=hear.__name__):
                self.setUp()
                failed = self.add_capture(40)
                self.deliver_webhooks()
                self.assert_books_are_mollies(40, 60)
                self.sandbox.set_capture_status(failed["id"], "failed")
                hear()
                self.assert_books_are_mollies(0, 100)
                self.assertEqual(self.logged("capture_failed"), [40])
                self.add_capture(amount)
                hear()
                self.assert_books_are_mollies(amount, 100 - amount)
                self.assertEqual(self.invoice._get_mollie_due(), 0)
                self.assertNotIn("booking_lost", self.events(self.invoice))
                self.assertFalse(self.invoice.activity_ids)
                rows = len(self.events(self.invoice))
                self.check()
                self.assertEqual(len(self.events(self.invoice)), rows)

    def test_nothing_is_booked_while_one_capture_failed_and_the_next_one_waits(self):
        for hear in self.hears():
            with self.subTest(hear=hear.__name__):
                self.setUp()
                self.sandbox.settings(capture_seconds=7200)
                failed = self.add_capture(40)
                self.deliver_webhooks()
                self.sandbox.set_capture_status(failed["id"], "failed")
                waiting = self.add_capture(60, "pending")
                hear()
                self.assert_books_are_mollies(0, 100)
                self.sandbox.set_capture_status(waiting["id"], "succeeded")
                hear()
                self.assert_books_are_mollies(60, 40)

    def test_the_summary_says_what_was_collected_and_what_is_reserved(self):
        self.capture(40)
        summary = self.invoice.with_user(self.clerk).mollie_summary
        said = "€ 40.00 of € 100.00 was collected, € 60.00 is still reserved"
        self.assertIn(said, summary.replace("\N{NO-BREAK SPACE}", " "))

    def test_another_delivery_changes_nothing(self):
        self.capture(40, 60)
        rows = len(self.invoice.mollie_log_ids)
        self.invoice.action_mollie_sync()
        self.assert_books_are_mollies(100, 0)
        self.assertEqual(len(self.invoice.mollie_log_ids), rows)

    def test_all_of_it_can_be_refunded_from_the_payment(self):
        self.capture(40, 60)
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard = wizard.create({"payment_id": self.tx.payment_id.id, "amount_to_refund": 100})
        wizard.action_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (0, 0))

    def test_nothing_is_refunded_from_a_later_part_alone(self):
        """Mollie refunds payments, not captures."""
        self.capture(40, 60)
        later = self.tx.child_transaction_ids.payment_id
        self.assertEqual(later.amount_available_for_refund, 0)

    def test_a_chargeback_of_all_parts_opens_the_whole_invoice(self):
        self.capture(40, 60)
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assert_books_are_mollies(0, 100)

    def test_a_refund_between_two_parts_stops_neither(self):
        self.capture(40)
        self.sandbox.add_refund(self.tx.provider_reference, "10.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(self.tx.mollie_amount_reserved, 60)
        self.capture(60)
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (90, 90))
        self.assertNotIn("mismatch", self.events(self.invoice))

    def test_an_invoice_that_is_a_draft_again_stays_one(self):
        self.invoice.button_draft()
        self.capture(40, 60)
        self.assertEqual(self.invoice.state, "draft")
        self.assertEqual(self.ledger.booked(), 100)
        self.invoice.action_post()
        self.assert_books_are_mollies(100, 0)

    def test_what_goes_back_of_credit_in_two_parts_is_left_out_once_of_what_is_told(self):
        self.capture(40, 60)
        self.sandbox.add_refund(self.tx.provider_reference, "30.00", status="pending")
        self.sandbox.notify(self.tx.provider_reference)
        self.deliver_webhooks()
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 20
        self.invoice.action_post()
        self.invoice.with_user(self.clerk).action_mollie_sync()
        todos = self.invoice.activity_ids.filtered(lambda todo: todo.mollie_need == "credit")
        notes = sorted(note.replace("\N{NO-BREAK SPACE}", " ") for note in todos.mapped("note"))
        self.assertEqual(len(notes), 2)
        self.assertEqual(sum("40.00" in note for note in notes), 1, notes)
        self.assertEqual(sum("10.00" in note for note in notes), 1, notes)

    def test_credit_of_a_later_part_is_refunded_by_the_payment(self):
        self.receive_by_bank(self.invoice, 100)
        self.capture(40, 60)
        action = self.invoice.with_user(self.clerk).action_mollie_refund_credit()
        self.assertEqual(action["context"]["default_payment_id"], self.tx.payment_id.id)
