"""The current link by mail: to the address we know, the same answer to everybody."""

import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from tests.odoo.cases.pages import PageCase
from tests.visitors import STRANGERS, coming_from

VISITOR = "127.9.8.7"


class TestMailLink(PageCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.path = self.make_link(self.invoice)

    def ask(self, number, visitor=None, old_path="", **headers):
        """Ask for the link of an invoice; return the answer.

        :param str old_path: of the page on which the form was, if it was that of an outdated link.
        """
        headers = {"Referer": self.base_url() + old_path} | headers
        with coming_from(self.opener, visitor or next(STRANGERS)):
            data = {"number": number}
            return self.url_open("/mollie/link", data=data, headers=headers, method="POST")

    def mails(self):
        """Let the scheduler come, and return the mails of links."""
        self.run_cron("cron_mollie_mail_links")
        return self.env["mail.mail"].search([("subject", "like", "Payment link of")])

    def make_another_link(self):
        """Let a clerk revoke the link and make another; return the path of the old one."""
        self.invoice.action_mollie_revoke_link()
        old_path, self.path = self.path, self.make_link(self.invoice)
        return old_path

    def test_the_current_link_is_mailed_only_to_the_address_we_know(self):
        self.make_another_link()
        self.ask(self.invoice.name)
        mail = self.mails()
        self.assertEqual(mail.email_to, self.customer.email_normalized)
        self.assertFalse(mail.recipient_ids | mail.partner_ids)
        self.assertIn(self.invoice.mollie_payment_link, mail.body_html)

    def test_a_number_counts_whichever_way_its_letters_are_written(self):
        for number in (self.invoice.name.lower(), self.invoice.name.title()):
            self.assertNotEqual(number, self.invoice.name)
            self.ask(number)
        self.assertEqual(len(self.mails()), 2)

    def test_other_signs_between_the_parts_and_the_last_part_alone_will_do(self):
        prefix, year, last = self.invoice.name.split("/")
        for number in (
            f" {prefix}-{year}-{last} ",
            f"{prefix} {year} {last}",
            f"{year}/{last}",
            last,
        ):
            self.ask(number)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.ask(f"{prefix}{year}")
            self.ask(last[1:])
            self.assertEqual(len(self.mails()), 3)

    def test_of_two_with_the_same_last_part_only_its_holder_gets_the_link(self):
        last = self.invoice.name.rpartition("/")[2]
        other = self.make_invoice(invoice_date="2025-05-03", post=False)
        other.name = f"INV/2025/{last}"
        other.action_post()
        self.make_link(other)
        self.ask(last)
        self.assertFalse(self.mails())
        old_path = self.make_another_link()
        self.ask(last, old_path=old_path)
        self.assertIn(self.invoice.mollie_payment_link, self.mails().body_html)

    def test_the_mail_leaves_at_once(self):
        Trigger = self.env["ir.cron.trigger"]
        queue = [("cron_id", "=", self.env.ref("mail.ir_cron_mail_scheduler_action").id)]
        before = Trigger.search_count(queue)
        self.ask(self.invoice.name)
        self.mails()
        self.assertEqual(Trigger.search_count(queue), before + 1)

    def test_a_company_without_address_and_phone_shows_its_website(self):
        company = self.env.company
        company.write({"email": False, "phone": False, "website": "https://shop.example.com"})
        website = 'href="https://shop.example.com"'
        self.assertIn(website, self.get("/mollie/link").text)
        company.phone = "+31 20 1234567"
        self.assertNotIn(website, self.get("/mollie/link").text)
        company.write({"phone": False, "website": "http://shop.example.com"})
        self.assertIn('href="http://shop.example.com"', self.get("/mollie/link").text)
        company.website = "javascript:alert(1)"
        self.assertNotIn("alert(1)", self.get("/mollie/link").text)

    def test_what_stands_for_other_letters_elsewhere_is_no_number(self):
        """Row F6: else nobody would have to know a number."""
        prefix, _slash, last = self.invoice.name.rpartition("/")
        numbers = ("%", f"{prefix}/%", f"{prefix}/{'_' * len(last)}", "\\", f"{prefix}%\\")
        answers = {self.ask(number).content for number in numbers}
        self.assertEqual(len(answers), 1)
        self.assertFalse(self.mails())

    def test_who_opens_the_address_of_the_form_gets_the_form(self):
        """State 18: by the back button, or by typing it."""
        response = self.get("/mollie/link")
        self.assert_page(response, "Ask for the link of your invoice", "Invoice number")
        self.assertIn('<form method="post" action="/mollie/link">', response.text)
        self.assertEqual(self.request_count(), 0)
        self.assertEqual(self.get(f"/mollie/link?number={self.invoice.name}").text, response.text)
        self.assertEqual(self.request_count(), 0)

    def test_the_form_helps_to_type_a_number(self):
        for path in ("/mollie/link", "/mollie/pay/x"):
            field = re.search(r"<input[^>]*>", self.get(path).text)[0]
            self.assertIn('autocapitalize="characters"', field)
            self.assertIn('autocomplete="off"', field)
            self.assertIn('spellcheck="false"', field)

    def request_count(self):
        return self.env["mollie.link.request"].search_count([])

    def test_each_who_asks_is_answered_once(self):
        self.ask(self.invoice.name)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(len(self.mails()), 1)

    def test_of_a_revoked_link_nothing_is_mailed(self):
        self.invoice.action_mollie_revoke_link()
        for old_path in ("", self.path):
            self.ask(self.invoice.name, old_path=old_path)
            self.assertFalse(self.mails())
        self.assertFalse(self.invoice.mollie_payment_link)

    def test_the_answer_is_the_same_whatever_was_typed(self):
        """Row F6."""
        numbers = (self.invoice.name, "nothing", "", "'", "\0", "x" * 500)
        answers = {self.ask(number).content for number in numbers}
        answers |= {self.ask(self.invoice.name, VISITOR).content for _time in range(40)}
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self.mails()), 3)

    def test_nothing_is_mailed_before_the_answer(self):
        """Row F6: no answer tells by its time whether there is such an invoice."""
        Move = type(self.env["account.move"])
        with patch.object(Move, "_search", side_effect=AssertionError("looked up")):
            answer = self.ask(self.invoice.name)
        self.assert_page(answer, "is now mailed to the address we know")
        self.assertFalse(self.env["mail.mail"].search([("subject", "like", "Payment link of")]))

    def test_at_most_three_mails_a_day_leave_for_an_invoice(self):
        """Row F6: whoever asks, from wherever."""
        with freeze_time(fields.Datetime.now()) as clock:
            for _click in range(5):
                self.ask(self.invoice.name)
            self.assertEqual(len(self.mails()), 3)
            clock.tick(timedelta(days=1))
            self.ask(self.invoice.name)
            self.assertEqual(len(self.mails()), 4)

    def test_at_most_ten_mails_an_hour_leave_for_an_address(self):
        """Row F6: over as many invoices as it knows, or guesses."""
        self.ask("a guess", VISITOR)
        with freeze_time(fields.Datetime.now()) as clock:
            for _invoice in range(15):
                self.ask_for_another(VISITOR)
            self.assertEqual(len(self.mails()), 9)
            self.ask_for_another()
            self.assertEqual(len(self.mails()), 10)
            clock.tick(timedelta(hours=1))
            self.ask_for_another(VISITOR)
            self.assertEqual(len(self.mails()), 11)

    def ask_for_another(self, visitor=None):
        invoice = self.make_invoice()
        self.make_link(invoice)
        self.ask(invoice.name, visitor)

    def test_who_comes_from_the_old_link_is_not_kept_from_it_by_others(self):
        old_path = self.make_another_link()
        for _click in range(5):
            self.ask(self.invoice.name, VISITOR)
        for _guess in range(10):
            self.ask("a guess", VISITOR)
        self.assertEqual(len(self.mails()), 3)
        self.ask(self.invoice.name, VISITOR, old_path)
        self.assertEqual(len(self.mails()), 4)
        self.ask(self.invoice.name, VISITOR, f"{old_path}?lang=nl")
        self.assertEqual(len(self.mails()), 5)

    def test_who_comes_from_the_old_link_gets_ten_mails_a_day_at_most(self):
        old_path = self.make_another_link()
        for _click in range(12):
            self.ask(self.invoice.name, VISITOR, old_path)
        self.assertEqual(len(self.mails()), 10)

    def test_an_old_link_is_good_for_its_own_invoice_only(self):
        old_path = self.make_another_link()
        other = self.make_invoice()
        self.make_link(other)
        for _click in range(5):
            self.ask(other.name, VISITOR, old_path)
        self.assertEqual(len(self.mails()), 3)

    def test_a_made_up_link_gets_nobody_more(self):
        for path in ("/mollie/pay/" + "A" * 32, "/mollie/pay/\0", "/mollie/pay/", self.path + "/x"):
            for _click in range(5):
                self.ask(self.invoice.name, VISITOR, path)
        self.assertEqual(len(self.mails()), 3)

    def test_another_site_can_ask_for_nothing(self):
        """Row F6: its visitors would ask from everywhere."""
        answer = self.ask(self.invoice.name, **{"Sec-Fetch-Site": "cross-site"})
        self.assert_page(answer, "Send me the current link", status=403)
        self.assertFalse(self.mails())

    def test_what_was_asked_for_is_forgotten_when_it_is_answered(self):
        self.ask(self.invoice.name, VISITOR)
        Request = self.env["mollie.link.request"]
        self.assertNotIn(VISITOR, str(Request.search([]).read()))
        self.mails()
        self.assertFalse(Request.search_count([]))

    def test_who_is_not_answered_for_a_day_is_forgotten(self):
        """In a copy of the database, for example, whose scheduled actions are off."""
        self.ask(self.invoice.name)
        Request = self.env["mollie.link.request"]
        Request._gc_old()
        self.assertEqual(Request.search_count([]), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            Request._gc_old()
        self.assertFalse(Request.search_count([]))

    def test_what_fails_does_not_keep_others_from_their_mails(self):
        other = self.make_invoice()
        self.make_link(other)
        template = self.env.ref("invoice_mollie.mail_template_current_link")
        template.subject = f"Payment link of {{{{ 1 / (object.id - {self.invoice.id}) }}}}"
        self.ask(self.invoice.name)
        self.ask(other.name)
        with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
            mails = self.mails()
        self.assertEqual(len(mails), 1)
        self.assertFalse(self.env["mollie.link.request"].search_count([]))
