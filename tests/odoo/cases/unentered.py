"""Payments without an entry, as in Odoo Enterprise where nobody chose an outstanding account."""

from tests.common import MollieCase


def _in_payment(_move):
    """What Enterprise calls an invoice whose payment the bank has not confirmed. Community, which
    says "paid", books an entry for each payment.
    """
    return "in_payment"


class UnenteredCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(type(cls.env["account.move"]), "_get_invoice_in_payment_state", _in_payment)
        cls.provider.journal_id.inbound_payment_method_line_ids.payment_account_id = False

    def register(self, invoice, amount, journal=None):
        """Press Register Payment as the clerk, for the bank unless another journal is given."""
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        values = {"amount": amount} | ({"journal_id": journal.id} if journal else {})
        payment = wizard.create(values)._create_payments().sudo()
        self.assertFalse(payment.move_id)
        return payment

    def pay_beside_transfer(self, invoice, amount):
        """Match a transfer while the customer is at Mollie's checkout; return the transaction."""
        tx = self.start_payment(invoice)
        self.receive_statement(invoice, amount)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def receive_statement(self, invoice, amount, **values):
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
                **values,
            }
        )
        line.move_id.line_ids.filtered(lambda ml: ml.account_id == receivable.account_id).write(
            {"partner_id": self.customer.id}
        )
        credit = line.move_id.line_ids.filtered(lambda ml: ml.account_id == receivable.account_id)
        (credit + receivable).reconcile()
