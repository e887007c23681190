import json
from datetime import timedelta
from urllib.parse import urlencode

from odoo import models
from odoo.tools import email_normalize

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_mollie.controllers.main import MollieController

from .. import const
from ..gateway import MollieRejected
from .payment_transaction import parse_date

_CORE_WEBHOOK = MollieController._webhook_url


class PaymentTransaction(models.Model):
    """What is asked of Mollie: one payment for each transaction, whatever gets lost."""

    _inherit = "payment.transaction"

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _mollie_prepare_payment_request_payload(self):
        """Override of `payment_mollie` to let the customer choose among all methods, in their
        language, and to make the payment traceable.
        """
        payload = super()._mollie_prepare_payment_request_payload()
        payload["amount"] = self._mollie_amount()
        payload["metadata"] = self._mollie_metadata()
        if payload["method"] == ["unknown"]:
            del payload["method"]
        payload["locale"] = self.partner_lang
        if payload["locale"] not in const.LOCALES:
            del payload["locale"]
        if self.mollie_link_id:
            payload |= self._mollie_link_payload()
        else:
            base_url = self.company_id._get_mollie_base_url()
            query = urlencode({"ref": self.reference})
            payload["webhookUrl"] = f"{base_url}{_CORE_WEBHOOK}?{query}"
        if not self.company_id._is_mollie_reachable():
            # Mollie would refuse the payment. The customer's return and the cron find the result.
            del payload["webhookUrl"]
        return payload

    def _mollie_link_payload(self):
        """Return what a payment through an invoice's link asks of Mollie, beside the amount."""
        base_url = self.company_id._get_mollie_base_url()
        return {
            "description": ", ".join(self.invoice_ids.mapped("name"))[:255],
            "redirectUrl": f"{base_url}/mollie/return/{self._mollie_token('return')}",
            "webhookUrl": f"{base_url}/mollie/webhook/{self._mollie_token('webhook')}",
        }

    def _mollie_pay_later_payload(self):
        """Return what pay-later methods want to know before Mollie offers them: who, and for what.

        Nothing unless it is complete. From the transaction, where it stays as it was when the
        customer pressed Pay: a repeated request must be the same one.
        https://docs.mollie.com/reference/create-payment
        """
        *given_names, family_name = (self.partner_name or "").split() or [""]
        address = {
            "givenName": " ".join(given_names),
            "familyName": family_name,
            "email": email_normalize(self.partner_email),
            "streetAndNumber": self.partner_address,
            "postalCode": self.partner_zip,
            "city": self.partner_city,
            "country": self.partner_country_id.code,
        }
        if self.partner_id.is_company or not all(address.values()):
            return {}
        if self.partner_id.commercial_company_name:
            address["organizationName"] = self.partner_id.commercial_company_name
        amount = self._mollie_amount()
        line = {"description": self.reference, "quantity": 1}
        return {
            "billingAddress": address,
            "lines": [line | {"unitPrice": amount, "totalAmount": amount}],
        }

    def _mollie_metadata(self):
        """Return what traces a payment at Mollie back to this database, even a restored one."""
        return {
            "database": self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            "invoice": ", ".join(self.invoice_ids.mapped("name"))[:255],
            "reference": self.reference,
        }

    def _mollie_create_payment(self):
        """Ask Mollie for the payment, or get it again if Mollie's first answer was lost.

        :raise MollieError: if there is no payment that the customer could be sent to.
        """
        self.ensure_one()
        gateway = self.provider_id._mollie_gateway()
        payment = self._mollie_find_lost(gateway)
        if not payment:
            payment = self._mollie_request_payment(gateway)
            if self._mollie_age() > timedelta(minutes=1):
                # Mollie repeats its first answer word for word, whatever happened since.
                payment = gateway.get_payment(payment["id"])
        self._mollie_adopt(payment, gateway)
        self._mollie_log("attempt", "pay")
        self._mollie_apply(payment, "pay")
        self._mollie_book("pay")
        if self._mollie_mismatches(payment):
            self.mollie_checkout_url = False  # Nobody shall pay what was not asked for.
            raise MollieRejected("Mollie's payment is not what was asked for.")

    def _mollie_request_payment(self, gateway):
        payload = self._mollie_prepare_payment_request_payload()
        pay_later = self._mollie_pay_later_payload()
        for body in (payload | pay_later, payload):
            try:
                return gateway.create_payment(body, self._mollie_idempotency_key(body))
            except MollieRejected as error:
                # An address that Mollie does not take must not keep the customer from all other
                # methods.
                if error.status != 422 or body == payload:
                    raise
        return None

    def _mollie_idempotency_key(self, payload):
        """Return the key under which Mollie makes this payment only once.

        From reference, link and all that is asked, not from a database id: a replay after a
        serialization failure has another one.
        """
        scope = f"{self.mollie_link_id.sudo().token}{json.dumps(payload, sort_keys=True)}"
        return payment_utils.generate_idempotency_key(self, scope=scope)

    def _mollie_find_lost(self, gateway):
        """Return the payment that Mollie made for us without our hearing of it, or None.

        Within the hour the idempotency key gives it back, without a search.
        """
        if self._mollie_age() < timedelta(minutes=const.IDEMPOTENCY_MINUTES):
            return None
        return self._mollie_search_lost(gateway)

    def _mollie_search_lost(self, gateway):
        payments = gateway.list_payments(const.LOST_PAYMENT_SEARCH)
        return next((p for p in payments if self._mollie_is_own_metadata(p.get("metadata"))), None)

    def _mollie_adopt(self, payment, gateway):
        """Note which payment at Mollie is this transaction's; what became of it, sync finds."""
        self.write(
            {
                "provider_reference": payment["id"],
                "mollie_status": "open" if payment["status"] == "open" else False,
                "mollie_checkout_url": gateway.checkout_url(payment),
                "mollie_expires_at": parse_date(payment.get("expiresAt")),
                "mollie_next_check": self._mollie_get_next_check(),
            }
        )
