"""The invoice itself for who can pay it, though nobody sent it from Odoo; no "Proforma"."""

from unittest.mock import patch

from odoo.addons.account.models.account_move_send import AccountMoveSend

from tests.odoo.cases.pages import PageCase

PROFORMA = "Proforma"


class TestDocument(PageCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()

    def portal(self, kind="html", **params):
        """Return the invoice in the portal, as its address leads there."""
        query = f"&report_type={kind}" + "".join(f"&{name}={params[name]}" for name in params)
        return self.get(self.invoice.get_portal_url() + query)

    def test_the_first_view_of_the_payment_page_has_it_made_soon(self):
        path = self.make_link(self.invoice)
        self.run_cron("cron_mollie_make_documents")
        self.assertFalse(self.invoice.invoice_pdf_report_id)
        self.get(path)
        self.run_cron("cron_mollie_make_documents")
        document = self.invoice.invoice_pdf_report_id
        self.assertTrue(document)
        self.assertTrue(self.invoice.is_move_sent)
        self.assertEqual(self.events(self.invoice)[-2:], ["page_viewed", "document_made"])
        self.run_cron("cron_mollie_make_documents")
        self.assertEqual(self.invoice.invoice_pdf_report_id, document)

    def test_nothing_is_mailed_by_it(self):
        self.get(self.make_link(self.invoice))
        before = self.env["mail.mail"].search([])
        self.run_cron("cron_mollie_make_documents")
        self.assertEqual(self.env["mail.mail"].search([]), before)

    def test_nobody_is_woken_for_an_invoice_that_has_one(self):
        """Waking takes a connection of its own, for which the customer waits."""
        cron = self.env.ref("invoice_mollie.cron_mollie_make_documents")
        triggers = self.env["ir.cron.trigger"]
        for has_document in (False, True):
            invoice = self.make_invoice()
            path = self.make_link(invoice)
            if has_document:
                invoice._mollie_make_document()
            before = triggers.search_count([("cron_id", "=", cron.id)])
            self.get(path)
            after = triggers.search_count([("cron_id", "=", cron.id)])
            self.assertEqual(after - before, not has_document)

    def test_the_portal_shows_it_at_once(self):
        self.make_link(self.invoice)
        response = self.portal()
        self.assertIn(self.invoice.name, response.text)
        self.assertNotIn(PROFORMA, response.text)
        self.assertTrue(self.invoice.invoice_pdf_report_id)

    def test_the_download_is_it_too(self):
        self.make_link(self.invoice)
        response = self.portal("pdf", download="true")
        self.env.invalidate_all()
        self.assertEqual(response.content, self.invoice.invoice_pdf_report_id.raw)

    def test_an_invoice_without_link_stays_as_core_has_it(self):
        self.assertIn(PROFORMA, self.portal().text)

    def test_one_that_is_being_sent_is_left_to_who_sends_it(self):
        self.get(self.make_link(self.invoice))
        self.invoice.sending_data = {"sending_methods": ["email"]}
        self.run_cron("cron_mollie_make_documents")
        self.assertFalse(self.invoice.invoice_pdf_report_id)
        self.assertTrue(self.invoice.sending_data)

    def test_one_that_has_to_be_reported_first_waits_for_the_clerk(self):
        self.get(self.make_link(self.invoice))
        with patch.object(AccountMoveSend, "_get_default_extra_edis", lambda *_args: {"it_edi"}):
            self.run_cron("cron_mollie_make_documents")
        self.assertFalse(self.invoice.invoice_pdf_report_id)

    def test_one_that_cannot_be_made_keeps_nobody_from_the_invoice(self):
        self.make_link(self.invoice)
        with (
            patch.object(AccountMoveSend, "_prepare_invoice_pdf_report", side_effect=ValueError),
            self.assertLogs("odoo.addons.invoice_mollie", "ERROR"),
        ):
            response = self.portal()
        self.assertIn(self.invoice.name, response.text)
        self.assertNotIn("document_made", self.events(self.invoice))

    def test_a_stranger_has_nothing_made(self):
        self.make_link(self.invoice)
        response = self.get(f"/my/invoices/{self.invoice.id}?report_type=html&access_token=x")
        self.assertNotIn(self.invoice.name, response.text)
        self.assertFalse(self.invoice.invoice_pdf_report_id)

    def test_a_correction_drops_it(self):
        self.get(self.make_link(self.invoice))
        self.run_cron("cron_mollie_make_documents")
        self.invoice.button_draft()
        self.assertFalse(self.invoice.invoice_pdf_report_id)
        self.assertNotIn("Traceback", self.portal().text)
