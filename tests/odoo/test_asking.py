"""How often Mollie is asked, and how long a worker waits for it, whoever comes how often."""

import os
import time
from unittest.mock import patch

from odoo import fields
from odoo.tests.test_cursor import TestCursor

from odoo.addons.invoice_mollie import const, gateway
from odoo.addons.invoice_mollie.controllers import kept_pages

from tests.common import LIVE_KEY, MollieCase, path_of

# As the addon has them; the other tests don't take their time.
FIGURES = {"PAGE_SECONDS": 10, "PAGE_TIMEOUT": 3, "ASKS_A_MINUTE": 5, "SILENT_FAILURES": 3}
AFTER = "100.00\xa0€"
ASKED = r"/v2/payments/tr_\w+$"


class AskingCase(MollieCase):
    def setUp(self):
        super().setUp()
        for name, value in FIGURES.items():
            self.startPatcher(patch.object(const, name, value))
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.path = path_of(self.invoice.mollie_payment_link)
        self.sandbox.clear_requests()

    def asked(self):
        """Return how often Mollie was asked how a payment is."""
        return len(self.sandbox.requests(method="GET", path=ASKED))

    def let_pass(self, seconds, *txs):
        """Let Mollie have been asked so much longer ago."""
        for tx in txs or [self.tx]:
            tx.mollie_asked = [moment - seconds for moment in tx.mollie_asked or []]
        failed_at = self.provider.mollie_failed_at
        if failed_at:
            self.provider.mollie_failed_at = fields.Datetime.subtract(failed_at, seconds=seconds)
        self.env.flush_all()

    def become(self, status, tx=None):
        tx = tx or self.tx
        self.sandbox.set_status(tx.provider_reference, status, method="ideal", webhook=False)


