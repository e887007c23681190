"""Odd answers of Mollie's, none at all, and what Mollie is answered."""

from tests.odoo.cases.webhooks import WebhookCase

# Faults of Mollie's after which it shall send the webhook again.
PASSING_FAULTS = (
    "429",
    "500",
    "502",
    "503",
    "504",
    "401",
    "403",
    "html",
    "broken-json",
    "half-json",
    "no-detail",
    "text-status",
    "list",
    "null",
    "empty",
    "redirect",
    "close",
    "cut-half",
)
# Fields of Mollie's answers, and what could stand there instead of what should.
ODD_FIELDS = {
    "details": (None, [], ["x"], "x", 5, {"cardLabel": 5}, {"failureMessage": ["x"]}),
    "method": (None, "", "nonsense", 5, ["ideal"], {"id": "ideal"}),
    "paidAt": (
        None,
        "",
        "yesterday",
        "2026-13-45T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-23",
        1795400000,
        [],
    ),
    "expiresAt": (None, "soon", 5, {}),
    "_links": (None, [], "x", {"checkout": None}, {"checkout": {"href": 5}}),
    "description": (None, "x\x00\ud800", 5),
    "isCancelable": (None, "yes", 1, []),
    "amountRefunded": (None,),
    "amountRemaining": (None,),
    "countryCode": (None, 5),
    "profileId": (None, 5),
    "locale": (None, "xx_XX"),
    "resource": (None, "order"),
    "_embedded": (None, {}, {"refunds": None}, {"refunds": [], "chargebacks": None}),
}


class TestOddAnswers(WebhookCase):
    def test_odd_fields_never_fail_and_the_money_is_booked(self):
        """Each field of Mollie's answers, with what could stand there instead of what should."""
        for turn in range(max(len(values) for values in ODD_FIELDS.values())):
            fields = {name: values[turn % len(values)] for name, values in ODD_FIELDS.items()}
            with self.subTest(turn, fields=fields):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.assertEqual(self.tell(tx, status="paid", **fields), 200)
                self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_fields_that_are_missing_never_fail(self):
        for name in ("method", "details", "paidAt", "_links", "amountRefunded", "amountRemaining"):
            with self.subTest(name):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                self.sandbox.tamper(tx.provider_reference, remove=[name])
                self.assertEqual(self.deliver_webhooks(), [200])
                self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_odd_fields_of_a_failure_never_fail(self):
        for details in (None, ["x"], {"failureMessage": 5}, {"failureMessage": "No\nfunds\x00"}):
            with self.subTest(details):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                fields = {"status": "failed", "method": "creditcard", "details": details}
                self.assertEqual(self.tell(tx, **fields), 200)
                self.assertEqual(tx.state, "cancel")
                self.assertNotIn("\n", "".join(row.message for row in invoice.mollie_log_ids))

    def test_an_answer_that_cannot_be_a_payment_is_asked_for_again(self):
        for fields in (
            {"id": None},
            {"id": 5},
            {"id": "tr_x/.."},
            {"status": None},
            {"status": ["paid"]},
            {"amountRemaining": 5, "status": "paid"},
            {"_embedded": [], "status": "paid"},
            {"_embedded": {"refunds": [{"id": "re_x"}]}, "status": "paid"},
        ):
            with self.subTest(fields):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.assertEqual(self.tell(tx, **fields), 503)
                self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))

    def test_an_amount_of_no_currency_is_not_the_one_that_was_asked_for(self):
        """No database can hold such a code, so none is looked up."""
        for code in ("", "E\0R", "eur", "EURO", "\ud800UR", "ＥＵＲ"):
            with self.subTest(code):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                amount = {"currency": code, "value": "100.00"}
                self.assertEqual(self.tell(tx, status="paid", amount=amount), 200)
                self.assertEqual((tx.mollie_mismatch, invoice.amount_residual), ("amount", 100))
                self.assertEqual(self.tell(tx, status="paid", amountRefunded=amount), 503)

    def test_what_is_paid_is_noticed_once_the_odd_answer_is_mended(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.assertEqual(self.tell(tx, status="paid", amountRemaining=5), 503)
        self.assertEqual(self.tell(tx, status="paid"), 200)
        self.assertEqual(invoice.amount_residual, 0)


class TestAnswersToMollie(WebhookCase):
    def test_mollie_shall_try_again_when_it_could_not_be_asked(self):
        """Attacks H: S10 (fetch) × what goes wrong there. The evidence stays in the log."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        (webhook,) = self.sandbox.due_webhooks()
        for fault in PASSING_FAULTS:
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault, times=None)
                response = self.post_webhook(webhook.path, webhook.payment_id)
                self.assertEqual((response.status_code, response.text), (503, ""))
                self.env.invalidate_all()
                self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))
        self.assertIn("error", self.events(invoice))
        self.assertLess(len(self.events(invoice)), len(PASSING_FAULTS))
        self.sandbox.clear_faults()
        self.assertEqual(self.post_webhook(webhook.path, webhook.payment_id).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_payment_that_mollie_gave_us_and_does_not_know_keeps_the_webhook_waiting(self):
        for fault in ("404", "410"):
            with self.subTest(fault):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
                self.sandbox.clear_faults()
                self.sandbox.fault(fault)
                response = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.assertEqual((response.status_code, response.text), (503, ""))
                self.env.invalidate_all()
                self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))
                self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.env.invalidate_all()
                self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))

    def test_a_withdrawn_key_keeps_the_webhook_waiting(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.sandbox.revoke_key(self.provider.mollie_api_key)
        self.assertEqual(self.deliver_webhooks(), [503])
        self.sandbox.restore_key(self.provider.mollie_api_key)
        self.sandbox.advance(minutes=1)
        self.assertEqual(self.deliver_webhooks(), [200])
        self.assertEqual(invoice.amount_residual, 0)

    def test_an_unreachable_mollie_keeps_the_webhook_waiting(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        parameters = self.env["ir.config_parameter"]
        for address in ("http://127.0.0.1:9", "http://192.0.2.1", "http://[", "nonsense"):
            with self.subTest(address):
                parameters.set_param("invoice_mollie.api_endpoint", address)
                response = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.assertEqual(response.status_code, 503)
        self.env.invalidate_all()
        self.assertEqual(tx.state, "draft")

    def test_a_payment_that_cannot_be_booked_keeps_its_state_and_mollie_is_told_yes(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.customer.property_account_receivable_id.active = False
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.assertEqual(self.deliver_webhooks(), [200])
        self.assertEqual((tx.state, tx.mollie_status), ("done", "paid"))
        self.assertFalse(tx.is_post_processed)
        self.assertIn("booking_failed", self.events(invoice))
        self.customer.property_account_receivable_id.active = True
        self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assertEqual(self.events(invoice)[-1], "booked")
        self.assertNotIn("booking_lost", self.events(invoice))
        self.assertEqual(invoice.amount_residual, 0)
