"""What Odoo says of the invoice and its customer. Amounts in the invoice's currency."""


class Books:
    """The books of one invoice and its customer; `Ledger` has those of the provider's account."""

    def __init__(self, case, invoice):
        self.env, self.ledger, self.invoice = case.env, case.ledger, invoice

    def family(self):
        """Return the invoice's transactions and all that came of them, however far away."""
        found = members = self.invoice.transaction_ids
        while members:
            members = members.child_transaction_ids
            found |= members
        return found

    def authorized(self):
        return self.family().filtered(lambda tx: tx.state == "authorized")

    def refundable(self):
        return self.family().payment_id.filtered("amount_available_for_refund")

    def waiting_refunds(self):
        return self.family().filtered(
            lambda tx: tx.operation == "refund" and tx.mollie_status in ("queued", "pending")
        )

    def owed(self):
        """Return what the customer owes, whatever is matched with what."""
        return sum(self._receivable_lines().mapped("amount_currency"))

    def discount(self):
        """Return the early payment discounts that were granted: settled, but never received."""
        lines = self._payments().move_id.line_ids.filtered(
            lambda line: (
                line.account_id not in self.ledger.account() + self._receivable()
                and line.parent_state == "posted"
            )
        )
        return sum(lines.mapped("amount_currency"))

    def _payments(self):
        Payment = self.env["account.payment"]
        return Payment.search([("partner_id", "=", self.invoice.partner_id.id)]).filtered(
            "payment_transaction_id"
        )

    def _receivable(self):
        return self.invoice.partner_id.property_account_receivable_id

    def _receivable_lines(self):
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", self._receivable().id),
                ("partner_id", "=", self.invoice.partner_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
