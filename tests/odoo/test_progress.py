"""Where each invoice stands, in the list's column, its filters and groups, and in a sentence."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from tests.common import MollieCase
from tests.odoo.cases.zoo import ZooCase

PROGRESS = {
    "none": False,
    "pending": "pending",
    "paid": "paid",
    "refunded": "refunded",
    "charged_back": "charged_back",
}


class TestProgress(ZooCase):
    def setUp(self):
        super().setUp()
        self.zoo = self.make_zoo()
        unsent, *failed, partly = self.zoo["open"]
        settled, revoked, cancelled, redrafted, reversed_ = self.zoo["closed"]
        self.expected = {
            invoice: PROGRESS[state]
            for state, invoices in self.zoo.items()
            if state in PROGRESS
            for invoice in invoices
        }
        self.expected |= dict.fromkeys(failed, "failed") | {
            unsent: "not_sent",
            partly: "part_paid",
            settled: "settled",
            revoked: "revoked",
            cancelled: "cancelled",
            redrafted: "draft",
            reversed_: "cancelled",
            self.make_viewed(): "open",
            self.make_mailed(): "open",
        }
        self.invoices = self.env["account.move"].union(*self.expected).with_user(self.clerk)

    def make_viewed(self):
        invoice = self.make_invoice()
        self.get(self.make_link(invoice))
        return invoice

    def make_mailed(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice._generate_and_send(sending_methods=["email"])
        return invoice

    def progress(self, invoice):
        return self.expected[invoice.with_env(self.env)]

    def test_each_invoice_says_where_it_stands(self):
        self.env.invalidate_all()
        for invoice in self.invoices:
            self.assertEqual(invoice.mollie_progress, self.progress(invoice), invoice.name)

    def test_search_finds_what_is_shown(self):
        for progress in {*self.expected.values()}:
            for operator in ("=", "!="):
                domain = [
                    ("id", "in", self.invoices.ids),
                    ("mollie_progress", operator, progress),
                ]
                found = self.invoices.search(domain)
                belongs = {
                    invoice.id
                    for invoice in self.invoices
                    if (self.progress(invoice) == progress) == (operator == "=")
                }
                with self.subTest(progress, operator=operator):
                    self.assertEqual(set(found.ids), belongs)

    def test_the_list_groups_by_it_and_counts_what_is_shown(self):
        domain = [("id", "in", self.invoices.ids)]
        groups = self.invoices._read_group(domain, ["mollie_progress"], ["__count"])
        found = {progress or False: count for progress, count in groups}
        expected = [*self.expected.values()]
        self.assertEqual(found, {value: expected.count(value) for value in expected})

    def test_the_list_is_sorted_by_it(self):
        domain = [("id", "in", self.invoices.ids)]
        for order, is_last_first in (("mollie_progress", False), ("mollie_progress desc", True)):
            found = [self.progress(move) for move in self.invoices.search(domain, order=order)]
            named = [progress for progress in found if progress]
            self.assertEqual(named, sorted(named, reverse=is_last_first))
            self.assertEqual(len(found), len(self.invoices))

    def test_no_event_writes_on_the_invoice_for_it(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        invoice._portal_ensure_token()
        self.env.flush_all()
        before = invoice.write_date
        self.get(path)
        self.env.invalidate_all()
        self.assertEqual(invoice.mollie_progress, "open")
        self.assertEqual(invoice.write_date, before)


class TestSummary(MollieCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(120.0)

    def summary(self, **later):
        with freeze_time(fields.Datetime.now() + timedelta(**later)):
            self.env.invalidate_all()
            move = self.invoice.with_user(self.clerk).with_context(lang=self.clerk.lang)
            return move.mollie_summary.replace("\xa0", " ")

    def test_nothing_begun_is_no_sentence(self):
        self.assertFalse(self.invoice.mollie_summary)

    def test_a_link_that_nobody_has_seen(self):
        self.make_link(self.invoice)
        self.assertEqual(self.summary(days=3), "Link made 3 days ago, not viewed so far.")

    def test_a_link_that_was_mailed_and_viewed(self):
        path = self.make_link(self.invoice)
        self.invoice._generate_and_send(sending_methods=["email"])
        self.assertEqual(self.summary(days=2), "Link mailed 2 days ago, not viewed so far.")
        self.get(path)
        self.assertEqual(self.summary(days=2), "Link mailed 2 days ago, viewed 2 days ago.")

    def test_how_an_attempt_ended(self):
        for status, words in {
            "failed": "iDEAL | Wero failed 1 hour ago. The customer can try again.",
            "canceled": "The customer cancelled 1 hour ago, and can try again.",
            "expired": "The customer began to pay and did not finish (1 hour ago)",
        }.items():
            self.pay(self.invoice, status)
            self.assertIn(words, self.summary(hours=1))

    def test_an_attempt_of_which_nobody_knows_how_it_was_to_be_paid(self):
        self.start_payment(self.invoice)._set_canceled("given up")
        self.assertIn("A payment failed 1 hour ago.", self.summary(hours=1))

    def test_an_attempt_that_goes_on(self):
        self.start_payment(self.invoice)
        self.assertIn("A payment was started 5 minutes ago, and is not", self.summary(minutes=5))

    def test_money_on_its_way(self):
        tx = self.start_payment(self.invoice)
        self.sandbox.set_status(tx.provider_reference, "pending", method="paypal")
        self.get(self.return_path(tx))
        self.assertEqual(self.summary(days=1), "€ 120.00 by PayPal is on its way (1 day ago).")

    def test_what_was_paid(self):
        self.pay(self.invoice)
        summary = self.summary(minutes=1)
        self.assertRegex(summary, r"^€ 120.00 was paid by iDEAL \| Wero on \d")

    def test_what_was_paid_and_is_not_matched(self):
        tx = self.pay(self.invoice)
        tx.payment_id.move_id.line_ids.remove_move_reconcile()
        words = "€ 120.00 is at Mollie and in the books, but not matched with this invoice."
        self.assertEqual(self.summary(minutes=1), words)

    def test_what_was_paid_by_the_link_and_otherwise(self):
        self.receive_by_bank(self.invoice, 40.0)
        self.pay(self.invoice)
        words = r"^€ 120.00 was paid, of which € 80.00 by iDEAL \| Wero on \d"
        self.assertRegex(self.summary(minutes=1), words)

    def test_a_new_link_knows_nothing_of_what_failed_by_the_one_before(self):
        self.pay(self.invoice, "failed")
        self.assertEqual(self.invoice.mollie_progress, "failed")
        self.invoice.action_mollie_revoke_link()
        self.make_link(self.invoice)
        self.assertEqual(self.summary(minutes=1), "Link made 1 minute ago, not viewed so far.")
        self.assertEqual(self.invoice.mollie_progress, "not_sent")

    def test_what_was_paid_otherwise_or_in_part(self):
        self.make_link(self.invoice)
        self.receive_by_bank(self.invoice, 40.0)
        words = "€ 40.00 of € 120.00 is paid, € 80.00 is left."
        self.assertIn(words, self.summary(minutes=1))
        self.receive_by_bank(self.invoice, 80.0)
        self.assertEqual(self.summary(minutes=1), "It was paid without the link.")

    def test_what_went_back(self):
        tx = self.pay(self.invoice)
        self.sandbox.add_refund(tx.provider_reference, "20.00", status="refunded")
        self.deliver_webhooks()
        self.assertEqual(self.summary(minutes=1), "€ 20.00 of € 120.00 was refunded.")
        self.sandbox.add_chargeback(tx.provider_reference, "100.00")
        self.deliver_webhooks()
        self.assertIn("€ 100.00 was charged back", self.summary(minutes=1))

    def test_what_a_clerk_did(self):
        self.make_link(self.invoice)
        self.invoice.button_draft()
        self.assertIn("being corrected", self.summary(minutes=1))
        self.invoice.action_post()
        self.invoice.action_mollie_revoke_link()
        self.assertIn("nobody can pay by it", self.summary(minutes=1))
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertIn("was cancelled", self.summary(minutes=1))

    def test_it_is_dutch_for_a_dutch_clerk(self):
        self.clerk.lang = "nl_NL"
        self.make_link(self.invoice)
        self.assertEqual(self.summary(days=3), "Link 3 dagen geleden gemaakt, nog niet bekeken.")
