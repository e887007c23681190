"""What is kept of customers and payers, and for how long."""

import logging

from odoo import fields

from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from tests.common import MollieCase

NAME, IBAN = "J. Vermeulen-Zonneveld", "NL02ABNA0123456789"


class TestPrivacy(MollieCase):
    def age(self, rows, **delta):
        """Let rows of the log be so old."""
        moment = fields.Datetime.subtract(fields.Datetime.now(), **delta)
        self.env.cr.execute(
            "UPDATE mollie_payment_log SET create_date = %s WHERE id IN %s",
            (moment, tuple(rows.ids)),
        )
        self.env.invalidate_all()

    def vacuum(self):
        self.assertTrue(is_autovacuum(type(self.env["mollie.payment.log"])._gc_technical))
        self.env["mollie.payment.log"]._gc_technical()
        self.env.invalidate_all()

    def make_rows(self):
        """Return the log of an invoice of which everything happened, viewed and failed, too."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.get(tx.mollie_link_id._get_url().partition("example.com")[2])
        self.sandbox.fault("503", method="GET")
        invoice.action_mollie_sync()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return invoice.mollie_log_ids

    def test_technical_rows_go_after_a_year_and_the_evidence_of_the_money_stays(self):
        """ASVS 14.2.7."""
        rows = self.make_rows()
        evidence = {"link_created", "attempt", "status", "booked"}
        self.assertEqual(set(rows.mapped("event")), evidence | {"page_viewed", "webhook", "error"})
        self.age(rows, months=11)
        self.vacuum()
        self.assertEqual(rows.exists(), rows)
        self.age(rows, months=13)
        self.vacuum()
        self.assertEqual(set(rows.exists().mapped("event")), evidence)

    def test_an_administrator_says_how_long(self):
        rows = self.make_rows()
        self.age(rows, months=4)
        self.settings(mollie_log_months=3).execute()
        self.vacuum()
        self.assertNotIn("webhook", rows.exists().mapped("event"))

    def test_a_time_that_is_no_number_counts_as_a_year(self):
        rows = self.make_rows()
        self.age(rows, months=11)
        for months in ("0", "-3", "soon", ""):
            self.env["ir.config_parameter"].set_param("invoice_mollie.technical_log_months", months)
            self.vacuum()
            self.assertEqual(rows.exists(), rows, months)

    def test_who_paid_and_from_which_account_is_kept_nowhere(self):
        """The payer need not be the debtor (EDPB 06/2020)."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        details = {"consumerName": NAME, "consumerAccount": IBAN, "consumerBic": "ABNANL2A"}
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.tamper(tx.provider_reference, {"details": details})
        with self.assertLogs("odoo", logging.DEBUG) as logs:
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
            page = self.get(self.return_path(tx)).text
        self.env.invalidate_all()
        self.assertEqual(tx.state, "done")
        kept = [page, *logs.output, str(tx.read()), str(tx.payment_id.read())]
        kept += [str(invoice.mollie_log_ids.read()), str(invoice.message_ids.read(["body"]))]
        kept += [str(tx.payment_id.move_id.line_ids.read())]
        for text in kept:
            self.assertNotIn(NAME, text)
            self.assertNotIn(IBAN, text)
