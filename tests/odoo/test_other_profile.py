"""The key of another profile, or of the other mode, is connected while payments are open."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY, MollieCase


class OtherProfileCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)

    def pay_at_mollie(self, tx=None):
        tx = tx or self.tx
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)

    def notify(self, tx=None):
        tx = tx or self.tx
        answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        return answer.status_code

    def check(self):
        """Press Check with Mollie; return what the clerk reads."""
        return self.invoice.with_user(self.clerk).action_mollie_sync()["params"]["message"]

    def end_checkout(self):
        """Let the time pass in which the customer could pay the payment."""
        self.tx.mollie_expires_at = "2026-01-01"
        self.env.flush_all()


class TestConnectAnotherProfile(OtherProfileCase):
    def test_the_first_press_is_refused_and_says_how_many_and_how_much(self):
        self.start_payment(self.make_invoice(50))
        with self.assertRaises(UserError) as caught:
            self.connect(OTHER_KEY)
        message = str(caught.exception).replace("\N{NO-BREAK SPACE}", " ")
        for text in ("2, of € 150.00 in all", "Connect all the same"):
            self.assertIn(text, message)
        self.env.invalidate_all()
        self.assertEqual(self.provider.mollie_api_key, TEST_KEY)

    def test_amounts_of_several_currencies_are_told_apart(self):
        self.env.ref("base.USD").active = True
        self.start_payment(self.make_invoice(20, currency="USD"))
        with self.assertRaisesRegex(UserError, r"\$.20\.00 \+ €.100\.00"):
            self.connect(OTHER_KEY)

    def test_who_ticks_connects_all_the_same(self):
        self.connect(OTHER_KEY, all_the_same=True)
        self.assertEqual(self.provider.mollie_api_key, OTHER_KEY)
        self.assertEqual(self.provider.mollie_profile_id, self.sandbox.profile_of(OTHER_KEY))
        self.assertFalse(self.settings().mollie_connect_anyway)

    def test_the_page_knows_what_is_open_before_the_key_is_pasted(self):
        shown = self.settings().mollie_open_payments.replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(shown, "1 (€ 100.00)")
        self.pay_at_mollie()
        self.notify()
        self.assertFalse(self.settings().mollie_open_payments)

    def test_another_key_of_the_same_profile_is_connected_without_a_word(self):
        self.sandbox.map_key(OTHER_KEY, self.sandbox.profile_of(TEST_KEY))
        self.connect(OTHER_KEY)
        self.pay_at_mollie()
        self.assertEqual(self.notify(), 200)
        self.assertEqual(self.tx.state, "done")

    def test_without_open_payments_nothing_is_asked(self):
        self.pay_at_mollie()
        self.notify()
        self.connect(OTHER_KEY)
        self.assertEqual(self.provider.mollie_api_key, OTHER_KEY)

    def test_going_live_need_not_wait_for_test_payments(self):
        self.connect(LIVE_KEY)
        self.assertEqual(self.provider.state, "enabled")

    def test_going_back_to_test_is_refused_while_real_payments_are_open(self):
        self.connect(LIVE_KEY)
        self.start_payment(self.make_invoice(30))
        with self.assertRaisesRegex(UserError, "1, of"):
            self.connect(TEST_KEY)
        self.connect(TEST_KEY, all_the_same=True)
        self.assertEqual(self.provider.state, "test")

    def test_after_the_upgrade_mollie_is_asked_whose_the_former_key_was(self):
        """Rows of before name no profile, nor does the provider."""
        self.provider.mollie_profile_id = self.tx.mollie_profile = False
        with self.assertRaisesRegex(UserError, "1, of"):
            self.connect(OTHER_KEY)
        self.env.invalidate_all()
        self.sandbox.map_key(OTHER_KEY, self.sandbox.profile_of(TEST_KEY))
        self.connect(OTHER_KEY)

    def test_what_nobody_knows_the_profile_of_may_be_the_new_keys(self):
        """The former key was revoked: it can't be asked any more."""
        self.provider.mollie_profile_id = self.tx.mollie_profile = False
        self.sandbox.revoke_key(TEST_KEY)
        self.connect(OTHER_KEY)
        self.assertEqual(self.provider.mollie_api_key, OTHER_KEY)

    def test_another_companys_payments_are_not_counted(self):
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.env["account.chart.template"].try_loading("generic_coa", company, False)
        self.connect(OTHER_KEY, company)
        self.assertFalse(self.settings(company).mollie_open_payments)


