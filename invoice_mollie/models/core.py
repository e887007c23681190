"""All contact with core's payment API that differs between Odoo's versions.

Nothing else in `models` touches what Odoo 20 changes: how a transaction is processed and written,
whether a provider is on, how payment methods are found, and what core asks of Mollie.
"""

import hashlib
import json
import re

import requests

from odoo import api, release
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.payment_mollie.const import PAYMENT_METHODS_MAPPING

from ..answers import PAYMENT_ID, read_payment
from ..gateway import (
    COPY,
    MollieError,
    MollieRejected,
    MollieUnavailable,
    clean_endpoint,
    error_of,
    is_checkout,
)
from ..money.decision import mismatches
from ..money.movements import movements
from ..money.payment import TRANSFER
from ..money.statuses import of_payment
from .errors import error_message, status_name
from .languages import locale_of
from .tokens import new_token
from .transaction.payload import core_webhook, link_payload, metadata

# Providers that customers can pay with, in test or live mode.
IS_ON = Domain("state", "!=", "disabled")
# Providers through which Mollie can be asked, also those that are off: money of before is followed.
HAS_KEY = Domain("code", "=", "mollie") & Domain("mollie_api_key", "!=", False)
# What Odoo calls a method that Mollie calls otherwise.
ODOO_NAMES = {PAYMENT_METHODS_MAPPING[name]: name for name in PAYMENT_METHODS_MAPPING}
LIVE_FIRST = "state, sequence, id"
# What the settings call them.
STATES = [("test", "Test Mode"), ("enabled", "Enabled")]
UNKNOWN_METHOD = "payment.payment_method_unknown"
# Under which name core's payment data carries ours.
PAYMENT = "invoice_mollie_payment"
# How a transaction comes into a state.
SETTERS = {
    "pending": "_set_pending",
    "authorized": "_set_authorized",
    "done": "_set_done",
    "cancel": "_set_canceled",
}
_PATH = re.compile(rf"payments(/{PAYMENT_ID.pattern}(/[a-z-]+)?)?")
# What reading an answer may end in.
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


