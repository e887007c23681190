"""The pay page: every state has its heading, its sentence on the money, its next step."""

from unittest.mock import Mock, patch

from odoo import Command
from odoo.exceptions import LockError
from odoo.tools import format_datetime

from tests.common import LIVE_KEY
from tests.odoo.cases.pages import NOTHING_TAKEN, PageCase

UNKNOWN_TOKEN = "A" * 32
# A picture of one pixel.
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


class TestPayPage(PageCase):
    def test_state_1_due_names_amount_and_day(self):
        invoice = self.make_invoice(120.0, invoice_date_due="2036-05-03")
        response = self.get(self.make_link(invoice))
        self.assert_page(response, invoice.name, "120.00 due by May 3, 2036", "Pay € 120.00")

    def test_state_2_overdue_says_when_it_was_due_without_alarm(self):
        invoice = self.make_invoice(120.0, invoice_date_due="2026-05-03")
        response = self.get(self.make_link(invoice))
        self.assert_page(response, "was due on May 3, 2026", "Pay € 120.00")

    def test_state_3_part_paid_tells_received_and_left(self):
        invoice = self.make_invoice(120.0)
        self.receive_by_bank(invoice, 40.0)
        response = self.get(self.make_link(invoice))
        self.assert_page(response, "€ 40.00 of € 120.00 received; € 80.00 left", "Pay € 80.00")

    def test_state_4_an_attempt_alive_can_be_continued_or_started_again(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        invoice = self.make_invoice(120.0)
        tx = self.start_payment(invoice)
        path = self.make_link(invoice)
        response = self.get(path)
        warning = "If both payments arrive, you have paid twice"
        started = format_datetime(self.env, tx.create_date, tz="Asia/Tokyo", dt_format="HH:mm")
        started = f"A payment of € 120.00 was started at {started}. Nothing has been taken so far"
        page = (started, "Continue", warning, "Start again")
        self.assert_page(response, *page)
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
        self.assert_page(response, "is reserved, not yet taken", without=["due now"])
        self.assertNotIn("<button", response.text)
        self.assertEqual(self.press_pay(self.make_link(invoice), again="1").status_code, 200)

    def test_state_21_captured_in_part_tells_received_and_reserved_and_offers_nothing(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        tx = self.start_payment(invoice)
        self.decide(tx, "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": "50.00"})
        self.deliver_webhooks()
        response = self.get(path)
        reserved = "€ 50.00 of € 120.00 received; € 70.00 is reserved, not yet taken"
        self.assert_page(response, reserved, "nothing you need to do", without=["due now"])
        self.assertNotIn("<button", response.text)

    def test_state_8_what_was_paid_twice_is_said_to_who_paid_it(self):
        invoice = self.make_invoice(120.0)
        first = self.start_payment(invoice)
        path = self.make_link(invoice)
        self.press_pay(path, again="1")
        second = self.last_transaction(invoice)
        self.decide(first, "paid")
        page = self.decide(second, "paid")
        surplus = "€ 120.00 came in that this invoice did not need. We give it back"
        self.assert_page(page, surplus)
        self.assert_page(self.get(path), "is paid", surplus)

    def test_what_a_clerk_has_unmatched_is_no_second_payment(self):
        invoice, tx = self.make_paid(120.0)
        path = f"/mollie/pay/{invoice.mollie_link_ids[:1].token}"
        items = tx.payment_id.move_id.line_ids.filtered("reconciled")
        items.remove_move_reconcile()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 120)
        self.assert_page(self.get(path), "is paid", without=["did not need"])

    def test_who_pays_as_a_company_is_not_named_methods_to_pay_later(self):
        path = self.make_link(self.make_invoice(120.0))
        self.assert_page(self.get(path), "iDEAL", without=["Klarna"])
        self.customer.write(
            {
                "is_company": False,
                "name": "Piet de Vries",
                "street": "Kade 1",
                "zip": "1011 AB",
                "city": "Amsterdam",
                "country_id": self.env.ref("base.nl").id,
                "email": "piet@example.com",
            }
        )
        self.assert_page(self.get(path), "Klarna")
        self.customer.is_company = True
        self.assert_page(self.get(path), "iDEAL", without=["Klarna"])

    def test_state_8_paid_otherwise_has_nothing_more_to_do(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        self.receive_by_bank(invoice, 120.0)
        response = self.get(path)
        self.assert_page(response, "is paid", "There is nothing more you need to do.")
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

    def test_who_pays_while_somebody_else_begins_to_is_led_to_the_others_checkout(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        busy = {
            "lock_for_update": Mock(side_effect=LockError("Busy")),
            "try_lock_for_update": lambda moves, **_how: moves.browse(),
        }
        # Patched, for a test has one connection only.
        with patch.multiple(type(invoice), **busy):
            for chosen, query in (
                ({}, "n=1&go=1"),
                ({"again": "1"}, "n=1"),
                ({"choice": "next"}, "n=1"),
            ):
                response = self.press_pay(path, **chosen)
                self.assert_page(response, "One moment, please", NOTHING_TAKEN, "€ 120.00")
                self.assertEqual(response.headers["Refresh"], f"2; url={path}?{query}")
            response = self.get(f"{path}?n=1&go=1")
            self.assertEqual(response.headers["Refresh"], f"3; url={path}?n=2&go=1")
        self.assertFalse(self.sandbox.payments())
        self.assert_page(self.get(f"{path}?n=2&go=1"), "Pay € 120.00")
        tx = self.start_payment(invoice)
        response = self.get(f"{path}?n=2&go=1")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(response.headers["Location"], tx.mollie_checkout_url)

    def test_who_presses_pay_while_a_payment_is_booked_is_not_told_that_nothing_was_taken(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        busy = {
            "lock_for_update": Mock(side_effect=LockError("Busy")),
            "try_lock_for_update": lambda moves, **_how: moves.browse(),
        }
        # Patched, for a test has one connection only.
        with patch.multiple(type(invoice), **busy):
            for response in (self.press_pay(path), self.get(f"{path}?n=1&go=1")):
                self.assert_page(
                    response,
                    "One moment, please This page tries again by itself.",
                    without=[NOTHING_TAKEN, "being started"],
                )
                self.assertIn(f"url={path}?n=", response.headers["Refresh"])
        self.deliver_webhooks()
        self.assert_page(self.get(f"{path}?n=2"), "is paid")

    def test_who_pays_by_bank_reads_whose_account_it_is_and_what_to_write(self):
        seller = self.company.partner_id
        seller.bank_ids = [Command.clear()]
        invoice = self.make_invoice(payment_reference="+++090/9337/55493+++")
        path = self.make_link(invoice)
        self.provider.state = "disabled"
        self.assert_page(self.get(path), without=["transfer the amount"])
        seller.bank_ids = [Command.create({"acc_number": "NL91ABNA0417164300"})]
        account = f"Account NL91 ABNA 0417 1643 00 In the name of {self.company.name}"
        self.assert_page(self.get(path), f"{account} Reference +++090/9337/55493+++")
        values = {"acc_number": "NL20INGB0001234567", "acc_holder_name": "Incasso"}
        seller.bank_ids = [Command.create(values)]
        invoice.write({"partner_bank_id": seller.bank_ids[-1].id, "payment_reference": False})
        account = "Account NL20 INGB 0001 2345 67 In the name of Incasso"
        self.assert_page(self.get(path), f"{account} Reference {invoice.name}")

    def test_state_14_a_cancelled_invoice_has_nothing_to_pay(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        invoice.button_cancel()
        self.assert_page(self.get(path), "This invoice was cancelled")
        self.assertEqual(self.press_pay(path).status_code, 200)
        self.assertFalse(invoice.transaction_ids)

    def test_state_14_a_credited_invoice_has_nothing_to_pay(self):
        invoice = self.make_invoice(120.0)
        path = self.make_link(invoice)
        invoice._reverse_moves(cancel=True)
        self.assert_page(self.get(path), "This invoice was cancelled")

    def test_state_14_what_was_paid_after_the_invoice_was_credited_is_told_until_it_is_back(self):
        invoice = self.make_invoice(88.0)
        path = self.make_link(invoice)
        tx = self.start_payment(invoice)
        invoice._reverse_moves(cancel=True)
        self.assert_page(self.get(path), "was cancelled", without=["€ 88.00", "receipt"])
        self.decide(tx, "paid")
        surplus = "€ 88.00 came in that this invoice did not need. We give it back"
        self.assert_page(self.get(path), "was cancelled", surplus, "Download the receipt")
        refund = self.sandbox.add_refund(tx.provider_reference, "88.00", status="pending")
        self.sandbox.notify(tx.provider_reference)
        self.deliver_webhooks()
        on_its_way = "€ 88.00 that came in too much is on its way back to you."
        self.assert_page(self.get(path), "was cancelled", on_its_way, without=["did not need"])
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assert_page(self.get(path), "too much was refunded on", "Download the receipt")

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
        self.connect(LIVE_KEY)
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

    def test_the_page_says_who_gets_the_money_and_for_what(self):
        for names, what in (
            (["Work\nin the garden"], " for Work"),
            (["Work", "Plants"], " for Work and 1 more"),
            (["Work", "Plants", "Stones"], " for Work and 2 more"),
            (["W" * 60], f" for {'W' * 60}"),
            (["W" * 61], f" for {'W' * 59}…"),
            ([f"{'W' * 58} and more"], f" for {'W' * 58}…"),
            ([False, "Plants"], ""),
        ):
            lines = [Command.create({"name": name, "price_unit": 50.0}) for name in names]
            note = Command.create({"name": "Thank you", "display_type": "line_note"})
            invoice = self.make_invoice(invoice_line_ids=[note, *lines])
            with self.subTest(names):
                page = self.get(self.make_link(invoice)).text
                self.assertIn(f'<p class="for">To {self.company.name}{what}</p>', page)

    def test_the_page_bears_the_sellers_logo_name_and_addresses(self):
        self.company.write({"logo": PIXEL, "email": "office@example.com", "phone": "+31 20 1"})
        page = self.get(self.make_link(self.make_invoice())).text
        self.assertRegex(page, rf'<img src="data:image/[^"]+" alt="{self.company.name}"/>')
        self.assertIn('href="mailto:office@example.com"', page)
        self.assertIn('href="tel:+31 20 1"', page)
        for placeholder in (self.env["res.company"]._get_logo(), False):
            self.company.logo = placeholder
            page = self.get("/mollie/pay/x").text
            self.assertIn(f"<span>{self.company.name}</span>", page)

    def test_a_company_whose_name_ends_in_a_dot_gets_no_second_one(self):
        self.company.name = "Voorbeeld B.V."
        path = self.make_link(self.make_invoice())
        for response in (self.get(path), self.get("/mollie/pay/x"), self.press_twice(path)):
            self.assertIn("Voorbeeld B.V.", response.text)
            self.assertNotRegex(response.text, r"B\.V\.(<[^>]*>|\s)*\.")

    def press_twice(self, path):
        self.press_pay(path)
        return self.get(path)

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
        """Row E9."""
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
        """Row E8: as every page has, for the test of each state looks at them.

        ASVS 3.2.1, ASVS 3.4.3, ASVS 3.4.4, ASVS 3.4.5, ASVS 3.4.6, ASVS 14.3.2.
        """
        response = self.press_pay(self.make_link(self.make_invoice()))
        self.assertEqual(response.status_code, 303)
        self.assert_headers(response)
