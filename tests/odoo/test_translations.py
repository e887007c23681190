"""Dutch customers read Dutch pages and mails, Dutch clerks Dutch refusals and logs."""

from odoo.exceptions import UserError

from tests.common import MollieCase


class TestTranslations(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "nl_NL"
        cls.clerk.lang = "nl_NL"

    def assert_dutch(self, response, *sentences):
        text = self.text_of(response)
        self.assertIn('<html lang="nl-NL">', response.text)
        for sentence in sentences:
            self.assertIn(sentence, text)

    def test_the_pay_page_is_dutch_from_the_test_band_to_the_footer(self):
        """State 1."""
        invoice = self.make_invoice(1234.5, invoice_date_due="2036-05-03")
        response = self.get(self.make_link(invoice))
        self.assert_dutch(
            response,
            "Test: geen echt geld",
            f"Factuur {invoice.name}",
            "€ 1.234,50 uiterlijk te betalen op 3 mei 2036",
            "Betaal € 1.234,50",
            "Vervaldatum 3 mei 2036",
            f"Vragen? Neem contact op met {self.company.name}",
        )

    def test_a_wrong_amount_is_refused_in_dutch(self):
        """Row B3."""
        self.company.write({"mollie_other_amount": True, "mollie_minimum_amount": 10})
        path = self.make_link(self.make_invoice(100.0))
        response = self.press_pay(path, choice="other", amount="5")
        self.assert_dutch(response, "Vul een bedrag in van € 10,00 tot en met € 100,00")

    def test_the_return_page_thanks_in_dutch(self):
        """State 7."""
        tx = self.start_payment(self.make_invoice(60.0))
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        response = self.get(self.return_path(tx))
        self.assert_dutch(
            response, "uw betaling is ontvangen", "We ontvingen € 60,00 op", "met iDEAL"
        )

    def test_the_return_page_says_in_dutch_that_no_money_was_taken(self):
        """State 9."""
        tx = self.start_payment(self.make_invoice(60.0))
        self.sandbox.set_status(tx.provider_reference, "canceled")
        response = self.get(self.return_path(tx))
        self.assert_dutch(
            response, "Er is niets afgeschreven", "Probeer het opnieuw: betaal € 60,00"
        )

    def test_a_link_that_is_gone_answers_in_the_visitors_language(self):
        """State 18."""
        response = self.get("/mollie/pay/x", headers={"Accept-Language": "nl-NL,nl;q=0.9"})
        self.assert_dutch(response, "Deze link werkt niet", "Stuur mij de actuele link")

    def test_the_mail_with_the_current_link_is_dutch(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        self.url_open("/mollie/link", data={"number": invoice.name}, method="POST")
        self.run_cron("cron_mollie_mail_links")
        mail = self.env["mail.mail"].search([("subject", "=", f"Betaallink van {invoice.name}")])
        self.assertIn("U kunt factuur", mail.body_html)
        self.assertIn(invoice.mollie_payment_link, mail.body_html)

    def test_a_refusal_is_in_the_clerks_language(self):
        invoice = self.make_invoice(post=False)
        with self.assertRaisesRegex(UserError, "is nog een concept. Bevestig de factuur eerst."):
            invoice.with_user(self.clerk).with_context(
                lang=self.clerk.lang
            ).action_mollie_create_payment()

    def test_a_to_do_is_in_the_language_of_who_has_to_do_it(self):
        invoice = self.make_invoice(60.0, invoice_user_id=self.clerk.id)
        tx = self.pay(invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        todo = invoice.activity_ids
        self.assertEqual(todo.summary, "Controleer de online betaling")
        note = todo.note.striptags().replace("\xa0", " ")
        self.assertIn("De bank van de klant heeft € 60,00 van betaling", note)

    def test_an_error_in_the_log_is_in_the_language_of_who_reads_it_whoever_met_it(self):
        invoice = self.make_invoice(60.0)
        path = self.make_link(invoice)
        self.sandbox.fault("503", times=None)
        self.press_pay(path)
        self.env.invalidate_all()
        row = invoice.mollie_log_ids.filtered(lambda row: row.event == "error")[:1]
        for lang, text in (("nl_NL", "Mollie gaf geen antwoord."), ("en_US", "did not answer")):
            self.assertIn(text, row.with_context(lang=lang).message)

    def test_why_a_payment_failed_is_in_the_language_of_who_reads_it(self):
        invoice = self.make_invoice(1002.0)  # For Mollie, a wrong security code.
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "failed", method="creditcard")
        response = self.get(self.return_path(tx))
        self.assert_dutch(response, "Reden: De beveiligingscode van de kaart klopt niet.")
        row = invoice.mollie_log_ids.filtered(lambda row: row.mollie_status == "failed")
        reason = "Mollie meldt: mislukt (De beveiligingscode van de kaart klopt niet)."
        self.assertEqual(row.with_context(lang="nl_NL").message, reason)
        self.assertIn("security code", row.with_context(lang="en_US").message)
        self.assertEqual(row.with_context(lang="nl_NL").status_name, "mislukt")
        shown = tx.with_context(lang="nl_NL")
        self.assertEqual((shown.mollie_status_name, shown.mollie_method_name), ("mislukt", "Kaart"))

    def test_capture_and_void_are_called_what_they_do(self):
        for model in ("account.move", "payment.transaction"):
            view = self.env[model].with_context(lang="nl_NL").get_view(view_type="form")
            with self.subTest(model):
                self.assertIn('string="Bedrag innen"', view["arch"])
                self.assertIn('string="Reservering vrijgeven"', view["arch"])
                self.assertNotIn("Ongeldige transactie", view["arch"])

    def test_the_log_is_in_the_language_of_who_reads_it(self):
        invoice = self.make_invoice(60.0)
        self.pay(invoice)
        rows = invoice.mollie_log_ids.sorted("id")
        dutch = rows.with_context(lang="nl_NL")
        self.assertEqual(dutch[0].message, "De betaallink is gemaakt.")
        self.assertIn("Mollie meldt: betaald.", dutch.mapped("message"))
        english = rows.with_context(lang="en_US")
        self.assertEqual(english[0].message, "The payment link was created.")
        events = dict(dutch.fields_get(["event"])["event"]["selection"])
        self.assertEqual(events["booked"], "Geboekt")

    def test_why_a_to_do_was_closed_is_in_that_language_too(self):
        invoice = self.make_invoice(60.0, invoice_user_id=self.clerk.id)
        tx = self.pay(invoice)
        self.sandbox.add_chargeback(tx.provider_reference, "60.00")
        self.deliver_webhooks()
        self.receive_by_bank(invoice, 60.0)
        self.run_cron("cron_mollie_sync")
        self.assertFalse(invoice.activity_ids)
        bodies = " ".join(invoice.message_ids.mapped("body"))
        self.assertIn("De factuur staat niet meer open", bodies)
