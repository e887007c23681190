"""The dialog by which a clerk gives a link to a customer."""

import base64
import io
from contextlib import suppress
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html
from PIL import Image

from odoo.exceptions import AccessError
from odoo.tests import Form

from tests.common import MollieCase


class TestSharing(MollieCase):
    def setUp(self):
        super().setUp()
        self.customer.write({"phone": "06 1234 5678", "country_id": self.env.ref("base.nl").id})
        self.invoice = self.make_invoice(120.0)
        self.make_link(self.invoice)

    def dialog(self, user=None):
        Share = self.env["mollie.link.share"].with_user(user or self.clerk)
        return Form(Share.with_context(default_move_id=self.invoice.id))

    def ways(self, dialog):
        """Return the addresses of the ways, by name."""
        links = html.fromstring(f"<div>{dialog.ways}</div>").iter("a")
        return {link.text_content().strip(): link.get("href") for link in links}

    def test_the_text_says_what_for_how_much_and_where(self):
        text = self.dialog().text
        for word in (self.invoice.name, self.company.name, self.invoice.mollie_payment_link):
            self.assertIn(word, text)
        self.assertIn("€\xa0120.00", text)

    def test_the_text_speaks_the_customers_language(self):
        self.customer.lang = "nl_NL"
        self.assertIn("Betaal online", self.dialog().text)

    def test_the_text_can_be_edited_in_the_settings(self):
        self.env.ref(
            "invoice_mollie.mail_template_share_link"
        ).body_html = (
            '<p>Hello &amp; goodbye, please pay <t t-out="object.mollie_payment_link"/></p>'
        )
        text = f"Hello & goodbye, please pay {self.invoice.mollie_payment_link}"
        dialog = self.dialog()
        self.assertEqual(dialog.text, text)
        query = parse_qs(urlsplit(self.ways(dialog)["WhatsApp"]).query)
        self.assertEqual(query["text"], [text])

    def test_whatsapp_and_sms_know_the_number_as_the_world_dials_it(self):
        dialog = self.dialog()
        ways = self.ways(dialog)
        self.assertTrue(ways["WhatsApp"].startswith("https://wa.me/31612345678?text=Invoice%20"))
        self.assertTrue(ways["SMS"].startswith("sms:+31612345678?&body=Invoice%20"))
        self.customer.phone = "+49 151 23456789"
        self.assertIn("/4915123456789?", self.ways(self.dialog())["WhatsApp"])

    def test_without_a_number_the_clerk_picks_whom_to_send_it_to(self):
        for number in (False, "ask Els", "0"):
            self.customer.phone = number
            ways = self.ways(self.dialog())
            self.assertTrue(ways["WhatsApp"].startswith("https://wa.me/?text="), number)
            self.assertTrue(ways["SMS"].startswith("sms:?&body="), number)

    def test_nothing_typed_becomes_markup(self):
        self.company.name = self.customer.phone = '"><script>alert(1)</script>'
        dialog = self.dialog()
        self.assertNotIn("<script", dialog.ways)
        self.assertEqual(len(self.ways(dialog)), 2)

    def test_the_qr_code_is_a_picture_large_enough_to_scan(self):
        picture = Image.open(io.BytesIO(base64.b64decode(self.dialog().qr_code)))
        self.assertGreaterEqual(picture.width, 250)

    def test_where_odoo_draws_no_qr_code_the_rest_is_there(self):
        Report = type(self.env["ir.actions.report"])
        with (
            patch.object(Report, "barcode", side_effect=ValueError),
            self.assertLogs("odoo.addons.invoice_mollie", "WARNING"),
        ):
            dialog = self.dialog()
        self.assertFalse(dialog.qr_code)
        self.assertIn(self.invoice.name, dialog.text)

    def test_a_mail_starts_with_text_and_customer_and_the_log_says_to_whom_it_went(self):
        share = self.dialog().save()
        action = share.action_mail()
        Composer = self.env["mail.compose.message"].with_user(self.clerk)
        composer = Form(Composer.with_context(**action["context"]))
        self.assertIn(self.invoice.mollie_payment_link, composer.body)
        self.assertEqual(composer.subject, f"Pay invoice {self.invoice.name} online")
        composer.save().action_send_mail()
        message = self.invoice.message_ids[:1]
        self.assertEqual(message.partner_ids, self.customer)
        row = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "link_mailed")
        self.assertEqual(row.message, f"The payment link was mailed to {self.customer.email}.")

    def test_other_messages_are_not_taken_for_mails_with_the_link(self):
        self.invoice.message_post(body="Hello", partner_ids=self.customer.ids)
        self.assertNotIn("link_mailed", self.events(self.invoice))

    def test_a_message_without_the_link_is_not_taken_for_one_with_it(self):
        shared = self.invoice.with_user(self.clerk).with_context(mollie_is_shared=True)
        shared.message_post(body="Hello", partner_ids=self.customer.ids)
        self.assertNotIn("link_mailed", self.events(self.invoice))

    def test_who_may_not_see_the_invoice_shares_nothing(self):
        other = self.make_stranger()
        with self.assertRaises(AccessError):
            self.dialog(other)

    def test_who_may_not_see_the_invoice_learns_nothing_by_what_they_say_is_in_the_dialog(self):
        Share = self.env["mollie.link.share"].with_user(self.make_stranger())
        token = self.invoice.mollie_link_ids.token
        planted = {"move_id": self.invoice.id, "url": "x", "phone": "0", "text": "x"}
        for name in ("text", "ways", "url", "phone"):
            values = {key: value for key, value in planted.items() if key != name}
            with self.subTest(name), suppress(AccessError):
                self.assertNotIn(token, str(Share.onchange(values, [], {name: {}})))

    def make_stranger(self):
        """Return a clerk of another company."""
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        return self.make_user("other", "account.group_account_invoice", company=company)

    def test_without_the_template_the_link_is_the_text(self):
        self.env.ref("invoice_mollie.mail_template_share_link").unlink()
        self.assertEqual(self.dialog().text, self.invoice.mollie_payment_link)

    def test_a_revoked_link_is_not_shared(self):
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        dialog = self.dialog()
        self.assertFalse(dialog.text)
        self.assertFalse(dialog.qr_code)
