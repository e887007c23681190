"""Who changed the key, or an address on which keys and money depend: rows that nobody changes."""

from ast import literal_eval

from odoo.exceptions import AccessError
from odoo.service.model import call_kw

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.odoo.cases.roles import ADMINISTRATORS, READERS, AccessCase

KEYS = (TEST_KEY, LIVE_KEY, OTHER_KEY)
ENDPOINT, PUBLIC_URL = "invoice_mollie.api_endpoint", "invoice_mollie.public_url"


class TestSettingsLog(AccessCase):
    """Row D3."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.before = self.env["mollie.payment.log"].search([])

    def rows(self):
        """Return what was written since the test began, oldest first, and by whom."""
        self.env.invalidate_all()
        rows = (self.env["mollie.payment.log"].search([]) - self.before).sorted("id")
        self.assertFalse(rows.move_id or rows.transaction_id)
        return [(row.event, row.message, row.create_uid.login) for row in rows]

    def as_system(self, records):
        return records.with_user(self.users["system"])

    def test_another_key_is_told_without_the_key(self):
        self.connect(LIVE_KEY, all_the_same=True)
        ((event, message, login),) = self.rows()
        self.assertEqual((event, login), ("key_changed", "admin"))
        self.assertEqual(message, "The API key was changed: test_… → live_…")

    def test_whichever_way_the_key_comes(self):
        provider = self.as_system(self.provider)
        for key, kinds in (
            (OTHER_KEY, "test_… → test_…"),
            (False, "test_… → –"),
            (TEST_KEY, "– → test_…"),
            ("nonsense", "test_… → ?"),
        ):
            with self.subTest(kinds):
                provider.state = "disabled"  # Core wants a key of those that are on.
                provider.mollie_api_key = key
                (event, message, login) = self.rows()[-1]
                self.assertEqual((event, login), ("key_changed", "mollie_system"))
                self.assertEqual(message, f"The API key was changed: {kinds}")
        copy = provider.copy({"name": "Mollie", "mollie_api_key": LIVE_KEY})
        self.assertEqual(self.rows()[-1][1], "The API key was changed: – → live_…")
        self.assertTrue(copy)

    def test_no_part_of_any_key_is_in_any_row(self):
        """ASVS 16.2.5."""
        for key in (LIVE_KEY, OTHER_KEY, TEST_KEY):
            self.connect(key, all_the_same=True)
        rows = self.env["mollie.payment.log"].search([]) - self.before
        texts = str(rows.read())
        for key in KEYS:
            self.assertNotIn(key[5:11], texts)

    def test_the_same_key_once_more_is_no_change(self):
        self.connect(TEST_KEY)
        self.provider.write({"mollie_api_key": TEST_KEY, "name": "Mollie!"})
        self.assertEqual(self.rows(), [])

    def test_each_address_is_told_with_what_it_was(self):
        parameters = self.as_system(self.env["ir.config_parameter"])
        old = parameters.get_param(ENDPOINT)
        parameters.set_param(ENDPOINT, "https://user:secret@evil.example")
        parameters.set_param(ENDPOINT, "https://user:other@evil.example")
        parameters.set_param(PUBLIC_URL, "https://pay.example.net")
        parameters.set_param(PUBLIC_URL, "https://pay.example.net")
        parameters.set_param(PUBLIC_URL, False)
        parameters.set_param("invoice_mollie.other", "x")
        rows = self.rows()
        self.assertEqual(
            [row[0] for row in rows], ["endpoint_changed"] * 2 + ["address_changed"] * 2
        )
        self.assertIn(f"{old} → https://…@evil.example", rows[0][1])
        self.assertIn("https://…@evil.example → https://…@evil.example", rows[1][1])
        self.assertIn("https://pay.example.com → https://pay.example.net", rows[2][1])
        self.assertIn("https://pay.example.net → –", rows[3][1])
        self.assertEqual({row[2] for row in rows}, {"mollie_system"})

    def test_a_parameter_that_gets_another_name_is_told(self):
        row = self.env["ir.config_parameter"].search([("key", "=", PUBLIC_URL)])
        row.key = "invoice_mollie.hidden"
        self.env.flush_all()
        self.env["ir.config_parameter"].create({"key": PUBLIC_URL, "value": "https://x.example"})
        self.assertEqual([row[0] for row in self.rows()], ["address_changed"] * 2)

    def test_the_address_that_links_keep_is_told_with_what_it_was(self):
        self.env["ir.config_parameter"].set_param(PUBLIC_URL, False)
        old = self.company.mollie_address
        for url in ("https://erp.example.com", "https://user:secret@erp.example.com"):
            self.env["ir.config_parameter"].set_param("web.base.url", url)
            for _number in range(2):
                self.settings().action_mollie_use_address()
        rows = self.rows()[1:]
        self.assertEqual({row[::2] for row in rows}, {("address_changed", "admin")})
        self.assertIn(f"{old} → https://erp.example.com", rows[0][1])
        self.assertIn("https://erp.example.com → https://…@erp.example.com", rows[1][1])
        self.assertEqual(len(rows), 2)

    def test_whichever_way_the_address_that_links_keep_comes(self):
        self.as_system(self.company).mollie_address = "https://a.example.com"
        sister = self.env["res.company"].create(
            {"name": "Zuster", "mollie_address": "https://b.example.com"}
        )
        self.connect("test_" + "s" * 30, sister)
        rows = [row for row in self.rows() if row[0] != "key_changed"]
        self.assertEqual(rows[0][::2], ("address_changed", "mollie_system"))
        self.assertIn("→ https://a.example.com", rows[0][1])
        self.assertIn("– → https://b.example.com", rows[1][1])
        self.assertIn("https://b.example.com → ", rows[2][1])

    def test_who_gives_access_rights_sends_neither_customers_nor_mollie_elsewhere(self):
        manager = self.make_user("rights", "base.group_erp_manager", "base.group_partner_manager")
        company = self.company.with_user(manager)
        before = self.company.mollie_address
        for name, args in (
            ("write", [{"mollie_address": "https://evil.example"}]),
            ("web_save", [{"mollie_address": "https://evil.example"}, {}]),
            ("read", [["mollie_address"]]),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                call_kw(company.browse(), name, [company.ids, *args], {})
        values = {"name": "Nog een B.V."}
        self.assertFalse(company.create(values).sudo().mollie_address)
        company.name = "Nieuwe naam B.V."
        self.env.flush_all()
        with self.assertRaises(AccessError):
            company.create(values | {"mollie_address": "https://evil.example"})
        with self.assertRaises(AccessError):
            company.with_context(default_mollie_address="https://evil.example").create(values)
        self.env.clear()  # What was refused is no more.
        self.assertEqual((self.company.mollie_address, self.rows()), (before, []))

    def test_administrators_see_what_concerns_the_settings_and_nothing_of_invoices(self):
        self.connect(OTHER_KEY, all_the_same=True)
        rows = self.env["mollie.payment.log"].search([]) - self.before
        seen = self.as_system(self.env["mollie.payment.log"]).search([])
        self.assertLessEqual(rows, seen)
        self.assertFalse(seen.move_id or seen.transaction_id)
        for role in ADMINISTRATORS | READERS:
            self.assertTrue(rows.with_user(self.users[role]).read(["message"]), role)
        for role in ("internal", "portal", "public"):
            with self.subTest(role), self.assertRaises(AccessError):
                rows.with_user(self.users[role]).read(["message"])
        with self.assertRaises(AccessError):
            self.as_system(rows).write({"detail": "x"})

    def test_the_settings_lead_to_them(self):
        action = self.env.ref("invoice_mollie.mollie_settings_log_action")
        self.connect(OTHER_KEY, all_the_same=True)
        Log = self.env[action.res_model].with_user(self.users["system"])
        view = self.env["res.config.settings"].get_view()["arch"]
        self.assertIn(f'name="{action.id}"', view)
        events = Log.search(literal_eval(action.domain)).mapped("event")
        self.assertIn("key_changed", events)
