"""Core's own dialog counts as the pay page does: nobody starts more payments by a detour."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import LockError
from odoo.http import root

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from tests.odoo.test_asking import AskingCase
from tests.odoo.test_core_routes import core_payment, core_values
from tests.odoo.test_limits import VISITOR, LimitCase
from tests.visitors import STRANGERS, coming_from


class CoreLimitCase(LimitCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()

    def pay_by_core(self, invoice=None, visitor=None):
        """Pay in core's dialog; return what is told if that is refused, else an empty text."""
        invoice = invoice or self.invoice
        values = core_values(self, invoice)
        return self.ask(f"/invoice/transaction/{invoice.id}", values, visitor)

    def ask(self, path, values, visitor=None):
        """Ask as the dialog does; return what is told if that is refused, else an empty text."""
        with coming_from(self.opener, visitor or next(STRANGERS)):
            answer = self.url_open(path, json={"params": values}).json()
        self.env.invalidate_all()
        return answer["error"]["data"]["message"] if "error" in answer else ""

    def fail_all(self):
        for payment in self.sandbox.payments():
            if payment["status"] == "open":
                self.sandbox.set_status(payment["id"], "failed", method="creditcard")
        self.deliver_webhooks()

    def pay_and_fail(self, **kwargs):
        told = self.pay_by_core(**kwargs)
        self.fail_all()
        return told


class TestAmounts(CoreLimitCase):
    """The dialog's address is known to who has the link, and asks for what it is told."""

    def ask_for(self, amount, invoice=None):
        invoice = invoice or self.invoice
        values = core_values(self, invoice) | {"amount": amount}
        return self.ask(f"/invoice/transaction/{invoice.id}", values)

    def test_an_amount_that_is_not_due_is_refused(self):
        for amount in (0, -5, 100.01, 1e9):
            with self.subTest(amount):
                self.assertIn(
                    "cannot be more than € 100.00", self.ask_for(amount).replace("\xa0", " ")
                )
        self.assertFalse(self.invoice.transaction_ids)
        self.assertEqual(self.ask_for(60), "")
        self.assertEqual(self.invoice.transaction_ids.amount, 60)

    def test_what_was_paid_or_revoked_is_not_paid_by_a_dialog_left_open(self):
        self.make_link(self.invoice)
        self.invoice.action_mollie_revoke_link()
        self.assertIn(f"{self.invoice.name} can't be paid online now", self.ask_for(100))
        paid, _tx = self.make_paid()
        self.assertIn(f"{paid.name} can't be paid online now", self.ask_for(100, paid))


class TestLinkLimits(CoreLimitCase):
    """Attacks F1."""

    def test_ten_attempts_in_ten_minutes_are_the_most_in_whichever_way(self):
        path = self.make_link(self.invoice)
        with freeze_time(fields.Datetime.now()) as clock:
            for _number in range(5):
                self.assertEqual(self.pay_and_fail(), "")
                self.assertEqual(self.start_and_fail(path), 303)
            self.assertIn("Try again in 10 minutes", self.pay_and_fail())
            self.assertEqual(self.press_pay(path).status_code, 429)
            clock.tick(timedelta(minutes=10))
            self.assertEqual(self.pay_and_fail(), "")
        self.assertEqual(len(self.sandbox.payments()), 11)

    def test_an_invoice_without_a_link_has_the_same_limit(self):
        self.allow_few(link=2)
        told = [self.pay_and_fail() for _number in range(3)]
        self.assertEqual(told[:2], ["", ""])
        self.assertIn("Too many payments were started", told[2])
        self.assertEqual(self.pay_and_fail(invoice=self.make_invoice()), "")

    def test_what_was_refused_leaves_nothing(self):
        self.allow_few(link=1)
        self.pay_and_fail()
        before = self.env["payment.transaction"].search([])
        self.pay_by_core()
        self.assertEqual(self.env["payment.transaction"].search([]), before)
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_the_refusal_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.opener.headers["Accept-Language"] = "nl-NL"
        self.allow_few(link=1)
        self.pay_and_fail()
        self.assertIn("Probeer het opnieuw over 10 minuten", self.pay_by_core())


