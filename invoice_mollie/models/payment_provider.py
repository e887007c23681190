from odoo import fields, models
from odoo.exceptions import UserError

from ..gateway import MollieError
from .core import ProviderCore
from .errors import error_message
from .provider.connection import Connection
from .provider.journal import Journal
from .provider.methods import Methods, fetch_methods


class PaymentProvider(Journal, Methods, ProviderCore, Connection, models.Model):
    """A company's Mollie profile.

    See the package `provider` for what it does.
    """

    _inherit = "payment.provider"

    mollie_profile_name = fields.Char("Mollie Profile", readonly=True, copy=False)
    # [{"id": "ideal", "description": "iDEAL", "minimum": {…} or None, "maximum": {…} or None,
    #   "tariff": {"fixed": {…}, "variable": "1.80"} or None}]
    mollie_methods = fields.Json("Enabled at Mollie", readonly=True, copy=False)

    # === BUSINESS METHODS === #

    def _mollie_connect(self, api_key):
        """Check the key with Mollie, then store it and switch the provider on."""
        self.ensure_one()
        try:
            gateway = self._mollie_gateway(api_key)
            profile, methods = gateway.profile(), fetch_methods(gateway)
        except MollieError as error:
            raise UserError(error_message(self.env, error)) from None
        self._mollie_ensure_journal()
        self.write(
            {
                "mollie_api_key": api_key,
                "mollie_profile_name": profile.name,
                "mollie_methods": methods,
                **self._mollie_switch_on(api_key.startswith("live_")),
            }
        )
