"""More than one company, and profiles with names of their own."""

from tests.common import MollieCase


class SettingsCase(MollieCase):
    def make_company(self, chart=True):
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        if chart:
            self.env["account.chart.template"].try_loading("generic_coa", company, False)
        return company

    def rename_profile(self, key, name):
        self.sandbox.set_profile(self.sandbox.profile_of(key), fields={"name": name})
