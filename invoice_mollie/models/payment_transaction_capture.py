from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment import utils as payment_utils

from ..gateway import MollieError


class PaymentTransaction(models.Model):
    """What happens to an authorized payment: it is captured or released, always as a whole."""

    _inherit = "payment.transaction"

    # What Mollie captured, in the transaction's currency, if it is not the whole amount.
    mollie_amount_captured = fields.Monetary("Captured at Mollie", readonly=True, copy=False)

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _capture(self, amount_to_capture=None):
        """Override of `payment` to capture the whole amount at Mollie.

        Without a child transaction: Mollie's payment itself becomes `paid`.
        """
        if self.provider_code != "mollie":
            return super()._capture(amount_to_capture=amount_to_capture)
        return self._mollie_ask("capture_payment", "captured")

    def _void(self, amount_to_void=None):
        """Override of `payment` to give the reserved amount back at Mollie."""
        if self.provider_code != "mollie":
            return super()._void(amount_to_void=amount_to_void)
        return self._mollie_ask("release_payment", "released")

    def _mollie_ask(self, request, event):
        """Ask something of Mollie for the authorized payment, and look what became of it.

        :param str request: name of a method of the gateway.
        :param str event: event of the log.
        :raise UserError: if Mollie refuses or does not answer.
        """
        self.ensure_one()
        self._ensure_provider_is_not_disabled()
        self._mollie_lock()
        key = payment_utils.generate_idempotency_key(self, scope=request)
        try:
            getattr(self.provider_id._mollie_gateway(), request)(self.provider_reference, key)
            self._mollie_log(event, "user")
            self._mollie_sync("user")
        except MollieError as error:
            raise UserError(self._mollie_refusal_message(error)) from None
        return self

    def _mollie_get_update_values(self, payment):
        """Extended to keep what was captured if it is less than the whole."""
        captured = payment.get("amountCaptured") or {}
        is_partial = captured and captured != payment.get("amount")
        return super()._mollie_get_update_values(payment) | {
            "mollie_amount_captured": float(captured["value"]) if is_partial else 0,
        }

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to book what was captured, not what was reserved."""
        if self.mollie_amount_captured:
            extra_create_values["amount"] = self.mollie_amount_captured
        return super()._create_payment(**extra_create_values)
