"""Webhooks: every status after every other, repeated, late and doubled."""

from tests.odoo.cases.webhooks import WebhookCase

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


class TestRepeats(WebhookCase):
    def test_a_webhook_again_and_again_books_once_and_logs_nothing_more(self):
        """Attacks F5: the log is bounded, for webhooks come any number of times."""
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
