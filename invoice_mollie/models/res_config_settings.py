from odoo import api, fields, models
from odoo.exceptions import UserError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mollie_link_creation = fields.Selection(
        related="company_id.mollie_link_creation", readonly=False, required=True
    )
    # Only a way in: the key is checked, kept by the provider, and not shown again.
    mollie_api_key = fields.Char("Mollie API Key", groups="base.group_system")
    mollie_provider_id = fields.Many2one("payment.provider", compute="_compute_mollie_provider_id")
    mollie_provider_state = fields.Selection(related="mollie_provider_id.state")
    mollie_profile_name = fields.Char(related="mollie_provider_id.mollie_profile_name")
    mollie_journal_id = fields.Many2one(
        related="mollie_provider_id.journal_id", readonly=False, string="Mollie Journal"
    )
    mollie_method_names = fields.Char("Methods", compute="_compute_mollie_provider_id")
    mollie_is_reachable = fields.Boolean(compute="_compute_mollie_provider_id")

    @api.depends("company_id")
    def _compute_mollie_provider_id(self):
        for settings in self:
            provider_sudo = settings.company_id._get_mollie_provider()
            settings.mollie_provider_id = provider_sudo.sudo(False)
            settings.mollie_method_names = ", ".join(
                method["description"] for method in provider_sudo.mollie_methods or []
            )
            settings.mollie_is_reachable = settings.company_id._is_mollie_reachable()

    def set_values(self):
        """Override of `base` so that Save, too, connects with a key that was pasted."""
        super().set_values()
        if self.mollie_api_key:
            self._mollie_connect()

    def action_mollie_connect(self):
        """Check the pasted API key with Mollie and switch the company's provider on.

        :raise UserError: if there is no key or Mollie does not accept it.
        """
        self.ensure_one()
        if not self.mollie_api_key:
            raise UserError(
                self.env._("Paste the API key of your Mollie profile first (test_… or live_…).")
            )
        self._mollie_connect()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _mollie_connect(self):
        api_key, self.mollie_api_key = self.mollie_api_key, False
        self.company_id._connect_mollie(api_key)

    def action_mollie_refresh_methods(self):
        """Fetch again which methods the Mollie profile offers."""
        self.mollie_provider_id._mollie_refresh_methods()
