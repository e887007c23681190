"""Refunds: made in Odoo or in Mollie's dashboard, booked once, reversed if they fail."""

import math

from odoo.exceptions import UserError

from tests.common import TEST_KEY, MollieCase


class TestRefunds(MollieCase):
    def refund(self, tx, amount):
        wizard = (
            self.env["payment.refund.wizard"]
            .with_user(self.clerk)
            .with_context(active_model="account.payment", active_id=tx.payment_id.id)
        )
        wizard.create({"payment_id": tx.payment_id.id, "amount_to_refund": amount}).action_refund()
        self.env.invalidate_all()
        return tx.child_transaction_ids.sorted("id")[-1:]

    def set_refund_status(self, refund_id, status):
        self.sandbox.set_refund_status(refund_id, status)
        self.deliver_webhooks()

    def test_a_refund_from_the_payment_is_booked_when_mollie_sends_it_off(self):
        invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.assertEqual((refund.state, refund.mollie_status), ("pending", "pending"))
        self.assertEqual(self.ledger.booked(), 100)
        self.set_refund_status(refund.provider_reference, "processing")
        self.assertEqual(refund.state, "done")
        self.assertEqual(self.ledger.booked(), 70)
        self.set_refund_status(refund.provider_reference, "refunded")
        self.assertEqual(self.ledger.booked(), 70)
        self.assertEqual(invoice.mollie_payment_state, "refunded")

    def test_several_refunds_go_up_to_what_mollie_says_remains(self):
        _invoice, tx = self.make_paid()
        for amount in (30.0, 70.0):
            refund = self.refund(tx, amount)
            self.set_refund_status(refund.provider_reference, "refunded")
        self.assertEqual(self.ledger.booked(), 0)
        self.assertEqual(tx.payment_id.amount_available_for_refund, 0)

    def test_a_refund_refused_by_mollie_says_why_and_what_to_do_and_leaves_nothing(self):
        _invoice, tx = self.make_paid()
        self.refund(tx, 30.0)
        self.assert_refused(tx, 30.0, "duplicate", "wait an hour")
        self.sandbox.settings(balances={"EUR": "10.00"})
        self.assert_refused(tx, 20.0, "balance is too low", "top it up")
        self.sandbox.settings(balances={"EUR": None})
        self.sandbox.add_refund(tx.provider_reference, "60.00", webhook=False)
        self.assert_refused(tx, 20.0, "cannot be refunded", "Check with Mollie")
        self.assertEqual(len(tx.child_transaction_ids), 1)
        self.assertEqual(self.ledger.booked(), 100)

    def assert_refused(self, tx, amount, *texts):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self.refund(tx, amount)
        for text in (tx.reference, *texts):
            self.assertIn(text, str(refusal.exception))

    def test_a_payment_that_is_a_draft_is_refunded_once_it_is_confirmed(self):
        _invoice, tx = self.make_paid()
        payment, entry = tx.payment_id.with_user(self.clerk), tx.payment_id.move_id
        ways = {payment.action_draft: payment.action_post, entry.button_draft: entry.action_post}
        for reset, confirm in ways.items():
            with self.subTest(reset):
                reset()
                self.env.invalidate_all()
                self.assertEqual(payment.amount_available_for_refund, 0)
                with self.assertRaisesRegex(UserError, "confirm it and press Refund"):
                    tx.action_refund(30.0)
                self.assertFalse(self.sandbox.requests(path=r"/refunds$", method="POST"))
                confirm()
                self.env.invalidate_all()
                self.assertEqual(payment.amount_available_for_refund, 100)

    def test_a_refund_whose_answer_was_lost_is_found_again_at_any_time(self):
        """Attacks D2, G7: pressed again in the same minute, after 59 and after 61 minutes."""
        for minutes in (0, 59, 61):
            with self.subTest(minutes=minutes):
                _invoice, tx = self.make_paid()
                self.sandbox.fault("cut-after", method="POST", path=r"/refunds$")
                with self.assertRaisesRegex(UserError, "not certain"), self.env.cr.savepoint():
                    self.refund(tx, 30.0)
                self.assertFalse(tx.child_transaction_ids)
                self.sandbox.advance(minutes=minutes)
                refund = self.refund(tx, 30.0)
                (listed,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
                self.assertEqual(refund.provider_reference, listed["id"])

    def test_a_refund_whose_answer_was_lost_is_imported_by_what_comes_first(self):
        _invoice, tx = self.make_paid()
        self.sandbox.fault("cut-after", method="POST", path=r"/refunds$")
        with self.assertRaisesRegex(UserError, "not certain"), self.env.cr.savepoint():
            self.refund(tx, 30.0)
        self.run_cron("cron_mollie_aftercare")
        (child,) = tx.child_transaction_ids
        self.assertEqual(child.amount, -30)
        with self.assertRaisesRegex(UserError, "duplicate"), self.env.cr.savepoint():
            self.refund(tx, 30.0)

    def test_of_a_refund_that_mollie_confirms_with_other_money_it_is_asked_again(self):
        for amount in ({"currency": "USD", "value": "30.00"}, {"currency": "EUR", "value": "3.00"}):
            with self.subTest(amount):
                invoice, tx = self.make_paid()
                self.refund(tx, 20.0)
                path = {"method": "POST", "path": r"/refunds$"}
                self.sandbox.fault("lie", **path, fields={"amount": amount})
                self.assert_refused(tx, 30.0, "not certain", "Check with Mollie")
                self.assertEqual(tx.child_transaction_ids.mapped("amount"), [-20])
                invoice.with_user(self.clerk).action_mollie_sync()
                self.assertEqual(sorted(tx.child_transaction_ids.mapped("amount")), [-30, -20])

    def test_what_is_not_the_lost_refund_is_not_taken_for_it(self):
        made = {
            "in the dashboard": {"metadata": None},
            "by another database": {"database": "another"},
            "of another payment": {"reference": "R1-INV/2026/99999"},
            "of another amount": {"value": "29.99"},
            "and cancelled": {"status": "canceled"},
        }
        for name, other in made.items():
            with self.subTest(name):
                _invoice, tx = self.make_paid()
                owner = tx._mollie_owner()._asdict() | {"reference": f"R1-{tx.reference}"}
                values = {"value": "30.00", "status": "pending", "metadata": owner | other} | other
                self.sandbox.add_refund(
                    tx.provider_reference,
                    values["value"],
                    status=values["status"],
                    metadata=values["metadata"],
                    webhook=False,
                )
                self.sandbox.advance(minutes=61)
                self.refund(tx, 30.0)
                self.assertEqual(self.count_at_mollie(tx), 2)

    def count_at_mollie(self, tx):
        return len(self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"])

    def test_the_same_amount_can_be_refunded_again_after_an_hour(self):
        _invoice, tx = self.make_paid()
        self.refund(tx, 30.0)
        self.sandbox.advance(minutes=61)
        self.refund(tx, 30.0)
        self.assertEqual(self.count_at_mollie(tx), 2)
        self.assertEqual(tx.payment_id.amount_available_for_refund, 40)

    def test_no_more_is_refunded_than_mollie_has_left(self):
        """Of a gift card, say."""
        _invoice, tx = self.make_paid()
        left = {"currency": "EUR", "value": "40.00"}
        self.sandbox.tamper(tx.provider_reference, {"amountRemaining": left})
        self.sandbox.notify(tx.provider_reference)
        self.deliver_webhooks()
        self.assertEqual(tx.payment_id.amount_available_for_refund, 40)
        self.assert_no_refund(tx.with_user(self.clerk).action_refund, 41)

    def test_a_refund_that_fails_after_it_was_booked_is_reversed(self):
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.set_refund_status(refund.provider_reference, "processing")
        self.set_refund_status(refund.provider_reference, "failed")
        self.assertEqual(refund.state, "cancel")
        self.assertEqual(refund.state_message, "Mollie reports this refund as failed.")
        self.assertEqual(self.ledger.booked(), 100)

    def test_a_refund_can_be_cancelled_while_mollie_allows_it(self):
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        refund.with_user(self.clerk).action_mollie_cancel_refund()
        self.env.invalidate_all()
        self.assertEqual(refund.state, "cancel")
        self.assertEqual(self.ledger.booked(), 100)

    def test_a_cancellation_that_mollie_refuses_says_why_and_the_refund_goes_on(self):
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.sandbox.fault("422", method="DELETE", body="Not on a Sunday.")
        said = f"{refund.reference}: Mollie refused: Not on a Sunday"
        with self.assertRaisesRegex(UserError, said), self.env.cr.savepoint():
            refund.with_user(self.clerk).action_mollie_cancel_refund()
        self.assertEqual(refund.state, "pending")

    def test_a_refund_that_mollie_has_sent_off_can_not_be_cancelled_any_more(self):
        """Odoo has not heard of it: the user is told, and it is booked at once."""
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.sandbox.set_refund_status(refund.provider_reference, "processing")
        answer = refund.with_user(self.clerk).action_mollie_cancel_refund()
        message = answer["params"]["message"]
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertIn(f"{refund.reference} can't be cancelled any more", message)
        self.assertIn("on its way to the customer", message)
        self.assertEqual((refund.state, self.ledger.booked()), ("done", 70))

    def test_a_refund_that_was_cancelled_before_is_cancelled(self):
        """In the dashboard, or by a press of which Mollie's answer was lost."""
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.sandbox.set_refund_status(refund.provider_reference, "canceled")
        self.assertIs(refund.with_user(self.clerk).action_mollie_cancel_refund(), True)
        self.assertEqual((refund.state, self.ledger.booked()), ("cancel", 100))

    def test_a_refund_with_a_withdrawn_key_says_what_to_do(self):
        _invoice, tx = self.make_paid()
        self.sandbox.revoke_key(TEST_KEY)
        with self.assertRaisesRegex(UserError, "Paste it again in Settings"):
            self.refund(tx, 30.0)

    def test_nothing_but_a_refund_can_be_cancelled_as_one(self):
        _invoice, tx = self.make_paid()
        self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        for other in (tx, tx.child_transaction_ids):
            with self.assertRaisesRegex(UserError, other.reference):
                other.with_user(self.clerk).action_mollie_cancel_refund()
        self.assertEqual(self.ledger.booked(), 40)

    def test_a_cancellation_whose_answer_was_lost_is_found_by_the_cron(self):
        """Attacks G7: Mollie sends no webhook for it."""
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.sandbox.fault("cut-after", method="DELETE")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            refund.with_user(self.clerk).action_mollie_cancel_refund()
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(refund.state, "cancel")
        self.assertEqual(tx.payment_id.amount_available_for_refund, 100)

    def test_only_what_is_left_of_a_payment_is_refunded_whoever_asks_for_what(self):
        """Attacks B3, D2: the wizard, and the method behind it over RPC."""
        _invoice, tx = self.make_paid()
        self.refund(tx, 30.0)
        self.sandbox.clear_requests()
        action = tx.with_user(self.clerk).action_refund
        for amount in (0, -0.01, -30, 0.001, 70.01, 100, 1e300):
            with self.subTest(amount=amount):
                self.assert_no_refund(self.refund, tx, amount)
                self.assert_no_refund(action, amount)
        # Odoo itself keeps these out of the wizard.
        for amount in (math.nan, math.inf, -math.inf):
            with self.subTest(amount=amount):
                self.assert_no_refund(action, amount)
        self.assertEqual(len(tx.child_transaction_ids), 1)
        self.assertEqual(self.sandbox.requests(), [])

    def test_without_an_amount_all_that_is_left_is_refunded(self):
        _invoice, tx = self.make_paid()
        self.refund(tx, 30.0)
        tx.with_user(self.clerk).action_refund()
        self.env.invalidate_all()
        self.assertEqual(sorted(tx.child_transaction_ids.mapped("amount")), [-70, -30])

    def assert_no_refund(self, refund, *args):
        with self.assertRaisesRegex(UserError, "must be positive"), self.env.cr.savepoint():
            refund(*args)
        self.env.invalidate_all()

    def test_what_the_bank_took_back_is_not_refunded_too(self):
        """Attacks D2: Mollie would; the customer has it already."""
        _invoice, tx = self.make_paid()
        self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.assert_no_refund(self.refund, tx, 41)
        self.assert_no_refund(tx.with_user(self.clerk).action_refund, 41)
        self.assert_no_refund(tx.child_transaction_ids.with_user(self.clerk).action_refund, 10)
        self.assertTrue(self.refund(tx, 40))

    def test_what_was_won_back_is_refunded_by_its_payment_only(self):
        _invoice, tx = self.make_paid()
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        won = tx.child_transaction_ids.filtered(lambda child: child.mollie_kind == "reversal")
        self.assertEqual(won.state, "done")
        self.assert_no_refund(won.with_user(self.clerk).action_refund)
        self.assert_no_refund(won.with_user(self.clerk).action_refund, 10)
        self.assertTrue(self.refund(tx, 100))

    def test_where_more_went_back_than_came_nothing_is_offered(self):
        _invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "25.00", status="refunded")
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertEqual(tx.payment_id.amount_available_for_refund, 0)

    def test_a_refund_is_not_refunded(self):
        _invoice, tx = self.make_paid()
        refund = self.refund(tx, 30.0)
        self.set_refund_status(refund.provider_reference, "refunded")
        self.assert_no_refund(refund.with_user(self.clerk).action_refund)
        self.assert_no_refund(refund.with_user(self.clerk).action_refund, 10)

    def test_a_refund_made_in_the_dashboard_is_imported_once(self):
        invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "25.00", status="refunded")
        for _delivery in range(3):
            self.sandbox.notify(tx.provider_reference)
            self.deliver_webhooks()
        self.assertEqual(len(tx.child_transaction_ids), 1)
        self.assertEqual(self.ledger.booked(), 75)
        self.assertEqual(self.events(invoice).count("refund"), 1)

    def test_the_cron_finds_a_refund_whose_webhook_was_lost(self):
        _invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "25.00", status="refunded", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.ledger.booked(), 75)

    def test_each_piece_of_money_is_booked_once_by_mollies_id(self):
        """Also when a refund fails after it was booked, and a chargeback is won back."""
        _invoice, tx = self.make_paid()
        for amount, end in (("25.00", "failed"), ("10.00", "refunded")):
            refund = self.sandbox.add_refund(tx.provider_reference, amount, status="processing")
            self.deliver_webhooks()
            self.set_refund_status(refund["id"], end)
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual(sorted(self.ledger.movements().values()), [-60, -10, 60, 100])
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(self.ledger.booked(), self.ledger.held())
