"""A neutralized copy of the database."""

from odoo.exceptions import UserError
from odoo.modules.neutralize import neutralize_database

from tests.common import LIVE_KEY
from tests.odoo.cases.settings import SettingsCase


class TestNeutralize(SettingsCase):
    """Row I3: a neutralized copy of the database does nothing at Mollie."""

    def test_a_neutralized_copy_asks_nothing_of_mollie_and_says_so_politely(self):
        self.connect(LIVE_KEY)
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.company._mollie_renew_health_token()
        fresh = self.make_invoice()
        path = self.make_link(fresh)
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.sandbox.clear_requests()
        tx.mollie_next_check = "2020-01-01 00:00:00"
        for cron in ("cron_mollie_sync", "cron_mollie_refresh_methods"):
            self.env.ref(f"invoice_mollie.{cron}").method_direct_trigger()
        invoice.action_mollie_sync()
        self.get(path)
        self.press_pay(path)
        self.get(self.return_path(tx))
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        with self.assertRaisesRegex(UserError, "not connected to Mollie"):
            self.make_invoice().with_user(self.clerk).action_mollie_create_payment()
        self.assertEqual(self.sandbox.requests(), [])
        self.assertFalse(self.company.mollie_health_token)
