from odoo import release

from ...const import TIMEOUT
from ...gateway import Gateway

ENDPOINT_PARAMETER = "invoice_mollie.api_endpoint"


class Connection:
    """How to reach Mollie."""

    __slots__ = ()

    def _mollie_endpoint(self):
        """Return the address of Mollie's API, or an empty text for its own."""
        # In sudo mode because system parameters are the administrator's.
        return self.env["ir.config_parameter"].sudo().get_param(ENDPOINT_PARAMETER)

    def _mollie_gateway(self, api_key=None, timeout=TIMEOUT):
        """Return a gateway for the provider's API key.

        :param str api_key: another key, to be checked before it is stored.
        :param int timeout: seconds that an answer may take.
        :raise MollieRejected: if key or endpoint can't be right.
        """
        self.ensure_one()
        provider_sudo = self.sudo()  # In sudo mode to read the API key.
        api_key = api_key or provider_sudo.mollie_api_key
        return Gateway(
            api_key,
            self._mollie_endpoint(),
            f"{release.major_version}",
            only_looks=self._mollie_is_copy(),
            timeout=timeout,
        )
