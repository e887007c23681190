from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..gateway import MollieError
from .core import ProviderCore
from .days import day_of
from .languages import languages_here
from .provider.connection import Connection
from .provider.icons import Icons
from .provider.journal import Journal
from .provider.keys import connect_error, describe_key, hint_of
from .provider.methods import Methods, fetch_methods
from .provider.place import Place
from .provider.profile import Profile, is_live, kind_of
from .provider.silence import Silence
from .uncopied import UncopiedJson


class PaymentProvider(
    Journal, Methods, Icons, ProviderCore, Profile, Connection, Place, Silence, models.Model
):
    """A company's Mollie profile.

    See the package `provider` for what it does.
    """

    _inherit = "payment.provider"

    mollie_profile_name = fields.Char("Mollie Profile", readonly=True, copy=False)
    # Computed only to be forgotten when the key changes; whose the new one is, Connect writes, or
    # Mollie is asked.
    mollie_profile_id = fields.Char(
        "Mollie Profile ID",
        compute="_compute_mollie_profile_id",
        store=True,
        readonly=False,
        copy=False,
    )
    # In which database the key was pasted, see `Place`.
    mollie_place = fields.Char(
        compute="_compute_mollie_place", store=True, readonly=False, copy=False
    )
    # Whether Mollie refused the key, and did not take it since.
    mollie_key_refused = fields.Boolean(
        compute="_compute_mollie_key_refused", store=True, readonly=False, copy=False
    )
    # How often Mollie gave no answer, one time after the other.
    mollie_failures = fields.Integer(readonly=True, copy=False)
    mollie_failed_at = fields.Datetime(readonly=True, copy=False)
    # [{"id": "ideal", "description": "iDEAL", "names": {"nl": "iDEAL", …},
    #   "minimum": {…} or None, "maximum": {…} or None,
    #   "tariff": {"fixed": {…}, "variable": "1.80"} or None}]
    mollie_methods = UncopiedJson("Enabled at Mollie", readonly=True, copy=False)
    # {"ideal": "data:image/png;base64,…"}: some kilobytes, which only pages need.
    mollie_icons = UncopiedJson(
        compute="_compute_mollie_icons", store=True, prefetch=False, copy=False
    )

    # === COMPUTE METHODS === #

    @api.depends("mollie_api_key")
    def _compute_mollie_profile_id(self):
        self.mollie_profile_id = False

    @api.depends("mollie_api_key")
    def _compute_mollie_key_refused(self):
        self.mollie_key_refused = False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment` to log the key that a provider comes with, and to have companies
        find anew whom they ask.
        """
        providers = super().create(vals_list)
        providers._mollie_forget_found()
        providers._mollie_log_keys({})
        return providers

    def write(self, vals):
        """Override of `payment` to log that the key is another one, whoever writes it, and to have
        companies find anew whom they ask.
        """
        before = {provider_sudo.id: provider_sudo.mollie_api_key for provider_sudo in self.sudo()}
        result = super().write(vals)
        self._mollie_forget_found()
        if "available_currency_ids" in vals:
            self.env.registry.clear_cache()  # See `_mollie_allowed_currencies`.
        self._mollie_log_keys(before)
        return result

    # === BUSINESS METHODS === #

    def _mollie_forget_found(self):
        """Have companies find anew through which provider they ask."""
        self.env["res.company"].invalidate_model(["mollie_provider_id"], flush=False)

    def _mollie_search_sharing(self):
        """Return the providers of other companies, in sudo mode, with the same key or another one
        of the same profile and mode: the payments of all are in one balance.
        """
        # In sudo mode to read the API key, and to see the other companies.
        provider_sudo = self.sudo()
        others_sudo = provider_sudo._mollie_search_connected().filtered(
            lambda other: other.company_id != provider_sudo.company_id
        )
        return others_sudo.filtered(
            lambda other: (
                other.mollie_api_key == provider_sudo.mollie_api_key
                or (
                    other.mollie_profile_id
                    and is_live(other.mollie_api_key) == is_live(provider_sudo.mollie_api_key)
                    and other.mollie_profile_id == provider_sudo.mollie_profile_id
                )
            )
        )

    def _mollie_log_keys(self, before):
        """Log which of the keys are others than before, without the keys.

        :param dict before: the former key of each provider's id.
        """
        # In sudo mode to read the API key.
        for provider_sudo in self.sudo():
            former, key = before.get(provider_sudo.id) or "", provider_sudo.mollie_api_key or ""
            if key != former:
                self.env["mollie.payment.log"]._append_change(
                    "key_changed", provider_sudo.company_id, kind_of(former), kind_of(key)
                )

    def _mollie_connect(self, api_key, anyway=False):
        """Check the key with Mollie, then store it and switch the provider on.

        :param bool anyway: also if the key can't see payments that are open, or brings no money
            though the one of now does.
        :raise UserError: if Mollie does not accept the key, payments are open, or money came.
        """
        self.ensure_one()
        if reason := describe_key(self.env, api_key):
            raise UserError(reason)
        try:
            gateway = self._mollie_gateway(api_key)
            profile, methods = gateway.profile(), fetch_methods(gateway, languages_here(self.env))
        except MollieError as error:
            raise UserError(connect_error(self.env, error)) from None
        if not anyway:
            self._mollie_ensure_stays_live(api_key)
            self._mollie_ensure_none_left_behind(api_key, profile)
        self._mollie_ensure_journal()
        # Also if it is the key of before, which no write changes.
        self._mollie_note_taken()
        self.write(
            {
                "mollie_api_key": api_key,
                "mollie_profile_id": profile.id,
                "mollie_profile_name": profile.name,
                "mollie_methods": methods,
                **self._mollie_switch_on(is_live(api_key)),
            }
        )
        # Core does so only for a provider that was off.
        self._activate_default_pms()

    def _mollie_disconnect(self):
        """Forget the key, and let nobody pay.

        :raise UserError: if payments are open: nobody would hear how they end.
        """
        self.ensure_one()
        if payments := self._mollie_describe_open():
            raise UserError(
                self.env._(
                    "Payments are still open: %s. Without the key nobody would hear how they end."
                    " Revoke the links of their invoices, and disconnect when they have ended.",
                    payments,
                )
            )
        self.write({"mollie_api_key": False} | self._mollie_switch_off())

    def _mollie_describe_key(self):
        """Return which key is kept, and since when; empty if there is none."""
        key = self.sudo().mollie_api_key  # In sudo mode to read the API key.
        changes = [("company_id", "=", self.company_id.id), ("event", "=", "key_changed")]
        # In sudo mode because administrators need not see the log.
        change = self.env["mollie.payment.log"].sudo().search(changes, limit=1)
        if not key or not change:
            return hint_of(key)
        day = format_date(self.env, day_of(change.create_date, self.company_id))
        return self.env._("%(key)s, connected on %(day)s", key=hint_of(key), day=day)

    def _mollie_use_key(self):
        """Switch the provider on, in the mode of its key."""
        for provider in self:
            provider.write(provider._mollie_switch_on(provider._mollie_has_live_key()))
