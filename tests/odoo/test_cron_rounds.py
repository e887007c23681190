"""A round of the scheduled action that looks for the results of payments."""

from unittest.mock import patch

from tests.common import MollieCase


class TestCronRounds(MollieCase):
    def test_a_webhook_that_is_at_one_of_the_payments_does_not_end_the_round(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        Transaction = type(tx)
        claim, met = Transaction._mollie_claim_due, []

        def meet_a_webhook_first(model):
            if not met:
                met.append(model)
                model.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
            model.browse(tx.id).mollie_next_check = "2026-01-01"
            return claim(model)

        # With one connection, as here, no two can be at one row: PostgreSQL is asked to report it.
        with patch.object(Transaction, "_mollie_claim_due", meet_a_webhook_first):
            self.run_cron("cron_mollie_sync")
        self.assertEqual(tx.state, "done")
