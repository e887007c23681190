from odoo import api, models
from odoo.exceptions import ValidationError

from ..addresses import is_base, is_encrypted
from .provider.connection import ENDPOINT_PARAMETER
from .res_company import PUBLIC_URL_PARAMETER

# On which the way of keys and money depends, and what the log calls a change.
WATCHED = {
    ENDPOINT_PARAMETER: "endpoint_changed",
    PUBLIC_URL_PARAMETER: "address_changed",
}


class IrConfigParameter(models.Model):
    """System parameters: Odoo keeps who changed one last, but not what it was."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to log where keys and customers are sent."""
        parameters = super().create(vals_list)
        parameters._log_mollie_changes({})
        return parameters

    def write(self, vals):
        """Override of `base` to log where keys and customers are sent."""
        before = self._get_mollie_addresses()
        result = super().write(vals)
        self._log_mollie_changes(before)
        return result

    def unlink(self):
        """Override of `base` to log that keys and customers are sent to the usual address again."""
        before = self._get_mollie_addresses()
        result = super().unlink()
        self.browse()._log_mollie_changes(before)
        return result

    @api.constrains("key", "value")
    def _check_mollie_public_url(self):
        """Refuse what no link can begin with: customers and Mollie would come nowhere."""
        for row in self.filtered(lambda row: row.key == PUBLIC_URL_PARAMETER and row.value):
            if not (is_base(row.value) and is_encrypted(row.value)):
                raise ValidationError(
                    self.env._(
                        "%s has to be an address with https, a host and maybe a port and a path,"
                        " as https://pay.example.com or https://pay.example.com:8443/odoo. Only"
                        " one of this machine, as http://localhost:8069, may have http.",
                        PUBLIC_URL_PARAMETER,
                    )
                )

    def _get_mollie_addresses(self):
        return {row.key: row.value for row in self if row.key in WATCHED}

    def _log_mollie_changes(self, before):
        """Log what these parameters are now, where that is something else than before.

        For each company that is connected: these addresses are everybody's.
        """
        after = self._get_mollie_addresses()
        for key in before | after:
            if before.get(key) != after.get(key):
                # In sudo mode because administrators need not see all companies.
                connected_sudo = self.env["payment.provider"].sudo()._mollie_search_connected()
                companies = connected_sudo.company_id or self.env.company
                values = [found.get(key, "") for found in (before, after)]
                self.env["mollie.payment.log"]._append_change(WATCHED[key], companies, *values)
