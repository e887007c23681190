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

    def test_a_duplicate_that_was_refunded_leaves_the_invoice_paid_for_customer_and_clerk(self):
        """State 8."""
        first, second = self.pay_twice()
        name = self.invoice.name
        self.press_refund_credit()
        self.assert_page(
            self.get(self.path),
            f"Invoice {name} is paid",
            "€ 100.00 that came in too much is on its way back to you.",
            "Download the receipt",
            without=["A refund of", "was refunded", "Refunded"],
        )
        self.assert_clerk_reads("paid", "€ 100.00 is on its way back to the customer.")
        refund = second.child_transaction_ids.provider_reference
        self.sandbox.set_refund_status(refund, "refunded")
        self.deliver_webhooks()
        self.assert_page(
            self.get(self.path),
            f"Invoice {name} is paid",
            "€ 100.00 that came in too much was refunded on",
            "Already paid € 100.00",
            "Download the receipt",
            without=["A part of", "Refunded", "on its way"],
        )
        self.assert_clerk_reads("paid", "€ 100.00 of € 200.00 was refunded.")

    def pay_twice(self):
        self.press_pay(self.path)
        self.press_pay(self.path, again="1")
        txs = self.invoice.transaction_ids.sorted("id")
        for tx in txs:
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return txs

    def press_refund_credit(self):
        self.sandbox.settings(queue_refunds=True)
        action = self.invoice.with_user(self.clerk).action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard.with_context(**action["context"]).create({}).action_refund()
        self.env.invalidate_all()

    def assert_clerk_reads(self, state, summary):
        invoice = self.invoice.with_user(self.clerk)
        self.assertEqual((invoice.mollie_payment_state, invoice.mollie_progress), (state, state))
        self.assertIn(summary, invoice.mollie_summary.replace("\xa0", " "))
        for field in ("mollie_payment_state", "mollie_progress"):
            found = invoice.search([("id", "=", invoice.id), (field, "=", state)])
            self.assertEqual(found, invoice, field)

    def test_what_is_refunded_beyond_the_duplicate_is_a_refund_of_the_invoice(self):
        """State 15."""
        first, second = self.pay_twice()
        self.refund(second, "100.00", "refunded")
        self.refund(first, "30.00", "refunded")
        self.assert_page(
            self.get(self.path),
            f"A part of invoice {self.invoice.name} was refunded",
            "€ 30.00 was refunded on",
            "€ 100.00 that came in too much was refunded on",
            "Already paid € 100.00 Refunded € 30.00",
        )
        self.assert_clerk_reads("refunded", "€ 130.00 of € 200.00 was refunded.")

    def test_what_a_credit_note_refunds_of_an_invoice_that_was_paid_twice_is_a_refund(self):
        """State 15."""
        self.pay_twice()
        note = self.make_credit_note(self.invoice, 30.0)
        note.with_user(self.clerk).action_mollie_refund()
        self.env.invalidate_all()
        self.assert_page(self.get(self.path), "€ 30.00 is on its way back to you")
        self.assert_clerk_reads("refunded", "€ 30.00 is on its way back to the customer.")
