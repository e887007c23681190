"""What who has paid gets for it: a receipt on the page and by mail, and what is to pay next."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from odoo.addons.mail.models.mail_template import MailTemplate

from tests.odoo.cases.pages import PageCase


class ReceiptCase(PageCase):
    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid(60.0)

    def mails(self):
        """Let the scheduler come, and return the mails with receipts."""
        self.run_cron("cron_mollie_mail_receipts")
        return self.env["mail.mail"].search([("subject", "like", "Receipt of your payment")])

    def receipt_path(self):
        return f"/mollie/receipt/{self.tx.mollie_receipt_token}"

    def html(self, tx=None):
        """Return the receipt as wkhtmltopdf gets it: tests print nothing."""
        tx = tx or self.tx
        Report = self.env["ir.actions.report"]
        return Report._render_qweb_html("invoice_mollie.report_receipt", tx.ids)[0].decode()


class TestReceipt(ReceiptCase):
    def test_it_says_who_got_how_much_of_whom_for_what_when_and_how(self):
        self.company.partner_id.vat = "NL000099998B57"
        self.customer.write({"vat": "BE0477472701", "street": "Molenstraat 1"})
        text = self.html()
        for word in (
            *("€&nbsp;60.00", self.invoice.name, "iDEAL", self.tx.provider_reference),
            *(self.company.name, "NL000099998B57", "Bakkerij De Korenaar", "BE0477472701"),
            *("Molenstraat 1", self.tx.reference, "Test: no real money"),
        ):
            self.assertIn(word.replace("&nbsp;", "\xa0"), text)

    def test_it_says_when_the_money_came_by_the_clock_of_the_company(self):
        self.company.partner_id.tz = "Europe/Amsterdam"
        self.tx.mollie_paid_at = "2026-09-30 22:30:00"
        self.assertRegex(self.html(), r"10/01/2026 \d\d:30:00")

    def test_it_says_what_went_back_meanwhile(self):
        self.assertNotIn("went back", self.html())
        self.sandbox.add_refund(self.tx.provider_reference, "25.00", status="refunded")
        self.deliver_webhooks()
        self.env.invalidate_all()
        self.assertIn("Of which went back", self.html())
        self.assertIn("€\xa025.00", self.html())

    def test_it_says_what_was_saved_by_paying_early(self):
        self.assertNotIn("Discount", self.html())
        values = {"early_discount": True, "discount_percentage": 2, "discount_days": 3650}
        term = self.env["account.payment.term"].create({"name": "2 %", **values})
        text = self.html(self.pay(self.make_invoice(50.0, invoice_payment_term_id=term.id)))
        self.assertIn("Discount for paying early", text)
        self.assertIn("€\xa01.00", text)

    def test_it_counts_every_capture(self):
        tx = self.pay(self.make_invoice(100.0), "authorized", method="klarna")
        for value in ("40.00", "60.00"):
            self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": value})
            self.deliver_webhooks()
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertIn("€\xa0100.00", self.html(tx))

    def test_it_speaks_the_customers_language(self):
        self.customer.lang = "nl_NL"
        self.assertIn("Kwitantie", self.html())
        self.assertIn("We ontvingen", self.html())


class TestReceiptAddress(ReceiptCase):
    def test_the_page_after_paying_leads_to_it(self):
        """State 7."""
        response = self.get(self.return_path(self.tx))
        self.assert_page(response, "Thank you", "Download the receipt", "View the invoice")
        self.assertIn(f'href="{self.receipt_path()}"', response.text)

    def test_the_page_of_a_paid_invoice_leads_to_it(self):
        """State 8."""
        response = self.get(self.make_path())
        self.assert_page(response, "is paid", "Download the receipt")

    def make_path(self):
        return f"/mollie/pay/{self.invoice.mollie_link_ids.token}"

    def test_it_comes_as_a_file_named_after_the_payment(self):
        response = self.get(self.receipt_path())
        self.assertEqual(response.status_code, 200)
        self.assert_headers(response)
        # Of HTML, for tests print nothing.
        self.assertEqual(response.headers["Content-Type"], "application/html")
        disposition = response.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"), disposition)
        self.assertIn(self.tx.reference.replace("/", "_"), disposition)

    def test_a_payment_that_did_not_come_has_none(self):
        tx = self.start_payment(self.make_invoice(70.0))
        path = f"/mollie/receipt/{tx.mollie_receipt_token}"
        self.assert_page(self.get(path), "This link does not work", status=404)
        self.assertNotIn("/mollie/receipt", self.decide(tx, "failed").text)

    def test_neither_another_payments_tokens_nor_none_opens_it(self):
        for token in (self.tx.mollie_return_token, self.invoice.mollie_link_ids.token, "x", ""):
            response = self.get(f"/mollie/receipt/{token}")
            self.assert_page(response, "This link does not work", status=404)

    def test_it_is_gone_with_the_link(self):
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.assert_page(self.get(self.receipt_path()), status=404)
        self.assertNotIn("/mollie/receipt", self.get(self.return_path(self.tx)).text)

    def test_it_is_offered_for_as_long_as_the_settings_say(self):
        self.company.mollie_receipt_days = 10
        for days, status in ((10, 200), (11, 404)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                self.assertEqual(self.get(self.receipt_path()).status_code, status)
                page = self.get(f"{self.make_path()}?lang=en")
                for shown in ("Download the receipt", "/mollie/receipt"):
                    self.assertEqual(shown in page.text, status == 200)

    def test_who_asks_again_and_again_has_to_wait(self):
        self.assert_refused_at_the_sixth_time(self.receipt_path())

    def assert_refused_at_the_sixth_time(self, path):
        with freeze_time(fields.Datetime.now()):
            for _time in range(5):
                self.assertEqual(self.get(path).status_code, 200)
            response = self.get(path)
        self.assert_page(response, "downloaded very often", "in 1 minute", status=429)
        self.assertEqual(response.headers["Retry-After"], "60")

    def test_another_receipt_can_be_downloaded_meanwhile(self):
        self.assert_refused_at_the_sixth_time(self.receipt_path())
        _invoice, tx = self.make_paid(70.0)
        response = self.get(f"/mollie/receipt/{tx.mollie_receipt_token}")
        self.assertEqual(response.status_code, 200)

    def test_its_name_is_in_the_customers_language(self):
        self.customer.lang = "nl_NL"
        response = self.get(self.receipt_path())
        self.assertIn("Kwitantie", response.headers["Content-Disposition"])

    def test_what_was_paid_in_another_way_has_none(self):
        invoice = self.make_invoice(80.0)
        path = self.make_link(invoice)
        self.receive_by_bank(invoice, 80.0)
        response = self.get(path)
        self.assert_page(response, "is paid", "View the invoice", without=["receipt"])

    def test_a_payment_by_cores_dialog_has_one_too(self):
        invoice = self.make_invoice(80.0)
        tx = self.start_core_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.env.invalidate_all()
        self.assert_refused_at_the_sixth_time(f"/mollie/receipt/{tx.mollie_receipt_token}")


class TestReceiptMail(ReceiptCase):
    def test_it_is_mailed_once_to_the_customer_and_the_log_says_so(self):
        mail = self.mails()
        self.assertEqual(mail.email_to, self.customer.email_normalized)
        self.assertIn("€\xa060.00", mail.body_html)
        self.assertIn("Test: no real money", mail.body_html)
        self.assertIn(self.invoice.mollie_link_ids._get_url(), mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        row = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "receipt_mailed")
        self.assertEqual(row.message, f"The receipt was mailed to {self.customer.email}.")
        self.assertEqual(self.mails(), mail)

    def test_it_is_mailed_soon_and_leaves_at_once(self):
        """Its reader has just paid."""
        for cron, act in (
            ("invoice_mollie.cron_mollie_mail_receipts", self.make_paid),
            ("mail.ir_cron_mail_scheduler_action", self.mails),
        ):
            woken = [("cron_id", "=", self.env.ref(cron).id)]
            before = self.env["ir.cron.trigger"].search_count(woken)
            act()
            self.assertGreater(self.env["ir.cron.trigger"].search_count(woken), before, cron)

    def test_the_log_says_how_much_came(self):
        tx = self.pay(self.make_invoice(100.0), "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": "40.00"})
        self.deliver_webhooks()
        self.mails()
        row = tx.invoice_ids.mollie_log_ids.filtered(lambda row: row.event == "receipt_mailed")
        self.assertEqual(row.amount, 40)
        self.assert_page(self.get(self.return_path(tx)), "We received € 40.00 on")

    def test_the_page_says_where_to_and_strangers_learn_little_of_the_address(self):
        response = self.get(self.return_path(self.tx))
        self.assert_page(response, "A receipt is also mailed to a***@korenaar.example.com.")
        self.assertNotIn(self.customer.email, response.text)

    def test_a_company_that_wants_none_mails_none(self):
        self.company.mollie_mail_receipt = False
        self.assertFalse(self.mails())
        response = self.get(self.return_path(self.tx))
        self.assert_page(response, "Download the receipt", without=["mailed"])

    def test_a_customer_without_address_is_mailed_none(self):
        self.customer.email = False
        self.assertFalse(self.mails())
        self.assert_page(self.get(self.return_path(self.tx)), "Thank you", without=["mailed"])

    def test_it_is_dutch_for_the_dutch(self):
        self.customer.lang = "nl_NL"
        self.run_cron("cron_mollie_mail_receipts")
        mail = self.env["mail.mail"].search([("subject", "like", "Kwitantie van uw betaling")])
        self.assertIn("De kwitantie is bijgevoegd", mail.body_html)

    def test_one_that_cannot_be_mailed_keeps_no_other_back_and_is_tried_again(self):
        _other, second = self.make_paid(70.0)
        send_mail = MailTemplate.send_mail

        def fail(template, res_id, *args, **kwargs):
            if res_id == second.id:
                raise ValueError("wkhtmltopdf is not there")
            return send_mail(template, res_id, *args, **kwargs)

        with (
            patch.object(MailTemplate, "send_mail", fail),
            self.assertLogs("odoo.addons.invoice_mollie", "ERROR"),
        ):
            self.assertEqual(len(self.mails()), 1)
        self.assertEqual(len(self.mails()), 2)

    def test_what_failed_for_days_is_not_mailed_any_more(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.assertFalse(self.mails())

    def test_who_may_not_read_its_token_sets_other_providers_transactions_done(self):
        custom = self.env.ref("payment.payment_provider_transfer")
        custom.write({"state": "test", "company_id": self.company.id})
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": custom.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": 10,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "by bank",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(tx.with_user(self.clerk)._set_done(), tx)
        self.assertEqual(tx.state, "done")

    def test_a_copy_of_the_database_mails_none(self):
        self.provider.mollie_place = "7713268881697619110/16384"
        self.assertFalse(self.mails())

    def test_a_refund_is_no_payment_to_thank_for(self):
        self.mails()
        self.sandbox.add_refund(self.tx.provider_reference, "25.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(len(self.mails()), 1)


class TestNextInvoice(ReceiptCase):
    def page(self):
        return self.get(self.return_path(self.tx))

    def test_the_customers_next_open_invoice_is_offered(self):
        later = self.make_invoice(90.0, invoice_date_due="2036-06-01")
        sooner = self.make_invoice(80.0, invoice_date_due="2036-05-01")
        self.make_link(later)
        path = self.make_link(sooner)
        response = self.page()
        sentences = (sooner.name, "Due date May 1, 2036", "Amount due now € 80.00")
        self.assert_page(response, "Your next open invoice", *sentences)
        self.assertIn(f'href="{path}"', response.text)
        self.assertNotIn(later.name, response.text)

    def test_an_hour_after_paying_none_is_for_addresses_are_passed_on(self):
        self.make_link(self.make_invoice(80.0))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=59)):
            self.assert_page(self.page(), "Your next open invoice")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assert_page(self.page(), without=["next open invoice"])

    def test_one_without_a_link_is_not(self):
        self.make_invoice(80.0)
        self.assert_page(self.page(), without=["next open invoice"])

    def test_that_of_a_colleague_is_not(self):
        colleague = self.customer.copy({"name": "Inkoop", "parent_id": self.customer.id})
        self.make_link(self.make_invoice(80.0, partner_id=colleague.id))
        self.assert_page(self.page(), without=["next open invoice"])

    def test_one_that_is_being_paid_is_not(self):
        tx = self.start_payment(self.make_invoice(80.0))
        self.assert_page(self.decide(tx, "pending"), "1–3 working days")
        self.assert_page(self.page(), without=["next open invoice"])

    def test_one_that_is_paid_or_revoked_is_not(self):
        self.make_paid(80.0)
        revoked = self.make_invoice(90.0)
        self.make_link(revoked)
        revoked.with_user(self.clerk).action_mollie_revoke_link()
        self.assert_page(self.page(), without=["next open invoice"])
