"""The page after the payment: what became of it, by Mollie's word alone."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command

from tests.odoo.cases.bad_input import BadInputCase
from tests.odoo.cases.pages import NOTHING_TAKEN, PageCase


class TestReturnPage(PageCase):
    def start(self, amount=60.0):
        invoice = self.make_invoice(amount)
        return invoice, self.start_payment(invoice)

    def test_state_7_success_confirms_amount_day_method_and_leads_to_the_invoice(self):
        invoice, tx = self.start()
        response = self.decide(tx, "paid")
        self.env.invalidate_all()
        day = tx._mollie_day().strftime("%B %-d, %Y")
        self.assert_page(response, f"We received € 60.00 on {day} by iDEAL", invoice.name)
        self.assertIn(f"/my/invoices/{invoice.id}?access_token=", response.text)

    def test_state_9_cancelled_took_no_money_and_tries_again(self):
        invoice, tx = self.start()
        response = self.decide(tx, "canceled")
        self.assert_page(response, "You cancelled", NOTHING_TAKEN, "Try again: pay € 60.00")
        self.assertEqual(self.press_pay(self.make_link(invoice)).status_code, 303)

    def test_state_10_failed_gives_mollies_reason_in_our_words(self):
        _invoice, tx = self.start(1002.0)
        response = self.decide(tx, "failed", method="creditcard")
        details = self.sandbox.payment(tx.provider_reference)["details"]
        self.assertEqual(details["failureReason"], "invalid_cvv")
        reason = "The security code of the card is not right."
        self.assert_page(response, NOTHING_TAKEN, reason, "Try again")

    def test_state_10_a_reason_that_we_do_not_know_is_given_in_mollies_words(self):
        _invoice, tx = self.start()
        details = {"failureReason": "new_reason", "failureMessage": "Mercury is retrograde."}
        lie = {"status": "failed", "method": "creditcard", "details": details}
        self.sandbox.tamper(tx.provider_reference, lie)
        response = self.get(self.return_path(tx))
        self.assert_page(response, NOTHING_TAKEN, "Reason: Mercury is retrograde.")

    def test_state_10_where_mollie_gives_no_reason_the_page_gives_none(self):
        _invoice, tx = self.start(1.0)
        response = self.decide(tx, "failed", method="creditcard")
        details = self.sandbox.payment(tx.provider_reference)["details"]
        self.assertEqual(details["failureReason"], "unknown_reason")
        self.assert_page(response, NOTHING_TAKEN, without=["Reason"])

    def test_state_11_expired_took_no_money(self):
        _invoice, tx = self.start()
        self.assert_page(self.decide(tx, "expired"), "The time to pay ran out", NOTHING_TAKEN)

    def test_state_12_unknown_says_not_to_pay_again_and_refreshes_for_a_while(self):
        _invoice, tx = self.start()
        self.sandbox.fault("503", times=None)
        response = self.get(self.return_path(tx))
        calls_for_money = [NOTHING_TAKEN, "due now"]
        self.assert_page(response, "Don't pay again", "updates itself", without=calls_for_money)
        visits = 0
        while "Refresh" in response.headers:
            seconds, _, path = response.headers["Refresh"].partition("; url=")
            self.assertGreaterEqual(int(seconds), 2)
            response = self.get(path)
            visits += 1
        self.assertEqual(visits, 12)
        self.assert_page(response, "Don't pay again", "longer than usual")

    def test_what_is_no_number_of_visits_counts_as_the_first(self):
        _invoice, tx = self.start()
        self.sandbox.fault("503", times=None)
        for odd in ("x", "-1", "²", "", "1" * 5000):
            response = self.get(self.return_path(tx), params={"n": odd})
            self.assertIn(f"2; url={self.return_path(tx)}?n=1", response.headers["Refresh"], odd)

    def test_who_left_before_choosing_how_to_pay_can_go_on_or_start_again(self):
        """State 4."""
        _invoice, tx = self.start()
        response = self.get(self.return_path(tx))
        choices = ["Continue: pay € 60.00", "Start again: pay € 60.00"]
        self.assert_page(response, "Nothing has been taken", *choices, without=["Don't pay"])
        self.assertNotIn("Refresh", response.headers)

    def test_who_left_so_long_ago_that_mollie_ended_it_can_try_again(self):
        _invoice, tx = self.start()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=20)):
            response = self.get(self.return_path(tx))
        self.assert_page(response, NOTHING_TAKEN, "Try again")

    def test_what_a_customer_may_have_paid_at_the_bank_is_not_known_yet(self):
        _invoice, tx = self.start()
        self.sandbox.set_status(tx.provider_reference, "open", "ideal", webhook=False)
        self.assert_page(self.get(self.return_path(tx)), "Don't pay again")

    def test_an_old_address_does_not_thank_for_what_was_charged_back(self):
        _invoice, tx = self.start()
        self.assert_page(self.decide(tx, "paid"), "Thank you")
        self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        response = self.get(self.return_path(tx))
        self.assert_page(response, "Open amount: € 60.00", "Pay € 60.00", without=["Thank you"])

    def test_an_old_address_tells_of_a_refund(self):
        _invoice, tx = self.start()
        self.decide(tx, "paid")
        self.sandbox.add_refund(tx.provider_reference, "60.00", status="refunded")
        self.deliver_webhooks()
        response = self.get(self.return_path(tx))
        self.assert_page(response, "€ 60.00 was refunded on", without=["Thank you"])

    def test_an_old_address_of_a_failure_tells_of_a_later_success(self):
        invoice, failed = self.start()
        self.decide(failed, "failed")
        self.pay(invoice)
        response = self.get(self.return_path(failed))
        self.assert_page(response, f"{invoice.name} is paid", without=["did not succeed"])

    def test_a_later_attempt_does_not_hide_that_money_came(self):
        invoice, tx = self.start()
        self.press_pay(self.make_link(invoice), again="1")
        self.assert_page(self.decide(tx, "paid"), "Thank you, your payment was received")

    def test_a_pending_transfer_tells_what_to_expect(self):
        _invoice, tx = self.start()
        page = self.decide(tx, "pending", method="ideal")
        self.assert_page(page, "Your payment of € 60.00 is on its way", "1–3 working days")

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


class TestWhatTheReturnPageBelieves(BadInputCase):
    def test_the_return_page_believes_mollie_only(self):
        """Attacks A5, A6: without a webhook, each status; whatever the address says.

        ASVS 2.3.1.
        """
        claims = "?status=paid&payment_status=paid&paid=1&id=tr_x"
        for status in ("open", "pending", "authorized", "failed", "canceled", "expired"):
            with self.subTest(status):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.sandbox.set_status(tx.provider_reference, status, "ideal", webhook=False)
                answer = self.get(self.return_path(tx) + claims)
                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("We received", self.text_of(answer))
                self.env.invalidate_all()
                self.assertNotEqual(tx.state, "done")
                self.assertEqual(invoice.amount_residual, 100)

    def test_another_companys_rows_are_not_touched(self):
        other = self.env["res.company"].create({"name": "Ander B.V."})
        self.env.user.company_ids = [Command.link(other.id)]
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", "ideal", webhook=False)
        self.get(self.return_path(tx))
        self.env.invalidate_all()
        self.assertEqual(tx.payment_id.company_id, self.company)
