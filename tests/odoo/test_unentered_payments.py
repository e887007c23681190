"""Payments without an entry of their own: no outstanding account, the bank's statement books them.

So it is in Odoo Enterprise where nobody chose such an account: the invoice is "in payment", and its
amount due stays as it is until the bank's statement comes.
"""

from odoo.fields import Command

from tests.odoo.cases.discounts import DiscountCase
from tests.odoo.cases.due import DueCase


def _in_payment(_move):
    """What Enterprise calls an invoice whose payment the bank has not confirmed. Community, which
    says "paid", books an entry for each payment.
    """
    return "in_payment"


class TestUnenteredPayments(DueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(type(cls.env["account.move"]), "_get_invoice_in_payment_state", _in_payment)
        cls.provider.journal_id.inbound_payment_method_line_ids.payment_account_id = False

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)

    def register(self, invoice, amount):
        """Press Register Payment as the clerk, for the bank."""
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        payment = wizard.create({"amount": amount})._create_payments().sudo()
        self.assertFalse(payment.move_id)
        return payment

    def receive_statement(self, invoice, amount):
        """Match a line of the bank's statement with the invoice."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "amount": amount,
                "partner_id": self.customer.id,
                "counterpart_account_id": receivable.account_id.id,
            }
        )
        line.move_id.line_ids.filtered(lambda ml: ml.account_id == receivable.account_id).write(
            {"partner_id": self.customer.id}
        )
        credit = line.move_id.line_ids.filtered(lambda ml: ml.account_id == receivable.account_id)
        (credit + receivable).reconcile()

    def sums(self):
        """Return ``{Mollie's id: what its payments in Odoo add up to}``."""
        payments = self.env["account.payment"].search([("partner_id", "=", self.customer.id)])
        payments = payments.filtered(lambda payment: payment.state in ("in_process", "paid"))
        grouped = payments.grouped(lambda p: p.payment_transaction_id.provider_reference)
        return {name: sum(found.mapped("amount_signed")) for name, found in grouped.items()}

    def test_what_was_paid_by_link_is_not_asked_again(self):
        """State 8."""
        self.pay(self.invoice)
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assert_due(self.invoice, 0, "paid")

    def test_a_part_leaves_the_rest_to_pay(self):
        self.pay_part(self.invoice, "40.00")
        self.assert_due(self.invoice, 60, "open")
        self.pay_part(self.invoice, "60.00")
        self.assert_due(self.invoice, 0, "paid")

    def test_what_a_clerk_registered_is_not_asked_again(self):
        self.make_link(self.invoice)
        self.register(self.invoice, 40)
        self.assert_due(self.invoice, 60, "open")
        self.register(self.invoice, 60)
        self.assert_due(self.invoice, 0, "closed")

    def test_a_payment_that_the_clerk_rejects_is_due_again(self):
        self.make_link(self.invoice)
        self.register(self.invoice, 100).action_reject()
        self.assert_due(self.invoice, 100, "open")

    def test_a_clerk_who_rejects_mollies_payment_does_not_make_the_customer_pay_twice(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_reject()
        self.assert_due(self.invoice, 0, "pending")

    def test_a_chargeback_opens_the_invoice_and_what_is_won_back_closes_it(self):
        tx = self.pay(self.invoice)
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.sums(), {tx.provider_reference: 100, chargeback["id"]: -100})
        self.assert_due(self.invoice, 100, "charged_back")
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assertEqual(sum(self.sums().values()), 100)
        self.assert_due(self.invoice, 0, "paid")

    def test_a_chargeback_of_a_part_opens_that_part(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.assertEqual(sum(self.sums().values()), 60)
        self.assert_due(self.invoice, 40, "charged_back")

    def test_after_a_chargeback_another_payment_settles_it(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.pay(self.invoice)
        self.assertEqual(self.invoice.payment_state, "in_payment")
        self.assert_due(self.invoice, 0, "paid")

    def test_a_sync_that_is_repeated_changes_nothing(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        before = self.sums(), tx.payment_id.invoice_ids, len(self.events(self.invoice))
        tx._mollie_sync("cron")
        after = self.sums(), tx.payment_id.invoice_ids, len(self.events(self.invoice))
        self.assertEqual(before, after)

    def test_a_refund_without_credit_note_asks_for_nothing_as_where_there_are_entries(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(sum(self.sums().values()), 70)
        self.assert_due(self.invoice, 0, "refunded")

    def test_a_refunded_credit_note_is_not_refunded_again(self):
        tx = self.pay(self.invoice)
        self.receive_statement(self.invoice, 100)
        note = self.make_credit_note(self.invoice, 30).with_user(self.clerk)
        note.action_mollie_refund()
        (refund,) = self.sandbox.payment(tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertFalse(note.mollie_can_refund)

    def test_money_of_another_amount_is_not_asked_again(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        other = {"amount": {"currency": "EUR", "value": "60.00"}}
        self.sandbox.tamper(tx.provider_reference, other)
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assert_due(self.invoice, 40, "open")
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.assert_due(self.invoice, 60, "open")

    def test_a_payment_called_paid_by_hand_is_paid(self):
        tx = self.pay(self.invoice)
        tx.payment_id.with_user(self.clerk).action_validate()
        self.assert_due(self.invoice, 0, "paid")

    def test_what_the_statement_brought_counts_once(self):
        tx = self.pay_part(self.invoice, "40.00")
        self.receive_statement(self.invoice, 40)
        self.assertEqual((tx.payment_id.state, self.invoice.amount_residual), ("paid", 60))
        self.assert_due(self.invoice, 60, "open")

    def test_of_two_equal_payments_the_one_that_has_not_arrived_still_counts(self):
        for _ in range(2):
            self.pay_part(self.invoice, "40.00").payment_id.action_validate()
        self.receive_statement(self.invoice, 40)
        self.assert_due(self.invoice, 20, "open")

    def test_a_payment_of_several_invoices_counts_for_those_due_first(self):
        other = self.make_invoice(40.0, invoice_date="2026-11-03")
        self.make_link(self.invoice)
        self.make_link(other)
        payment = self.register(self.invoice, 120)
        payment.invoice_ids = [Command.set((self.invoice + other).ids)]
        self.assert_due(self.invoice, 0, "closed")
        self.assert_due(other, 20, "open")

    def test_an_instalment_that_is_paid_is_not_offered_again(self):
        lines = [
            Command.create({"value": "percent", "value_amount": part, "nb_days": days})
            for part, days in ((30, 0), (30, 3650), (40, 3660))
        ]
        term = self.env["account.payment.term"].create({"name": "Three", "line_ids": lines})
        invoice = self.make_invoice(100.0, invoice_payment_term_id=term.id)
        path = self.make_link(invoice)
        self.press_pay(path, choice="next")
        tx = self.last_transaction(invoice)
        self.assertEqual(tx.amount, 30)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        text = self.text_of(self.get(path))
        self.assertIn("Pay the next instalment: € 30.00", text)
        self.assertIn("Pay everything: € 70.00", text)


class TestUnenteredDiscounts(DiscountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(type(cls.env["account.move"]), "_get_invoice_in_payment_state", _in_payment)
        cls.provider.journal_id.inbound_payment_method_line_ids.payment_account_id = False

    def test_a_discount_that_was_earned_is_not_asked_for_after_its_term(self):
        invoice = self.make_discounted(self.make_term(days=10), invoice_date="2026-10-01")
        with self.on("2026-10-05T12:00:00Z"):
            tx = self.start_payment(invoice)
        self.assertEqual(tx.amount, 98)
        self.pay_on("2026-10-06T12:00:00Z", tx)
        self.hear_of(tx)
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (100, "in_payment"))
        self.assertFalse(invoice.mollie_has_due)
        self.assertIn("is paid", self.text_of(self.get(self.link_path(invoice))))

    def link_path(self, invoice):
        return f"/mollie/pay/{invoice.mollie_link_ids.token}"
