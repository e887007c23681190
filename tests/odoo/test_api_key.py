"""Where the key is kept: it goes in and does not come out."""

import io

from odoo.exceptions import AccessError
from odoo.tools import SQL

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.odoo.cases.settings import SettingsCase


class TestKeyIsKept(SettingsCase):
    """Rows C7 and D3: the key goes in and does not come out."""

    def test_the_settings_do_not_give_the_key_back(self):
        """ASVS 13.3.1."""
        settings = self.settings(mollie_api_key=OTHER_KEY)
        settings.action_mollie_connect()
        shown = self.settings()
        for name in shown._fields:
            self.assertNotIn(OTHER_KEY, str(shown[name]), name)
        self.assertNotIn(OTHER_KEY, str(settings.web_read({"mollie_api_key": {}})))
        self.assertNotIn(OTHER_KEY, str(shown.default_get(list(shown._fields))))

    def test_no_row_of_the_settings_holds_the_key_even_when_connecting_failed(self):
        self.assertFalse(self.env["res.config.settings"]._fields["mollie_api_key"].store)
        self.settings(mollie_api_key=OTHER_KEY)
        self.env.flush_all()
        self.assertNotIn(OTHER_KEY, self.dump("res_config_settings"))
        self.assertIn(OTHER_KEY, self.dump("payment_provider"))

    def dump(self, table):
        self.env.cr.execute(SQL("SELECT * FROM %s", SQL.identifier(table)))
        out = io.StringIO()
        print(self.env.cr.fetchall(), file=out)
        return out.getvalue()

    def test_only_administrators_reach_settings_and_key(self):
        """ASVS 13.3.2."""
        for user in (self.clerk, self.make_user("boss", "account.group_account_manager")):
            with self.assertRaises(AccessError):
                self.env["res.config.settings"].with_user(user).create({"mollie_api_key": LIVE_KEY})
            with self.assertRaises(AccessError):
                self.provider.with_user(user).read(["mollie_api_key"])
        self.assertEqual(self.provider.mollie_api_key, TEST_KEY)
