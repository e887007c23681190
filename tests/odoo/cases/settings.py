"""The settings, as the administrator of a company uses them."""

from tests.common import MollieCase


class SettingsCase(MollieCase):
    def settings(self, company=None, **values):
        """Return what the settings show to the administrator of a company."""
        company = company or self.company
        user = self.env.ref("base.user_admin")
        user.company_ids |= company
        env = self.env(user=user, context={"allowed_company_ids": company.ids})
        return env["res.config.settings"].create({"company_id": company.id, **values})

    def connect(self, key, company=None):
        """Paste a key and press Connect."""
        return self.settings(company, mollie_api_key=key).action_mollie_connect()

    def make_company(self, chart=True):
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        if chart:
            self.env["account.chart.template"].try_loading("generic_coa", company, False)
        return company

    def rename_profile(self, key, name):
        self.sandbox.set_profile(self.sandbox.profile_of(key), fields={"name": name})
