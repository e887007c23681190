"""The invoice's form and list: button, link, log, refusals, and who may do what."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from tests.common import MollieCase

LOG_COLUMNS = ("create_date", "who", "mollie_reference", "method_name")


class TestButton(MollieCase):
    def test_the_button_makes_a_link_and_the_form_shows_it_with_its_state(self):
        invoice = self.make_invoice()
        self.assertFalse(invoice.mollie_payment_link)
        self.assertEqual(invoice.mollie_payment_state, "none")
        self.assertIs(invoice.with_user(self.clerk).action_mollie_create_payment(), True)
        form = Form(invoice.with_user(self.clerk))
        self.assertRegex(
            form.mollie_payment_link, r"^https://pay\.example\.com/mollie/pay/[\w-]{32}$"
        )
        self.assertEqual(form.mollie_payment_state, "open")
        row = invoice.with_user(self.clerk).mollie_log_ids
        self.assertEqual((row.message, row.source), ("The payment link was created.", "user"))
        self.assertIn(row.id, form.mollie_story_ids.ids)

    def test_pressing_twice_keeps_the_link(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        self.assertEqual(self.make_link(invoice), path)
        self.assertEqual(self.events(invoice), ["link_created"])

    def test_the_button_stands_only_where_it_would_not_refuse(self):
        invoice = self.make_invoice()
        self.assertTrue(self.is_offered(invoice))
        for name, other in self.make_refused().items():
            with self.subTest(name):
                self.assertFalse(self.is_offered(other))
        self.make_link(invoice)
        self.assertFalse(self.is_offered(invoice))
        invoice.action_mollie_revoke_link()
        self.assertTrue(self.is_offered(invoice))

    def test_the_button_is_gone_where_the_company_has_no_key(self):
        invoice = self.make_invoice()
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        self.assertFalse(self.is_offered(invoice))

    def test_a_revoked_link_is_replaced_by_another_one(self):
        invoice = self.make_invoice()
        first = self.make_link(invoice)
        invoice.with_user(self.clerk).action_mollie_revoke_link()
        self.assertFalse(invoice.mollie_payment_link)
        self.assertEqual(invoice.mollie_payment_state, "closed")
        self.assertNotEqual(self.make_link(invoice), first)
        self.assertEqual(self.get(first).status_code, 404)
        self.assertEqual(self.events(invoice), ["link_created", "link_revoked", "link_created"])

    def is_offered(self, invoice):
        self.env.invalidate_all()
        return invoice.with_user(self.clerk).mollie_can_create_link

    def make_refused(self):
        """Return invoices that can't have a link, by the word that names the reason."""
        paid = self.make_invoice()
        self.receive_by_bank(paid, 100.0)
        cancelled = self.make_invoice(post=False)
        cancelled.button_cancel()
        self.env.ref("base.INR").active = True
        return {
            "is a draft": self.make_invoice(post=False),
            "is cancelled": cancelled,
            "not a customer invoice": self.make_invoice(move_type="in_invoice"),
            "only customer invoices": self.make_invoice(move_type="out_refund"),
            "nothing left to pay": paid,
            "has nothing": self.make_invoice(0.0),
            "INR, which Mollie does not handle": self.make_invoice(currency="INR"),
            "no method enabled": self.make_invoice(9_999_999.0),
        }

    def name_of(self, invoice):
        # Odoo gives no name at all to an invoice that was cancelled before it had a number.
        return invoice.display_name or f"(* {invoice.id})"

    def test_a_form_that_is_being_changed_tells_of_the_newest_of_several_links(self):
        invoice = self.make_invoice()
        for _ in range(2):
            invoice.action_mollie_create_payment()
            invoice.action_mollie_revoke_link()
        invoice.action_mollie_create_payment()
        # As the web client's `onchange` has it.
        changed = invoice.new(origin=invoice)
        self.assertEqual(changed.mollie_summary, invoice.mollie_summary)
        self.assertTrue(changed.mollie_summary)

    def test_each_refusal_names_invoice_and_reason(self):
        for reason, invoice in self.make_refused().items():
            with self.subTest(reason):
                with self.assertRaises(UserError) as caught:
                    invoice.with_user(self.clerk).action_mollie_create_payment()
                message = str(caught.exception)
                self.assertIn(self.name_of(invoice), message)
                self.assertIn(reason.lower(), message.lower())
                self.assertFalse(invoice.mollie_link_ids)

    def test_a_company_without_a_key_is_named_with_the_way_out(self):
        invoice = self.make_invoice()
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        expected = f"{invoice.name}: {self.company.name} is not connected to Mollie"
        with self.assertRaisesRegex(UserError, expected):
            invoice.with_user(self.clerk).action_mollie_create_payment()

    def test_of_many_invoices_those_that_can_go_through(self):
        self.create_for_many()

    def create_for_many(self):
        """Press the button for many; return the dialog."""
        good = self.make_invoice() + self.make_invoice(20.0)
        refused = self.make_refused()
        invoices = good.union(*refused.values()).with_user(self.clerk)
        action = self.env.ref("invoice_mollie.account_move_action_mollie_create_payment")
        context = {"active_model": "account.move", "active_ids": invoices.ids}
        result = action.with_user(self.clerk).with_context(**context).run()
        self.assertTrue(all(good.mapped("mollie_payment_link")))
        shown = self.env[result["res_model"]].browse(result["res_id"])
        self.assertEqual(shown.ready_ids, good)
        self.assertEqual((shown.ready_count, shown.refused_count), (2, len(refused)))
        for reason, invoice in refused.items():
            self.assertFalse(invoice.mollie_link_ids)
            row = shown.row_ids.filtered(lambda row: row.move_id == invoice)  # noqa: B023
            self.assertIn(self.name_of(invoice), row.reason)
            self.assertIn(reason.lower(), row.reason.lower())
        return shown

    def test_those_that_are_ready_can_be_sent_and_the_others_worked_off(self):
        shown = self.create_for_many().with_user(self.clerk)
        sending = shown.action_send()
        self.assertEqual(sending["res_model"], "account.move.send.batch.wizard")
        self.assertEqual(sending["context"]["active_ids"], shown.ready_ids.ids)
        found = self.env["account.move"].search(shown.action_open_refused()["domain"])
        self.assertEqual(found, shown.row_ids.move_id)
        self.assertEqual(shown.row_ids[0].action_open()["res_id"], shown.row_ids[0].move_id.id)

    def test_many_that_are_all_refused_are_a_list_too(self):
        drafts = self.make_invoice(post=False) + self.make_invoice(post=False)
        result = drafts.with_user(self.clerk).action_mollie_create_payment()
        shown = self.env[result["res_model"]].browse(result["res_id"])
        self.assertEqual((shown.ready_count, shown.refused_count), (0, 2))

    def test_the_action_is_offered_to_billing_users_only(self):
        bindings = self.env["ir.actions.actions"]
        auditor = self.make_user("auditor", "account.group_account_readonly")
        action = self.env.ref("invoice_mollie.account_move_action_mollie_create_payment")
        for user, is_offered in ((self.clerk, True), (auditor, False)):
            found = bindings.with_user(user).get_bindings("account.move")["action"]
            self.assertEqual(action.id in [bound["id"] for bound in found], is_offered)


