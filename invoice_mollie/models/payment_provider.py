import hashlib
from json import dumps as json_dumps

from odoo import api, fields, models, release
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate
from odoo.tools.misc import formatLang

from odoo.addons.payment_mollie.const import SUPPORTED_CURRENCIES

from ..gateway import Gateway, MollieError, MollieRejected

_lt = LazyTranslate(__name__)

ENDPOINT_PARAMETER = "invoice_mollie.api_endpoint"
ERROR_MESSAGES = {
    "key": _lt("Mollie does not accept the API key. Paste it again in Settings, Invoicing."),
    "rejected": _lt("Mollie refused: %(detail)s"),
    "unavailable": _lt("Mollie did not answer. Try again in a few minutes."),
}


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    mollie_profile_name = fields.Char("Mollie Profile", readonly=True, copy=False)
    # [{"id": "ideal", "description": "iDEAL", "minimum": {…} or None, "maximum": {…} or None,
    #   "tariff": {"fixed": {…}, "variable": "1.80"} or None}]
    mollie_methods = fields.Json("Enabled at Mollie", readonly=True, copy=False)

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

    # === REQUEST HELPERS === #

    def _send_api_request(self, method, endpoint, *, json=None, reference=None, **kwargs):
        """Override of `payment` to ask Mollie through the gateway, for all that core asks.

        So that each request has the endpoint, the timeout and the clean errors of our own, and a
        replay after a serialization failure makes no second payment.

        :raise ValidationError: caused by a :class:`MollieError`, if there is no answer.
        """
        if self.code != "mollie":
            return super()._send_api_request(
                method, endpoint, json=json, reference=reference, **kwargs
            )
        key = reference and self._mollie_request_key(method, endpoint, json, reference)
        try:
            return self._mollie_gateway().request(method, endpoint, json, key)
        except MollieError as error:
            raise ValidationError(self._mollie_error_message(error)) from error

    def _mollie_request_key(self, *request):
        """Return the key under which Mollie does the same thing for the same reference once."""
        # In sudo mode because system parameters are the administrator's.
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        text = json_dumps([database, *request], sort_keys=True)
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    # === BUSINESS METHODS === #

    def _mollie_gateway(self, api_key=None):
        """Return a gateway for the provider's API key.

        :param str api_key: another key, to be checked before it is stored.
        :raise MollieRejected: if key or endpoint can't be right.
        """
        self.ensure_one()
        provider_sudo = self.sudo()  # In sudo mode to read the API key.
        return Gateway(
            api_key or provider_sudo.mollie_api_key,
            self.env["ir.config_parameter"].sudo().get_param(ENDPOINT_PARAMETER),
            f"{release.major_version}",
        )

    def _mollie_error_message(self, error):
        """Return what a clerk can do about a :class:`MollieError`, in the clerk's language."""
        sentence = self.env._(ERROR_MESSAGES.get(error_detail(error), ERROR_MESSAGES["rejected"]))
        return sentence % {"detail": error.detail}

    def _mollie_connect(self, api_key):
        """Check the key with Mollie, then store it and switch the provider on."""
        self.ensure_one()
        try:
            gateway = self._mollie_gateway(api_key)
            profile, methods = gateway.profile(), _fetch_methods(gateway)
        except MollieError as error:
            raise UserError(self._mollie_error_message(error)) from None
        self._mollie_ensure_journal()
        self.write(
            {
                "mollie_api_key": api_key,
                "mollie_profile_name": profile.get("name") or profile.get("id"),
                "mollie_methods": methods,
                "state": "enabled" if api_key.startswith("live_") else "test",
                "is_published": api_key.startswith("live_"),
            }
        )

    def _mollie_ensure_journal(self):
        """Choose the journal: the provider's, else one named Mollie, else a new one.

        A journal of its own, so that its balance is the balance at Mollie.
        """
        if self.journal_id:
            return
        Journal = self.env["account.journal"].with_company(self.company_id)
        # The company's own: a branch sees its parent's journals, which have a key of their own.
        domain = [("company_id", "=", self.company_id.id), ("type", "=", "bank")]
        named = Journal.search([*domain, ("name", "ilike", "Mollie")])
        free = named.filtered(
            lambda journal: not journal.inbound_payment_method_line_ids.payment_provider_id
        )
        self.journal_id = free[:1] or Journal.create(
            {"name": "Mollie", "type": "bank", "company_id": self.company_id.id}
        )

    def _mollie_refresh_methods(self):
        """Fetch which methods are enabled, and within which limits."""
        for provider in self:
            known = provider.mollie_methods or []
            methods = _fetch_methods(provider._mollie_gateway(), known)
            if methods != provider.mollie_methods:
                provider.mollie_methods = methods

    def _mollie_method_name(self, method):
        """Return the name of a method as Mollie writes it, for example `iDEAL | Wero`."""
        names = {m["id"]: m["description"] for m in self.sudo().mollie_methods or []}
        return names.get(method) or (method or "").capitalize()

    def _mollie_estimate_fee(self, method, amount, currency):
        """Return what Mollie's tariff makes of an amount; 0 if there is none in the currency."""
        tariffs = {m["id"]: m.get("tariff") for m in self.sudo().mollie_methods or []}
        tariff = tariffs.get(method)
        if not tariff or tariff["fixed"]["currency"] != currency.name:
            return 0
        share = amount * float(tariff["variable"]) / 100
        return currency.round(float(tariff["fixed"]["value"]) + share)

    def _mollie_describe_methods(self):
        """Return the names of the enabled methods, each with its tariff."""
        methods = self.sudo().mollie_methods or []
        return ", ".join(self._mollie_describe_method(method) for method in methods)

    def _mollie_describe_method(self, method):
        tariff = method.get("tariff")
        if not tariff:
            return method["description"]
        fixed, variable = tariff["fixed"], float(tariff["variable"])
        currency = self._mollie_find_currency(fixed["currency"])
        parts = [currency.format(float(fixed["value"]))]
        if variable:
            parts.append(f"{formatLang(self.env, variable)} %")
        return f"{method['description']} ({' + '.join(parts)})"

    @api.model
    def _mollie_find_currency(self, code):
        """Return the currency of an ISO code, also an inactive one."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    def _mollie_knows(self, currency):
        """Return whether Mollie handles the currency, and nobody excluded it for the provider."""
        self.ensure_one()
        allowed = self.available_currency_ids
        return currency.name in SUPPORTED_CURRENCIES and (not allowed or currency in allowed)

    def _mollie_accepts(self, amount, currency):
        """Return whether any enabled method may accept the amount.

        Limits in another currency say nothing about this one, and nothing is refused before the
        methods are known, which they are from connecting on.
        """
        self.ensure_one()
        methods = self.mollie_methods or []
        return not self.mollie_profile_name or any(
            _is_within(method, amount, currency) for method in methods
        )

    @api.model
    def _cron_mollie_refresh_methods(self):
        providers = self.search([("code", "=", "mollie"), ("state", "!=", "disabled")])
        for provider in providers.filtered("mollie_api_key"):
            try:
                provider._mollie_refresh_methods()
            except MollieError:
                continue  # Yesterday's limits are good enough until tomorrow.


def error_detail(error):
    """Return what the log keeps of a :class:`MollieError`: a key of `ERROR_MESSAGES`, so that
    everyone reads it in their own language, or else Mollie's reason.
    """
    if not isinstance(error, MollieRejected):
        return "unavailable"
    return "key" if error.is_key_refused else error.detail


def _fetch_methods(gateway, known=()):
    """Return what we keep of the enabled methods: names, limits, tariffs.

    :param list known: what was kept so far; its tariffs stand when there are no newer ones.
    """
    methods = gateway.methods()
    try:
        tariffs = gateway.tariffs()
    except MollieError:
        # An estimate is not worth failing for.
        tariffs = {method["id"]: method.get("tariff") for method in known}
    return [
        {
            "id": method["id"],
            "description": method["description"],
            "minimum": method["minimumAmount"],
            "maximum": method["maximumAmount"],
            "tariff": tariffs.get(method["id"]),
        }
        for method in methods
    ]


def _is_within(method, amount, currency):
    limits = (method["minimum"], -1), (method["maximum"], 1)
    return not any(
        limit
        and limit.get("currency") == currency.name
        and currency.compare_amounts(amount, float(limit["value"])) == side
        for limit, side in limits
    )
