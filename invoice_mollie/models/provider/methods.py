from odoo import api, tools
from odoo.tools.misc import formatLang

from odoo.addons.payment_mollie.const import SUPPORTED_CURRENCIES

from ...gateway import MollieError
from ..languages import languages_here, locale_of


class Methods:
    """The payment methods of the Mollie profile, as far as they are kept: see `mollie_methods`."""

    __slots__ = ()

    # === BUSINESS METHODS - METHODS === #

    def _mollie_refresh_methods(self):
        """Fetch which methods are enabled, and within which limits."""
        for provider in self:
            provider._mollie_learn_profile()
            known = provider.mollie_methods or []
            methods = fetch_methods(provider._mollie_gateway(), languages_here(self.env), known)
            if methods != provider.mollie_methods:
                provider.mollie_methods = methods
            provider._mollie_note_taken()

    def _mollie_method_name(self, method):
        """Return the name of a method as Mollie writes it, for example `iDEAL | Wero`, in the
        language of the environment.
        """
        names = {m["id"]: name_of(m, self.env.lang) for m in self.sudo().mollie_methods or []}
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
        tariff, name = method.get("tariff"), name_of(method, self.env.lang)
        if not tariff:
            return name
        fixed, variable = tariff["fixed"], float(tariff["variable"])
        currency = self._mollie_find_currency(fixed["currency"])
        parts = [currency.format(float(fixed["value"]))]
        if variable:
            parts.append(f"{formatLang(self.env, variable)} %")
        return f"{name} ({' + '.join(parts)})"

    @api.model
    def _mollie_find_currency(self, code):
        """Return the currency of an ISO code, also an inactive one."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    def _mollie_knows(self, currency):
        """Return whether Mollie handles the currency, and nobody excluded it for the provider."""
        self.ensure_one()
        allowed = self._mollie_allowed_currencies()
        return currency.name in SUPPORTED_CURRENCIES and (not allowed or currency.id in allowed)

    @tools.ormcache("self.id")
    def _mollie_allowed_currencies(self):
        """Return the ids of the currencies that somebody chose for the provider; empty for all."""
        return frozenset(self.available_currency_ids.ids)

    def _mollie_accepts(self, amount, currency):
        """Return whether any enabled method may accept the amount.

        Limits in another currency say nothing about this one, and nothing is refused before the
        methods are known, which they are from connecting on.
        """
        self.ensure_one()
        return not self.mollie_profile_name or any(self._mollie_fitting_methods(amount, currency))

    def _mollie_fitting_methods(self, amount, currency):
        """Yield those of the enabled methods that may accept the amount."""
        for method in self.mollie_methods or []:
            if _is_within(method, amount, currency):
                yield method

    # === CRON === #

    @api.model
    def _cron_mollie_refresh_methods(self):
        for provider in self._mollie_search_connected():
            try:
                provider._mollie_refresh_methods()
            except MollieError as error:
                # Yesterday's limits are good enough until tomorrow.
                provider._mollie_note_refusal(error)


def name_of(method, lang):
    """Return what Mollie calls a kept method in a language of Odoo's; else in English."""
    return method.get("names", {}).get((lang or "")[:2]) or method["description"]


def fetch_methods(gateway, languages, known=()):
    """Return what is kept of the enabled methods: names, limits, tariffs.

    :param languages: of which Mollie's names are wanted, as Odoo names them.
    :param list known: what was kept so far; its names and tariffs stand when there are no newer
        ones.
    """
    methods = gateway.methods()
    names = {method["id"]: method.get("names", {}) for method in known}
    for lang in languages:
        for name, text in _fetch_names(gateway, lang).items():
            names[name] = names.get(name, {}) | {lang[:2]: text}
    try:
        tariffs = {name: _keep_tariff(tariff) for name, tariff in gateway.tariffs().items()}
    except MollieError:
        # An estimate is not worth failing for.
        tariffs = {method["id"]: method.get("tariff") for method in known}
    return [
        {
            "id": method.id,
            "description": method.name,
            "names": names.get(method.id, {}),
            "minimum": method.minimum and _keep_amount(method.minimum),
            "maximum": method.maximum and _keep_amount(method.maximum),
            "tariff": tariffs.get(method.id),
        }
        for method in methods
    ]


def _fetch_names(gateway, lang):
    """Return what Mollie calls the methods in a language; nothing where it can't say."""
    locale = locale_of(lang)
    if not locale or lang.startswith("en"):
        return {}
    try:
        return {method.id: method.name for method in gateway.methods(locale)}
    except MollieError:
        return {}


def _keep_amount(amount):
    return {"currency": amount.currency, "value": str(amount.value)}


def _keep_tariff(tariff):
    return {"fixed": _keep_amount(tariff.fixed), "variable": tariff.percent}


def _is_within(method, amount, currency):
    limits = (method["minimum"], -1), (method["maximum"], 1)
    return not any(
        limit
        and limit.get("currency") == currency.name
        and currency.compare_amounts(amount, float(limit["value"])) == side
        for limit, side in limits
    )
