"""A branch that collects by its parent's key: its clerk sees the branch, and not the parent."""

from odoo.modules.migration import load_script
from odoo.tools import file_path

from tests.odoo.test_alarms import AlarmCase
from tests.odoo.test_other_database import OtherDatabaseCase

FOUND = {"attempt", "webhook", "status", "booked"}


class BranchCase(OtherDatabaseCase, AlarmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"name": "Filiaal Zuid", "parent_id": cls.company.id}
        cls.branch = cls.env["res.company"].create(values)
        cls.parents_clerk = cls.clerk
        cls.clerk = cls.make_user("south", "account.group_account_invoice", company=cls.branch)

    def make_invoice(self, amount=100.0, **values):
        return super().make_invoice(amount, company_id=self.branch.id, **values)


class TestBranches(BranchCase):
    def test_its_clerk_reads_in_the_log_what_became_of_its_payments(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        self.assertEqual((tx.provider_id, tx.company_id), (self.provider, self.company))
        rows = invoice.with_user(self.clerk).mollie_log_ids
        self.assertLessEqual(FOUND, set(rows.mapped("event")))
        self.assertTrue(all(row["message"] for row in rows.read()))

    def test_so_it_does_in_what_was_written_before_an_update(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mollie_payment_log SET company_id = %s WHERE move_id = %s",
            [self.company.id, invoice.id],
        )
        migration = file_path("invoice_mollie/migrations/19.0.1.1.0/post-migrate.py")
        load_script(migration, "post_migrate").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        rows = invoice.with_user(self.clerk).mollie_log_ids
        self.assertLessEqual(FOUND, set(rows.mapped("event")))

    def test_who_sees_only_its_parent_does_not(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        Log = self.env["mollie.payment.log"].with_user(self.parents_clerk)
        self.assertFalse(Log.search([("move_id", "=", invoice.id)]))

    def test_the_last_message_is_told_of_where_its_key_is_and_of_the_branch(self):
        self.pay(self.make_invoice())
        for company in (self.company, self.branch):
            with self.subTest(company.name):
                said = self.settings(company).mollie_last_message
                self.assertIn("processed at once", said)

    def test_so_many_failures_that_they_are_an_alarm_are_told_where_its_key_is(self):
        self.fail_more(self.fail_once(), 99)
        self.assert_alarm("100 payments through Mollie failed within an hour")
        self.assertIn("trying out stolen cards", self.todos().note)

    def test_another_databases_payments_are_ours_once_it_is_said_where_its_key_is(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        old = self.env["ir.config_parameter"].get_param("database.uuid")
        self.rename_database()
        self.notify(tx)
        self.assertEqual(self.settings().mollie_other_databases, old)
        self.take_over()
        self.run_cron("cron_mollie_sync")
        self.assertEqual(invoice.amount_residual, 0)
