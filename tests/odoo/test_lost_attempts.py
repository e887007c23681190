"""Attempts whose payment Mollie never made, or made without our hearing of it."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.invoice_mollie.const import IDEMPOTENCY_MINUTES

from tests.common import TEST_KEY, MollieCase

TEN_EURO = {"amount": {"currency": "EUR", "value": "10.00"}}


class TestLostAttempts(MollieCase):
    def start_in_vain(self, fault):
        """Press Pay while Mollie fails; return the attempt."""
        self.invoice = self.make_invoice()
        self.sandbox.fault(fault, method="POST")
        self.assertEqual(self.press_pay(self.make_link(self.invoice)).status_code, 503)
        self.sandbox.clear_faults()
        return self.last_transaction(self.invoice)

    def look_after(self, minutes):
        with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes), tick=True):
            self.invoice.action_mollie_sync()
        self.env.invalidate_all()

    def test_what_never_reached_mollie_is_over_once_it_can_not_come_any_more(self):
        tx = self.start_in_vain("close")
        self.assertFalse(tx.provider_reference)
        self.look_after(IDEMPOTENCY_MINUTES - 1)
        self.assertEqual(tx.state, "draft")
        self.look_after(IDEMPOTENCY_MINUTES + 1)
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(tx.state_message, "This payment never reached Mollie.")

    def test_who_presses_again_is_not_sent_to_a_checkout_that_ended_meanwhile(self):
        """Mollie repeats its first answer word for word, whatever happened since."""
        tx = self.start_in_vain("cut-after")
        path = f"/mollie/pay/{tx.mollie_link_id.token}"
        self.sandbox.advance(minutes=20)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=20), tick=True):
            response = self.press_pay(path)
        (payment,) = self.sandbox.payments()
        self.assertEqual((payment["status"], tx.state), ("expired", "cancel"))
        self.assertNotEqual(response.status_code, 303)

    def test_what_reached_mollie_though_its_answer_was_lost_is_found(self):
        """Also if others paid since, by the shop with the same account, say."""
        tx = self.start_in_vain("cut-after")
        self.assertFalse(tx.provider_reference)
        self.sandbox.advance(minutes=1)
        self.sandbox.add_payments(TEST_KEY, [TEN_EURO] * 60)
        self.look_after(IDEMPOTENCY_MINUTES + 1)
        payment, *_others = self.sandbox.payments()
        self.assertEqual((tx.state, tx.provider_reference), ("draft", payment["id"]))

    def test_the_lost_attempt_of_a_revoked_link_is_not_taken_by_the_next_one(self):
        """It would be called off at Mollie, as all that a revoked link asked for."""
        lost = self.start_in_vain("close")
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()
        path = self.make_link(self.invoice)
        self.assertEqual(self.press_pay(path).status_code, 303)
        tx = self.last_transaction(self.invoice)
        self.assertNotEqual(tx, lost)
        self.assertEqual(tx.mollie_link_id.state, "active")
        self.look_after(1)
        self.assertEqual((tx.state, tx.mollie_status), ("draft", "open"))
        self.assertFalse(lost.provider_reference)