class TestPaymentOfAnotherProfile(OtherProfileCase):
    def setUp(self):
        super().setUp()
        self.pay_at_mollie()
        self.connect(OTHER_KEY, all_the_same=True)

    def test_it_is_never_cancelled_and_mollie_shall_send_again(self):
        self.assertEqual(self.notify(), 503)
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.check()
        self.get(self.return_path(self.tx))
        self.env.invalidate_all()
        self.assertEqual(self.tx.state, "draft")
        self.assertGreater(self.tx.mollie_next_check, self.tx.create_date)
        self.assertEqual(self.events(self.invoice).count("error"), 1)

    def test_check_says_why_nothing_is_heard_of_it(self):
        self.assertIn("another Mollie profile", self.check())
        (row,) = self.invoice.mollie_log_ids.filtered(lambda row: row.event == "error")
        self.assertIn("another Mollie profile", row.message)

    def test_somebody_is_told_once(self):
        for _ in range(3):
            self.notify()
            self.sandbox.fault("503")
            self.notify()
        (to_do,) = self.invoice.activity_ids
        self.assertIn(self.tx.provider_reference, to_do.note)
        self.assertIn("Give up", to_do.note)
        self.connect(TEST_KEY)
        self.notify()
        self.assertFalse(self.invoice.activity_ids)

    def test_it_is_booked_when_its_key_is_back(self):
        self.notify()
        self.connect(TEST_KEY)
        self.assertEqual(self.notify(), 200)
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_what_was_heard_before_is_booked_all_the_same(self):
        self.connect(TEST_KEY)
        Payment = type(self.env["account.payment"])
        with patch.object(Payment, "action_post", side_effect=ValueError("locked")):
            self.notify()
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 100))
        self.connect(OTHER_KEY, all_the_same=True)
        self.assertIn("another Mollie profile", self.check())
        self.env.invalidate_all()
        self.assertEqual(self.invoice.amount_residual, 0)

    def test_the_cron_finds_it_when_its_key_is_back(self):
        self.notify()
        self.connect(TEST_KEY)
        self.tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.tx.state, "done")

    def test_while_it_can_be_paid_the_customer_is_not_asked_again(self):
        path = f"/mollie/pay/{self.tx.mollie_link_id.token}"
        self.assertIn("Don't pay again", self.text_of(self.get(path)))
        self.assertIn("Don't pay again", self.text_of(self.press_pay(path)))
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_when_its_checkout_is_over_the_customer_can_pay_anew(self):
        self.end_checkout()
        path = f"/mollie/pay/{self.tx.mollie_link_id.token}"
        self.assertIn("€ 100.00", self.text_of(self.get(path)))
        self.assertEqual(self.press_pay(path).status_code, 303)
        self.assertNotEqual(self.last_transaction(self.invoice), self.tx)
        self.assertEqual(self.tx.state, "draft")

    def test_a_passing_failure_is_no_reason_to_pay_anew(self):
        self.end_checkout()
        self.sandbox.fault("503")
        path = f"/mollie/pay/{self.tx.mollie_link_id.token}"
        self.assertIn("Don't pay again", self.text_of(self.get(path)))

    def test_a_key_changed_in_the_providers_own_form_is_noticed_too(self):
        self.connect(TEST_KEY)
        self.provider.mollie_api_key = OTHER_KEY
        self.assertFalse(self.provider.mollie_profile_id)
        self.run_cron("cron_mollie_refresh_methods")
        self.assertEqual(self.provider.mollie_profile_id, self.sandbox.profile_of(OTHER_KEY))
        self.assertIn("another Mollie profile", self.check())

    def test_a_payment_of_the_other_mode_says_so(self):
        self.connect(LIVE_KEY)
        self.assertIn("test payment", self.check())
        self.assertEqual(self.tx.state, "draft")

    def test_so_does_a_live_one(self):
        self.connect(LIVE_KEY)
        self.invoice = self.make_invoice()
        self.start_payment(self.invoice)
        self.connect(TEST_KEY, all_the_same=True)
        self.assertIn("live API key", self.check())

    def test_one_that_its_own_key_does_not_find_is_not_said_to_be_of_another_profile(self):
        """Nor one of which nobody knows the profile."""
        self.connect(TEST_KEY)
        for profile in (self.tx.mollie_profile, False):
            with self.subTest(profile):
                self.tx.mollie_profile = profile
                self.sandbox.fault("404")
                self.assertIn("Mollie does not know this payment", self.check())