class TestPages(AskingCase):
    def test_who_opens_the_page_again_within_ten_seconds_asks_nobody(self):
        for _ in range(5):
            self.assertIn("Nothing has been taken", self.get(self.path).text)
        self.assertEqual(self.asked(), 1)
        self.let_pass(10)
        self.become("paid")
        self.assertIn("is paid</h1>", self.get(self.path).text)
        self.assertEqual(self.asked(), 2)

    def come_back(self):
        return self.get(path_of(self.sandbox.payment(self.tx.provider_reference)["redirectUrl"]))

    def test_who_comes_back_is_told_how_it_ended_though_mollie_was_asked_just_before(self):
        """What was seen: "Nothing has been taken so far. Continue", to who had just paid."""
        self.get(self.path)
        self.become("paid")
        self.assertIn("your payment was received", self.come_back().text)
        self.assertEqual(self.asked(), 2)

    def test_who_comes_back_too_often_is_not_told_that_nothing_was_taken(self):
        for _ in range(5):
            self.assertIn("Nothing has been taken", self.come_back().text)
        self.become("paid")
        page = self.come_back()
        self.assertNotIn("Nothing has been taken", page.text)
        self.assertIn("Refresh", page.headers)
        self.assertEqual(self.asked(), 5)

    def view(self, **headers):
        return self.get(self.path, headers=headers).text

    def test_who_looks_again_within_ten_seconds_costs_one_query_beside_cores(self):
        page = self.view()
        with self.assertQueryCount(3):
            self.assertEqual(self.view(), page)

    def test_another_language_is_another_page(self):
        self.assertNotEqual(self.view(), self.get(f"{self.path}?lang=nl").text)
        self.customer.lang = False
        self.path = self.make_link(self.make_invoice())
        self.view()
        for lang in ("en", "nl", "en"):
            self.assertIn(f'<html lang="{lang}-', self.view(**{"Accept-Language": lang}))

    def test_what_becomes_of_link_invoice_or_payment_is_seen_at_once(self):
        self.view()
        self.receive_by_bank(self.invoice, 40)
        self.assertIn("60.00", self.view())
        self.become("paid")
        self.tx._mollie_sync("webhook")
        self.assertIn("is paid</h1>", self.view())
        self.invoice.action_mollie_revoke_link()
        self.assertEqual(self.get(self.path).status_code, 404)

    def test_it_is_shown_no_longer_than_until_mollie_can_be_asked_again(self):
        self.view()
        self.let_pass(8)
        self.assertIn("Nothing has been taken", self.view())
        later = time.monotonic() + 3
        self.let_pass(3)
        self.become("paid")
        with patch.object(kept_pages.time, "monotonic", lambda: later):
            self.assertIn("is paid</h1>", self.view())

    def test_what_the_company_calls_itself_is_seen_at_once(self):
        self.view()
        self.company.name = "Tandarts De Kies"
        self.assertIn("Tandarts", self.view())

    def test_another_key_is_seen_at_once(self):
        self.assertIn("no real money", self.view())
        self.connect(LIVE_KEY, all_the_same=True)
        self.assertNotIn("no real money", self.view())

    def test_nothing_is_kept_for_who_sends_a_long_list_of_languages(self):
        wishes = {"Accept-Language": "nl" + ",nl;q=0.1" * 50}
        self.view(**wishes)
        self.write_euros_after()
        self.assertIn(AFTER, self.view(**wishes))

    def test_of_too_many_pages_the_oldest_make_room(self):
        paths = [self.make_link(self.make_invoice()) for _ in range(3)]
        # Patched, for nobody opens five hundred in a test.
        with patch.object(kept_pages, "MOST", 2), patch.dict(kept_pages._pages, clear=True):
            for path in paths:
                self.get(path)
            self.write_euros_after()
            anew = [AFTER in self.get(path).text for path in reversed(paths)]
        self.assertEqual(anew, [False, False, True])

    def test_after_ten_seconds_the_page_is_made_anew(self):
        self.view()
        self.write_euros_after()
        self.assertNotIn(AFTER, self.view())
        later = time.monotonic() + 11
        with patch.object(kept_pages.time, "monotonic", lambda: later):
            self.assertIn(AFTER, self.view())

    def write_euros_after(self):
        """Change what a page shows, in a row of which nobody looks at the version."""
        self.env.ref("base.EUR").position = "after"
        self.env.flush_all()

    def test_a_view_by_a_machine_in_advance_leaves_the_first_one_to_be_noted(self):
        self.view(Purpose="prefetch")
        self.assertNotIn("page_viewed", self.events(self.invoice))
        self.view()
        self.assertIn("page_viewed", self.events(self.invoice))

    def test_who_comes_back_again_within_ten_seconds_asks_nobody(self):
        path = self.return_path(self.tx)
        self.become("paid")
        for _ in range(5):
            self.assertIn("received", self.get(path).text)
        self.assertEqual(self.asked(), 1)

    def test_of_several_attempts_one_is_asked_for_each_time_the_longest_unheard_first(self):
        others = []
        for _ in range(2):
            self.press_pay(self.path, again="1")
            others.append(self.last_transaction(self.invoice))
        self.let_pass(20, self.tx, *others)
        self.sandbox.clear_requests()
        for count in range(1, 4):
            self.get(self.path)
            self.assertEqual(self.asked(), count)
        paths = {row["path"] for row in self.sandbox.requests(method="GET", path=ASKED)}
        self.assertEqual(len(paths), 3)
        self.get(self.path)
        self.assertEqual(self.asked(), 3)

    def test_while_mollie_gave_no_answer_nobody_is_told_that_nothing_was_taken(self):
        self.sandbox.fault("503", path=ASKED)
        for _ in range(3):
            self.assertIn("Don't pay again", self.get(self.path).text.replace("&#39;", "'"))
        self.assertEqual(self.asked(), 1)
        self.let_pass(10)
        self.assertIn("Nothing has been taken", self.get(self.path).text)

    def test_who_presses_pay_while_mollie_gives_no_answer_is_asked_to_wait_as_who_looks(self):
        self.sandbox.fault("503", path=ASKED, times=None)
        for response in (self.press_pay(self.path), self.get(self.path)):
            self.assertEqual(response.status_code, 200)
            text = self.text_of(response).replace("&#39;", "'")
            self.assertIn("Don't pay again ; this page updates itself", text)
            self.assertEqual(response.headers["Refresh"], f"2; url={self.path}?n=1")

    def test_a_page_does_not_wait_for_who_is_at_the_payment(self):
        self.get(self.path)
        self.let_pass(10)
        with patch.object(type(self.tx), "try_lock_for_update", lambda tx, **_: tx.browse()):
            # Heard within the minute: that can be shown.
            self.assertIn("Nothing has been taken", self.get(self.path).text)
            self.let_pass(60)
            self.assertIn("Don't pay again", self.get(self.path).text.replace("&#39;", "'"))
        self.assertEqual(self.asked(), 1)

    def test_a_page_waits_three_seconds_for_mollie_at_most_also_for_an_answer_that_trickles(self):
        for kind, more in (("slow", {"seconds": 20}), ("trickle", {"seconds": 20})):
            with self.subTest(kind):
                self.sandbox.fault(kind, path=ASKED, **more)
                begin = time.monotonic()
                self.assertIn("Don't pay again", self.get(self.path).text.replace("&#39;", "'"))
                self.assertLess(time.monotonic() - begin, 4.5)
                self.sandbox.clear_faults()
                self.let_pass(60)

    def test_pressing_pay_asks_all_the_same(self):
        self.get(self.path)
        self.become("paid")
        self.assertEqual(self.press_pay(self.path, again="1").status_code, 200)
        self.assertEqual(self.tx.state, "done")
        self.assertEqual(len(self.invoice.transaction_ids), 1)


