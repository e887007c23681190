"""The night's run: page by page, company by company, whatever comes between."""

from unittest.mock import patch

from tests.common import LIVE_KEY, OTHER_KEY
from tests.odoo.cases.comparison import ComparisonCase
from tests.rows import copy_booked

PAGE = 250
# Of a page of 250 payments that are booked as Mollie has them.
QUERIES_PER_PAGE = 60


class TestPages(ComparisonCase):
    def setUp(self):
        super().setUp()
        self.tx = self.pay(self.make_invoice())

    def add_booked(self, count):
        """Let there be many more payments that are booked, made by SQL; return their ids."""
        amount = {"currency": "EUR", "value": "100.00"}
        owner = self.tx._mollie_owner()._asdict()
        payments = self.sandbox.add_payments(
            self.provider.mollie_api_key,
            [
                {"amount": amount, "metadata": owner | {"reference": f"COPY-{number}"}}
                for number in range(1, count + 1)
            ],
        )
        copy_booked(self.env, self.tx, payments)
        return payments

    def asked(self):
        """Return what was asked of Mollie, as paths, and forget it."""
        paths = [call["path"].removeprefix("/v2/") for call in self.sandbox.requests()]
        self.sandbox.clear_requests()
        return paths

    def test_a_thousand_payments_are_compared_by_lists_with_few_queries(self):
        payments = self.add_booked(4 * PAGE - 1)
        self.compare()  # What is read once per process was read.
        self.asked()
        before = self.env.cr.sql_log_count
        self.compare()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(self.asked(), ["payments"] * 4 + ["refunds", "chargebacks"])
        self.assertEqual(self.rows(), {})
        comparison = self.comparison()
        self.assertEqual((comparison.movement_count, comparison.sums), (1000, {"EUR": "100000.00"}))
        self.assertLess(queries, 4 * QUERIES_PER_PAGE)
        self.assert_only_the_odd_one_is_asked_for(payments[10])

    def assert_only_the_odd_one_is_asked_for(self, payment_id):
        refund = self.sandbox.add_refund(payment_id, "30.00", "refunded", webhook=False)
        self.asked()
        self.compare()
        singles = [path for path in self.asked() if "/" in path]
        self.assertEqual(set(singles), {f"payments/{payment_id}"})
        self.assertEqual(self.rows(), {})
        booked = self.env["payment.transaction"].search([("provider_reference", "=", refund["id"])])
        self.assertEqual(booked.payment_id.amount, 30)

    def test_a_run_that_broke_off_goes_on_where_it_was(self):
        self.add_booked(2 * PAGE)
        self.sandbox.fault("503", path="/v2/payments$", skip=1)
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        comparison = self.comparison()
        self.assertEqual((comparison.step, comparison.found_count), ("payments", PAGE))
        self.assertEqual(comparison.error, "unavailable")
        self.assertIn("did not come to its end: Mollie did not answer", comparison.summary)
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("invoice_mollie.cron_mollie_compare").id)]
        )
        self.assertTrue(triggers, "It is tried again soon.")
        self.asked()
        self.run_cron("cron_mollie_compare")
        self.assertEqual(self.asked(), ["payments", "payments", "refunds", "chargebacks"])
        self.assertEqual((comparison.step, comparison.error), (False, False))
        self.assertEqual(comparison.movement_count, 2 * PAGE + 1)
        self.assertEqual(self.rows(), {})

    def test_payments_made_while_it_runs_are_no_difference(self):
        self.add_booked(PAGE)
        self.sandbox.fault("503", path="/v2/payments$", skip=1)
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        self.pay(self.make_invoice(50))
        self.run_cron("cron_mollie_compare")
        self.assertEqual((self.comparison().error, self.rows()), (False, {}))

    def test_a_page_that_cannot_be_read_changes_no_figure(self):
        self.compare()
        compared, count = self.comparison().compared, self.comparison().movement_count
        self.sandbox.fault("html", path="/v2/refunds$")
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        comparison = self.comparison()
        self.assertEqual((comparison.compared, comparison.movement_count), (compared, count))
        self.assertEqual(comparison.error, "unavailable")

    def test_a_second_night_writes_nothing_but_its_figures(self):
        self.compare()
        logs = self.env["mollie.payment.log"].search_count([])
        before = self.tx.write_date, self.tx.payment_id.move_id.write_date
        self.compare()
        self.assertEqual((self.tx.write_date, self.tx.payment_id.move_id.write_date), before)
        self.assertEqual(self.env["mollie.payment.log"].search_count([]), logs)

    def test_on_the_same_day_nothing_is_compared_again(self):
        self.compare()
        self.asked()
        self.run_cron("cron_mollie_compare")
        self.assertEqual(self.asked(), [])

    def test_what_is_seen_is_forgotten_at_the_end(self):
        self.compare()
        self.env.cr.execute("SELECT COUNT(*) FROM mollie_comparison_seen")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_difference_of_yesterday_is_a_to_do_once(self):
        invoice = self.tx.invoice_ids
        self.tx.payment_id.action_draft()
        self.compare()
        before = invoice.activity_ids
        self.row().since = "2026-01-01"
        self.compare()
        told = invoice.activity_ids - before
        self.assertEqual(len(told), 1)
        self.assertIn("100.00 at Mollie", told.note)
        self.assertIn("0.00 booked", told.note)
        self.compare()
        self.assertEqual(invoice.activity_ids - before, told)
        self.tx.payment_id.action_post()
        self.compare()
        self.run_cron("cron_mollie_sync")
        self.assertFalse(invoice.activity_ids)

    def test_what_no_invoice_tells_of_is_a_to_do_on_mollies_journal(self):
        journal = self.provider.journal_id
        entry = self.book_by_hand(12.5, "income")
        self.compare()
        self.assertFalse(journal.activity_ids)
        self.row().since = "2026-01-01"
        self.compare()
        told = journal.activity_ids
        self.assertEqual(len(told), 1)
        self.assertIn("Differences with Mollie", told.note)
        self.assertTrue(told.user_id.has_group("account.group_account_invoice"))
        told.with_user(told.user_id).check_access("write")
        self.compare()
        self.assertEqual(journal.activity_ids, told)
        entry._reverse_moves(cancel=True)
        self.row().action_check()
        self.assertFalse(journal.activity_ids)

    def test_a_to_do_on_the_journal_goes_to_somebody_else_when_its_person_leaves(self):
        self.book_by_hand(12.5, "income")
        self.compare()
        self.row().since = "2026-01-01"
        self.compare()
        left = self.provider.journal_id.activity_ids.user_id
        self.make_user("successor", "account.group_account_invoice")
        left.action_archive()
        self.compare()
        todo = self.provider.journal_id.activity_ids
        self.assertEqual(len(todo), 1)
        self.assertTrue(todo.user_id.active)

    def test_a_payment_without_an_entry_counts_by_its_amount(self):
        """As with Odoo's own accounting, where no outstanding account was chosen."""
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        lines.filtered("payment_provider_id").payment_account_id = False
        Move = type(self.env["account.move"])
        with patch.object(Move, "_get_invoice_in_payment_state", return_value="in_payment"):
            tx = self.pay(self.make_invoice(80))
        self.assertFalse(tx.payment_id.move_id)
        self.compare()
        self.assertEqual(self.rows(), {})
        tx.payment_id.action_draft()
        self.compare()
        self.assertEqual(self.rows(), {(tx.provider_reference, "draft"): (80, 0)})

    def test_captures_in_parts_are_compared_one_by_one(self):
        tx = self.pay(self.make_invoice(100), "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, "40.00")
        capture = self.sandbox.add_capture(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.compare()
        self.assertEqual(self.rows(), {})
        part = tx.child_transaction_ids
        self.assertEqual(part.provider_reference, capture["id"])
        part.payment_id.action_draft()
        self.compare()
        self.assertEqual(self.rows(), {(capture["id"], "draft"): (60, 0)})

    def test_what_was_captured_in_vain_is_not_counted_as_held(self):
        tx = self.pay(self.make_invoice(100), "authorized", method="klarna")
        capture = self.sandbox.add_capture(tx.provider_reference)
        self.sandbox.set_capture_status(capture["id"], "failed")
        self.deliver_webhooks()
        self.compare()
        self.assertEqual(self.rows(), {})
        self.assertEqual(self.comparison().sums, {"EUR": "100.00"})

    def test_another_amount_than_asked_is_compared_under_the_payments_id(self):
        invoice = self.make_invoice(100)
        tx = self.start_payment(invoice)
        self.sandbox.tamper(
            tx.provider_reference, {"amount": {"currency": "EUR", "value": "90.00"}}
        )
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(self.ledger.booked(), 190, self.events(invoice))
        self.compare()
        self.assertEqual(self.rows(), {})
        tx.child_transaction_ids.payment_id.action_draft()
        self.compare()
        self.assertEqual(self.rows(), {(tx.provider_reference, "draft"): (90, 0)})


class TestCompanies(ComparisonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Zusterbedrijf B.V.", "country_id": cls.env.ref("base.nl").id}
        )
        cls.env["account.chart.template"].try_loading("generic_coa", cls.sister, False)
        cls.env.user.company_ids |= cls.sister
        cls.theirs = cls.connect(OTHER_KEY, cls.sister)
        cls.their_clerk = cls.make_user(
            "sister", "account.group_account_invoice", company=cls.sister
        )

    def test_each_company_is_compared_with_its_own_profile_and_sees_its_own_rows(self):
        _invoice, tx = self.make_paid()
        tx.payment_id.action_draft()
        self.compare()
        Difference = self.env["mollie.difference"]
        self.assertEqual(len(Difference.with_user(self.clerk).search([])), 1)
        self.assertFalse(Difference.with_user(self.their_clerk).search([]))
        help_text = Difference.with_user(self.their_clerk).get_empty_list_help("")
        self.assertIn("Zusterbedrijf B.V.", help_text)
        self.assertNotIn(self.company.name, help_text)
        self.assertIn("Movements: 0", help_text)

    def test_two_companies_with_one_key_do_not_count_each_others_payments(self):
        self.make_paid()
        self.connect(self.provider.mollie_api_key, self.sister)
        self.compare()
        self.assertEqual(self.rows(), {})
        comparisons = self.env["mollie.comparison"].search([])
        counts = {c.provider_id: c.movement_count for c in comparisons}
        self.assertEqual((counts[self.provider], counts[self.theirs]), (1, 0))

    def test_a_key_that_is_refused_stops_its_own_company_only(self):
        self.make_paid()
        self.sandbox.revoke_key(OTHER_KEY)
        self.compare()
        theirs = self.env["mollie.comparison"].search([("provider_id", "=", self.theirs.id)])
        self.assertEqual((theirs.error, theirs.step, theirs.compared), ("key", False, False))
        self.assertIn("does not accept the API key", theirs.summary)
        self.assertEqual(self.comparison().movement_count, 1)

    def test_a_provider_that_was_switched_off_is_compared_all_the_same(self):
        _invoice, tx = self.make_paid()
        self.provider.state = "disabled"
        tx.payment_id.action_draft()
        self.compare()
        self.assertEqual(self.rows(), {(tx.provider_reference, "draft"): (100, 0)})

    def test_each_currency_has_its_own_sum(self):
        self.env.ref("base.USD").active = True
        self.pay(self.make_invoice(50, currency="USD"))
        self.make_paid()
        self.compare()
        self.assertEqual(self.comparison().sums, {"EUR": "100.00", "USD": "50.00"})
        self.assertEqual(self.rows(), {})

    def test_the_clerks_button_has_everything_compared_again_soon(self):
        self.compare()
        self.make_paid()
        self.env["mollie.difference"].with_user(self.clerk).action_compare()
        self.assertFalse(self.comparison().started)
        self.run_cron("cron_mollie_compare")
        self.assertEqual(self.comparison().movement_count, 1)

    def test_rows_are_exported_with_words(self):
        _invoice, tx = self.make_paid()
        tx.payment_id.action_draft()
        self.compare()
        self.clerk.group_ids |= self.env.ref("base.group_allow_export")
        row = self.as_clerk(self.row())
        data = row.export_data(["mollie_reference", "reason", "advice", "difference"])["datas"]
        self.assertEqual(data[0][:2], [tx.provider_reference, "Payment is a draft"])
        self.assertEqual(data[0][3], 100)

    def test_a_new_key_of_live_mode_compares_the_live_payments(self):
        self.connect(LIVE_KEY)
        self.make_paid()
        self.compare()
        self.assertEqual((self.rows(), self.comparison().movement_count), ({}, 1))
