"""What it costs to know what is due: no query more for more invoices."""

from tests.odoo.cases.due import DueCase


class TestDueQueries(DueCase):
    def make_candidates(self):
        """Return invoices of which the books may show more than is due."""
        part, credit, draft, back = (self.make_invoice() for _ in range(4))
        self.pay_part(part, "40.00")
        self.settling_lines(self.pay(credit)).remove_move_reconcile()
        tx = self.pay(draft)
        self.settling_lines(tx).remove_move_reconcile()
        tx.payment_id.action_draft()
        self.sandbox.add_chargeback(self.pay(back).provider_reference, "100.00")
        self.deliver_webhooks()
        return part + credit + draft + back

    def settling_lines(self, tx):
        payment = tx.payment_id
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )

    def queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def costs(self, invoices):
        """Return the queries of searching all invoices by their badges, and of showing some."""
        Move = self.env["account.move"].with_user(self.clerk)
        domain = [("mollie_payment_state", "in", ["open", "pending"])]
        Move.search(domain)  # What is read once per process was read.
        return (
            self.queries(lambda: Move.search(domain)),
            self.queries(lambda: invoices.with_user(self.clerk).mapped("mollie_payment_state")),
        )

    def test_search_and_list_cost_no_query_more_for_more_invoices(self):
        invoices = self.make_candidates()
        few = self.costs(invoices)
        for _ in range(2):
            invoices += self.make_candidates()
        self.assertEqual(invoices.mapped("mollie_payment_state"), self.badges() * 3)
        self.assertEqual(self.costs(invoices), few)

    def badges(self):
        return ["open", "pending", "pending", "charged_back"]
