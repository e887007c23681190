"""Rounds of the scheduled actions that look for what no webhook told."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from odoo.addons.invoice_mollie import const

from tests.common import OTHER_KEY, MollieCase

LIST = r"/v2/payments$"
ONE = r"/v2/payments/tr_\w+$"
TEN_EURO = {"amount": {"currency": "EUR", "value": "10.00"}}


class RoundCase(MollieCase):
    def start_payments(self, count):
        return self.env["payment.transaction"].union(
            *(self.start_payment(self.make_invoice()) for _ in range(count))
        )

    def start_by_core(self):
        """Begin a payment through core's own dialog."""
        return self.start_core_payment(self.make_invoice())

    def become(self, tx, status):
        self.sandbox.set_status(tx.provider_reference, status, method="ideal", webhook=False)

    def round(self, txs):
        """Let the time of some attempts come; return how often lists, and payments, were asked
        for.
        """
        txs.mollie_next_check = "2026-01-01"
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_sync")
        return [len(self.sandbox.requests(method="GET", path=path)) for path in (LIST, ONE)]


class TestCronRounds(RoundCase):
    def test_a_webhook_that_is_at_one_of_the_payments_does_not_end_the_round(self):
        tx = self.start_payment(self.make_invoice())
        self.become(tx, "paid")
        Transaction = type(tx)
        claim, met = Transaction._mollie_put_next, []

        def meet_a_webhook_first(model, *limits):
            if not met:
                met.append(model)
                model.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
            model.browse(tx.id).mollie_next_check = "2026-01-01"
            return claim(model, *limits)

        # With one connection, as here, no two can be at one row: PostgreSQL is asked to report it.
        with patch.object(Transaction, "_mollie_put_next", meet_a_webhook_first):
            self.run_cron("cron_mollie_sync")
        self.assertEqual(tx.state, "done")

    def test_one_list_tells_of_all_attempts_and_only_what_is_new_is_looked_at(self):
        txs = self.start_payments(5)
        self.assertEqual(self.round(txs), [1, 0])
        self.become(txs[1], "paid")
        self.become(txs[3], "failed")
        self.assertEqual(self.round(txs), [1, 2])
        self.assertEqual(txs.mapped("state"), ["draft", "done", "draft", "cancel", "draft"])
        self.assertEqual(txs[1].invoice_ids.amount_residual, 0)

    def test_a_single_attempt_is_asked_for_by_itself(self):
        txs = self.start_payments(1)
        self.assertEqual(self.round(txs), [0, 1])

    def test_cores_own_payments_are_found_by_the_same_list(self):
        core, ours = self.start_by_core(), self.start_payments(1)
        self.become(core, "paid")
        self.assertEqual(self.round(core + ours), [1, 1])
        self.assertEqual((core.state, core.invoice_ids.amount_residual), ("done", 0))

    def test_one_of_cores_that_bears_no_names_is_no_news_each_time(self):
        """As those of before the addon."""
        txs = self.start_by_core() + self.start_payments(1)
        self.sandbox.tamper(txs[0].provider_reference, {"metadata": None})
        self.round(txs)
        self.assertEqual(self.round(txs), [1, 0])
        self.become(txs[0], "paid")
        self.assertEqual(self.round(txs), [1, 1])
        self.assertEqual((txs[0].state, txs[0].invoice_ids.amount_residual), ("done", 0))

    def test_pages_are_asked_for_until_the_last_attempt_was_seen(self):
        txs = self.start_payments(2)
        self.become(txs[0], "paid")
        self.sandbox.add_payments(self.provider.mollie_api_key, [TEN_EURO] * 300)
        txs += self.start_payments(1)
        self.assertEqual(self.round(txs), [2, 1])
        self.assertEqual(txs.mapped("state"), ["done", "draft", "draft"])

    def test_attempts_that_lie_far_back_are_asked_for_one_by_one(self):
        """Among very many payments of others, pages would cost more."""
        txs = self.start_payments(2)
        self.become(txs[0], "paid")
        self.sandbox.add_payments(self.provider.mollie_api_key, [TEN_EURO] * 1200)
        self.assertEqual(self.round(txs), [const.PAGES_IN_VAIN + 1, 2])
        self.assertEqual(txs.mapped("state"), ["done", "draft"])

    def test_what_a_list_does_not_tell_is_looked_at_by_itself(self):
        """A transfer that asks for more than is due, and one of which Mollie says odd things."""
        txs = self.start_payments(3)
        self.sandbox.set_status(txs[0].provider_reference, "open", method="banktransfer")
        self.receive_by_bank(txs[0].invoice_ids, 100)
        self.sandbox.tamper(txs[1].provider_reference, {"amount": TEN_EURO["amount"]})
        self.assertEqual(self.round(txs), [1, 2])
        self.assertEqual(txs.mapped("state"), ["cancel", "draft", "draft"])
        self.assertTrue(txs[1].mollie_mismatch)
        self.assertEqual(self.round(txs[1:]), [1, 1])

    def test_what_mollie_did_not_know_is_looked_at_when_the_list_tells_of_it(self):
        """As once its own key is back."""
        txs = self.start_payments(2)
        self.sandbox.fault("404", path=f"{txs[0].provider_reference}$")
        txs[0].invoice_ids.with_user(self.clerk).action_mollie_sync()
        self.assertTrue(txs[0].mollie_unknown)
        self.assertEqual(self.round(txs), [1, 1])
        self.assertFalse(txs[0].mollie_unknown)

    def test_what_was_captured_in_part_is_found(self):
        """No list has the parts."""
        txs = self.start_payments(2)
        self.sandbox.set_status(txs[0].provider_reference, "authorized", method="klarna")
        self.assertEqual(self.round(txs), [1, 1])
        self.sandbox.add_capture(txs[0].provider_reference, "40.00")
        self.assertEqual(self.round(txs), [1, 1])
        self.assertEqual(txs[0].invoice_ids.amount_residual, 60)

    def test_a_list_that_fails_ends_the_round_and_says_so_once(self):
        txs = self.start_payments(3)
        self.sandbox.fault("503", path=LIST)
        self.assertEqual(self.round(txs), [1, 0])
        rows = txs.invoice_ids.mollie_log_ids.filtered(lambda row: row.event == "error")
        self.assertEqual(len(rows), 1)
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=const.CRON_MINUTES)
        self.assertTrue(all(tx.mollie_next_check <= soon for tx in txs))
        self.become(txs[2], "paid")
        self.assertEqual(self.round(txs), [1, 1])
        self.assertEqual(txs[2].state, "done")

    def test_a_key_that_was_withdrawn_ends_the_round_too(self):
        txs = self.start_payments(4)
        self.sandbox.fault("401", times=None)
        self.assertEqual(self.round(txs), [1, 1])

    def test_the_more_wait_the_further_the_list_is_read(self):
        """A page costs as much as a question for one of them."""
        self.startPatcher(patch.object(const, "PAGES_IN_VAIN", 0))
        txs = self.start_payments(8)
        self.sandbox.add_payments(self.provider.mollie_api_key, [TEN_EURO] * 300)
        self.assertEqual(self.round(txs), [2, 0])
        self.assertEqual(self.round(txs[:3]), [1, 3])

    def test_pages_are_asked_for_until_the_oldest_attempt_was_made(self):
        """That of which the list does not tell is asked for by itself."""
        self.sandbox.set_clock("2026-01-01T12:00:00Z")
        self.sandbox.add_payments(self.provider.mollie_api_key, [TEN_EURO] * 300)
        self.sandbox.set_clock(f"{fields.Datetime.now():%Y-%m-%dT%H:%M:%SZ}")
        txs = self.start_payments(2)
        txs[1].provider_reference = "tr_nobodys"
        self.assertEqual(self.round(txs), [1, 1])
        self.assertTrue(txs[1].mollie_unknown)

    def test_what_has_waited_longest_is_asked_for_first(self):
        txs = self.start_payments(3)
        for tx, day in zip(txs, (2, 3, 1), strict=True):
            tx.mollie_next_check = f"2026-01-0{day}"
        self.sandbox.fault("422", path=LIST)
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_sync")
        asked = self.sandbox.requests(method="GET", path=ONE)
        waited = (txs[2] + txs[0] + txs[1]).mapped("provider_reference")
        self.assertEqual([request["path"].rpartition("/")[2] for request in asked], waited)

    def test_what_is_over_is_asked_for_no_more(self):
        """Nor is a part that was captured, once Mollie keeps the rest no longer."""
        txs = self.start_payments(3)
        self.become(txs[0], "paid")
        self.become(txs[1], "failed")
        self.sandbox.set_status(txs[2].provider_reference, "authorized", method="klarna")
        self.sandbox.add_capture(txs[2].provider_reference, "40.00")
        self.round(txs)
        self.assertEqual(txs.mapped("state"), ["done", "cancel", "done"])
        self.assertEqual(self.round(txs), [0, 1])
        later = fields.Datetime.add(fields.Datetime.now(), days=const.AUTHORIZATION_DAYS + 1)
        with freeze_time(later):
            self.assertEqual(self.round(txs), [0, 0])

    def test_more_than_a_batch_is_worked_off_at_once(self):
        self.startPatcher(patch.object(const, "CRON_BATCH", 2))
        txs = self.start_payments(5)
        self.sandbox.fault("422", path=LIST, times=None)
        self.assertEqual(self.work_off(txs), [5, 3, 1, 0])

    def test_what_a_list_tells_of_is_no_batch(self):
        self.startPatcher(patch.object(const, "CRON_BATCH", 2))
        self.assertEqual(self.work_off(self.start_payments(5)), [5, 0])

    def test_a_round_that_has_no_time_left_goes_on_where_it_was(self):
        txs = self.start_payments(1)
        self.sandbox.add_payments(self.provider.mollie_api_key, [TEN_EURO] * 249)
        txs += self.start_payments(2)
        self.assertEqual(self.work_off(txs, seconds=0), [3, 1, 0])
        self.assertEqual(len(self.sandbox.requests(method="GET", path=LIST)), 1)

    def work_off(self, txs, seconds=None):
        """Let payments become paid and their time come, and the scheduler run until it says that
        nothing is left.

        :param seconds: how much time it has for more each time; else as much as it likes.
        :return: how many it said were left, at the beginning of each run and at the end.
        """
        for tx in txs:
            self.become(tx, "paid")
        self.sandbox.clear_requests()
        txs.mollie_next_check = "2026-01-01"
        progress, left = type(self.env["ir.cron"])._commit_progress, []

        def note(cron, processed=0, *, remaining=None, **more):
            left.extend([remaining] if remaining is not None else [])
            there_are = progress(cron, processed, remaining=remaining, **more)
            return there_are if seconds is None else seconds

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", note):
            self.run_cron("cron_mollie_sync")
        self.assertEqual(set(txs.mapped("state")), {"done"})
        return left


