"""How many payments a link, or a visitor, can start."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tools import config

from odoo.addons.invoice_mollie import const

from tests.odoo.cases.pages import NOTHING_TAKEN, PageCase

VISITOR = "127.9.8.7"
FORGED = {"X-Forwarded-Host": "pay.example.com"}


class LimitCase(PageCase):
    def allow_few(self, **few):
        """Let fewer attempts be the most, where it is not about how many."""
        self.startPatcher(patch.dict(const.LIMITS, {kind: ((n, 10),) for kind, n in few.items()}))

    def start_and_fail(self, path, **kwargs):
        """Press Pay; if that starts a payment, let it fail."""
        response = self.press_pay(path, **kwargs)
        for payment in self.sandbox.payments():
            if payment["status"] == "open":
                self.sandbox.set_status(payment["id"], "failed", method="creditcard")
        self.deliver_webhooks()
        return response.status_code

    def press_many(self, count, **kwargs):
        """Press Pay on as many invoices of their own; return the statuses of the answers."""
        paths = [self.make_link(self.make_invoice()) for _number in range(count)]
        return [self.press_pay(path, **kwargs).status_code for path in paths]


class TestLinkLimits(LimitCase):
    def setUp(self):
        super().setUp()
        self.path = self.make_link(self.make_invoice())

    def test_ten_attempts_of_a_link_in_ten_minutes_are_the_most(self):
        """Row F1. ASVS 2.3.2."""
        with freeze_time(fields.Datetime.now()) as clock:
            found = [self.start_and_fail(self.path) for _number in range(10)]
            self.assertEqual(found, [303] * 10)
            clock.tick(timedelta(minutes=7))
            self.assertEqual(self.start_and_fail(self.path), 429)
            clock.tick(timedelta(minutes=3))
            self.assertEqual(self.start_and_fail(self.path), 303)
        self.assertEqual(len(self.sandbox.payments()), 11)

    def test_thirty_attempts_of_a_link_in_a_day_are_the_most(self):
        """Row F1."""
        with freeze_time(fields.Datetime.now()) as clock:
            for _round in range(3):
                self.assertEqual({self.start_and_fail(self.path) for _n in range(10)}, {303})
                clock.tick(timedelta(minutes=11))
            answer = self.press_pay(self.path)
            self.assertEqual(answer.status_code, 429)
            wait = int(answer.headers["Retry-After"])
            self.assertEqual(wait, 24 * 3600 - 33 * 60)
            clock.tick(timedelta(hours=2))
            self.assertIn("in 22 hours", self.press_pay(self.path).text)
            clock.tick(timedelta(seconds=wait) - timedelta(hours=2))
            self.assertEqual(self.start_and_fail(self.path), 303)

    def test_another_link_has_limits_of_its_own(self):
        self.allow_few(link=2)
        for _number in range(3):
            self.start_and_fail(self.path)
        self.assertEqual(self.press_many(1), [303])

    def test_state_19_says_how_long_to_wait_and_how_to_pay_meanwhile(self):
        """State 19."""
        self.company.partner_id.bank_ids = [
            fields.Command.create({"acc_number": "NL91ABNA0417164300"})
        ]
        self.allow_few(link=2)
        with freeze_time(fields.Datetime.now()):
            for _number in range(2):
                self.start_and_fail(self.path)
            answer = self.press_pay(self.path)
        self.assert_page(
            answer,
            NOTHING_TAKEN,
            "in 10 minutes",
            "NL91 ABNA 0417 1643 00",
            status=429,
        )
        self.assertEqual(answer.headers["Retry-After"], "600")
        # A page that was posted can't be loaded again without a question of the browser's.
        self.assertIn(f'<a href="{self.path}">Back to the payment page</a>', answer.text)

    def test_state_19_is_in_the_customers_language(self):
        """State 19."""
        self.customer.lang = "nl_NL"
        self.allow_few(link=2)
        with freeze_time(fields.Datetime.now()):
            for _number in range(2):
                self.start_and_fail(self.path)
            text = self.text_of(self.press_pay(self.path))
        self.assertIn("U kunt het opnieuw proberen over 10 minuten.", text)

    def test_who_only_looks_starts_nothing(self):
        """Row F2. ASVS 3.5.3."""
        for method in ("GET", "HEAD"):
            for _number in range(5):
                self.url_open(f"{self.path}?again=1&choice=all", method=method)
        self.assertEqual(self.sandbox.payments(), [])
        self.assertEqual(self.start_and_fail(self.path), 303)


class TestAliveAttempts(LimitCase):
    """A customer never meets a checkout that somebody took away: nothing that is alive is
    cancelled, for who pays it by bank may have sent the money already.
    """

    def setUp(self):
        super().setUp()
        self.company.mollie_other_amount = True
        self.invoice = self.make_invoice()
        self.path = self.make_link(self.invoice)

    def press_again(self, count=1, **kwargs):
        """Press Start again so often; return where that leads."""
        answers = [self.press_pay(self.path, again="1", **kwargs) for _number in range(count)]
        return [answer.headers.get("Location") for answer in answers]

    def open_payments(self):
        return [p for p in self.sandbox.payments() if p["status"] == "open"]

    def assert_paid_once(self):
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual((self.ledger.held(), self.ledger.booked()), (100, 100))

    def test_starting_again_for_the_fourth_time_leads_to_the_newest_checkout(self):
        """Row F1."""
        found = self.press_again(12)
        self.assertEqual(len(set(found[:3])), 3)
        self.assertEqual(set(found[3:]), {found[2]})
        self.assertEqual(len(self.open_payments()), 3)

    def test_a_checkout_is_gone_on_with_until_shortly_before_it_ends(self):
        """That is after a quarter of an hour, unless Mollie says when."""
        minutes = (14.5 - const.CHECKOUT_MARGIN_MINUTES, 15.5 - const.CHECKOUT_MARGIN_MINUTES)
        late = f"{fields.Datetime.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%S+00:00}"
        for said, later in (({"remove": ["expiresAt"]}, 0), ({"fields": {"expiresAt": late}}, 45)):
            with self.subTest(said):
                path = self.make_link(self.make_invoice())
                self.sandbox.fault("lie", method="POST", path=r"/v2/payments$", **said)
                first = self.press_pay(path).headers["Location"]
                found = []
                for passed in minutes:
                    with freeze_time(
                        fields.Datetime.now() + timedelta(minutes=passed + later), tick=True
                    ):
                        found.append(self.press_pay(path).headers["Location"] == first)
                self.assertEqual(found, [True, False])

    def test_who_has_the_oldest_checkout_open_can_still_pay_it(self):
        self.press_again(4)
        oldest = self.sandbox.payments()[0]
        self.sandbox.set_status(oldest["id"], "paid", method="ideal")
        self.deliver_webhooks()
        self.assert_paid_once()

    def test_who_is_led_to_the_newest_checkout_pays_once(self):
        self.press_again(4)
        newest = self.sandbox.payments()[-1]
        self.sandbox.set_status(newest["id"], "paid", method="ideal")
        for payment in self.open_payments():
            self.sandbox.set_status(payment["id"], "expired")
        self.deliver_webhooks()
        self.assert_paid_once()

    def test_as_soon_as_one_is_over_there_is_room_for_another(self):
        self.press_again(3)
        oldest = self.sandbox.payments()[0]
        self.sandbox.set_status(oldest["id"], "canceled", webhook=False)
        self.press_again()
        self.assertEqual(len(self.sandbox.payments()), 4)

    def test_a_transfer_that_is_on_its_way_takes_no_room(self):
        """Who chose it by mistake must be able to pay in another way."""
        for _number in range(3):
            self.press_again()
            [payment] = [p for p in self.open_payments() if not p["method"]]
            self.sandbox.set_status(payment["id"], "open", method="banktransfer")
        self.press_again(3)
        self.assertEqual(len(self.sandbox.payments()), 6)

    def test_transfers_on_their_way_are_not_as_many_as_one_likes(self):
        """Each is asked for whenever somebody presses Pay."""
        for _number in range(11):
            self.press_again()
            for payment in self.open_payments():
                self.sandbox.set_status(payment["id"], "open", method="banktransfer")
        self.assertEqual(len(self.sandbox.payments()), 10)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            answer = self.press_pay(self.path, again="1")
        self.assertEqual(answer.status_code, 429)
        self.assertGreater(int(answer.headers["Retry-After"]), 24 * 3600)

    def test_nobody_is_led_to_a_checkout_of_another_amount(self):
        for amount in ("10.00", "20.00", "30.00"):
            self.press_again(choice="other", amount=amount)
        with freeze_time(fields.Datetime.now()):
            answer = self.press_pay(self.path, choice="other", amount="40.00")
            self.assertEqual(answer.status_code, 429)
            self.assertLessEqual(int(answer.headers["Retry-After"]), 15 * 60)
        self.assertEqual(len(self.sandbox.payments()), 3)
        [location] = self.press_again(choice="other", amount="20.00")
        self.assertEqual(location, self.open_payments()[1]["_links"]["checkout"]["href"])

    def test_checkouts_of_which_mollies_answer_was_lost_take_room(self):
        self.sandbox.fault("cut-after", method="POST", times=None)
        for amount in ("10.00", "20.00", "30.00"):
            self.press_again(choice="other", amount=amount)
        self.sandbox.clear_faults()
        answer = self.press_pay(self.path, choice="other", amount="40.00")
        self.assertEqual(answer.status_code, 429)


class TestVisitorLimits(LimitCase):
    def test_twenty_attempts_from_an_address_in_a_minute_are_the_most(self):
        """Row F1. ASVS 2.4.1."""
        with freeze_time(fields.Datetime.now()) as clock:
            found = self.press_many(22, visitor=VISITOR)
            self.assertEqual(found, [303] * 20 + [429] * 2)
            self.assertEqual(self.press_many(1, visitor="127.9.8.8"), [303])
            clock.tick(timedelta(minutes=1))
            self.assertEqual(self.press_many(1, visitor=VISITOR), [303])

    def test_who_was_refused_for_the_address_has_not_used_up_the_link(self):
        self.allow_few(visitor=4, link=3)
        path = self.make_link(self.make_invoice())
        with freeze_time(fields.Datetime.now()):
            self.press_many(4, visitor=VISITOR)
            found = [self.press_pay(path, visitor=VISITOR).status_code for _number in range(4)]
            self.assertEqual(set(found), {429})
            self.assertEqual(self.press_pay(path).status_code, 303)

    def test_a_forged_address_does_not_help_without_a_proxy(self):
        """Row F3. ASVS 4.1.3."""
        found = self.press_forged("203.0.113.{}")
        self.assertEqual(found[-2:], [429, 429])

    def test_behind_a_proxy_the_address_counts_that_the_proxy_saw(self):
        """Row F3. ASVS 15.3.4."""
        with patch.dict(config.options, {"proxy_mode": True}):
            found = self.press_forged("203.0.113.{}, 198.51.100.7")
            self.assertEqual(found[-2:], [429, 429])
            self.assertEqual(self.press_forged("198.51.100.7, 203.0.113.{}", 1), [303])

    def test_all_addresses_of_an_ipv6_network_count_as_one(self):
        """Row F3."""
        with patch.dict(config.options, {"proxy_mode": True}):
            found = self.press_forged("2001:db8:1:2:{}::7")
            self.assertEqual(found[-2:], [429, 429])
            self.assertEqual(self.press_forged("2001:db8:2:{}::7", 6), [303] * 6)
            # By which cable it came is no part of it.
            self.assertEqual(self.press_forged("fe80::7%eth{}")[-2:], [429, 429])

    def test_an_ipv4_address_counts_however_it_is_written(self):
        with patch.dict(config.options, {"proxy_mode": True}):
            self.press_forged("203.0.113.5")
            self.assertEqual(self.press_forged("::ffff:203.0.113.5", 1), [429])

    def test_what_is_no_address_counts_as_one(self):
        with patch.dict(config.options, {"proxy_mode": True}):
            self.assertEqual(self.press_forged("unknown-{}")[-2:], [429, 429])

    def press_forged(self, chain, count=6):
        """Press Pay on as many invoices, two more than may be, each time with another chain of
        addresses.
        """
        self.allow_few(visitor=4)
        found = []
        with freeze_time(fields.Datetime.now()):
            for number in range(count):
                path = self.make_link(self.make_invoice())
                headers = FORGED | {"X-Forwarded-For": chain.format(number + 1)}
                answer = self.url_open(
                    path, data={}, headers=headers, method="POST", allow_redirects=False
                )
                found.append(answer.status_code)
        return found

    def test_no_address_is_kept(self):
        self.press_many(1, visitor=VISITOR)
        self.env.cr.execute("SELECT string_agg(l::text, '') FROM mollie_limit AS l")
        (kept,) = self.env.cr.fetchone()
        self.assertTrue(kept)
        self.assertNotIn(VISITOR, kept)

    def test_who_presses_what_is_not_there_leaves_nothing(self):
        """Row F5."""
        for token in ("A" * 32, "x", ""):
            self.press_pay(f"/mollie/pay/{token}", again="1")
        self.assertFalse(self.env["mollie.limit"].search_count([]))

    def test_what_no_limit_counts_any_more_is_forgotten(self):
        Limit = self.env["mollie.limit"]
        with freeze_time(fields.Datetime.now()) as clock:
            self.press_many(1)
            Limit._gc_old()
            self.assertEqual(Limit.search_count([]), 2)
            clock.tick(timedelta(days=1, seconds=1))
            Limit._gc_old()
            self.assertEqual(Limit.search_count([]), 0)
