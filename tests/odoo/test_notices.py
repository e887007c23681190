"""Attacks F4: what Mollie told while somebody acted on what it had told before, and did not come to
its end.

Who acts on it beside each other is in tests/e2e/test_notices.py: here there is one connection.
"""

from unittest.mock import patch

from odoo.tools import mute_logger

from tests.common import MollieCase

ROUNDS = "odoo.addons.invoice_mollie.models.transaction.rounds"
ONE = r"/v2/payments/tr_\w+$"


class TestNotices(MollieCase):
    def setUp(self):
        super().setUp()
        self.tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal", webhook=False)
        self.leave_notice()

    def leave_notice(self):
        self.env["mollie.notice"].create({"transaction_id": self.tx.id})

    def round(self):
        """Let the scheduled action run; return how many payments were asked for, and how many
        notices are left.
        """
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_sync")
        asked = self.sandbox.requests(method="GET", path=ONE)
        return len(asked), self.env["mollie.notice"].search_count([])

    def test_the_scheduler_asks_though_the_payments_time_has_not_come(self):
        self.assertEqual(self.round(), (1, 0))
        self.assertEqual((self.tx.state, self.tx.invoice_ids.amount_residual), ("done", 0))
        self.assertEqual(self.round(), (0, 0))

    def test_a_payment_that_was_booked_is_asked_for_too(self):
        """A refund or a chargeback may be what Mollie told of."""
        self.round()
        self.sandbox.add_chargeback(self.tx.provider_reference, "20.00", webhook=False)
        self.leave_notice()
        self.assertEqual(self.round(), (1, 0))
        self.assertEqual(self.tx.invoice_ids.amount_residual, 20)

    def test_several_of_a_payment_are_one_question(self):
        self.leave_notice()
        self.assertEqual(self.round(), (1, 0))

    def test_what_mollie_did_not_answer_is_asked_again(self):
        self.sandbox.fault("503", path=ONE)
        self.assertEqual(self.round(), (1, 1))
        self.assertEqual(self.tx.state, "draft")
        self.assertEqual(self.round(), (1, 0))
        self.assertEqual(self.tx.state, "done")

    def test_what_mollie_refused_is_not_asked_for_all_the_time(self):
        """It is an alarm of its own, see `Unknown`."""
        self.sandbox.fault("404", path=ONE)
        self.assertEqual(self.round(), (1, 0))
        self.assertTrue(self.tx.mollie_unknown)

    def test_any_question_answers_it(self):
        self.tx.invoice_ids.with_user(self.clerk).action_mollie_sync()
        self.assertFalse(self.env["mollie.notice"].search_count([]))
        self.assertEqual(self.round(), (0, 0))

    def test_a_payment_that_was_given_up_is_left_alone(self):
        self.tx._mollie_write({"mollie_given_up": True})
        self.assertEqual(self.round(), (0, 1))
        self.assertEqual(self.webhook(), (200, ""))
        self.assertEqual(self.sandbox.requests(path=ONE), [])

    def webhook(self):
        answer = self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        return answer.status_code, answer.text

    def test_what_is_told_while_a_webhook_is_acted_on_is_asked_for_at_its_end(self):
        sync, acted = type(self.tx)._mollie_sync, []

        def be_told_meanwhile(tx, *args):
            sync(tx, *args)
            acted.append(tx)
            if len(acted) == 1:
                tx.env["mollie.notice"].create({"transaction_id": tx.id})

        self.sandbox.clear_requests()
        # Patched, for a test has one connection only.
        with patch.object(type(self.tx), "_mollie_sync", be_told_meanwhile):
            self.assertEqual(self.webhook(), (200, ""))
        self.assertEqual(len(self.sandbox.requests(path=ONE)), 2)
        self.assertFalse(self.env["mollie.notice"].search_count([]))

    def test_a_payment_that_fails_each_time_does_not_stop_the_others(self):
        """Its own webhook got no good answer then: Mollie sends it again."""
        other = self.start_payment(self.make_invoice())
        self.env["mollie.notice"].create({"transaction_id": other.id})
        sync, failing = type(self.tx)._mollie_sync, self.tx

        def fail(txs, *args):
            if txs == failing:
                raise ValueError
            return sync(txs, *args)

        with patch.object(type(self.tx), "_mollie_sync", fail), mute_logger(ROUNDS):
            self.assertEqual(self.round(), (1, 0))

    def test_a_webhook_that_is_at_one_of_them_does_not_end_the_round(self):
        Transaction, met = type(self.tx), []
        search = Transaction._mollie_search_told

        def meet_a_webhook_first(model):
            if not met:
                met.append(model)
                model.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
            self.leave_notice()
            return search(model)

        # With one connection, as here, no two can be at one row: PostgreSQL is asked to report it.
        with patch.object(Transaction, "_mollie_search_told", meet_a_webhook_first):
            self.assertEqual(self.round(), (1, 0))