class TestForks(AskingCase):
    def test_a_forked_worker_has_answers_too_though_its_parent_asked_before(self):
        """Its parent's threads, which wait for answers, it does not have."""
        self.get(self.path)
        child = os.fork()
        if not child:
            # Nothing of the test may run twice: whatever happens, the child ends here.
            try:
                os._exit(gateway._awaiting().submit(int).result(20))
            except BaseException:
                os._exit(1)
        _pid, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)


class TestSilence(AskingCase):
    def fail(self, times):
        """Let so many pages of other invoices find Mollie silent."""
        self.sandbox.fault("503", path=ASKED, times=times)
        for _ in range(times):
            self.get(self.return_path(self.start_payment(self.make_invoice())))
        self.sandbox.clear_requests()

    def test_after_three_failures_pages_ask_nobody_for_half_a_minute(self):
        """ASVS 16.5.2."""
        self.fail(3)
        text = self.get(self.path).text.replace("&#39;", "'")
        self.assertIn("Don't pay again", text)
        self.assertEqual(self.asked(), 0)
        self.let_pass(const.SILENT_SECONDS)
        self.assertIn("Nothing has been taken", self.get(self.path).text)
        self.assertEqual(self.asked(), 1)

    def test_two_failures_are_no_silence(self):
        self.fail(2)
        self.get(self.path)
        self.assertEqual(self.asked(), 1)

    def test_failures_far_apart_are_none(self):
        self.fail(2)
        self.let_pass(61)
        self.fail(1)
        self.get(self.path)
        self.assertEqual(self.asked(), 1)

    def test_what_is_decided_is_shown_all_the_same(self):
        self.become("paid")
        self.get(self.return_path(self.tx))
        self.let_pass(60)
        self.fail(3)
        self.assertIn("received", self.get(self.return_path(self.tx)).text)

    def test_webhooks_are_heard_all_the_same(self):
        self.fail(3)
        self.become("paid")
        answer = self.post_webhook(self.webhook_path(self.tx), self.tx.provider_reference)
        self.assertEqual((answer.status_code, self.tx.state), (200, "done"))

    def test_a_round_of_the_scheduled_check_ends_where_mollie_does_not_answer(self):
        others = [self.start_payment(self.make_invoice()) for _ in range(3)]
        for tx in (self.tx, *others):
            tx.write({"mollie_next_check": "2026-01-01", "last_state_change": "2026-10-01"})
        self.sandbox.clear_requests()
        self.sandbox.fault("503", times=None)
        self.run_cron("cron_mollie_sync")
        self.assertEqual(len(self.sandbox.requests()), 1)
        self.sandbox.clear_faults()
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=const.CRON_MINUTES)
        put_off = [tx for tx in others if tx.mollie_next_check <= soon]
        self.assertEqual(put_off, others)


