"""A key that Mollie does not accept any more: customers are sent to the bank, and one person who
can mend it is told.
"""

from lxml import etree

from odoo import Command

from odoo.addons.invoice_mollie.models.health.checks import check_setup, status_of

from tests.common import OTHER_KEY, TEST_KEY
from tests.odoo.cases.pages import PageCase


class TestWithdrawnKey(PageCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(60.0)
        self.path = self.make_link(self.invoice)
        # The clerk, who is first in billing, can't do anything about a key.
        self.administrator = self.make_user("boss", "base.group_system")

    def withdraw(self):
        self.sandbox.fault("401", times=None)

    def todos(self):
        self.run_cron("cron_mollie_sync")
        self.env.invalidate_all()
        return self.provider.journal_id.activity_ids

    def is_told_in_the_settings(self):
        return self.settings().mollie_key_refused

    def test_who_presses_pay_is_not_asked_to_try_again_but_sent_to_the_bank(self):
        account = {"acc_number": "NL91ABNA0417164300"}
        self.company.partner_id.bank_ids = [Command.create(account)]
        self.withdraw()
        response = self.press_pay(self.path)
        sentences = ["can't be paid online at the moment", "No money has been taken", "NL91"]
        self.assert_page(response, *sentences, status=503, without=["Try again"])

    def test_one_administrator_is_told_once_and_the_settings_say_it(self):
        self.assertFalse(self.is_told_in_the_settings())
        self.withdraw()
        for _press in range(3):
            self.press_pay(self.path)
        (todo,) = self.todos()
        self.assertEqual(self.todos(), todo)
        self.assertTrue(todo.user_id.has_group("base.group_system"))
        self.assertIn("does not accept the API key any more", todo.note)
        self.assertTrue(self.is_told_in_the_settings())

    def test_it_is_noticed_whoever_asks_mollie(self):
        tx = self.start_payment(self.invoice)
        noticed = {
            "webhook": lambda: self.post_webhook(self.webhook_path(tx), tx.provider_reference),
            "clerk": lambda: self.invoice.with_user(self.clerk).action_mollie_sync(),
            "cron": lambda: self.run_cron("cron_mollie_refresh_methods"),
        }
        for name, ask in noticed.items():
            with self.subTest(name):
                self.provider.mollie_key_refused = False
                self.withdraw()
                ask()
                self.env.invalidate_all()
                self.assertTrue(self.provider.mollie_key_refused)
                self.sandbox.clear_faults()

    def test_a_key_that_mollie_takes_again_is_told_no_more(self):
        self.withdraw()
        self.press_pay(self.path)
        self.assertTrue(self.todos())
        self.sandbox.clear_faults()
        self.assertFalse(self.todos())
        self.assertFalse(self.is_told_in_the_settings())
        self.assertEqual(self.press_pay(self.path).status_code, 303)

    def test_another_key_ends_it(self):
        self.withdraw()
        self.press_pay(self.path)
        self.assertTrue(self.todos())
        self.sandbox.clear_faults()
        self.connect(OTHER_KEY)
        self.assertFalse(self.is_told_in_the_settings())
        self.assertFalse(self.todos())

    def test_who_gets_a_good_answer_ends_it_and_all_places_agree_at_once(self):
        """What was seen: the key had been pasted once more, and monitoring told of it for days."""
        invoice = self.make_invoice(60.0)
        tx = self.start_payment(invoice)
        for name, ask in {
            "connect": lambda: self.connect(TEST_KEY),
            "refresh": lambda: self.settings().action_mollie_refresh_methods(),
            "check": lambda: self.settings().action_mollie_check_setup(),
            "clerk": lambda: invoice.with_user(self.clerk).action_mollie_sync(),
            "webhook": lambda: self.post_webhook(self.webhook_path(tx), tx.provider_reference),
        }.items():
            with self.subTest(name):
                self.withdraw()
                invoice.with_user(self.clerk).action_mollie_sync()
                self.assertTrue(self.todos())
                self.assertEqual(self.found(), (True, "error"))
                self.sandbox.clear_faults()
                self.env["ir.cron.trigger"].search([]).unlink()
                ask()
                self.assertEqual(self.found(), (False, "ok"))
                woken = self.env["ir.cron.trigger"].search([]).cron_id
                self.assertIn(self.env.ref("invoice_mollie.cron_mollie_sync"), woken)
                self.assertFalse(self.todos())

    def found(self):
        """Return what the settings and monitoring say."""
        self.env.invalidate_all()
        problem = check_setup(self.company)["key"]
        return self.is_told_in_the_settings(), status_of(problem)

    def test_check_set_up_finds_a_refused_key_for_all(self):
        self.withdraw()
        self.settings().action_mollie_check_setup()
        self.assertEqual(self.found(), (True, "error"))
        self.assertTrue(self.todos())

    def test_a_silent_mollie_does_not_make_a_refused_key_a_good_one(self):
        self.withdraw()
        self.press_pay(self.path)
        self.sandbox.clear_faults()
        self.sandbox.fault("503", times=None)
        self.env.invalidate_all()
        problem = check_setup(self.company, asks=True)["key"]
        self.assertEqual(status_of(problem), "error")

    def test_who_can_not_use_the_key_is_not_told_that_it_is_enabled(self):
        view = etree.fromstring(self.env["res.config.settings"].get_view()["arch"])
        (badge,) = view.xpath("//field[@name='mollie_provider_state'][@widget='badge']")
        for name in ("mollie_key_refused", "mollie_is_copy"):
            self.assertIn(name, badge.get("invisible", ""))

    def test_a_mollie_that_does_not_answer_says_nothing_of_the_key(self):
        self.sandbox.fault("503", times=None)
        self.press_pay(self.path)
        self.assertFalse(self.todos())
        self.assertFalse(self.is_told_in_the_settings())
