"""Mollie's tariffs: shown as an estimate, never counted on."""

from tests.common import TEST_KEY, MollieCase

CARD = {"fixed": {"currency": "EUR", "value": "0.25"}, "variable": "1.80"}


class TestFees(MollieCase):
    def set_tariff(self, tariff):
        """Let the provider know one method, with this tariff."""
        self.provider.mollie_methods = [
            {
                "id": "creditcard",
                "description": "Card",
                "minimum": None,
                "maximum": None,
                "tariff": tariff,
            }
        ]

    def test_a_transaction_shows_what_mollie_may_charge_for_it(self):
        tx = self.pay(self.make_invoice(100.0))
        self.assertEqual(tx.mollie_fee_estimate, 0.32)  # What the sandbox asks for each method.

    def test_a_percentage_counts_too(self):
        self.set_tariff(CARD)
        tx = self.pay(self.make_invoice(100.0), method="creditcard")
        self.assertEqual(tx.mollie_fee_estimate, 2.05)

    def test_the_settings_show_the_tariff_beside_each_method_in_the_users_language(self):
        self.set_tariff(CARD)
        self.env["res.lang"]._activate_lang("nl_NL")
        for lang, text in (
            ("en_US", "Card (€ 0.25 + 1.80 %)"),
            ("nl_NL", "Card (€ 0,25 + 1,80 %)"),
        ):
            settings = self.env["res.config.settings"].with_context(lang=lang).create({})
            self.assertEqual(settings.mollie_method_names.replace("\N{NO-BREAK SPACE}", " "), text)

    def test_a_method_without_tariff_is_shown_by_its_name(self):
        self.set_tariff(None)
        self.assertEqual(self.settings().mollie_method_names, "Card")
        tx = self.pay(self.make_invoice(100.0), method="creditcard")
        self.assertEqual(tx.mollie_fee_estimate, 0)

    def test_a_tariff_in_another_currency_estimates_nothing(self):
        self.set_tariff(CARD)
        tx = self.pay(self.make_invoice(100.0, currency="USD"), method="creditcard")
        self.assertEqual(tx.mollie_fee_estimate, 0)

    def test_tariffs_that_cannot_be_had_keep_nobody_from_connecting(self):
        for fault in ("503", "403", "html", "broken-json"):
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault, path=r"/v2/methods/all")
                self.connect(TEST_KEY)
                self.assertEqual({m["tariff"] for m in self.provider.mollie_methods}, {None})

    def test_tariffs_that_cannot_be_had_today_stay_as_they_were(self):
        before = self.provider.mollie_methods
        self.sandbox.fault("503", path=r"/v2/methods/all")
        self.run_cron("cron_mollie_refresh_methods")
        self.assertEqual(self.provider.mollie_methods, before)
        self.assertTrue(all(method["tariff"] for method in before))

    def test_tariffs_that_cannot_be_read_are_none(self):
        prices = (None, [], {}, "free", [5], [{"fixed": 5}], [CARD | {"variable": "a lot"}])
        for pricing in prices:
            with self.subTest(pricing):
                lie = {"_embedded": {"methods": [{"id": "ideal", "pricing": pricing}]}}
                self.sandbox.fault("lie", path=r"/v2/methods/all", fields=lie)
                self.connect(TEST_KEY)
                self.assertEqual({m["tariff"] for m in self.provider.mollie_methods}, {None})
