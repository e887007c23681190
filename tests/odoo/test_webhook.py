"""The webhook: every status after every other, odd answers, and what Mollie is answered."""

from tests.common import MollieCase

STATUSES = ("open", "pending", "authorized", "paid", "failed", "canceled", "expired")
FAILURES = ("failed", "canceled", "expired")
STATES = {
    "open": "draft",
    "pending": "pending",
    "authorized": "authorized",
    "paid": "done",
    **dict.fromkeys(FAILURES, "cancel"),
}
# What an attempt is in the end, for each status known before and each one told after it. Only
# forward: an answer that was overtaken by a newer one, or made up, changes nothing.
ENDS = {
    "open": dict(zip(STATUSES, STATUSES, strict=True)),
    "pending": dict(zip(STATUSES, STATUSES, strict=True)) | {"open": "pending"},
    "authorized": dict(zip(STATUSES, STATUSES, strict=True))
    | {"open": "authorized", "pending": "authorized"},
    "paid": dict.fromkeys(STATUSES, "paid"),
    **{failure: dict.fromkeys(STATUSES, failure) | {"paid": "paid"} for failure in FAILURES},
}
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


class WebhookCase(MollieCase):
    def tell(self, tx, **fields):
        """Let Mollie show the payment with these fields, and deliver a webhook."""
        self.sandbox.tamper(tx.provider_reference, fields)
        response = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.env.invalidate_all()
        return response.status_code

    def money_booked(self, tx):
        return sum(
            self.env["account.payment"]
            .search([("payment_transaction_id", "=", tx.id)])
            .mapped("amount")
        )


class TestStatuses(WebhookCase):
    def test_every_status_after_every_other(self):
        """Attacks G3, I6: also answers that were overtaken, and money after a failure."""
        for before in STATUSES:
            for after in STATUSES:
                with self.subTest(before=before, after=after):
                    self.check_pair(before, after)

    def check_pair(self, before, after):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        for status in (before, after):
            self.assertEqual(self.tell(tx, status=status, method="ideal"), 200)
        end = ENDS[before][after]
        self.assertEqual((tx.mollie_status, tx.state), (end, STATES[end]))
        self.assertEqual(invoice.amount_residual, 0 if end == "paid" else 100)
        self.assertEqual(self.money_booked(tx), 100 if end == "paid" else 0)

    def test_an_unknown_status_changes_nothing_and_is_in_the_log(self):
        for before in STATUSES:
            with self.subTest(before):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.tell(tx, status=before, method="ideal")
                known = (tx.state, tx.mollie_status, invoice.amount_residual)
                for _ in range(3):
                    self.assertEqual(self.tell(tx, status="levitating"), 200)
                self.assertEqual((tx.state, tx.mollie_status, invoice.amount_residual), known)
                statuses = invoice.mollie_log_ids.mapped("mollie_status")
                self.assertEqual(statuses.count("levitating"), 1)

    def test_an_old_attempt_that_ends_never_touches_a_paid_invoice(self):
        """Attacks G3: an expired webhook after a paid one, of another attempt."""
        for end in FAILURES:
            with self.subTest(end):
                invoice = self.make_invoice()
                old = self.start_payment(invoice)
                self.press_pay(self.make_link(invoice), again="1")
                new = self.last_transaction(invoice)
                self.assertNotEqual(old, new)
                self.tell(new, status="paid", method="ideal")
                self.tell(old, status=end)
                self.assertEqual(invoice.amount_residual, 0)
                self.assertEqual(invoice.mollie_payment_state, "paid")


class TestOddAnswers(WebhookCase):
    def test_odd_fields_never_fail_and_the_money_is_booked(self):
        """Figures to reach: each field of Mollie's answers, mutated; no 5xx, no traceback."""
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

    def test_mollie_is_told_yes_about_a_payment_that_it_does_not_know(self):
        for fault in ("404", "410"):
            with self.subTest(fault):
                invoice = self.make_invoice()
                tx = self.start_payment(invoice)
                self.sandbox.clear_faults()
                self.sandbox.fault(fault)
                response = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.assertEqual((response.status_code, response.text), (200, ""))
                self.env.invalidate_all()
                self.assertEqual(invoice.amount_residual, 100)

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


class TestRepeats(WebhookCase):
    def test_a_webhook_again_and_again_books_once_and_logs_nothing_more(self):
        """Attacks F5: the log is bounded; design: any number of times, in any order."""
        invoice = self.make_invoice()
        tx = self.pay(invoice)
        rows = len(self.events(invoice))
        for _ in range(20):
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assertEqual(len(self.events(invoice)), rows)
        self.assertEqual(self.money_booked(tx), 100)

    def test_faults_again_and_again_are_one_row(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.fault("503", times=None)
        for _ in range(10):
            self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assertEqual(self.events(invoice).count("error"), 1)

    def test_late_reordered_and_doubled_webhooks_end_the_same(self):
        invoice = self.make_invoice()
        self.sandbox.webhook_settings(copies=3, order="lifo")
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "authorized", method="klarna")
        self.sandbox.set_status(tx.provider_reference, "paid", method="klarna")
        self.assertEqual(set(self.deliver_webhooks()), {200})
        self.assertEqual((tx.state, invoice.amount_residual), ("done", 0))
        self.assertEqual(self.money_booked(tx), 100)