class TestAccess(MollieCase):
    """Rows C6 and D3: billing users press, auditors read, others neither."""

    def view(self, user):
        arch = self.env["account.move"].with_user(user).get_view(view_type="form")["arch"]
        return etree.fromstring(arch)

    def test_the_clerks_form_has_button_link_state_and_log_and_the_auditors_no_button(self):
        auditor = self.make_user("auditor", "account.group_account_readonly")
        fields = ("mollie_payment_link", "mollie_payment_state", "mollie_story_ids")
        buttons = (
            "action_mollie_create_payment",
            "action_mollie_sync",
            "action_mollie_revoke_link",
        )
        for user, has_buttons in ((self.clerk, True), (auditor, False)):
            view = self.view(user)
            for name in fields:
                self.assertTrue(view.xpath(f"//field[@name='{name}']"), (user.login, name))
            for name in buttons:
                found = bool(view.xpath(f"//button[@name='{name}']"))
                self.assertEqual(found, has_buttons, (user.login, name))

    def test_the_log_tab_has_a_column_for_all_there_is_to_know(self):
        (field,) = self.view(self.clerk).xpath("//page//field[@name='mollie_story_ids']")
        columns = field.xpath("./list/field[not(@column_invisible)][not(@optional='hide')]/@name")
        self.assertLessEqual({*LOG_COLUMNS, "amount", "message"}, set(columns))

    def test_an_internal_user_does_not_even_see_the_fields(self):
        user = self.make_user("internal", "base.group_user")
        fields = self.env["account.move"].with_user(user).fields_get()
        self.assertFalse([name for name in fields if name.startswith("mollie_")])

    def test_only_billing_users_can_press(self):
        invoice = self.make_invoice()
        portal = self.make_user("portal", "base.group_portal")
        portal.partner_id = self.customer
        users = [
            self.make_user("auditor", "account.group_account_readonly"),
            self.make_user("internal", "base.group_user"),
            portal,
        ]
        self.make_link(invoice)
        for user in users:
            for action in (
                "action_mollie_create_payment",
                "action_mollie_revoke_link",
                "action_mollie_sync",
            ):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError):
                    getattr(invoice.with_user(user), action)()
        self.assertEqual(self.events(invoice), ["link_created"])

    def test_an_auditor_reads_link_state_and_log_after_a_full_life(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        auditor = self.make_user("auditor", "account.group_account_readonly")
        self.env.invalidate_all()
        seen = invoice.with_user(auditor)
        self.assertEqual(seen.mollie_payment_state, "paid")
        self.assertTrue(seen.mollie_payment_link)
        self.assertTrue(all(seen.mollie_log_ids.mapped("message")))
        with self.assertRaises(AccessError):
            seen.mollie_log_ids[0].message = "something else"

    def test_a_clerk_of_another_company_can_neither_press_nor_read(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        stranger = self.make_user("stranger", "account.group_account_invoice", company=company)
        rows = self.env["mollie.payment.log"].with_user(stranger).search([])
        self.assertFalse(rows & invoice.mollie_log_ids.with_user(stranger))
        with self.assertRaises(AccessError):
            invoice.with_user(stranger).action_mollie_create_payment()