class TestWaits(RoundCase):
    """Each attempt is asked for after a while, then after longer ones."""

    def test_the_scheduler_comes_a_minute_after_an_attempt_was_made(self):
        cron = self.env.ref("invoice_mollie.cron_mollie_sync")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        tx = self.start_payments(1)
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - before
        self.assertEqual(trigger.mapped("call_at"), [tx.mollie_next_check])
        self.assertEqual(self.minutes_until_check(tx), 1)

    def test_the_waits_grow_from_a_minute_to_a_day(self):
        tx = self.start_payments(1)
        waits = []
        for _ in range(8):
            waits.append(self.minutes_until_check(tx))
            passed = waits[-1]
            tx.last_state_change = fields.Datetime.subtract(tx.last_state_change, minutes=passed)
            self.round(tx)
        self.assertEqual(waits, [1, 5, 15, 60, 360, 1440, 1440, 1440])

    def test_news_begin_the_waits_anew(self):
        """As of a transfer that is on its way at last."""
        tx = self.start_payments(1)
        tx.last_state_change = "2026-11-01"
        self.round(tx)
        self.assertEqual(self.minutes_until_check(tx), 1440)
        self.become(tx, "pending")
        self.round(tx)
        self.assertEqual(tx.state, "pending")
        self.round(tx)
        self.assertEqual(self.minutes_until_check(tx), 1)

    def test_what_somebody_is_at_waits_for_the_next_round_only(self):
        tx = self.start_payments(1)
        tx.last_state_change = "2026-11-01"

        def meet_a_webhook(txs, *_source):
            txs.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

        # With one connection, as here, no two can be at one row: PostgreSQL is asked to report it.
        with patch.object(type(tx), "_mollie_sync", meet_a_webhook):
            self.round(tx)
        self.assertLessEqual(self.minutes_until_check(tx), const.CRON_MINUTES)

    def minutes_until_check(self, tx):
        return round((tx.mollie_next_check - fields.Datetime.now()).total_seconds() / 60)


