"""What Odoo has booked: the other side of the comparison. Amounts in the invoice's currency."""


class Books:
    """The books of one invoice, its customer, and the provider's account."""

    def __init__(self, case, invoice):
        self.env, self.provider, self.invoice = case.env, case.provider, invoice

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

    def booked(self):
        """Return what stands on the provider's account, whoever put it there."""
        lines = self._posted(self._account()).filtered(
            lambda line: line.journal_id == self.provider.journal_id
        )
        return sum(lines.mapped("amount_currency"))

    def movements(self):
        """Return ``{Mollie's id: what is booked of it}``, without what was reversed."""
        found = {}
        for payment in self._payments():
            move = payment.move_id
            lines = (move + move.reversal_move_ids).line_ids.filtered(
                lambda line: line.account_id == self._account() and line.parent_state == "posted"
            )
            reference = payment.payment_transaction_id.provider_reference
            found[reference] = found.get(reference, 0) + sum(lines.mapped("amount_currency"))
        return {reference: amount for reference, amount in found.items() if round(amount, 2)}

    def owed(self):
        """Return what the customer owes, whatever is matched with what."""
        lines = self._posted(self._receivable())
        return sum(lines.mapped("amount_currency"))

    def foreign_rest(self):
        """Return what is left in the company's currency once nothing is open in the invoice's."""
        lines = self._posted(self._receivable())
        return sum(lines.mapped("balance")) if not round(self.owed(), 2) else 0

    def discount(self):
        """Return the early payment discounts that were granted: settled, but never received."""
        lines = self._payments().move_id.line_ids.filtered(
            lambda line: (
                line.account_id not in self._account() + self._receivable()
                and line.parent_state == "posted"
            )
        )
        return sum(lines.mapped("amount_currency"))

    def _payments(self):
        Payment = self.env["account.payment"]
        return Payment.search([("partner_id", "=", self.invoice.partner_id.id)]).filtered(
            "payment_transaction_id"
        )

    def _account(self):
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        return lines.filtered(
            lambda line: line.payment_provider_id == self.provider
        ).payment_account_id

    def _receivable(self):
        return self.invoice.partner_id.property_account_receivable_id

    def _posted(self, account):
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("partner_id", "=", self.invoice.partner_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
