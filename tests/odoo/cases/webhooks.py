"""Webhooks about payments of which Mollie says what a test wants it to say."""

from tests.common import MollieCase


class WebhookCase(MollieCase):
    def tell(self, tx, **fields):
        """Let Mollie show the payment with these fields, and deliver a webhook."""
        self.sandbox.tamper(tx.provider_reference, fields)
        response = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        return response.status_code

    def money_booked(self, tx):
        return sum(
            self.env["account.payment"]
            .search([("payment_transaction_id", "=", tx.id)])
            .mapped("amount")
        )
