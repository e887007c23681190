"""In which language customers read: six are complete, and everybody gets the best of them."""

import json

from odoo.addons.invoice_mollie.const import PAY_LATER

from tests.odoo.cases.pages import PageCase

# How the pay page of € 60 due on 3 May 2036 reads, and that of a link that is gone.
READS = {
    "en_US": ("€ 60.00 due by May 3, 2036", "This link does not work", "English"),
    "nl_NL": ("€ 60,00 uiterlijk te betalen op 3 mei 2036", "Deze link werkt niet", "Nederlands"),
    "de_DE": ("€ 60,00 zahlbar bis 3. Mai 2036", "Dieser Link funktioniert nicht", "Deutsch"),
    "fr_FR": ("€ 60,00 à payer au plus tard le 3 mai 2036", "Ce lien ne fonctionne", "Français"),
    "es_ES": ("€ 60,00 con vencimiento el 3 de mayo de 2036", "Este enlace no", "Español"),
    "it_IT": ("€ 60,00 da pagare entro il 3 maggio 2036", "Questo link non", "Italiano"),
}


class TestLanguages(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = [lang for lang in READS if lang not in ("en_US", "nl_NL")]
        for lang in (*others, "en_GB", "pl_PL"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"]._load_module_terms(["invoice_mollie"], others)

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(60.0, invoice_date_due="2036-05-03")
        self.path = self.make_link(self.invoice)

    def assert_reads(self, response, lang, sentence):
        self.assertIn(f'<html lang="{lang.replace("_", "-")}">', response.text)
        self.assertIn(sentence, self.text_of(response))

    def test_each_of_six_languages_is_there_from_the_amount_to_the_footer(self):
        for lang, (due, gone, _name) in READS.items():
            with self.subTest(lang):
                self.customer.lang = lang
                self.assert_reads(self.get(self.path), lang, due)
                browser = {"Accept-Language": lang.replace("_", "-")}
                self.assert_reads(self.get("/mollie/pay/x", headers=browser), lang, gone)

    def test_what_is_chosen_on_the_page_counts_before_all_else(self):
        self.customer.lang = "nl_NL"
        response = self.get(f"{self.path}?lang=fr", headers={"Accept-Language": "de-DE"})
        self.assert_reads(response, "fr_FR", READS["fr_FR"][0])

    def test_then_the_customers_the_browsers_and_the_companys_language(self):
        browser = {"Accept-Language": "xx,it;q=0.8"}
        self.company.partner_id.lang = "es_ES"
        for customers, browsers, lang in (
            ("nl_NL", browser, "nl_NL"),
            (False, browser, "it_IT"),
            ("pl_PL", browser, "it_IT"),
            (False, {}, "es_ES"),
            ("pl_PL", {}, "es_ES"),
        ):
            with self.subTest(customer=customers, browser=browsers):
                self.customer.lang = customers
                self.assert_reads(self.get(self.path, headers=browsers), lang, READS[lang][0])

    def test_of_two_kinds_of_a_language_it_is_the_customers(self):
        self.customer.lang = "en_GB"
        self.assert_reads(self.get(f"{self.path}?lang=en"), "en_GB", "due by 3 May 2036")

    def test_where_no_language_has_texts_they_are_english_and_say_so(self):
        self.customer.lang = self.company.partner_id.lang = "pl_PL"
        # Core keeps the language in which Odoo was set up: here it was this one.
        self.env.cr.execute("UPDATE res_lang SET active = (code = 'pl_PL')")
        self.env.registry.clear_cache("stable")
        self.addCleanup(self.env.registry.clear_cache, "stable")
        response = self.get(self.path)
        self.assert_reads(response, "en_US", "Pay € 60,00")
        self.assertNotIn("<nav", response.text)

    def test_where_there_is_one_language_there_is_nothing_to_choose(self):
        self.assertIn("<nav", self.get(self.path).text)
        self.env.cr.execute("UPDATE res_lang SET active = (code = 'en_US')")
        self.env.registry.clear_cache("stable")
        self.addCleanup(self.env.registry.clear_cache, "stable")
        self.assertNotIn("<nav", self.get(self.path).text)

    def test_the_page_offers_each_language_in_its_own_words(self):
        page = self.get(self.path)
        for lang, (_due, _gone, name) in READS.items():
            code = lang[:2]
            self.assertRegex(page.text, rf'lang="{code}"[^>]*>{name}<')
        self.assertNotIn("?lang=en", page.text)
        self.assertNotIn("pl", [code for code in READS if f"?lang={code}" in page.text])

    def test_the_chosen_language_stays_up_to_mollie_and_back(self):
        self.customer.lang = "nl_NL"
        page = self.get(f"{self.path}?lang=de")
        self.assertIn(f'action="{self.path}?lang=de"', page.text)
        self.press_pay(f"{self.path}?lang=de")
        tx = self.last_transaction(self.invoice)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["locale"], "de_DE")
        self.assert_reads(self.decide(tx, "canceled"), "de_DE", "Es wurde kein Geld abgebucht")
        self.assert_reads(self.get(self.path), "nl_NL", "uiterlijk te betalen")

    def test_who_tries_again_after_coming_back_keeps_it_too(self):
        self.customer.lang = "nl_NL"
        self.press_pay(f"{self.path}?lang=de")
        page = self.decide(self.last_transaction(self.invoice), "canceled")
        self.assertIn(f'action="{self.path}?lang=de"', page.text)

    def test_the_receipt_and_the_next_invoice_are_in_the_language_that_was_chosen(self):
        self.customer.lang = "nl_NL"
        other = self.make_link(self.make_invoice(70.0))
        self.press_pay(f"{self.path}?lang=de")
        page = self.decide(self.last_transaction(self.invoice), "paid")
        self.assertIn(f'href="{other}?lang=de"', page.text)
        self.assertRegex(page.text, r'href="/mollie/receipt/[^"]*\?lang=de"')

    def test_the_form_for_a_link_answers_in_the_chosen_language_and_offers_no_other(self):
        page = self.get("/mollie/pay/x?lang=es")
        self.assertIn('action="/mollie/link?lang=es"', page.text)
        answer = self.url_open("/mollie/link?lang=es", {"number": "x"}, method="POST")
        self.assertIn('<html lang="es-ES">', answer.text)
        self.assertNotIn("<nav", answer.text)

    def test_a_language_that_is_added_gets_mollies_names_of_the_methods(self):
        lang = self.env.ref("base.lang_pt")
        triggers = self.env["ir.cron.trigger"]
        cron = self.env.ref("invoice_mollie.cron_mollie_refresh_methods")
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.env["res.lang"]._activate_lang(lang.code)
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_a_waiting_page_keeps_it_too(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.fault("503", times=None)
        response = self.get(f"{self.return_path(tx)}?lang=fr")
        self.assertIn("lang=fr", response.headers["Refresh"])

    def test_mollies_checkout_gets_the_nearest_language_that_it_has(self):
        self.customer.lang = "en_GB"
        self.press_pay(self.path)
        tx = self.last_transaction(self.invoice)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["locale"], "en_GB")
        self.env["res.lang"]._activate_lang("fr_CH")
        self.customer.lang = "fr_CH"
        other = self.make_invoice(60.0)
        self.press_pay(self.make_link(other))
        tx = self.last_transaction(other)
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["locale"], "fr_FR")

    def test_nonsense_instead_of_a_language_changes_nothing(self):
        self.customer.lang = "nl_NL"
        for nonsense in ("xx", "nl_NL'", "<b>", "%00", "n" * 500, "é"):
            with self.subTest(nonsense):
                response = self.get(f"{self.path}?lang={nonsense}")
                self.assert_reads(response, "nl_NL", READS["nl_NL"][0])
                self.assertNotIn(f"lang={nonsense}", response.text.replace("?lang=xx", ""))

    def test_the_receipt_is_in_the_language_of_its_page(self):
        self.customer.lang = "nl_NL"
        tx = self.pay(self.invoice)
        page = self.get(f"{self.return_path(tx)}?lang=it")
        self.assertIn(f"{tx.sudo()._mollie_receipt_path()}?lang=it", page.text)
        answer = self.get(f"{tx.sudo()._mollie_receipt_path()}?lang=it")
        self.assertIn("Ricevuta", answer.headers["Content-Disposition"])
        self.assertIn("Ricevuta", answer.text)

    def test_the_methods_are_named_in_the_language_of_the_page(self):
        self.provider._mollie_refresh_methods()
        text = self.text_of(self.get(f"{self.path}?lang=de"))
        self.assertIn("Karte", text)
        self.assertIn("Überweisung", text)
        self.assertIn("Virement", self.text_of(self.get(f"{self.path}?lang=fr")))
        self.sandbox.fault("503", times=None)
        self.assertIn("Tarjeta", self.text_of(self.get(f"{self.path}?lang=es")))

    def test_the_methods_are_named_as_mollie_does_and_their_icons_are_ours(self):
        # This customer is a company: none by which one pays later.
        enabled = [m for m in self.provider.mollie_methods if m["id"] not in PAY_LATER]
        named = enabled[:6]
        page = self.get(self.path)
        for method in named:
            self.assertIn(method["description"], self.text_of(page))
        self.assertGreater(page.text.count("data:image/png;base64,"), 3)
        self.assertLess(len(json.dumps(self.provider.mollie_icons)), 30_000)
