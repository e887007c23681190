"""Mollie's answer is not what was asked for: never paid by it, whoever asks, however often."""

from tests.odoo.cases.bad_input import BadInputCase

# Lies that Mollie's answer could tell about a payment of 100.00 EUR in test mode.
MISMATCHES = {
    "one cent less": {"amount": {"currency": "EUR", "value": "99.99"}},
    "one cent more": {"amount": {"currency": "EUR", "value": "100.01"}},
    "a hundredth": {"amount": {"currency": "EUR", "value": "1.00"}},
    "a hundred times": {"amount": {"currency": "EUR", "value": "10000.00"}},
    "negative": {"amount": {"currency": "EUR", "value": "-100.00"}},
    "zero": {"amount": {"currency": "EUR", "value": "0.00"}},
    "one decimal": {"amount": {"currency": "EUR", "value": "100.0"}},
    "three decimals": {"amount": {"currency": "EUR", "value": "100.000"}},
    "comma": {"amount": {"currency": "EUR", "value": "100,00"}},
    "exponent": {"amount": {"currency": "EUR", "value": "1e2"}},
    "not a number": {"amount": {"currency": "EUR", "value": "NaN"}},
    "dollars": {"amount": {"currency": "USD", "value": "100.00"}},
    "yen": {"amount": {"currency": "JPY", "value": "100"}},
    "lower case": {"amount": {"currency": "eur", "value": "100.00"}},
    "amount as number": {"amount": 100.0},
    "value as number": {"amount": {"currency": "EUR", "value": 100.0}},
    "amount as text": {"amount": "100.00"},
    "no amount": {"amount": None},
    "live": {"mode": "live"},
    "no mode": {"mode": None},
    "other payment": {"id": "tr_somebodyelses"},
    "other database": {"metadata": {"database": "00000000-0000-0000-0000-000000000000"}},
    "other reference": {"metadata": {"reference": "INV/2026/99999"}},
    "no metadata": {"metadata": None},
    "metadata as list": {"metadata": ["x"]},
    "metadata as text": {"metadata": "x"},
}


class TestMismatches(BadInputCase):
    def test_a_mismatch_is_refused_the_first_and_every_later_time(self):
        """Attacks A7, A8, B1: delivered 1, 2 and 20 times, never `done`; one alarm.

        ASVS 2.2.3, ASVS 16.5.3.
        """
        for name, lie in MISMATCHES.items():
            with self.subTest(name):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                fields = {"status": "paid", "method": "ideal", **lie}
                self.sandbox.tamper(tx.provider_reference, fields)
                for times in (1, 1):
                    self.deliver(tx, times)
                    self.assertEqual((tx.state, tx.mollie_status), ("draft", "open"))
                    self.assertEqual(invoice.amount_residual, 100)
                self.assertFalse(tx.payment_id)
                self.assertEqual(len(self.alarms(invoice)), 1)
                self.assertEqual(len(invoice.activity_ids), 1)

    def deliver(self, tx, times):
        for _ in range(times):
            answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.env.invalidate_all()

    def test_a_mismatch_is_refused_twenty_times_and_whoever_asks(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        lie = MISMATCHES["a hundredth"] | {"status": "paid", "method": "ideal"}
        self.sandbox.tamper(tx.provider_reference, lie)
        self.deliver(tx, 20)
        self.get(self.return_path(tx))
        self.get(f"/mollie/pay/{tx.mollie_link_id.token}")
        tx.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()
        self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))
        self.assertEqual(self.alarms(invoice), ["other_amount"])

    def alarms(self, invoice):
        """Return what the log says of payments that are not what was asked for."""
        return [name for name in self.events(invoice) if name in ("mismatch", "other_amount")]

    def test_what_was_a_mismatch_pays_once_mollie_tells_the_truth(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.tamper(tx.provider_reference, MISMATCHES["dollars"])
        self.deliver(tx, 2)
        self.sandbox.tamper(tx.provider_reference)
        self.deliver(tx, 1)
        self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_who_was_told_is_told_no_more_then(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.tamper(tx.provider_reference, MISMATCHES["other reference"])
        self.deliver(tx, 1)
        self.assertTrue(invoice.activity_ids)
        self.sandbox.tamper(tx.provider_reference)
        self.deliver(tx, 1)
        self.assertFalse(invoice.activity_ids)

    def test_a_paid_payment_that_no_longer_matches_stays_paid(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        for lie in MISMATCHES.values():
            self.sandbox.tamper(tx.provider_reference, {"status": "failed", **lie})
            self.deliver(tx, 1)
            self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_a_mismatching_payment_never_withdraws_anything(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 100)
        lie = MISMATCHES["other reference"] | {"isCancelable": True}
        self.sandbox.tamper(tx.provider_reference, lie)
        self.deliver(tx, 2)
        self.assertEqual(self.sandbox.requests(method="DELETE"), [])

    def test_nobody_is_sent_to_pay_what_was_not_asked_for(self):
        """The answer that creates a payment is compared too."""
        for name in ("one cent more", "dollars", "live", "other reference", "amount as number"):
            with self.subTest(name):
                invoice = self.make_invoice()
                path = self.make_link(invoice)
                lie = MISMATCHES[name]
                self.sandbox.fault("lie", method="POST", path=r"/v2/payments$", fields=lie)
                response = self.press_pay(path)
                self.assertEqual(response.status_code, 503)
                self.assertNotIn("Location", response.headers)
                self.assertIn("No money has been taken", self.text_of(response))
                self.assertIn("mismatch", self.events(invoice))
                errors = invoice.mollie_log_ids.filtered(lambda row: row.event == "error")
                self.assertTrue(all(errors.mapped("detail")))
                (wrong,) = invoice.transaction_ids.mapped("provider_reference")
                self.sandbox.tamper(wrong, lie)
                response = self.press_pay(path)
                self.assertEqual(response.status_code, 303)
                self.assertNotIn(wrong, response.headers["Location"])

    def test_nobody_is_sent_to_a_checkout_that_is_not_mollies(self):
        """Attacks E6."""
        for url in ("https://mollie.com.evil.example/", "javascript:alert(1)", "https://[", 5):
            with self.subTest(url):
                path = self.make_link(self.make_invoice())
                links = {"_links": {"checkout": {"href": url}}}
                self.sandbox.fault("lie", method="POST", path=r"/v2/payments$", fields=links)
                response = self.press_pay(path)
                self.assertNotIn("evil", response.headers.get("Location", ""))
                self.assertNotEqual(response.status_code, 303)
                self.assertLess(response.status_code, 504)