class TransactionCore:
    """Core's `payment.transaction`: how it is made, written and processed."""

    __slots__ = ()

    # === CRUD METHODS === #

    @api.model
    def _get_specific_create_values(self, provider_code, values):
        """Override of `payment` to say what the transaction is, and to have it looked after."""
        if provider_code != "mollie":
            return super()._get_specific_create_values(provider_code, values)
        kind = "refund" if values.get("operation") == "refund" else "payment"
        # In sudo mode because who pays need not see providers.
        provider_sudo = self.env["payment.provider"].sudo().browse(values["provider_id"])
        return {
            "mollie_kind": values.get("mollie_kind") or kind,
            "mollie_receipt_token": kind == "payment" and new_token(),
            "mollie_profile": provider_sudo.mollie_profile_id,
            "mollie_next_check": self._mollie_next_moment(),
        }

    def _mollie_write(self, values):
        """Write on transactions. What is written passes through here, since core's next version
        asks for more than the values.
        """
        return self.write(values)

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _mollie_prepare_payment_request_payload(self):
        """Override of `payment_mollie` to let the customer choose among all methods, in their
        language, and to make the payment traceable.
        """
        payload = super()._mollie_prepare_payment_request_payload()
        payload["amount"] = self._mollie_amount().write()
        payload["metadata"] = metadata(self)
        if payload["method"] == ["unknown"]:
            del payload["method"]
        payload["locale"] = locale_of(self.partner_lang)
        if not payload["locale"]:
            del payload["locale"]
        payload |= link_payload(self) if self.mollie_link_id else core_webhook(self)
        if not self.company_id._is_mollie_reachable():
            # Mollie would refuse the payment. The customer's return and the cron find the result.
            del payload["webhookUrl"]
        return payload

    # === BUSINESS METHODS - PROCESSING === #

    def _mollie_advance(self, payment, _payment, source):
        """Note how far the payment is, by way of core, which other modules build on."""
        self._process(
            "mollie",
            {
                "id": payment.id,
                "status": payment.status,
                "method": payment.method,
                "amount": payment.amount.write(),
                PAYMENT: payment,
            },
        )
        amount = float(self._mollie_moved().value)
        self._mollie_log("status", source, amount=amount, detail=self.mollie_failure)
        return True

    def _process(self, provider_code, payment_data):
        """Override of `payment` to refuse, each time, data that is not this transaction's: core
        refuses a wrong amount only the first time.
        """
        if provider_code != "mollie":
            return super()._process(provider_code, payment_data)
        tx = self or self._search_by_reference(provider_code, payment_data)
        payment = tx and tx._mollie_read(payment_data)
        if not payment or mismatches(payment, tx._mollie_known(payment)):
            return tx
        return super(TransactionCore, tx)._process(provider_code, payment_data)

    def _mollie_read(self, payment_data):
        """Return the payment of core's payment data, or None if it can't be read.

        What core or another module did not ask for (its id, its mode) is taken to be right.
        """
        if PAYMENT in payment_data:
            return payment_data[PAYMENT]
        known = self._mollie_known()
        try:
            return read_payment({"id": known.id or "tr_0", "mode": known.mode, **payment_data})
        except _UNREADABLE:
            return None

    def _extract_amount_data(self, payment_data):
        """Override of `payment_mollie` to round with the currency."""
        amount_data = super()._extract_amount_data(payment_data)
        if self.provider_code == "mollie":
            amount_data["amount"] = self.currency_id.round(amount_data["amount"])
        return amount_data

    def _apply_updates(self, payment_data):
        """Override of `payment_mollie` to keep Mollie's status and to act on it by a table."""
        if self.provider_code != "mollie":
            return super()._apply_updates(payment_data)
        payment = self._mollie_read(payment_data)
        self._mollie_write(self._mollie_values(payment))
        becomes = of_payment(payment.status).becomes or (payment.is_under_way and "pending")
        if becomes:
            words = status_name(self.env, payment.status)
            reason = self.env._("Mollie reports this payment as %s.", words)
            self._mollie_become(becomes, reason)
        return None

    def _mollie_become(self, state, reason):
        """Bring the transaction into a state.

        Also from where core would not go: a payment that failed, but is paid after all, for money
        that comes late is still money; and anything else that was done, but is not so after all.

        :param str state: a key of `SETTERS`.
        :param str reason: shown to users if it is cancelled.
        """
        late = ("done", "cancel") if self.mollie_kind == "payment" else ("cancel", "done")
        set_state = getattr(self, SETTERS[state])
        set_state(
            state_message=reason if state == "cancel" else None,
            extra_allowed_states=late[1:] if state == late[0] else (),
        )

    def _mollie_values(self, payment):
        """Return what is kept of a payment at Mollie."""
        method = payment.method or self.mollie_method
        received = next((m.amount for m in movements(payment)), None)
        is_part = received and received != payment.amount
        return {
            "mollie_status": payment.status,
            "mollie_profile": payment.profile or self.mollie_profile,
            "mollie_method": method,
            "mollie_expires_at": payment.expires_at or self.mollie_expires_at,
            "mollie_paid_at": payment.paid_at or False,
            "mollie_failure": payment.failure or False,
            "mollie_transfer": dict(payment.transfer) if method == TRANSFER else False,
            "mollie_amount_captured": float(received.value) if is_part else 0,
            "mollie_amount_remaining": float(payment.remaining.value) if payment.remaining else 0,
            "payment_method_id": _find_method(self, method, payment.card).id,
            "mollie_next_check": self._mollie_next_moment(),
        }


def _find_method(tx, method, card):
    """Return Odoo's payment method for Mollie's, also an inactive one."""
    if method == "creditcard":
        method = (card or method).lower()
    Method = tx.env["payment.method"].with_context(active_test=False)
    found = Method._get_from_code(method, mapping=PAYMENT_METHODS_MAPPING)
    return found or tx.payment_method_id


def find_methods(env, names):
    """Return Odoo's payment methods, also inactive ones, by Mollie's names."""
    codes = {ODOO_NAMES.get(name, name): name for name in names}
    Method = env["payment.method"].with_context(active_test=False)
    found = Method.search([("code", "in", list(codes)), ("primary_payment_method_id", "=", False)])
    return {codes[method.code]: method for method in found}


