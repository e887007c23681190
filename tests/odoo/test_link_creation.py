"""When links are made: by hand, at confirmation, at sending; and what may never go wrong then."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from tests.common import MollieCase


class TestWhen(MollieCase):
    def confirmed(self, choice, **values):
        self.company.mollie_link_creation = choice
        return self.make_invoice(**values)

    def send(self, invoice):
        """Send an invoice by mail, as the clerk's wizard does; return the mail's body."""
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = '<p>Pay: <t t-out="object.mollie_payment_link"/></p>'
        wizard = self.env["account.move.send.wizard"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"sending_methods": ["email"], "template_id": template.id})
        wizard.action_send_and_print()
        return invoice.message_ids.filtered("body")[:1].body

    def test_each_choice_makes_the_link_at_its_moment_and_no_other(self):
        for choice, after_posting in (("manual", False), ("confirm", True), ("send", False)):
            with self.subTest(choice):
                invoice = self.confirmed(choice)
                self.assertEqual(bool(invoice.mollie_payment_link), after_posting)
                self.assertEqual(self.events(invoice), ["link_created"] * after_posting)

    def test_a_clerk_who_confirms_gets_the_link(self):
        self.company.mollie_link_creation = "confirm"
        invoice = self.make_invoice(post=False)
        invoice.with_user(self.clerk).action_post()
        self.assertEqual(invoice.with_user(self.clerk).mollie_payment_state, "open")

    def test_an_invoice_that_posts_itself_gets_its_link_too(self):
        self.company.mollie_link_creation = "confirm"
        invoice = self.make_invoice(post=False, auto_post="at_date", date=fields.Date.today())
        self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual(invoice.state, "posted")
        self.assertTrue(invoice.mollie_payment_link)

    def test_confirming_again_keeps_the_link(self):
        invoice = self.confirmed("confirm")
        link = invoice.mollie_payment_link
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(invoice.mollie_payment_link, link)
        self.assertEqual(self.events(invoice), ["link_created"])

    def test_sending_makes_the_link_before_the_mail(self):
        invoice = self.confirmed("send")
        body = self.send(invoice)
        self.assertTrue(invoice.mollie_payment_link)
        self.assertIn(invoice.mollie_payment_link, body)

    def test_sending_makes_the_link_before_the_pdf(self):
        invoice = self.confirmed("send")
        seen = []
        Send = type(self.env["account.move.send"])
        generate = Send._prepare_invoice_pdf_report

        def spy(model, invoices_data, **kwargs):
            seen.extend(bool(move.mollie_payment_link) for move in invoices_data)
            return generate(model, invoices_data, **kwargs)

        with patch.object(Send, "_prepare_invoice_pdf_report", spy):
            self.send(invoice)
        self.assertEqual(seen, [True])

    def test_sending_many_at_once_makes_a_link_for_each_that_can(self):
        invoices = self.confirmed("send") + self.confirmed("send")
        self.env["account.move.send"].with_user(self.clerk)._generate_and_send_invoices(
            invoices.with_user(self.clerk), sending_methods=["manual"]
        )
        self.assertTrue(all(invoices.mapped("mollie_payment_link")))

    def test_bills_credit_notes_and_entries_confirm_without_link(self):
        self.company.mollie_link_creation = "confirm"
        moves = self.make_invoice(move_type="in_invoice") + self.make_invoice(
            move_type="out_refund"
        )
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertFalse(self.env["mollie.payment.link"].search([("move_id", "in", moves.ids)]))

    def test_each_company_has_its_own_choice(self):
        other = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.company.mollie_link_creation = "confirm"
        self.assertEqual(other.mollie_link_creation, "manual")


class TestConfirmingNeverFails(MollieCase):
    """Nothing is slow where people wait, and an invoice is worth more than its link."""

    def setUp(self):
        super().setUp()
        self.company.mollie_link_creation = "confirm"

    def test_with_mollie_down_it_asks_nothing_and_makes_the_link(self):
        for kind in ("close", "slow", "503", "401"):
            self.sandbox.fault(kind, times=None)
            self.sandbox.clear_requests()
            self.assertTrue(self.make_invoice().mollie_payment_link)
            self.assertEqual(self.sandbox.requests(), [])
            self.sandbox.clear_faults()

    def test_a_company_without_mollie_confirms_as_ever(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        invoice = self.make_invoice()
        self.assertEqual(invoice.state, "posted")
        self.assertFalse(invoice.mollie_payment_link)

    def test_an_error_of_ours_leaves_the_invoice_confirmed_and_a_line_in_the_servers_log(self):
        # The link is made, and then its row of the log refused.
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE mollie_payment_log ADD CONSTRAINT refused CHECK (false) NOT VALID"
        )
        with (
            self.assertLogs("odoo.addons.invoice_mollie", "ERROR") as logs,
            self.assertLogs("odoo.sql_db", "ERROR"),
        ):
            invoice = self.make_invoice()
            self.env.flush_all()
        self.env.cr.execute("ALTER TABLE mollie_payment_log DROP CONSTRAINT refused")
        self.assertIn(str(invoice.id), logs.output[0])
        self.env.invalidate_all()
        self.assertEqual(invoice.state, "posted")
        self.assertTrue(invoice.name)
        self.assertFalse(invoice.mollie_link_ids)
        # And nothing stands in the way of making it now.
        self.assertTrue(self.make_link(invoice))

    def test_an_error_of_the_invoice_itself_is_still_told(self):
        invoice = self.make_invoice(post=False)
        invoice.invoice_line_ids.unlink()
        with self.assertRaises(UserError):
            invoice.action_post()


class TestPaymentLinkOfThePdf(MollieCase):
    """`_get_portal_payment_link` and the QR code on the PDF carry the same link as the mail."""

    def setUp(self):
        super().setUp()
        self.company.link_qr_code = True

    def html_of(self, invoice, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.clerk)
        return report._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()

    def html_and_codes_of(self, invoice):
        """Return the report and what stands in its barcodes.

        Each drawing of a QR code looks different, so its text is caught on the way to the drawer.
        """
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "barcode", autospec=True, side_effect=Report.barcode) as barcode:
            html = self.html_of(invoice)
        return html, [call.kwargs["value"] for call in barcode.call_args_list]

    def test_the_qr_code_and_the_link_around_it_lead_to_the_pay_page(self):
        invoice = self.make_invoice()
        html, codes = self.html_and_codes_of(invoice)
        self.assertIn(f'href="{invoice.mollie_payment_link}"', html)
        self.assertEqual(codes, [invoice.mollie_payment_link])
        self.assertNotIn("payment_token=", html)

    def test_whoever_prints_gets_the_same_link(self):
        auditor = self.make_user("auditor", "account.group_account_readonly")
        invoice = self.make_invoice()
        links = {
            invoice.with_user(user)._get_portal_payment_link() for user in (self.clerk, auditor)
        }
        self.assertEqual(links, {invoice.mollie_payment_link})

    def test_a_company_without_mollie_keeps_cores_link(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        invoice = self.make_invoice()
        link = invoice._get_portal_payment_link()
        self.assertIn("payment_token=", link)
        self.assertIn(
            link.replace("&", "&amp;").partition("access_token")[0], self.html_of(invoice)
        )
        self.assertFalse(invoice.mollie_link_ids)

    def test_an_invoice_that_cannot_have_a_link_keeps_cores(self):
        draft = self.make_invoice(post=False)
        self.assertIn("payment_token=", draft._get_portal_payment_link())
