"""The mail by which an invoice is sent: with a button that leads to its page, or without."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from tests.common import MollieCase

TO_COME = "/mollie/pay/made-when-sent"
BUTTON = "o_mollie_pay_online"


class MailCase(MollieCase):
    """A clerk who sends invoices by mail."""

    def dialog(self, invoice):
        """Open the dialog that sends an invoice, as the clerk's browser does."""
        Wizard = self.env["account.move.send.wizard"].with_user(self.clerk)
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        return Form(Wizard.with_context(**context))

    def send(self, invoice, **values):
        """Send an invoice with what the clerk changes in the dialog; return the mail's body."""
        dialog = self.dialog(invoice)
        for name, value in values.items():
            setattr(dialog, name, value)
        dialog.save().action_send_and_print()
        return self.mail_of(invoice)

    def mail_of(self, invoice):
        """Return the body of the last mail to the customer."""
        mails = invoice.message_ids.filtered(lambda message: message.message_type == "comment")
        return mails[:1].body


class TestDialog(MailCase):
    def setUp(self):
        super().setUp()
        self.company.mollie_link_creation = "send"
        self.invoice = self.make_invoice()

    def test_looking_at_the_mail_makes_no_link_but_shows_the_button(self):
        body = self.dialog(self.invoice).body
        self.assertIn("Pay online", body)
        self.assertIn(TO_COME, body)
        self.assertFalse(self.invoice.mollie_link_ids)

    def test_sending_makes_the_link_and_the_mail_leads_to_it(self):
        body = self.send(self.invoice)
        self.assertIn(f'href="{self.invoice.mollie_payment_link}"', body)
        self.assertIn(f">{self.invoice.mollie_payment_link}</a>", body)
        self.assertNotIn(TO_COME, body)
        self.assertEqual(self.events(self.invoice), ["link_created", "link_mailed"])

    def test_the_log_says_to_whom_the_link_was_mailed(self):
        self.send(self.invoice)
        row = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "link_mailed")
        self.assertEqual(row.message, f"The payment link was mailed to {self.customer.email}.")

    def test_who_may_not_see_the_invoice_is_not_shown_its_mail(self):
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        other = self.make_user("other", "account.group_account_invoice", company=company)
        Wizard = self.env["account.move.send.wizard"].with_user(other)
        values = {"move_id": self.invoice.id, "mollie_with_link": True}
        with self.assertRaises(AccessError):
            Wizard.create(values).read(["body"])
        with self.assertRaises(AccessError):
            Wizard.onchange(values | {"body": "<p>x</p>"}, ["mollie_with_link"], {"body": {}})

    def test_without_the_tick_the_mail_has_no_button_and_no_link_is_made(self):
        body = self.send(self.invoice, mollie_with_link=False)
        self.assertIn(self.invoice.name, body)
        self.assertNotIn(BUTTON, body)
        self.assertNotIn("/mollie/", body)
        self.assertFalse(self.invoice.mollie_link_ids)
        self.assertEqual(self.events(self.invoice), [])

    def test_the_tick_leaves_what_the_clerk_has_written(self):
        dialog = self.dialog(self.invoice)
        dialog.body = dialog.body.replace("Here is your", "Here, at last, is your")
        for is_ticked in (False, True):
            dialog.mollie_with_link = is_ticked
            self.assertIn("Here, at last, is your", dialog.body)
            self.assertEqual(dialog.body.count(BUTTON), int(is_ticked))

    def test_a_button_that_the_clerk_took_out_stays_out(self):
        dialog = self.dialog(self.invoice)
        dialog.body = "<p>As agreed on the phone.</p>"
        dialog.save().action_send_and_print()
        self.assertEqual(self.mail_of(self.invoice), "<p>As agreed on the phone.</p>")
        self.assertNotIn("link_mailed", self.events(self.invoice))

    def test_another_template_is_shown_with_the_link_as_ticked(self):
        template = self.env.ref("account.email_template_edi_invoice").copy()
        for is_ticked in (True, False):
            dialog = self.dialog(self.invoice)
            dialog.mollie_with_link = is_ticked
            dialog.template_id = template
            self.assertEqual(BUTTON in dialog.body, is_ticked)

    def test_the_button_stands_above_the_signature(self):
        self.invoice.invoice_user_id.signature = "<p>With kind regards</p>"
        body = self.dialog(self.invoice).body
        self.assertLess(body.index(BUTTON), body.index("With kind regards"))

    def test_the_mail_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["ir.module.module"]._load_module_terms(["invoice_mollie"], ["nl_NL"])
        self.customer.lang = "nl_NL"
        self.assertIn("Online betalen", self.dialog(self.invoice).body)
        self.assertIn("Online betalen", self.send(self.invoice))

    def test_a_test_payment_is_called_so(self):
        self.assertIn("Test: no real money", self.dialog(self.invoice).body)

    def test_a_template_with_the_field_gets_no_second_link(self):
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = '<p>Pay: <t t-out="object.mollie_payment_link"/></p>'
        self.assertIn(TO_COME, self.dialog(self.invoice).body)
        body = self.send(self.invoice)
        self.assertEqual(body.count(self.invoice.mollie_payment_link), 1)

    def test_where_the_link_cannot_be_made_the_mail_leads_to_the_online_invoice(self):
        dialog = self.dialog(self.invoice)
        self.receive_by_bank(self.invoice, 100.0)
        dialog.save().action_send_and_print()
        body = self.mail_of(self.invoice)
        self.assertNotIn(TO_COME, body)
        self.assertIn(f"/my/invoices/{self.invoice.id}", body)


