"""Invoices that were paid, and what is booked of them afterwards."""

from tests.common import MollieCase


class AftercareCase(MollieCase):
    def make_paid(self, amount=100.0):
        invoice = self.make_invoice(amount)
        return invoice, self.pay(invoice)

    def booked_at_mollie(self):
        """Return what Odoo has booked for Mollie, by the provider's payments."""
        payments = self.env["account.payment"].search(
            [("payment_transaction_id.provider_id", "=", self.provider.id)]
        )
        line = self.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self.provider
        )
        moves = payments.move_id + payments.move_id.reversal_move_ids
        return sum(
            moves.line_ids.filtered(
                lambda item: (
                    item.account_id == line.payment_account_id and item.parent_state == "posted"
                )
            ).mapped("balance")
        )
