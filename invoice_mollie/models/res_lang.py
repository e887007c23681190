from odoo import models

from .crons import wake


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        """Override of `base` to learn what Mollie calls its methods in a language that is new."""
        result = super().write(vals)
        if vals.get("active"):
            wake(self.env, "cron_mollie_refresh_methods")
        return result