class ProviderCore:
    """Core's `payment.provider`: whether it is on, and how core talks to Mollie.

    Core's own transport stays where it is, for others hook into it; here it gets the address, the
    idempotency and the clean errors of our gateway.
    """

    __slots__ = ()

    # === COMPUTE METHODS === #

    def _compute_feature_support_fields(self):
        """Override of `payment` to allow refunds and authorized payments.

        Core crashes on Mollie's `authorized` without it.
        """
        result = super()._compute_feature_support_fields()
        self.filtered(lambda p: p.code == "mollie").update(
            {"support_manual_capture": "full_only", "support_refund": "partial"}
        )
        return result

    # === BUSINESS METHODS === #

    def _get_default_payment_method_codes(self):
        """Override of `payment` to offer in core's own dialogs what the Mollie account offers."""
        default = super()._get_default_payment_method_codes()
        if self.code != "mollie" or not self.mollie_methods:
            return default
        codes = {ODOO_NAMES.get(method["id"], method["id"]) for method in self.mollie_methods}
        # With its brands.
        return codes | default if "card" in codes else codes

    @api.model
    def _mollie_search_connected(self):
        """Return the providers through which Mollie can be asked."""
        return self.search(HAS_KEY)

    def _mollie_state(self):
        """Return a key of `STATES`, or False if there is no provider."""
        return self.state

    def _mollie_is_test(self):
        return self.state == "test"

    def _mollie_switch_off(self):
        """Return the values with which nobody can pay by a provider."""
        return {"state": "disabled", "is_published": False}

    def _mollie_switch_on(self, is_live):
        """Return the values with which a provider is used in live or test mode."""
        return {"state": "enabled" if is_live else "test", "is_published": is_live}

    # === REQUEST HELPERS === #

    def _send_api_request(self, method, endpoint, **kwargs):
        """Override of `payment` to end in a clear error where core's would be a crash.

        :raise ValidationError: if there is no answer.
        """
        if method != "GET" and self._mollie_is_copy():
            raise self._mollie_request_error(MollieRejected(COPY))
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except requests.RequestException:
            if self.code != "mollie":
                raise
            # `from None`: the text may hold the API key.
            raise self._mollie_request_error(MollieUnavailable()) from None

    def _mollie_request_error(self, error):
        return ValidationError(error_message(self.env, error))

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment_mollie` to ask at our endpoint, and for payments only."""
        if self.code != "mollie":
            return super()._build_request_url(endpoint, **kwargs)
        path = endpoint.strip("/")
        if not _PATH.fullmatch(path):
            raise ValidationError(self.env._("%s is not an address of a payment.", path))
        try:
            return f"{clean_endpoint(self._mollie_endpoint())}/v2/{path}"
        except MollieError as error:
            raise self._mollie_request_error(error) from None

    def _build_request_headers(self, method, endpoint, payload, **kwargs):
        """Override of `payment_mollie` to have each payment made once, also when the request is
        replayed after a serialization failure.
        """
        headers = super()._build_request_headers(method, endpoint, payload, **kwargs)
        if self.code == "mollie":
            headers["Authorization"] = f"Bearer {(self.mollie_api_key or '').strip()}"
            headers["User-Agent"] += f" OdooInvoiceMollie/{release.major_version}"
            if method != "GET":
                headers["Idempotency-Key"] = self._mollie_request_key(method, endpoint, payload)
        return headers

    def _mollie_request_key(self, *request):
        """Return the key under which Mollie does the same thing once. The reference is in it."""
        # In sudo mode because system parameters are the administrator's.
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        text = json.dumps([database, *request], sort_keys=True)
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _log_request(self, method, url, payload, *, reference=None):
        """Override of `payment` to keep names and addresses of customers out of the log."""
        payload = None if self.code == "mollie" else payload
        return super()._log_request(method, url, payload, reference=reference)

    def _log_response(self, response, *, reference=None):
        """Override of `payment` to keep names and accounts of payers out of the log."""
        if self.code != "mollie":
            return super()._log_response(response, reference=reference)
        return None

    def _parse_response_content(self, response, **kwargs):
        """Override of `payment` to let nothing pass but what Mollie's API promises.

        :raise ValidationError: if it is something else, or leads customers elsewhere.
        """
        if self.code != "mollie":
            return super()._parse_response_content(response, **kwargs)
        try:
            answer = response.json()
            is_payment = answer.get("resource") == "payment"
            url = read_payment(answer).checkout_url if is_payment else ""
        except _UNREADABLE:
            raise self._mollie_request_error(MollieUnavailable()) from None
        is_elsewhere = url and not is_checkout(url, clean_endpoint(self._mollie_endpoint()))
        if is_elsewhere or response.history:
            raise ValidationError(self.env._("What was answered does not come from Mollie."))
        return answer

    def _parse_response_error(self, response):
        """Override of `payment_mollie` to say what can be done about it."""
        if self.code != "mollie":
            return super()._parse_response_error(response)
        try:
            detail = str(response.json()["detail"])
        except _UNREADABLE:
            detail = ""
        return error_message(self.env, error_of(response.status_code, detail))
