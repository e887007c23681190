"""What the page says of refunds: all there are, and what is only on its way."""

from freezegun import freeze_time

from odoo import fields

from tests.odoo.cases.pages import PageCase


class TestRefundPages(PageCase):
    def setUp(self):
        super().setUp()
        self.company.mollie_other_amount = True
        self.invoice = self.make_invoice(100.0)
        self.path = self.make_link(self.invoice)

    def pay_part(self, amount):
        self.press_pay(self.path, choice="other", amount=amount)
        tx = self.last_transaction(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def refund(self, tx, amount, status):
        refund = self.sandbox.add_refund(tx.provider_reference, amount, status=status)
        self.deliver_webhooks()
        # Mollie tells of none that it has not sent so far.
        self.invoice.with_user(self.clerk).action_mollie_sync()
        return refund["id"]

    def test_refunds_of_several_payments_are_added_up_with_the_latest_day(self):
        """State 15."""
        first, second = self.pay_part("40.00"), self.pay_part("60.00")
        self.refund(second, "50.00", "refunded")
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=3)):
            self.refund(first, "20.00", "refunded")
            latest = first.child_transaction_ids._mollie_day()
        day = latest.strftime("%B %-d, %Y")
        self.assert_page(self.get(self.path), f"€ 70.00 was refunded on {day}")

    def test_a_refund_that_is_pending_is_said_to_be_on_its_way(self):
        """State 15."""
        refund = self.refund(self.pay_part("100.00"), "30.00", "pending")
        response = self.get(self.path)
        self.assert_page(
            response,
            f"A refund of invoice {self.invoice.name} is on its way",
            "€ 30.00 is on its way back to you",
            without=["refunded"],
        )
        self.sandbox.set_refund_status(refund, "refunded")
        self.deliver_webhooks()
        response = self.get(self.path)
        self.assert_page(response, "€ 30.00 was refunded on", without=["on its way"])

    def test_the_refund_of_a_credit_note_is_on_its_way_until_mollie_sends_it(self):
        """State 15."""
        tx = self.pay_part("100.00")
        note = self.make_credit_note(self.invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        response = self.get(self.path)
        self.assert_page(response, "€ 30.00 is on its way back to you", without=["refunded"])
        self.sandbox.set_refund_status(tx.child_transaction_ids.provider_reference, "processing")
        self.deliver_webhooks()
        self.assert_page(self.get(self.path), "€ 30.00 was refunded on")

    def test_a_part_that_was_refunded_is_not_called_the_invoice(self):
        """State 15."""
        tx = self.pay_part("100.00")
        self.refund(tx, "30.00", "refunded")
        self.assert_page(self.get(self.path), f"A part of invoice {self.invoice.name} was refunded")
        self.refund(tx, "70.00", "refunded")
        self.assert_page(self.get(self.path), f"Invoice {self.invoice.name} was refunded")

    def test_what_was_refunded_and_what_is_on_its_way_are_told_apart(self):
        """State 15."""
        tx = self.pay_part("100.00")
        self.refund(tx, "20.00", "refunded")
        self.refund(tx, "50.00", "queued")
        response = self.get(self.path)
        self.assert_page(response, "€ 20.00 was refunded on", "€ 50.00 is on its way back to you")
