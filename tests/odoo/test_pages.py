"""The public pages: every state has its heading, its sentence on the money, its next step."""

import re

from odoo import Command

from tests.common import LIVE_KEY, MollieCase

HEADERS = {
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
NOTHING_TAKEN = "No money has been taken"
UNKNOWN_TOKEN = "A" * 32


class PageCase(MollieCase):
    def assert_page(self, response, *sentences, status=200, without=()):
        """Check a page: its status, its one heading, what it says and does not, its headers."""
        text = self.text_of(response)
        self.assertEqual(response.status_code, status, text)
        self.assertEqual(len(re.findall(r"<h1>", response.text)), 1)
        self.assertRegex(response.text, r"<html lang=\"[a-z]{2}-[A-Z]{2}\">")
        self.assertIn(self.company.name, text)
        for sentence in sentences:
            self.assertIn(sentence, text)
        for sentence in without:
            self.assertNotIn(sentence, text)
        self.assert_headers(response)
        self.assertLess(len(response.content), 20_000 + 60_000 * ("data:image" in response.text))
        self.assertNotIn("<script", response.text)
        self.assertNotIn("style=", response.text)

    def assert_headers(self, response):
        for name, value in HEADERS.items():
            self.assertEqual(response.headers.get(name), value, name)
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertIn("form-action 'self' https:", policy)
        self.assertIn("payment=()", response.headers["Permissions-Policy"])

    def decide(self, tx, status, method="ideal", **kwargs):
        self.sandbox.set_status(tx.provider_reference, status, method=method, **kwargs)
        return self.get(self.return_path(tx))


class TestPayPage(PageCase):
    def test_state_1_due_names_amount_and_day(self):
        invoice = self.make_invoice(120.0, invoice_date_due="2036-05-03")
        response = self.get(self.make_link(invoice))
        self.assert_page(response, invoice.name, "120.00 due by 05/03/2036", "Pay € 120.00")

    def test_state_2_overdue_says_when_it_was_due_without_alarm(self):
        invoice = self.make_invoice(120.0, invoice_date_due="2026-05-03")
        response = self.get(self.make_link(invoice))
        self.assert_page(response, "was due on 05/03/2026", "Pay € 120.00")

    def test_state_3_part_paid_tells_received_and_left(self):
        invoice = self.make_invoice(120.0)
        self.receive_by_bank(invoice, 40.0)
        response = self.get(self.make_link(invoice))
        self.assert_page(response, "€ 40.00 of € 120.00 received; € 80.00 left", "Pay € 80.00")

    def test_state_4_an_attempt_alive_can_be_continued_or_started_again(self):
        invoice = self.make_invoice(120.0)
        tx = self.start_payment(invoice)
        path = self.make_link(invoice)
        response = self.get(path)
        self.assert_page(response, "Nothing has been taken so far", "Continue", "Start again")
        self.assertEqual(self.press_pay(path).headers["Location"], tx.mollie_checkout_url)
        self.assertEqual(
            self.press_pay(path, choice="alive").headers["Location"], tx.mollie_checkout_url
        )
        self.press_pay(path, again="1")
        self.assertNotEqual(self.last_transaction(invoice), tx)

    def test_state_5_a_bank_transfer_under_way_shows_where_to_send_it(self):
        invoice = self.make_invoice(120.0)
        tx = self.start_payment(invoice)
        self.decide(tx, "open", method="banktransfer")
        details = self.sandbox.payment(tx.provider_reference)["details"]
        response = self.get(self.make_link(invoice))
        self.assert_page(
            response,
            "Your bank transfer of € 120.00 is on its way; this can take 1–3 working days",
            details["bankAccount"],
            details["transferReference"],
            "I have not paid yet: pay € 120.00",
        )
        self.assertEqual(self.press_pay(self.make_link(invoice)).status_code, 200)
        self.assertEqual(self.press_pay(self.make_link(invoice), again="1").status_code, 303)

    def test_state_6_authorized_is_reserved_and_offers_nothing(self):
        invoice = self.make_invoice(120.0)
        tx = self.start_payment(invoice)
        self.assert_page(
            self.decide(tx, "authorized", method="klarna"), "is reserved, not yet taken"
        )
        response = self.get(self.make_link(invoice))
        self.assert_page(response, "is reserved, not yet taken")
        self.assertNotIn("<button", response.text)
        self.assertEqual(self.press_pay(self.make_link(invoice), again="1").status_code, 200)

    def test_state_8_paid_otherwise_has_nothing_more_to_do(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        self.receive_by_bank(invoice, 120.0)
        response = self.get(path)
        self.assert_page(response, "This invoice is paid. Nothing more to do.", "receipt")
        self.assertNotIn("<button", response.text)

    def test_state_13_mollie_down_takes_no_money_and_offers_another_try(self):
        self.company.partner_id.bank_ids = [
            Command.clear(),
            Command.create({"acc_number": "NL91ABNA0417164300"}),
        ]
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        self.sandbox.fault("503", method="POST")
        response = self.press_pay(path)
        self.assert_page(
            response, NOTHING_TAKEN, "Try again: pay € 120.00", "NL91 ABNA 0417 1643 00", status=503
        )
        self.assertEqual(self.press_pay(path).status_code, 303)
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_state_14_a_cancelled_invoice_has_nothing_to_pay(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        invoice.button_cancel()
        self.assert_page(self.get(path), "Nothing to pay: this invoice was cancelled")
        self.assertEqual(self.press_pay(path).status_code, 200)
        self.assertFalse(invoice.transaction_ids)

    def test_state_14_a_credited_invoice_has_nothing_to_pay(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        invoice._reverse_moves(cancel=True)
        self.assert_page(self.get(path), "Nothing to pay: this invoice was cancelled")

    def test_state_15_a_refunded_invoice_says_how_much_and_when(self):
        invoice = self.make_invoice(120.0)
        tx = self.pay(invoice)
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        response = self.get(f"/mollie/pay/{tx.mollie_link_id.token}")
        self.assert_page(response, "€ 20.00 was refunded on", "nothing you need to do")
        self.assertNotIn("<button", response.text)

    def test_state_16_a_charged_back_invoice_is_open_without_accusation(self):
        invoice = self.make_invoice(120.0)
        tx = self.pay(invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "120.00")
        self.deliver_webhooks()
        path = f"/mollie/pay/{tx.mollie_link_id.token}"
        self.assert_page(
            self.get(path), "Open amount: € 120.00", "Pay € 120.00", without=["charge", "Charge"]
        )
        self.assertEqual(self.press_pay(path).status_code, 303)

    def test_state_17_a_draft_again_is_being_corrected(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        invoice.button_draft()
        self.assert_page(self.get(path), "being corrected", "You will get a new message")
        self.assertEqual(self.press_pay(path).status_code, 200)
        self.assertFalse(invoice.transaction_ids)

    def test_state_18_is_one_page_for_unknown_revoked_and_malformed_links(self):
        invoice = self.make_invoice(120.0)
        revoked = self.make_link(invoice)
        invoice.with_user(self.clerk).action_mollie_revoke_link()
        paths = [
            revoked,
            f"/mollie/pay/{UNKNOWN_TOKEN}",
            "/mollie/pay/x",
            "/mollie/pay",
            "/mollie/return/x",
        ]
        responses = [self.get(path) for path in paths]
        for response in responses:
            self.assert_page(response, "Send me the current link", status=404)
            self.assertEqual(response.content, responses[0].content)
        self.assertEqual(self.press_pay(revoked).content, responses[0].content)

    def test_state_20_test_mode_says_so_on_every_page_and_live_mode_never(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        self.assert_page(self.get(path), "Test: no real money")
        self.company._connect_mollie(LIVE_KEY)
        self.assert_page(self.get(path), without=["Test"])

    def test_a_company_that_left_mollie_shows_its_bank_account_instead(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        self.provider.state = "disabled"
        response = self.get(path)
        self.assert_page(response, "can't be paid online at the moment", NOTHING_TAKEN)
        self.assertNotIn("<button", response.text)

    def test_the_page_is_written_in_the_customers_language(self):
        self.customer.lang = "nl_NL"
        response = self.get(self.make_link(self.make_invoice(1234.5)))
        self.assertIn('<html lang="nl-NL">', response.text)
        self.assertIn("1.234,50", self.text_of(response))

    def test_names_are_shown_as_text(self):
        """Row E1."""
        self.company.name = '<script>alert("x")</script> & Co'
        response = self.get(self.make_link(self.make_invoice()))
        self.assertNotIn("<script>alert", response.text)
        self.assertIn("&lt;script&gt;", response.text)

    def test_a_yen_amount_has_no_decimals(self):
        invoice = self.make_invoice(5000, currency="JPY")
        path = self.make_link(invoice)
        self.assertIn("5,000", self.text_of(self.get(path)))
        self.press_pay(path)
        tx = self.last_transaction(invoice)
        amount = self.sandbox.payment(tx.provider_reference)["amount"]
        self.assertEqual(amount, {"currency": "JPY", "value": "5000"})

    def test_a_page_of_another_site_can_not_press_the_button(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        response = self.url_open(
            path, data={"x": "1"}, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False
        )
        self.assert_page(response, "Pay € 100.00")
        self.assertFalse(invoice.transaction_ids)

    def test_other_methods_are_refused_with_the_same_headers(self):
        """Row E10."""
        path = self.make_link(self.make_invoice())
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            with self.subTest(method):
                response = self.url_open(path, method=method, allow_redirects=False)
                self.assertEqual(response.status_code, 405)
                self.assert_headers(response)

    def test_the_redirect_to_mollie_has_the_headers_too(self):
        response = self.press_pay(self.make_link(self.make_invoice()))
        self.assertEqual(response.status_code, 303)
        self.assert_headers(response)


class TestAmounts(PageCase):
    def make_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "40 now, 60 later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 40, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 60, "nb_days": 3650}),
                ],
            }
        )
        return self.make_invoice(100.0, invoice_payment_term_id=term.id)

    def test_an_invoice_with_instalments_offers_the_next_one_and_everything(self):
        invoice = self.make_instalments()
        path = self.make_link(invoice)
        response = self.get(path)
        self.assert_page(response, "Pay the next instalment: € 40.00", "Pay everything: € 100.00")
        self.press_pay(path, choice="next")
        self.assertEqual(self.last_transaction(invoice).amount, 40)
        self.assert_page(self.get(path), "Continue: pay € 40.00")
        self.press_pay(path, choice="all")
        self.assertEqual(self.last_transaction(invoice).amount, 100)

    def test_another_amount_is_taken_between_the_least_and_what_is_due(self):
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        self.assert_page(self.get(path), "at least € 10.00")
        self.press_pay(path, choice="other", amount="25,50")
        self.assertEqual(self.last_transaction(invoice).amount, 25.5)

    def test_amounts_that_make_no_sense_are_refused_with_a_way_out(self):
        """Row B3."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        invoice = self.make_invoice(100.0)
        path = self.make_link(invoice)
        for typed in (
            "0",
            "-1",
            "NaN",
            "1e3",
            "1e309",
            "１００",
            "0.001",
            "100.01",
            "9.99",
            "",
            "1.000,00",
            "25.123",
        ):
            with self.subTest(typed):
                response = self.press_pay(path, choice="other", amount=typed)
                self.assert_page(response, "from € 10.00 to € 100.00", status=422)
        self.assertFalse(invoice.transaction_ids)

    def test_another_amount_counts_for_nothing_unless_the_company_allows_it(self):
        invoice = self.make_invoice(100.0)
        self.press_pay(self.make_link(invoice), choice="other", amount="1.00")
        self.assertEqual(self.last_transaction(invoice).amount, 100)

    def test_a_discount_valid_today_is_taken_off_and_booked(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2% in 3650 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 3650,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 3660})
                ],
            }
        )
        invoice = self.make_invoice(100.0, invoice_payment_term_id=term.id)
        self.assert_page(self.get(self.make_link(invoice)), "discount of € 2.00", "Pay € 98.00")
        tx = self.pay(invoice)
        self.assertEqual(tx.amount, 98)
        self.assertEqual(invoice.amount_residual, 0)


class TestReturnPage(PageCase):
    def start(self, amount=60.0):
        invoice = self.make_invoice(amount)
        return invoice, self.start_payment(invoice)

    def test_state_7_success_confirms_amount_day_method_and_leads_to_the_invoice(self):
        invoice, tx = self.start()
        response = self.decide(tx, "paid")
        self.assert_page(response, "We received € 60.00 on", "iDEAL", invoice.name)
        self.env.invalidate_all()
        self.assertIn(f"/my/invoices/{invoice.id}?access_token=", response.text)

    def test_state_9_cancelled_took_no_money_and_tries_again(self):
        invoice, tx = self.start()
        response = self.decide(tx, "canceled")
        self.assert_page(response, "You cancelled", NOTHING_TAKEN, "Try again: pay € 60.00")
        self.assertEqual(self.press_pay(self.make_link(invoice)).status_code, 303)

    def test_state_10_failed_gives_mollies_reason(self):
        _invoice, tx = self.start(1002.0)
        response = self.decide(tx, "failed", method="creditcard")
        reason = self.sandbox.payment(tx.provider_reference)["details"]["failureMessage"]
        self.assert_page(response, NOTHING_TAKEN, reason, "Try again")

    def test_state_11_expired_took_no_money(self):
        _invoice, tx = self.start()
        self.assert_page(self.decide(tx, "expired"), "The time to pay ran out", NOTHING_TAKEN)

    def test_state_12_unknown_says_not_to_pay_again_and_refreshes_for_a_while(self):
        _invoice, tx = self.start()
        self.sandbox.fault("503", times=None)
        response = self.get(self.return_path(tx))
        self.assert_page(response, "Don't pay again", "updates itself", without=[NOTHING_TAKEN])
        visits = 0
        while "Refresh" in response.headers:
            seconds, _, path = response.headers["Refresh"].partition("; url=")
            self.assertGreaterEqual(int(seconds), 2)
            response = self.get(path)
            visits += 1
        self.assertEqual(visits, 12)
        self.assert_page(response, "Don't pay again", "longer than usual")

    def test_an_open_payment_is_not_known_yet(self):
        _invoice, tx = self.start()
        self.assert_page(self.get(self.return_path(tx)), "Don't pay again")

    def test_a_pending_transfer_tells_what_to_expect(self):
        _invoice, tx = self.start()
        self.assert_page(self.decide(tx, "pending", method="ideal"), "1–3 working days")

    def test_a_failed_attempt_does_not_offer_to_pay_what_is_paid(self):
        invoice, tx = self.start()
        self.receive_by_bank(invoice, 60.0)
        response = self.decide(tx, "failed")
        self.assert_page(response, NOTHING_TAKEN, "has been paid in another way")
        self.assertNotIn("<button", response.text)

    def test_what_the_address_says_counts_for_nothing(self):
        """Row A6."""
        invoice, tx = self.start()
        self.get(self.return_path(tx) + "?status=paid&payment_status=paid&id=tr_x")
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 60)


class TestMailLink(PageCase):
    def ask(self, number):
        return self.url_open("/mollie/link", data={"number": number}, method="POST")

    def mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Payment link of")])

    def test_the_current_link_is_mailed_only_to_the_address_we_know(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        self.ask(invoice.name)
        self.env.invalidate_all()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(invoice.mollie_payment_link, mail.body_html)

    def test_the_answer_is_the_same_whatever_was_typed(self):
        """Row F6."""
        invoice = self.make_invoice()
        self.make_link(invoice)
        answers = {self.ask(n).content for n in (invoice.name, "nothing", "", "'", "x" * 500)}
        self.assertEqual(len(answers), 1)

    def test_at_most_three_mails_a_day_leave_for_an_invoice(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        for _click in range(5):
            self.ask(invoice.name)
        self.env.invalidate_all()
        self.assertEqual(len(self.mails()), 3)