class TestProfileOfATransaction(OtherProfileCase):
    def test_it_is_kept_with_the_payment(self):
        self.assertEqual(self.tx.mollie_profile, self.sandbox.profile_of(TEST_KEY))

    def test_a_row_of_before_the_upgrade_learns_it_from_mollie(self):
        self.tx.mollie_profile = False
        self.pay_at_mollie()
        self.notify()
        self.assertEqual(self.tx.mollie_profile, self.sandbox.profile_of(TEST_KEY))

    def test_a_payment_by_cores_dialog_has_it_too(self):
        tx = self.start_core_payment(self.invoice)
        self.assertEqual(tx.mollie_profile, self.sandbox.profile_of(TEST_KEY))


class TestGiveUp(OtherProfileCase):
    def give_up(self):
        self.tx.with_user(self.clerk).action_mollie_give_up()
        self.env.invalidate_all()

    def test_a_clerk_decides_that_no_money_comes_of_it(self):
        self.connect(OTHER_KEY, all_the_same=True)
        self.give_up()
        self.assertEqual(self.tx.state, "cancel")
        self.assertIn("Given up", self.tx.state_message)
        self.assertIn("given_up", self.events(self.invoice))
        self.assertFalse(self.settings().mollie_open_payments)

    def test_what_was_to_be_looked_at_is_over_then(self):
        self.connect(OTHER_KEY, all_the_same=True)
        self.notify()
        self.assertTrue(self.invoice.activity_ids)
        self.give_up()
        self.assertFalse(self.invoice.activity_ids)

    def test_what_comes_all_the_same_is_booked(self):
        self.connect(OTHER_KEY, all_the_same=True)
        self.give_up()
        self.pay_at_mollie()
        self.connect(TEST_KEY)
        self.assertEqual(self.notify(), 200)
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))

    def test_what_was_paid_is_not_given_up_nor_a_matter_for_a_person(self):
        self.pay_at_mollie()
        self.notify()
        self.connect(OTHER_KEY, all_the_same=True)
        with self.assertRaisesRegex(UserError, "was paid"):
            self.give_up()
        self.notify()
        self.assertEqual(self.tx.state, "done")
        self.assertNotIn("given_up", self.events(self.invoice))
        self.assertFalse(self.invoice.activity_ids)

    def test_what_mollie_knows_is_not_given_up(self):
        with self.assertRaisesRegex(UserError, "Mollie knows"):
            self.give_up()
        self.assertEqual(self.tx.state, "draft")

    def test_what_mollie_can_not_say_just_now_is_not_given_up(self):
        self.sandbox.fault("503")
        with self.assertRaisesRegex(UserError, "did not answer"):
            self.give_up()
        self.assertEqual(self.tx.state, "draft")

    def test_with_a_key_that_mollie_refuses_nothing_is_given_up(self):
        self.sandbox.fault("401")
        with self.assertRaisesRegex(UserError, "does not accept the API key"):
            self.give_up()
        self.assertEqual(self.tx.state, "draft")

    def test_what_was_paid_meanwhile_is_booked_instead(self):
        self.pay_at_mollie()
        self.give_up()
        self.assertEqual((self.tx.state, self.invoice.amount_residual), ("done", 0))
