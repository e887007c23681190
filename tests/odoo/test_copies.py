"""A copy of the database that was not neutralized: it has the key, and only looks."""

import uuid

from odoo.exceptions import UserError, ValidationError
from odoo.modules.neutralize import neutralize_database

from tests.common import TEST_KEY
from tests.odoo.cases.settings import SettingsCase

ELSEWHERE = "7713268881697619110/16384"


class CopyCase(SettingsCase):
    """What was made in the original stands in the copy, too."""

    def become_copy(self):
        """Let the key be one that was pasted elsewhere, as in a copy by the means of PostgreSQL."""
        self.provider.mollie_place = ELSEWHERE
        self.env.flush_all()
        self.sandbox.clear_requests()

    def changes(self):
        """Return what was asked of Mollie that changes something."""
        return [row for row in self.sandbox.requests() if row["method"] != "GET"]


class TestCopies(CopyCase):
    """Row I3, Attacks A9."""

    def test_the_place_is_noted_when_the_key_is_pasted(self):
        self.assertFalse(self.provider._mollie_is_copy())
        self.assertIn("/", self.provider.mollie_place)
        self.become_copy()
        self.assertTrue(self.provider._mollie_is_copy())
        self.connect(TEST_KEY)
        self.assertFalse(self.provider._mollie_is_copy())

    def test_another_database_of_the_same_cluster_is_another_place(self):
        here = self.provider._mollie_here()
        self.env.cr.execute("SELECT oid FROM pg_database WHERE datname = 'template1'")
        (other,) = self.env.cr.fetchone()
        self.assertNotEqual(here, f"{here.partition('/')[0]}/{other}")
        self.assertRegex(here, r"^[0-9]+/[0-9]+$")

    def test_where_the_clusters_number_is_kept_secret_the_databases_own_is_enough(self):
        self.env.cr.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public")
        self.env.cr.execute("CREATE ROLE mollie_guest")
        self.env.cr.execute("GRANT SELECT ON payment_provider TO mollie_guest")
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        self.env.cr.execute("SET LOCAL ROLE mollie_guest")
        here = self.provider._mollie_here()
        self.env.cr.execute("RESET ROLE")
        self.assertRegex(here, r"^/[0-9]+$")

    def test_money_of_the_original_is_looked_at_and_left_where_it_is(self):
        invoice, tx = self.make_paid()
        refund = self.env["payment.refund.wizard"].with_user(self.clerk)
        refund = refund.create({"payment_id": tx.payment_id.id, "amount_to_refund": 40})
        authorized = self.pay(self.make_invoice(), "authorized", method="klarna")
        self.become_copy()
        for do in (
            refund.action_refund,
            authorized.with_user(self.clerk).action_capture,
            authorized.with_user(self.clerk).action_void,
        ):
            with self.subTest(do.__name__), self.assertRaisesRegex(UserError, "is a copy"):
                do()
        self.assertEqual(self.changes(), [])
        invoice.with_user(self.clerk).action_mollie_sync()
        self.assertTrue(self.sandbox.requests(method="GET"))

    def test_a_refund_that_waits_is_not_cancelled(self):
        self.sandbox.settings(queue_refunds=True)
        _invoice, tx = self.make_paid()
        tx.action_refund(10.0)
        self.become_copy()
        with self.assertRaisesRegex(UserError, "is a copy"):
            tx.child_transaction_ids.action_mollie_cancel_refund()
        self.assertEqual(self.changes(), [])

    def test_looking_cancels_nothing_that_the_original_has_under_way(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "pending", method="banktransfer")
        self.receive_by_bank(invoice, 100.0)
        self.become_copy()
        self.get(self.return_path(tx))
        self.get(tx.mollie_link_id._get_url().partition("example.com")[2])
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.changes(), [])
        self.assertEqual(tx.state, "pending")

    def test_customers_are_told_that_they_cannot_pay_here(self):
        path = self.make_link(self.make_invoice())
        self.become_copy()
        page = self.get(path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Pay €", self.text_of(page))
        self.press_pay(path)
        self.assertEqual(self.changes(), [])

    def test_clerks_are_told_why_there_is_no_link(self):
        self.become_copy()
        with self.assertRaisesRegex(UserError, "is a copy of the one that is connected"):
            self.make_invoice().with_user(self.clerk).action_mollie_create_payment()

    def test_cores_own_dialog_pays_nothing_either(self):
        self.become_copy()
        with self.assertRaisesRegex(ValidationError, "is a copy"):
            self.provider._send_api_request("POST", "/payments", json={})
        self.assertEqual(self.changes(), [])

    def test_once_somebody_said_so_it_takes_the_originals_place(self):
        _invoice, tx = self.make_paid()
        self.become_copy()
        self.assertTrue(self.settings().mollie_is_copy)
        self.settings().action_mollie_take_place()
        self.assertFalse(self.settings().mollie_is_copy)
        tx.with_user(self.clerk).action_refund(10.0)
        self.assertEqual(len(self.changes()), 1)

    def test_somebody_is_told_as_long_as_nobody_can_pay(self):
        """After a restore in production nobody may look at the settings for days."""
        journal = self.provider.journal_id
        self.become_copy()
        for _ in range(2):
            self.run_cron("cron_mollie_sync")
        (todo,) = journal.activity_ids
        self.assertIn("took that one's place", todo.note.replace("&#39;", "'"))
        self.settings().action_mollie_take_place()
        self.run_cron("cron_mollie_sync")
        self.assertFalse(journal.activity_ids)

    def test_another_companys_key_is_another_question(self):
        sister = self.make_company()
        self.connect(TEST_KEY, sister)
        self.become_copy()
        self.settings(sister).action_mollie_take_place()
        self.assertTrue(self.settings().mollie_is_copy)


class TestNeutralizedCopies(CopyCase):
    def neutralize(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.env.registry.clear_cache("stable")
        self.addCleanup(self.env.registry.clear_cache, "stable")

    def test_its_links_lead_to_itself_and_its_payments_are_told_apart(self):
        old = self.start_payment(self.make_invoice())
        metadata = self.sandbox.payment(old.provider_reference)["metadata"]
        self.neutralize()
        self.connect(TEST_KEY)
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        payment = self.sandbox.payment(tx.provider_reference)
        self.assertTrue(payment["redirectUrl"].startswith(self.company.get_base_url()))
        self.assertNotEqual(payment["metadata"]["database"], metadata["database"])
        uuid.UUID(payment["metadata"]["database"])

    def test_payments_of_the_original_are_not_followed(self):
        tx = self.start_payment(self.make_invoice())
        path = self.webhook_path(tx)
        self.neutralize()
        self.connect(TEST_KEY)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.post_webhook(path, tx.provider_reference)
        self.env.invalidate_all()
        self.assertEqual(tx.state, "draft")


class TestLookingFirst(SettingsCase):
    """Nothing is changed at Mollie before its payment was seen to be ours."""

    def test_what_is_not_ours_any_more_is_neither_captured_nor_released_nor_cancelled(self):
        authorized = self.pay(self.make_invoice(), "authorized", method="klarna")
        self.sandbox.settings(queue_refunds=True)
        _invoice, paid = self.make_paid()
        paid.action_refund(10.0)
        for tx in (authorized, paid):
            self.sandbox.tamper(tx.provider_reference, {"metadata": {"database": "another"}})
        self.sandbox.clear_requests()
        for do in (
            authorized.action_capture,
            authorized.action_void,
            paid.child_transaction_ids.action_mollie_cancel_refund,
        ):
            with self.subTest(do.__name__), self.assertRaisesRegex(UserError, "does not match"):
                do()
        self.assertFalse([row for row in self.sandbox.requests() if row["method"] != "GET"])