class TestAftercare(RoundCase):
    """Refunds and chargebacks of which no webhook told."""

    def after_the_round(self):
        self.sandbox.clear_requests()
        self.run_cron("cron_mollie_aftercare")
        paths = (r"/v2/refunds$", r"/v2/chargebacks$", ONE)
        return [len(self.sandbox.requests(method="GET", path=path)) for path in paths]

    def test_two_lists_tell_of_all_and_only_payments_that_are_behind_are_looked_at(self):
        txs = [self.make_paid()[1] for _ in range(4)]
        self.assertEqual(self.after_the_round(), [1, 1, 0])
        self.sandbox.add_refund(
            txs[0].provider_reference, "30.00", status="refunded", webhook=False
        )
        self.sandbox.add_chargeback(txs[1].provider_reference, "100.00", webhook=False)
        self.assertEqual(self.after_the_round(), [1, 1, 2])
        self.assertEqual(self.ledger.booked(), 270)
        self.assertEqual(self.after_the_round(), [1, 1, 0])

    def test_pages_reach_back_half_a_year(self):
        """Of payments of others here: what is asked for is the same."""
        key, moment = self.provider.mollie_api_key, fields.Datetime.now()
        for days, count in ((200, 251), (170, 200), (1, 60)):
            day = fields.Datetime.subtract(moment, days=days)
            self.sandbox.set_clock(f"{day:%Y-%m-%dT%H:%M:%SZ}")
            for payment_id in self.sandbox.add_payments(key, [TEN_EURO] * count):
                self.sandbox.add_refund(payment_id, "1.00", webhook=False)
        self.assertEqual(self.after_the_round(), [2, 1, 0])


class TestTwoCompanies(RoundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        cls.env["account.chart.template"].try_loading("generic_coa", cls.sister, False)
        cls.theirs = cls.connect(OTHER_KEY, cls.sister)

    def test_a_key_that_is_refused_keeps_no_other_company_back(self):
        _invoice, tx = self.make_paid()
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded", webhook=False)
        self.sandbox.revoke_key(OTHER_KEY)
        for sequence in (-1, 1000):
            self.theirs.sequence = sequence
            self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.ledger.booked(), 70)
