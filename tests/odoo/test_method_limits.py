"""What no method of the Mollie account takes: refused at the link, by limits learned daily."""

from odoo.exceptions import UserError

from tests.common import TEST_KEY, MollieCase


class TestLimits(MollieCase):
    """Refusals by the limits that were fetched at connecting and are refreshed daily."""

    def set_limits(self, **limits):
        profile = self.sandbox.profile_of(TEST_KEY)
        self.sandbox.set_profile(profile, methods=list(limits), limits=limits)

    def run_cron(self):
        self.env.ref("invoice_mollie.cron_mollie_refresh_methods").method_direct_trigger()

    def is_refused(self, amount, currency="EUR"):
        """Press the button for a new invoice; return whether it says that no method takes it."""
        invoice = self.make_invoice(amount, currency=currency)
        try:
            invoice.with_user(self.clerk).action_mollie_create_payment()
        except UserError as refusal:
            self.assertIn("no method enabled", str(refusal))
        return not invoice.mollie_payment_link

    def test_the_daily_cron_learns_new_limits(self):
        self.assertFalse(self.is_refused(60.0))
        self.set_limits(ideal=["1.00", "50.00"])
        self.assertFalse(self.is_refused(60.0))
        self.run_cron()
        self.assertTrue(self.is_refused(60.0))
        self.assertFalse(self.is_refused(50.0))
        self.assertTrue(self.is_refused(0.99))

    def test_one_method_that_accepts_is_enough(self):
        self.set_limits(ideal=["1.00", "50.00"], creditcard=["40.00", "90.00"])
        self.run_cron()
        refused = {amount: self.is_refused(amount) for amount in (1.0, 45.0, 90.0, 90.01)}
        self.assertEqual(refused, {1.0: False, 45.0: False, 90.0: False, 90.01: True})

    def test_limits_in_euro_say_nothing_about_dollars(self):
        self.set_limits(creditcard=["1.00", "50.00"])
        self.run_cron()
        self.env.ref("base.USD").active = True
        self.assertFalse(self.is_refused(60.0, currency="USD"))

    def test_without_any_method_nothing_can_be_paid(self):
        self.sandbox.set_profile(self.sandbox.profile_of(TEST_KEY), methods=[])
        self.run_cron()
        self.assertTrue(self.is_refused(60.0))

    def test_a_cron_that_finds_mollie_down_keeps_what_is_known(self):
        known = self.provider.mollie_methods
        self.assertTrue(known)
        for kind in ("503", "401", "html", "close"):
            self.sandbox.fault(kind)
            self.run_cron()
            self.assertEqual(self.provider.mollie_methods, known)

    def test_one_company_with_a_refused_key_does_not_keep_the_next_from_its_limits(self):
        self.sandbox.revoke_key(TEST_KEY)
        company = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        key = "live_" + 36 * "z"
        other = self.connect(key, company)
        self.assertNotEqual(other, self.provider)
        profile = self.sandbox.profile_of(key)
        self.sandbox.set_profile(profile, methods=["paypal"])
        self.run_cron()
        self.assertEqual([method["id"] for method in other.mollie_methods], ["paypal"])

    def test_what_mollie_refused_is_asked_for_anew_once_it_is_mended(self):
        """Mollie repeats its answer to the same request for an hour."""
        profile = self.sandbox.profile_of(TEST_KEY)
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        self.sandbox.set_profile(profile, methods=[])
        self.assertEqual([self.press_pay(path).status_code for _press in range(3)], [503] * 3)
        self.sandbox.set_profile(profile, methods=["ideal"])
        self.assertEqual(self.press_pay(path).status_code, 303)
        self.assertEqual(len(invoice.transaction_ids), 1)
        self.assertEqual(len(self.sandbox.payments()), 1)
