from odoo import models


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        """Override of `base` to learn what Mollie calls its methods in a language that is new."""
        result = super().write(vals)
        if vals.get("active"):
            self.env.ref("invoice_mollie.cron_mollie_refresh_methods")._trigger()
        return result