class TestTick(MailCase):
    def test_is_set_by_what_the_company_chose(self):
        for choice, is_ticked in (("manual", False), ("send", True)):
            self.company.mollie_link_creation = choice
            dialog = self.dialog(self.make_invoice())
            self.assertTrue(dialog.mollie_can_have_link)
            self.assertEqual(dialog.mollie_with_link, is_ticked, choice)

    def test_is_set_where_there_is_a_link(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        body = self.send(invoice)
        self.assertIn(invoice.mollie_payment_link, body)
        self.assertEqual(self.events(invoice), ["link_created", "link_mailed"])

    def test_can_be_set_by_hand(self):
        invoice = self.make_invoice()
        body = self.send(invoice, mollie_with_link=True)
        self.assertIn(invoice.mollie_payment_link, body)

    def test_a_revoked_link_is_made_anew_only_by_who_ticks_it(self):
        self.company.mollie_link_creation = "send"
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        self.assertFalse(self.dialog(invoice).mollie_with_link)
        self.send(invoice)
        self.assertFalse(invoice.mollie_payment_link)
        self.send(invoice, mollie_with_link=True)
        self.assertTrue(invoice.mollie_payment_link)

    def test_is_not_offered_where_nothing_can_be_paid_by_link(self):
        self.company.mollie_link_creation = "send"
        paid = self.make_invoice()
        self.receive_by_bank(paid, 100.0)
        note = self.make_credit_note(self.make_invoice(), 10.0)
        for move in (paid, note):
            dialog = self.dialog(move)
            self.assertFalse(dialog.mollie_can_have_link)
            self.assertNotIn(BUTTON, dialog.body)


class TestMany(MailCase):
    def setUp(self):
        super().setUp()
        self.company.mollie_link_creation = "send"

    def send_all(self, invoices):
        Wizard = self.env["account.move.send.batch.wizard"].with_user(self.clerk)
        Wizard.create({"move_ids": [Command.set(invoices.ids)]}).action_send_and_print()
        self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()

    def test_each_mail_leads_to_its_own_invoice(self):
        invoices = self.make_invoice() + self.make_invoice()
        self.send_all(invoices)
        for invoice in invoices:
            self.assertTrue(invoice.mollie_payment_link)
            self.assertIn(f'href="{invoice.mollie_payment_link}"', self.mail_of(invoice))
            self.assertIn("link_mailed", self.events(invoice))

    def test_an_invoice_that_is_paid_goes_with_the_others_but_without_a_link(self):
        paid, other = self.make_invoice(), self.make_invoice()
        self.receive_by_bank(paid, 100.0)
        self.send_all(paid + other)
        self.assertNotIn(BUTTON, self.mail_of(paid))
        self.assertIn(BUTTON, self.mail_of(other))

    def test_one_whose_link_cannot_be_made_is_sent_all_the_same(self):
        invoices = self.make_invoice() + self.make_invoice()
        Links = type(self.env["account.move"])
        with (
            patch.object(Links, "_mollie_make_links", side_effect=ValueError("no")),
            self.assertLogs("odoo.addons.invoice_mollie", "ERROR"),
        ):
            self.send_all(invoices)
        for invoice in invoices:
            self.assertNotIn(TO_COME, self.mail_of(invoice))
            self.assertIn(f"/my/invoices/{invoice.id}", self.mail_of(invoice))
