"""Who gets the to-do when money needs a person, and how long it stays."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.invoice_mollie.models import todos
from odoo.addons.invoice_mollie.models.needs import NEEDS, Need
from odoo.addons.invoice_mollie.models.todos import compare, tell

from tests.odoo.cases.todos import ToDoCase


class TestResponsible(ToDoCase):
    """Who is told: somebody who is there to read it, and who can act."""

    def told(self, invoice):
        """Charge the invoice's payment back; return who has a to-do for it."""
        tx = self.pay(invoice)
        self.charge_back(tx)
        (todo,) = self.todos(invoice)
        return todo.user_id

    def assert_can_act(self, user, invoice):
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("account.group_account_invoice"))
        self.assertIn(invoice.company_id, user.company_ids)
        invoice.with_user(user).check_access("write")

    def test_the_salesperson_is_told(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        self.assertEqual(self.told(self.make_invoice(invoice_user_id=seller.id)), seller)

    def test_a_salesperson_who_is_not_in_billing_is_not_told_but_somebody_who_is(self):
        seller = self.make_user("seller", "base.group_user")
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assert_can_act(self.told(invoice), invoice)

    def test_a_salesperson_of_another_company_is_not_told_but_somebody_of_this_one(self):
        sister = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        seller = self.make_user("seller", "account.group_account_invoice", company=sister)
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assert_can_act(self.told(invoice), invoice)

    def test_a_salesperson_whom_a_rule_keeps_from_the_invoice_is_not_told(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        self.env["ir.rule"].create(
            {
                "name": "Not the seller's",
                "model_id": self.env.ref("account.model_account_move").id,
                "domain_force": "[('invoice_user_id', '!=', user.id)]",
                "groups": [Command.clear()],
                "perm_read": False,
            }
        )
        self.env.registry.clear_cache()
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assert_can_act(self.told(invoice), invoice)

    def test_without_one_who_made_the_invoice_is_told(self):
        invoice = self.make_invoice(post=False)
        invoice = invoice.with_user(self.clerk).copy({"invoice_date": "2026-11-02"}).sudo()
        invoice.action_post()
        invoice.invoice_user_id = False
        self.assertEqual(self.told(invoice.with_user(self.env.user)), self.clerk)

    def test_when_both_left_somebody_in_billing_of_that_company_is_told(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        seller.active = False
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assert_can_act(self.told(invoice), invoice)

    def test_who_leaves_leaves_the_to_do_to_somebody_else(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assertEqual(self.told(invoice), seller)
        seller.action_archive()
        self.run_cron("cron_mollie_sync")
        (todo,) = self.todos(invoice)
        self.assert_can_act(todo.user_id, invoice)

    def test_who_works_on_something_else_now_leaves_the_to_do_to_somebody_else(self):
        seller = self.make_user("seller", "account.group_account_invoice")
        invoice = self.make_invoice(invoice_user_id=seller.id)
        self.assertEqual(self.told(invoice), seller)
        seller.group_ids = self.env.ref("base.group_user")
        self.run_cron("cron_mollie_sync")
        (todo,) = self.todos(invoice)
        self.assertNotEqual(todo.user_id, seller)
        self.assert_can_act(todo.user_id, invoice)

    def test_readers_see_the_to_do_and_nobody_what_it_is_found_by(self):
        invoice = self.make_invoice(invoice_user_id=self.clerk.id)
        self.told(invoice)
        (todo,) = self.todos(invoice).with_user(self.clerk)
        self.assertIn("open again", todo.note)
        for name in ("mollie_need", "mollie_transaction_id", "mollie_facts"):
            self.assertNotIn(name, todo.fields_get())
        stranger = self.make_user("stranger", "base.group_user")
        self.assertFalse(todo.with_user(stranger).search([("id", "=", todo.id)]))


class TestPersons(ToDoCase):
    """What a person did with a to-do stays done."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(100.0)
        self.tx = self.start_payment(self.invoice)
        self.receive_by_bank(self.invoice, 100.0)
        self.sandbox.set_status(self.tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()

    def check_often(self):
        self.sync(self.invoice, self.invoice)
        self.run_cron("cron_mollie_sync")

    def test_what_a_person_closed_or_discarded_does_not_come_back(self):
        for button in ("action_feedback", "action_cancel", "unlink"):
            with self.subTest(button):
                self.setUp()
                (todo,) = self.todos(self.invoice)
                getattr(todo.with_user(self.clerk), button)()
                self.check_often()
                self.assert_nothing_told(self.invoice)

    def test_it_comes_again_with_the_need(self):
        self.todos(self.invoice).with_user(self.clerk).action_feedback()
        other = self.make_invoice(100.0)
        self.use_credit(other)
        self.run_cron("cron_mollie_sync")
        other.line_ids.remove_move_reconcile()
        self.sync(self.invoice)
        self.assert_told(self.invoice, "100.00")

    def test_it_says_how_much_is_left_when_a_part_was_used(self):
        (todo,) = self.todos(self.invoice)
        self.use_credit(self.make_invoice(30.0))
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.todos(self.invoice), todo)
        self.assert_told(self.invoice, "70.00")

    def test_it_closes_when_the_refund_is_asked_for_and_says_why(self):
        action = self.invoice.with_user(self.clerk).action_mollie_refund_credit()
        wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard.with_context(**action["context"]).create({}).action_refund()
        self.assert_nothing_told(self.invoice)
        self.assertIn("being refunded", self.closings(self.invoice)[0])

    def test_a_repeated_sync_writes_nothing(self):
        self.check_often()
        before = self.versions()
        self.sync(self.invoice)
        self.assertEqual(self.versions(), before)

    def test_looking_costs_five_queries_when_there_is_nothing_to_do(self):
        _invoice, paid = self.make_paid()
        for tx in (paid, self.start_payment(self.make_invoice())):
            with self.subTest(tx.state):
                self.env.flush_all()
                self.env.invalidate_all()
                tx._mollie_known()
                before = self.env.cr.sql_log_count
                compare(tx)
                self.assertLessEqual(self.env.cr.sql_log_count - before, 5)

    def versions(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM mail_activity ORDER BY id")
        activities = self.env.cr.fetchall()
        self.env.cr.execute("SELECT id, ctid::text FROM payment_transaction ORDER BY id")
        return activities, self.env.cr.fetchall()

    def test_an_invoice_is_deleted_with_its_to_dos(self):
        todo, draft = self.todos(self.invoice), self.make_invoice(post=False)
        todo.res_id = draft.id
        draft.unlink()
        self.assertFalse(todo.exists())


class TestMechanism(ToDoCase):
    def test_what_is_no_state_is_told_once_and_stays_until_a_person_closes_it(self):
        invoice, tx = self.make_paid()
        with patch.dict(NEEDS, {"odd": Need("Look at %(detail)s of %(payment)s: %(why)s")}):
            for _time in range(2):
                tell(tx, "odd", amount=12.5, why="<b>")
                self.sync(invoice)
                self.run_cron("cron_mollie_sync")
            self.assert_told(invoice, "12.50", tx.provider_reference, "<b>")
            self.todos(invoice).with_user(self.clerk).action_feedback()
            tell(tx, "odd", amount=12.5, why="<b>")
            self.assert_nothing_told(invoice)

    def test_money_is_booked_though_nobody_can_be_told_and_told_the_next_time(self):
        invoice, tx = self.make_paid()
        with (
            patch.object(todos, "responsible", side_effect=ValueError("nobody")),
            mute_logger(todos.__name__),
        ):
            self.charge_back(tx)
        self.assertEqual((self.ledger.booked(), invoice.amount_residual), (0, 100))
        self.assert_nothing_told(invoice)
        self.sync(invoice)
        self.assert_told(invoice, "open again")

    def test_one_that_fails_keeps_no_other_from_being_told(self):
        (first, one), (second, two) = self.make_paid(), self.make_paid()
        for invoice in (first, second):
            invoice.line_ids.with_user(self.clerk).remove_move_reconcile()
        difference = todos._difference

        def fail(payment):
            if payment == one:
                raise ValueError("odd")
            return difference(payment)

        with patch.object(todos, "_difference", fail), mute_logger(todos.__name__):
            self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(first)
        self.assert_told(second, two.payment_id.name)
        self.run_cron("cron_mollie_sync")
        self.assert_told(first, one.payment_id.name)

    def test_what_ends_while_mollie_is_away_is_closed_all_the_same(self):
        invoice, tx = self.make_paid()
        self.charge_back(tx)
        self.receive_by_bank(invoice, 100.0)
        self.sandbox.fault("503", times=None)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(invoice)
