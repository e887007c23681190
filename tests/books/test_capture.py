"""Authorized payments: Capture and Void on the invoice, through core's buttons."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestCapture(MollieCase):
    def make_authorized(self, amount=100.0):
        invoice = self.make_invoice(amount)
        tx = self.pay(invoice, "authorized", method="klarna")
        self.assertEqual(tx.state, "authorized")
        return invoice, tx

    def press(self, invoice, button):
        action = getattr(invoice.with_user(self.clerk), button)()
        self.env.invalidate_all()
        return action

    def test_an_authorized_payment_books_nothing_and_shows_as_pending(self):
        invoice, tx = self.make_authorized()
        self.assertFalse(tx.payment_id)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(invoice.mollie_payment_state, "pending")

    def test_capture_collects_the_whole_amount_and_books_it(self):
        invoice, tx = self.make_authorized()
        self.press(invoice, "payment_action_capture")
        self.sandbox.advance(minutes=2)
        self.deliver_webhooks()
        self.assertEqual(tx.state, "done")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(tx.child_transaction_ids)
        self.assertEqual(self.events(invoice).count("captured"), 1)

    def test_void_gives_the_amount_back_and_the_link_works_again(self):
        invoice, tx = self.make_authorized()
        self.press(invoice, "payment_action_void")
        self.deliver_webhooks()
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(invoice.mollie_payment_state, "open")
        self.assertIn("Pay", self.text_of(self.get(self.make_link(invoice))))

    def says(self, action):
        return action["params"]["message"].replace("\N{NO-BREAK SPACE}", " ")

    def test_capture_and_void_say_how_much_and_what_becomes_of_it(self):
        invoice, _tx = self.make_authorized()
        said = self.says(self.press(invoice, "payment_action_void"))
        released = "€ 100.00 by Pay with Klarna was released: nothing was taken from the customer."
        self.assertEqual(said, released)
        summary = invoice.with_user(self.clerk).mollie_summary.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("€ 100.00 was reserved and given back.", summary)
        invoice, _tx = self.make_authorized()
        said = self.says(self.press(invoice, "payment_action_capture"))
        self.assertIn("€ 100.00 by Pay with Klarna was", said)
        invoices = self.make_authorized()[0] + self.make_authorized(50.0)[0]
        said = self.says(self.press(invoices, "payment_action_void")).splitlines()
        self.assertEqual(sorted(said), sorted([released, released.replace("100.00", "50.00")]))

    def test_capture_says_so_if_the_amount_was_given_back_meanwhile(self):
        invoice, _tx = self.make_authorized()
        self.press(invoice, "payment_action_void")
        with self.assertRaisesRegex(UserError, f"{invoice.name}: nothing is reserved any more"):
            self.press(invoice, "payment_action_capture")

    def test_what_the_invoice_does_not_need_is_said_and_not_captured_from_it(self):
        for paid, rest in ((100, "0.00"), (60, "40.00")):
            with self.subTest(paid=paid):
                invoice, tx = self.make_authorized()
                self.receive_by_bank(invoice, paid)
                summary = self.summary(invoice)
                self.assertIn(f"€ 100.00 is still reserved, but only € {rest} of it", summary)
                self.assertNotIn("capture it", summary)
                with self.assertRaisesRegex(UserError, "to collect it all the same") as refused:
                    self.press(invoice, "payment_action_capture")
                self.assertIn(tx.provider_reference, str(refused.exception))
                self.assertFalse(self.captures(tx))
                tx.with_user(self.clerk).action_capture()
                self.assertEqual(len(self.captures(tx)), 1)

    def test_what_the_invoice_needs_is_said_to_be_captured(self):
        invoice, _tx = self.make_authorized()
        self.assertIn("€ 100.00 is reserved: capture it", self.summary(invoice))

    def summary(self, invoice):
        self.env.invalidate_all()
        return invoice.with_user(self.clerk).mollie_summary.replace("\N{NO-BREAK SPACE}", " ")

    def test_a_part_captured_in_the_dashboard_is_booked_as_that_part(self):
        invoice, tx = self.make_authorized(100.0)
        self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": "60.00"})
        self.deliver_webhooks()
        self.assertEqual(tx.payment_id.amount, 60)
        self.assertEqual(invoice.amount_residual, 40)

    def test_a_capture_refused_by_mollie_says_why_and_books_nothing(self):
        invoice, tx = self.make_authorized()
        self.sandbox.set_status(tx.provider_reference, "expired", webhook=False)
        with self.assertRaisesRegex(UserError, tx.reference):
            self.press(invoice, "payment_action_capture")
        self.assertEqual(invoice.amount_residual, 100)

    def test_capture_pressed_again_collects_once(self):
        """Attacks G1: before and after Mollie has collected it, also when it forgot the key."""
        invoice, tx = self.make_authorized()
        self.sandbox.settings(capture_seconds=7200)
        for _press in range(2):
            self.press(invoice, "payment_action_capture")
        self.sandbox.advance(minutes=61)
        with self.assertRaisesRegex(UserError, tx.reference), self.env.cr.savepoint():
            self.press(invoice, "payment_action_capture")
        self.sandbox.advance(minutes=60)
        self.deliver_webhooks()
        with self.assertRaisesRegex(UserError, "nothing is reserved any more"):
            self.press(invoice, "payment_action_capture")
        self.assertEqual(len(self.captures(tx)), 1)
        self.assertEqual((tx.state, tx.payment_id.amount), ("done", 100))

    def test_what_could_not_be_captured_is_given_back_in_the_same_hour(self):
        invoice, tx = self.make_authorized()
        self.sandbox.settings(capture_seconds=7200)
        self.press(invoice, "payment_action_capture")
        self.sandbox.set_capture_status(self.captures(tx)[0]["id"], "failed")
        self.deliver_webhooks()
        self.assertEqual(tx.state, "authorized")
        self.press(invoice, "payment_action_void")
        self.assertEqual(tx.state, "cancel")

    def captures(self, tx):
        return self.sandbox.payment(tx.provider_reference)["_embedded"]["captures"]

    def test_void_of_what_mollie_has_collected_says_why_not_and_the_money_is_booked(self):
        """Captured in the dashboard, and we have not heard of it."""
        invoice, tx = self.make_authorized()
        self.sandbox.add_capture(tx.provider_reference, webhook=False)
        with self.assertRaisesRegex(UserError, tx.reference), self.env.cr.savepoint():
            self.press(invoice, "payment_action_void")
        self.assertEqual(len(self.captures(tx)), 1)
        invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual((tx.state, tx.payment_id.amount), ("done", 100))
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_capture_whose_answer_was_lost_is_seen_by_the_next_press(self):
        """Attacks G7."""
        invoice, tx = self.make_authorized()
        self.sandbox.fault("cut-after", method="POST", path=r"/captures$")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.press(invoice, "payment_action_capture")
        self.press(invoice, "payment_action_capture")
        self.sandbox.advance(minutes=2)
        self.deliver_webhooks()
        self.assertEqual(len(self.captures(tx)), 1)
        self.assertEqual(tx.payment_id.amount, 100)
