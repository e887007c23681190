"""A revoked link stays revoked, until a clerk makes another one."""

from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.modules.migration import load_script
from odoo.tools import file_path

from tests.common import MollieCase


class TestRevokedLinks(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.portal = self.invoice.get_portal_url()
        self.make_link(self.invoice)
        self.invoice.with_user(self.clerk).action_mollie_revoke_link()

    def assert_no_new_link(self):
        self.env.invalidate_all()
        self.assertEqual(self.invoice.mollie_link_ids.mapped("state"), ["revoked"])

    def test_neither_the_pdf_nor_the_mail_makes_another_one(self):
        self.company.mollie_link_creation = "send"
        self.assertNotIn("/mollie/pay/", self.invoice._get_portal_payment_link())
        wizard = self.env["account.move.send.wizard"].with_user(self.clerk)
        wizard.create({"move_id": self.invoice.id})
        self.assert_no_new_link()

    def test_confirming_it_again_makes_no_other_one(self):
        self.company.mollie_link_creation = "confirm"
        self.invoice.button_draft()
        self.invoice.action_post()
        self.assert_no_new_link()

    def test_the_address_of_its_page_in_the_portal_changes_too(self):
        self.assertNotIn(self.invoice.name, self.get(self.portal).text)
        self.assertIn(self.invoice.name, self.get(self.invoice.get_portal_url()).text)

    def test_a_clerk_makes_the_next_one(self):
        self.invoice.with_user(self.clerk).action_mollie_create_payment()
        self.assertEqual(
            sorted(self.invoice.mollie_link_ids.mapped("state")), ["active", "revoked"]
        )
        self.assertTrue(self.invoice.mollie_payment_link)
        self.assertIn("/mollie/pay/", self.invoice._get_portal_payment_link())


class TestClerksAtOnce(MollieCase):
    def test_who_presses_at_the_same_moment_gets_the_same_link(self):
        """The second one, who could not see the first one's link, is sent round again by Odoo."""
        invoice = self.make_invoice()
        self.make_link(invoice)
        unseen = patch.object(type(invoice), "_get_mollie_links", lambda _moves: {})
        with unseen, self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            invoice.with_user(self.clerk).action_mollie_create_payment()
        invoice.with_user(self.clerk).action_mollie_create_payment()
        self.assertEqual(invoice.mollie_link_ids.mapped("state"), ["active"])

    def test_of_several_links_of_before_the_upgrade_the_newest_stays(self):
        invoice, other = self.make_invoice(), self.make_invoice()
        self.env.flush_all()
        self.env.cr.execute("DROP INDEX mollie_payment_link_active_uniq")
        values = [{"move_id": move.id, "company_id": self.company.id} for move in 2 * [invoice]]
        links = self.env["mollie.payment.link"].create(values)
        self.make_link(other)
        self.env.flush_all()
        migration = file_path("invoice_mollie/migrations/19.0.1.1.0/pre-migrate.py")
        load_script(migration, "pre_migrate").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(links.mapped("state"), ["revoked", "active"])
        self.assertTrue(other.mollie_payment_link)
