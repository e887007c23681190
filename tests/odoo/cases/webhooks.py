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
        """Return what is booked of the transaction's payment, however often."""
        return self.ledger.booked_movements().get((tx.provider_reference, "EUR"), 0)