class TestWebhooks(AskingCase):
    """Attacks F4."""

    def test_a_hundred_webhooks_and_returns_in_a_minute_ask_five_times(self):
        path, back = self.webhook_path(self.tx), self.return_path(self.tx)
        statuses = set()
        for number in range(100):
            if number % 2:
                statuses.add(self.post_webhook(path, self.tx.provider_reference).status_code)
            else:
                self.assertEqual(self.get(back).status_code, 200)
        self.assertEqual(self.asked(), 5)
        self.assertEqual(statuses, {200, 429})

    def test_the_last_change_is_seen_since_mollie_delivers_it_again(self):
        path = self.webhook_path(self.tx)
        for _ in range(5):
            self.post_webhook(path, self.tx.provider_reference)
        self.become("paid")
        answer = self.post_webhook(path, self.tx.provider_reference)
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "60"))
        self.assertEqual(answer.text, "")
        self.let_pass(60)
        self.assertEqual(self.post_webhook(path, self.tx.provider_reference).status_code, 200)
        self.assertEqual(self.tx.state, "done")

    def test_a_webhook_waits_for_mollie_longer_than_a_page(self):
        self.startPatcher(patch.object(const, "PAGE_TIMEOUT", 0.5))
        self.become("paid")
        self.sandbox.fault("slow", path=ASKED, seconds=1)
        path = self.webhook_path(self.tx)
        answer = self.post_webhook(path, self.tx.provider_reference)
        self.assertEqual((answer.status_code, self.tx.state), (200, "done"))

    def test_other_payments_are_not_held_up(self):
        path = self.webhook_path(self.tx)
        for _ in range(6):
            self.post_webhook(path, self.tx.provider_reference)
        self.assertEqual(self.pay(self.make_invoice()).state, "done")


class TestCheckButton(AskingCase):
    def test_many_invoices_are_freed_one_by_one(self):
        """Each is committed before Mollie is asked for the next one."""
        invoices = self.invoice + self.make_invoice()
        self.start_payment(invoices[1])
        self.env.flush_all()
        self.authenticate(self.clerk.login, self.clerk.login)
        did = []
        commit, ask = TestCursor.commit, type(self.tx)._mollie_ask
        with (
            patch.object(TestCursor, "commit", lambda cr: (did.append("commit"), commit(cr))[1]),
            patch.object(
                type(self.tx), "_mollie_ask", lambda tx, *a: (did.append("ask"), ask(tx, *a))[1]
            ),
        ):
            self.make_jsonrpc_request(
                "/web/dataset/call_button",
                {
                    "model": "account.move",
                    "method": "action_mollie_sync",
                    "args": [invoices.ids],
                    "kwargs": {},
                },
            )
        first, second = (number for number, what in enumerate(did) if what == "ask")
        self.assertIn("commit", did[first:second])

    def test_where_mollie_does_not_answer_it_is_asked_once(self):
        invoices = self.invoice + self.make_invoice() + self.make_invoice()
        for invoice in invoices[1:]:
            self.start_payment(invoice)
        self.sandbox.clear_requests()
        self.sandbox.fault("503", path=ASKED, times=None)
        told = invoices.with_user(self.clerk).action_mollie_sync()["params"]["message"]
        self.assertEqual(self.asked(), 1)
        self.assertIn("did not answer", told)
