import pytz

from odoo import models, tools


class ResCountry(models.Model):
    """Where a company without a time zone of its own keeps its books."""

    _inherit = "res.country"

    @tools.ormcache("self.id", cache="stable")
    def _mollie_time_zone(self):
        """Return the name of the country's time zone: of several the one with most people, which
        stands first; UTC if there is none.
        """
        return next(iter(pytz.country_timezones.get(self.code or "", [])), "UTC")
