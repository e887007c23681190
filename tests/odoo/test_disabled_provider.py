"""A provider that was switched off: nothing new is asked, the money of before is followed."""

from odoo.exceptions import UserError

from tests.common import TEST_KEY, MollieCase


class TestDisabledProvider(MollieCase):
    def disable(self):
        self.provider.state = "disabled"
        self.env.flush_all()

    def lose_a_webhook(self):
        """Return an invoice that was paid without our hearing of it, before the switch."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        tx.mollie_next_check = "2026-01-01"
        self.disable()
        return invoice, tx

    def test_the_cron_finds_what_was_paid_before(self):
        invoice, tx = self.lose_a_webhook()
        self.run_cron("cron_mollie_sync")
        self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_webhook_and_check_find_it_too(self):
        for find in (
            lambda invoice, tx: self.post_webhook(self.webhook_path(tx), tx.provider_reference),
            lambda invoice, tx: invoice.with_user(self.clerk).action_mollie_sync(),
        ):
            self.provider.state = "test"
            invoice, tx = self.lose_a_webhook()
            find(invoice, tx)
            self.env.invalidate_all()
            self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_a_chargeback_of_what_was_paid_before_opens_the_invoice_again(self):
        invoice, tx = self.make_paid()
        self.disable()
        self.sandbox.add_chargeback(tx.provider_reference, "100.00", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(self.ledger.booked(), 0)

    def test_which_provider_asks_is_found_anew_after_each_change_of_one(self):
        """It is found once for each database transaction."""
        branch = self.company.create({"name": "Branch", "parent_id": self.company.id})

        def found():
            one, other = (place._get_mollie_provider() for place in (self.company, branch))
            self.assertEqual(one, other)
            return one

        self.assertEqual(found(), self.provider)
        self.provider.state = "disabled"
        self.assertFalse(found())
        self.provider.state = "test"
        self.assertEqual(found(), self.provider)
        values = {"company_id": self.company.id, "state": "test", "sequence": 0}
        first = self.provider.copy(values | {"mollie_api_key": TEST_KEY})
        self.assertEqual(found(), first)
        first.unlink()
        self.assertEqual(found(), self.provider)

    def test_nothing_new_is_asked_of_mollie(self):
        path = self.make_link(self.make_invoice())
        self.disable()
        self.assertIn("can't be paid online", self.text_of(self.press_pay(path)))
        self.assertEqual(self.sandbox.requests(method="POST"), [])

    def test_nothing_that_is_reserved_is_captured_or_given_back(self):
        """All of it, and the rest of it."""
        whole, part = (self.make_invoice() for _ in range(2))
        txs = [self.pay(invoice, "authorized", method="klarna") for invoice in (whole, part)]
        self.sandbox.add_capture(txs[1].provider_reference, "40.00")
        self.deliver_webhooks()
        self.disable()
        self.sandbox.clear_requests()
        for press in (
            whole.with_user(self.clerk).payment_action_capture,
            whole.with_user(self.clerk).payment_action_void,
            txs[1].with_user(self.clerk).action_mollie_release_rest,
        ):
            with self.subTest(press.__name__), self.assertRaisesRegex(UserError, "disabled"):
                press()
        self.assertEqual(self.sandbox.requests(), [])

    def test_without_a_key_nothing_is_asked_at_all(self):
        _invoice, tx = self.lose_a_webhook()
        self.provider.mollie_api_key = False
        self.sandbox.clear_requests()
        for cron in ("cron_mollie_sync", "cron_mollie_aftercare", "cron_mollie_refresh_methods"):
            self.run_cron(cron)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertEqual(tx.state, "draft")

    def test_the_settings_say_so_and_switch_it_on_again(self):
        """What was seen: it looked as if Mollie had never been connected."""
        self.assertFalse(self.settings().mollie_is_off)
        self.disable()
        settings = self.settings()
        self.assertTrue(settings.mollie_is_off)
        self.assertFalse(settings.mollie_provider_id)
        settings.action_mollie_switch_on()
        self.assertEqual(self.provider.state, "test")
        settings = self.settings()
        self.assertFalse(settings.mollie_is_off)
        self.assertEqual(settings.mollie_provider_id, self.provider)

    def test_the_settings_show_its_key_and_let_it_go(self):
        self.provider.mollie_key_refused = True
        self.disable()
        settings = self.settings()
        self.assertIn(TEST_KEY[-4:], settings.mollie_kept_key)
        self.assertTrue(settings.mollie_key_refused)
        settings.action_mollie_disconnect()
        self.assertFalse(self.provider.mollie_api_key)

    def test_a_copy_that_is_off_is_told_and_can_take_its_place(self):
        self.provider.mollie_place = "7713268881697619110/16384"
        self.disable()
        settings = self.settings()
        self.assertTrue(settings.mollie_is_copy)
        settings.action_mollie_take_place()
        self.assertFalse(self.provider._mollie_is_copy())

    def test_another_companys_provider_that_is_off_is_not_this_ones(self):
        self.disable()
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.assertFalse(self.settings(company).mollie_is_off)
