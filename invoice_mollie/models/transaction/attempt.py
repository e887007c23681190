import json
from datetime import timedelta

from odoo import api
from odoo.fields import Command

from odoo.addons.payment import utils as payment_utils

from ... import const
from ...gateway import MollieRejected
from ...money.decision import mismatches
from ..core import UNKNOWN_METHOD
from ..tokens import find_by_token, new_token
from .payload import pay_later_payload
from .sync import search_lost


class Attempt:
    """What is asked of Mollie when a customer presses Pay: one payment for each transaction,
    whatever gets lost.
    """

    __slots__ = ()

    # === BUSINESS METHODS - TOKENS === #

    @api.model
    def _mollie_find_by_token(self, purpose, token):
        """Return the transaction of a token, or an empty recordset.

        Must be called in sudo mode: the token is the visitor's only right.

        :param str purpose: `return`, `webhook` or `receipt`.
        """
        return find_by_token(self, f"mollie_{purpose}_token", token)

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _mollie_create_payment(self, payloads):
        """Ask Mollie for the payment, or get it again if Mollie's first answer was lost.

        :param tuple payloads: see `payloads_of`.
        :raise MollieError: if there is no payment that the customer could be sent to.
        """
        self.ensure_one()
        gateway = self.provider_id._mollie_gateway()
        try:
            payment = _recall(self, gateway) or _request(self, gateway, payloads)
        except MollieRejected as error:
            self.provider_id._mollie_note_refusal(error)
            if error.status == 422:
                # Nothing was made. Mollie repeats its answer to the same request for an hour, also
                # once it would take it: with another address in it, it is another request.
                self._mollie_write({"mollie_return_token": new_token()})
            raise
        self._mollie_adopt(payment, gateway)
        self._mollie_log("attempt", "pay")
        self._mollie_sync("pay", payment)
        if mismatches(payment, self._mollie_known(payment)):
            # Nobody shall pay what was not asked for.
            self._mollie_write({"mollie_checkout_url": False})
            raise MollieRejected("Mollie's payment is not what was asked for.")


def attempt_values(invoices, provider, link):
    """Return the values of a transaction with which a customer pays invoices, all but the amount.

    :param link: the payment link by which they do; may be an empty record.
    """
    return {
        "provider_id": provider.id,
        # Not by `ref`, which asks the database each time whether it is there.
        "payment_method_id": provider.env["ir.model.data"]._xmlid_to_res_id(UNKNOWN_METHOD, True),
        # Written at once, where core would read it from the provider later.
        "company_id": provider.company_id.id,
        "operation": "online_redirect",
        "partner_id": invoices[0].partner_id.id,
        "invoice_ids": [Command.set(invoices.ids)],
        "mollie_link_id": link.id,
        "mollie_return_token": new_token(),
        "mollie_webhook_token": new_token(),
    }


def payloads_of(tx):
    """Return what is asked of Mollie for a transaction, and what pay-later methods want beside it.

    :rtype: tuple(dict, dict)
    """
    return tx._mollie_prepare_payment_request_payload(), pay_later_payload(tx)


def _recall(tx, gateway):
    """Return the payment that Mollie made for us without our hearing of it, or None.

    Within the hour the idempotency key gives it back, without a search.
    """
    if tx._mollie_age() < timedelta(minutes=const.IDEMPOTENCY_MINUTES):
        return None
    lost = search_lost(tx, gateway)
    return lost and gateway.get_payment(lost.id)


def _request(tx, gateway, payloads):
    """Return the payment that Mollie makes, or made before under the same key."""
    payload, pay_later = payloads
    try:
        payment = _create(tx, gateway, payload | pay_later)
    except MollieRejected as error:
        if error.status != 422 or not pay_later:
            raise
        # An address that Mollie does not take must not keep the customer from all other methods.
        payment = _create(tx, gateway, payload)
    if tx._mollie_age() > timedelta(minutes=1):
        # Mollie repeats its first answer word for word, whatever happened since.
        payment = gateway.get_payment(payment.id)
    return payment


def _create(tx, gateway, payload):
    """Return the payment that Mollie makes only once for a payload.

    Its key comes from reference, link and all that is asked, not from a database id: a replay
    after a serialization failure has another one.
    """
    scope = f"{tx.mollie_link_id.sudo().token}{json.dumps(payload, sort_keys=True)}"
    return gateway.create_payment(payload, payment_utils.generate_idempotency_key(tx, scope=scope))