class TestAliveAttempts(CoreLimitCase):
    def test_three_attempts_are_alive_at_most_and_pay_asks_about_them_only(self):
        told = [self.pay_by_core() for _number in range(30)]
        self.assertEqual([*map(bool, told)], [False] * 3 + [True] * 27)
        self.assertEqual(len(self.sandbox.payments()), 3)
        path = self.make_link(self.invoice)
        self.sandbox.clear_requests()
        self.assertEqual(self.press_pay(path).status_code, 429)
        self.assertEqual(len(self.sandbox.requests()), 3)

    def test_those_by_the_link_take_the_same_room(self):
        path = self.make_link(self.invoice)
        for _number in range(3):
            self.press_pay(path, again="1")
        self.assertIn("Too many payments were started", self.pay_by_core())
        self.fail_all()
        self.assertEqual(self.pay_by_core(), "")

    def test_of_more_that_are_there_already_ten_are_asked_about_at_a_time(self):
        """As of before they were counted."""
        path = self.make_link(self.invoice)
        for _number in range(15):
            self.start_core_payment(self.invoice)
        self.sandbox.clear_requests()
        self.assertEqual(self.press_pay(path, again="1").status_code, 429)
        self.assertEqual(len(self.sandbox.requests()), 10)
        self.assertEqual(len(self.sandbox.payments()), 15)

    def test_while_somebody_else_is_paying_the_invoice_one_is_asked_to_wait(self):
        # Patched, for a test has one connection only.
        with patch.object(type(self.invoice), "lock_for_update", side_effect=LockError("Busy")):
            self.assertIn("Somebody else is paying", self.pay_by_core())
        self.assertEqual(self.sandbox.payments(), [])


class TestVisitorLimits(CoreLimitCase):
    def test_an_address_starts_as_many_as_by_links(self):
        self.allow_few(visitor=4)
        with freeze_time(fields.Datetime.now()):
            self.press_many(2, visitor=VISITOR)
            told = [
                self.pay_by_core(invoice=self.make_invoice(), visitor=VISITOR) for _n in range(3)
            ]
            self.assertEqual([*map(bool, told)], [False, False, True])
            self.assertEqual(self.press_many(1, visitor=VISITOR), [429])
            self.assertEqual(self.pay_by_core(invoice=self.make_invoice()), "")

    def test_what_is_for_no_invoice_counts_too(self):
        self.allow_few(visitor=1)
        with freeze_time(fields.Datetime.now()):
            self.assertEqual(self.pay_for_nothing(), "")
            self.assertIn("Too many payments were started", self.pay_for_nothing())

    def pay_for_nothing(self):
        currency = self.company.currency_id
        token = payment_utils.generate_access_token(
            self.customer.id, 10.0, currency.id, env=self.env
        )
        values = core_values(self, self.invoice) | {
            "amount": 10.0,
            "currency_id": currency.id,
            "partner_id": self.customer.id,
            "access_token": token,
        }
        return self.ask("/payment/transaction", values, VISITOR)


class TestAsking(AskingCase):
    """Attacks F4."""

    def setUp(self):
        super().setUp()
        self.session = self.authenticate(None, None)
        self.tx = core_payment(self, self.make_invoice())[0]
        self.sandbox.clear_requests()

    def notify(self):
        path = f"/payment/mollie/webhook?ref={self.tx.reference}"
        return self.post_webhook(path, self.tx.provider_reference)

    def test_a_hundred_webhooks_in_a_minute_ask_five_times(self):
        statuses = [self.notify().status_code for _number in range(100)]
        self.assertEqual(statuses, [200] * 5 + [429] * 95)
        self.assertEqual(self.asked(), 5)

    def test_who_comes_back_again_and_again_asks_five_times_a_minute(self):
        self.session[PaymentPostProcessing.MONITORED_TX_ID_KEY] = self.tx.id
        root.session_store.save(self.session)
        for _number in range(8):
            self.get(f"/payment/mollie/return?ref={self.tx.reference}")
        self.assertEqual(self.asked(), 5)

    def test_the_last_change_is_seen_since_mollie_delivers_it_again(self):
        for _number in range(5):
            self.notify()
        self.become("paid")
        answer = self.notify()
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "60"))
        self.assertEqual(answer.text, "")
        self.let_pass(60)
        self.assertEqual(self.notify().status_code, 200)
        self.assertEqual(self.tx.state, "done")
