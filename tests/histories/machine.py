"""Random histories of one invoice, its payments at Mollie, and Odoo's books.

After each step that lets both sides talk, what Odoo has booked equals what Mollie holds.
"""

import contextlib

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from odoo.exceptions import UserError

TOTAL = 100.0
SENT_OFF = ("processing", "refunded")
PARTS = st.sampled_from([10.0, 25.0, 33.33, 60.0])


class Histories(RuleBasedStateMachine):
    """What customers, clerks, banks and Mollie do to one invoice, in any order.

    `case` is the test case that gives access to Odoo and the sandbox; set by the test.
    """

    case = None

    @initialize(payments=st.sampled_from([0, 1, 1, 2]))
    def start(self, payments):
        """Start mostly with money at Mollie: most of what can go wrong comes after that."""
        case = self.case
        case.sandbox.reset()
        case.customer = case.env["res.partner"].create(
            {"name": "Random Customer", "email": "random@example.com"}
        )
        self.invoice = case.make_invoice(TOTAL)
        self.path = case.make_link(self.invoice)
        self.bank, self.notes = 0.0, 0.0
        for _payment in range(payments):
            self.press_pay(again=True)
        for payment in self.with_status("open"):
            case.sandbox.set_status(payment["id"], "paid", method="ideal")
        case.deliver_webhooks()

    # --- the customer ---------------------------------------------------------------------------

    @rule(again=st.booleans())
    def press_pay(self, again):
        self.case.press_pay(self.path, **({"again": "1"} if again else {}))
        self.case.env.invalidate_all()

    @precondition(lambda self: self.with_status("open", "pending"))
    @rule(
        outcome=st.sampled_from(["paid", "paid", "paid", "failed", "canceled", "expired"]),
        index=st.integers(0, 5),
    )
    def decide(self, outcome, index):
        payment = self.pick(self.with_status("open", "pending"), index)
        self.case.sandbox.set_status(payment["id"], outcome, method="ideal")

    @rule()
    def open_page(self):
        self.case.get(self.path)

    @precondition(lambda self: self.with_status("open"))
    @rule(index=st.integers(0, 5))
    def reserve(self, index):
        payment = self.pick(self.with_status("open"), index)
        self.case.sandbox.set_status(payment["id"], "authorized", method="klarna")

    # --- banks and Mollie's dashboard -------------------------------------------------------------

    @precondition(lambda self: self.refundable())
    @rule(amount=PARTS, index=st.integers(0, 5))
    def refund_in_dashboard(self, amount, index):
        payment = self.pick(self.refundable(), index)
        amount = min(amount, float(payment["amountRemaining"]["value"]))
        assume(amount > 0 and not self.has_refund_of(payment, amount))
        self.case.sandbox.add_refund(payment["id"], f"{amount:.2f}")

    @precondition(lambda self: self.refunds("pending", "processing", "queued"))
    @rule(
        status=st.sampled_from(["processing", "refunded", "failed", "canceled"]),
        index=st.integers(0, 5),
    )
    def refund_goes_on(self, status, index):
        refund = self.pick(self.refunds("pending", "processing", "queued"), index)
        assume(not (status == "canceled" and refund["status"] == "processing"))
        assume(status != refund["status"])
        self.case.sandbox.set_refund_status(refund["id"], status)

    @precondition(lambda self: self.refunds("refunded"))
    @rule(index=st.integers(0, 5))
    def refund_bounces(self, index):
        refund = self.pick(self.refunds("refunded"), index)
        self.case.sandbox.set_refund_status(refund["id"], "failed")

    @precondition(lambda self: self.with_status("paid"))
    @rule(amount=PARTS, index=st.integers(0, 5))
    def charge_back(self, amount, index):
        payment = self.pick(self.with_status("paid"), index)
        amount = min(amount, self.held(payment))
        assume(amount > 0)
        self.case.sandbox.add_chargeback(payment["id"], f"{amount:.2f}")

    @precondition(lambda self: self.chargebacks())
    @rule(index=st.integers(0, 5), webhook=st.booleans())
    def reverse_chargeback(self, index, webhook):
        chargeback = self.pick(self.chargebacks(), index)
        self.case.sandbox.reverse_chargeback(chargeback["id"], webhook=webhook)

    # --- the clerk --------------------------------------------------------------------------------

    @precondition(lambda self: self.invoice.state == "posted" and self.invoice.amount_residual > 0)
    @rule(amount=PARTS)
    def bank_payment(self, amount):
        amount = min(amount, self.invoice.amount_residual)
        self.case.receive_by_bank(self.invoice, amount)
        self.bank += amount

    @precondition(lambda self: self.invoice.state == "posted")
    @rule(amount=PARTS)
    def credit_note(self, amount):
        note = self.case.make_credit_note(self.invoice, amount)
        self.notes += amount
        if note.with_user(self.case.clerk).mollie_can_refund:
            self.refund_note(note)

    def refund_note(self, note):
        with contextlib.suppress(UserError):  # Mollie refuses the same amount within the hour.
            with self.case.env.cr.savepoint():
                note.with_user(self.case.clerk).action_mollie_refund()

    @precondition(lambda self: self.reserved())
    @rule(button=st.sampled_from(["payment_action_capture", "payment_action_void"]))
    def capture_or_void(self, button):
        with contextlib.suppress(UserError):  # It may have expired at Mollie meanwhile.
            with self.case.env.cr.savepoint():
                getattr(self.invoice.with_user(self.case.clerk), button)()
        self.case.sandbox.advance(minutes=2)

    @rule()
    def cron(self):
        self.case.run_cron("cron_mollie_aftercare")

    @rule()
    def check_with_mollie(self):
        self.invoice.with_user(self.case.clerk).action_mollie_sync()

    # --- time and delivery ------------------------------------------------------------------------

    @rule(order=st.sampled_from(["fifo", "lifo"]), twice=st.booleans())
    def deliver(self, order, twice):
        webhooks = self.case.sandbox.due_webhooks()
        if order == "lifo":
            webhooks.reverse()
        for webhook in webhooks * (2 if twice else 1):
            answer = self.case.post_webhook(webhook.path, webhook.payment_id)
            assert answer.status_code == 200, answer.status_code

    @rule()
    def lose_webhooks(self):
        self.case.sandbox.drop_webhooks()

    @rule(minutes=st.sampled_from([1, 16, 61, 60 * 24]))
    def time_passes(self, minutes):
        self.case.sandbox.advance(minutes=minutes)

    # --- what holds -------------------------------------------------------------------------------

    @invariant()
    def nothing_is_booked_twice(self):
        if not hasattr(self, "invoice"):
            return
        self.case.env.invalidate_all()
        references = self.family().filtered("payment_id").mapped("provider_reference")
        assert len(references) == len(set(references)), references

    def teardown(self):
        """Let both sides talk once more, then compare everything."""
        if not hasattr(self, "invoice"):
            return
        self.check_with_mollie()
        self.case.env.invalidate_all()
        self.books_equal_mollies()
        self.customer_owes_what_is_not_paid()
        self.amount_due_is_right()
        self.everything_is_in_the_log()
        rows = len(self.invoice.mollie_log_ids)
        self.check_with_mollie()
        self.case.env.invalidate_all()
        assert len(self.invoice.mollie_log_ids) == rows, "another sync wrote to the log"

    def books_equal_mollies(self):
        booked, held = self.booked(), sum(map(self.held, self.payments()))
        assert abs(booked - held) < 0.005, f"booked {booked}, Mollie holds {held}"

    def customer_owes_what_is_not_paid(self):
        """Over all of the customer's account, whatever is matched with what."""
        lines = self.case.env["account.move.line"].search(
            [
                ("partner_id", "=", self.case.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        owed = TOTAL - self.bank - self.notes - sum(map(self.held, self.payments()))
        balance = sum(lines.mapped("balance"))
        assert abs(balance - owed) < 0.005, f"the account says {balance}, should be {owed}"

    def amount_due_is_right(self):
        if self.notes:
            return  # How a note is matched is the clerk's choice; the account is right.
        paid = sum(float(p["amount"]["value"]) for p in self.with_status("paid"))
        taken = sum(float(c["amount"]["value"]) for c in self.chargebacks())
        due = max(0, TOTAL - self.bank - paid + taken)
        assert abs(self.invoice.amount_residual - due) < 0.005, (
            f"due {self.invoice.amount_residual}, should be {due}"
        )

    def everything_is_in_the_log(self):
        logged = set(self.invoice.mollie_log_ids.mapped("mollie_reference"))
        known = set(self.family().filtered("provider_reference").mapped("provider_reference"))
        assert known <= logged, known - logged

    # --- looking ----------------------------------------------------------------------------------

    def payments(self):
        return self.case.sandbox.payments()

    def with_status(self, *statuses):
        return [p for p in self.payments() if p["status"] in statuses]

    def refundable(self):
        return [
            p
            for p in self.with_status("paid")
            if float(p["amountRemaining"]["value"]) > 0 and self.held(p) > 0
        ]

    def embedded(self, kind, payments):
        full = [self.case.sandbox.payment(p["id"]) for p in payments]
        return [item for p in full for item in p.get("_embedded", {}).get(kind, [])]

    def refunds(self, *statuses):
        refunds = self.embedded("refunds", self.with_status("paid"))
        return [refund for refund in refunds if refund["status"] in statuses]

    def has_refund_of(self, payment, amount):
        refunds = self.embedded("refunds", [payment])
        return any(float(refund["amount"]["value"]) == amount for refund in refunds)

    def chargebacks(self):
        """Chargebacks that stand."""
        listed = self.embedded("chargebacks", self.with_status("paid"))
        return [item for item in listed if not item.get("reversedAt")]

    def held(self, payment):
        """What Mollie holds of a payment, for the merchant."""
        if payment["status"] != "paid":
            return 0.0
        amount = float((payment.get("amountCaptured") or payment["amount"])["value"])
        for refund in self.embedded("refunds", [payment]):
            amount -= float(refund["amount"]["value"]) * (refund["status"] in SENT_OFF)
        for item in self.embedded("chargebacks", [payment]):
            amount -= float(item["amount"]["value"]) * (not item.get("reversedAt"))
        return round(amount, 2)

    def reserved(self):
        self.case.env.invalidate_all()
        return self.invoice.transaction_ids.filtered(lambda tx: tx.state == "authorized")

    def family(self):
        attempts = self.invoice.transaction_ids
        return attempts | attempts.child_transaction_ids

    def booked(self):
        payments = self.family().payment_id
        moves = payments.move_id | payments.move_id.reversal_move_ids
        account = self.case.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self.case.provider
        ).payment_account_id
        lines = moves.line_ids.filtered(lambda line: line.account_id == account)
        return sum(lines.filtered(lambda line: line.parent_state == "posted").mapped("balance"))

    def pick(self, items, index):
        return items[index % len(items)]
