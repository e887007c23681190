"""What is reserved with a key that is gone: whether it was captured, nobody hears."""

from odoo.exceptions import UserError

from tests.books.test_reserved_rest import ReservedCase as _ReservedCase
from tests.common import OTHER_KEY, TEST_KEY
from tests.odoo.cases.todos import ToDoCase


class TestReservedElsewhere(ToDoCase, _ReservedCase):
    def setUp(self):
        super().setUp()
        self.capture(60)

    def leave_behind(self):
        self.connect(OTHER_KEY, all_the_same=True)
        self.run_cron("cron_mollie_sync")

    def give_up(self):
        self.tx.with_user(self.clerk).action_mollie_give_up()
        self.env.invalidate_all()

    def test_a_key_that_can_not_see_it_is_refused_with_its_amount(self):
        with self.assertRaises(UserError) as caught:
            self.connect(OTHER_KEY)
        self.assertIn("1, of € 100.00 in all", str(caught.exception).replace("\xa0", " "))
        shown = self.settings().mollie_open_payments.replace("\xa0", " ")
        self.assertEqual(shown, "1 (€ 100.00)")
        with self.assertRaisesRegex(UserError, "still open"):
            self.settings().action_mollie_disconnect()

    def test_once_it_is_over_any_key_is_connected(self):
        self.pass_the_deadline()
        self.connect(OTHER_KEY)
        self.run_due_cron()
        self.assert_nothing_told(self.invoice)
        self.assert_due(self.invoice, 100, "open")

    def test_who_connects_all_the_same_is_told_and_the_customer_is_not_asked(self):
        self.leave_behind()
        self.assert_told(self.invoice, self.tx.provider_reference, "Give up")
        self.capture(100)
        self.pass_the_deadline()
        self.assert_due(self.invoice, 0, "pending")
        self.assert_told(self.invoice, self.tx.provider_reference, "Give up")

    def test_check_set_up_counts_it_until_somebody_decides(self):
        self.assertNotIn("can't see", self.check_set_up())
        self.leave_behind()
        self.assertIn("Open payments that the key can't see: 1.", self.check_set_up())
        self.give_up()
        self.assertNotIn("can't see", self.check_set_up())

    def check_set_up(self):
        self.env.flush_all()
        action = self.settings().action_mollie_check_setup()
        health = self.env[action["res_model"]].browse(action["res_id"])
        return " ".join(filter(None, health.row_ids.mapped("what")))

    def test_it_is_asked_for_until_somebody_decides(self):
        self.leave_behind()
        self.capture(100)
        self.pass_the_deadline()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = '2026-01-01' WHERE id = %s", [self.tx.id]
        )
        self.connect(TEST_KEY)
        self.run_due_cron()
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (160, 160))
        self.assert_nothing_told(self.invoice)

    def test_what_a_clerk_gives_up_is_asked_for_again(self):
        self.leave_behind()
        self.give_up()
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(self.events(self.invoice).count("given_up"), 1)
        self.assert_nothing_told(self.invoice)
        self.run_due_cron()
        self.assert_nothing_told(self.invoice)
        self.assertFalse(self.settings().mollie_open_payments)
        self.assert_due(self.invoice, 100, "open")

    def test_what_mollie_knows_is_not_given_up(self):
        with self.assertRaisesRegex(UserError, "Mollie knows"):
            self.give_up()
        self.assert_due(self.invoice, 0, "pending")

    def run_due_cron(self):
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
