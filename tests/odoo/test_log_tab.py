"""The log as the clerk reads it, from top to bottom."""

from datetime import timedelta

from lxml import etree

from odoo import fields

from tests.common import MollieCase


class TestLogTab(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.make_link(self.invoice)

    def rows(self):
        """Return the rows as the clerk's tab shows them."""
        self.env.invalidate_all()
        return self.invoice.with_user(self.clerk).mollie_story_ids.sorted("id")

    def lists(self):
        arch = self.env["account.move"].with_user(self.clerk).get_view(view_type="form")["arch"]
        return etree.fromstring(arch).xpath("//field[@name='mollie_story_ids']/list")

    def test_the_oldest_comes_first_with_its_second(self):
        (shown,) = self.lists()
        self.assertEqual(shown.get("default_order"), "id")
        (time,) = shown.xpath("./field[@name='create_date']/@options")
        self.assertIn("show_seconds", time)

    def test_its_times_are_kept_in_utc(self):
        """ASVS 16.2.2."""
        self.clerk.tz = "Pacific/Auckland"
        self.make_link(self.make_invoice())
        self.env.cr.execute("SELECT max(create_date) FROM mollie_payment_log")
        (written,) = self.env.cr.fetchone()
        self.assertLess(fields.Datetime.now() - written, timedelta(minutes=10))

    def test_it_names_who_pressed_and_what_woke_the_addon(self):
        """ASVS 16.2.1."""
        self.pay(self.invoice)
        by_event = {row.event: row.who for row in self.rows()}
        self.assertEqual(by_event["link_created"], self.clerk.name)
        self.assertEqual(by_event["attempt"], "Payment page")
        self.assertEqual(by_event["status"], "Webhook")

    def test_it_says_of_each_movement_which_and_how_much_it_was(self):
        tx = self.pay(self.invoice)
        name = tx.provider_reference
        refund = self.sandbox.add_refund(name, "30.00", status="refunded")
        self.deliver_webhooks()
        chargeback = self.sandbox.add_chargeback(name, "20.00")
        self.deliver_webhooks()
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()
        rows = self.rows().filtered(lambda row: row.transaction_id)
        said = [(row.event, row.mollie_reference, row.amount, row.who) for row in rows[2:]]
        back, taken = refund["id"], chargeback["id"]
        won = f"{taken}-reversed"
        self.assertEqual(
            said,
            [
                ("booked", name, 100, "Webhook"),
                ("refund", back, -30, "Webhook"),
                ("booked", back, -30, "Webhook"),
                ("chargeback", taken, -20, "Webhook"),
                ("booked", taken, -20, "Webhook"),
                ("chargeback_reversed", won, 20, "Webhook"),
                ("booked", won, 20, "Webhook"),
            ],
        )
        (row,) = rows.filtered(lambda row: row.event == "refund")
        self.assertIn("30.00: refunded", row.message)

    def test_what_only_experts_want_to_know_is_left_out_until_asked_for(self):
        self.pay(self.invoice)
        self.assertNotIn("webhook", self.rows().mapped("event"))
        self.assertIn("webhook", self.events(self.invoice))
        action = self.env.ref("invoice_mollie.mollie_payment_log_action_of_invoice")
        self.assertEqual(action.domain, "[('move_id', '=', active_id)]")

    def test_on_phones_the_whole_log_is_shown_in_cards_that_name_the_invoice(self):
        Log = self.env["mollie.payment.log"].with_user(self.clerk)
        card = etree.fromstring(Log.get_view(view_type="kanban")["arch"])
        self.assertTrue(card.xpath("//field[@name='move_id']"))
        for name in ("", "_of_invoice"):
            action = self.env.ref(f"invoice_mollie.mollie_payment_log_action{name}")
            self.assertEqual(action.view_mode, "list,kanban")
        action = self.env.ref("invoice_mollie.mollie_settings_log_action")
        self.assertEqual([kind for _id, kind in action.views], ["list", "kanban"])

    def test_a_payment_is_named_where_its_rows_begin(self):
        self.pay(self.invoice, "failed")
        self.pay(self.invoice)
        starts = [row.event for row in self.rows() if row.transaction_id and not row.is_continued]
        self.assertEqual(starts, ["attempt", "attempt"])

    def test_the_auditor_reads_the_clerks_name_too(self):
        auditor = self.make_user("auditor", "account.group_account_readonly")
        rows = self.invoice.with_user(auditor).mollie_story_ids
        self.assertIn(self.clerk.name, rows.mapped("who"))
