"""What customers and their banks do, and Mollie's dashboard: no clerk of Odoo has a hand in it."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.common import path_of

from .mollie import UNDER_WAY, left_to_capture, refunds_of, remaining, value

# How much of the invoice: hundredths, so that they never come out even.
PARTS = st.sampled_from([10.0, 25.0, 33.33, 60.0])
ANY = st.integers(0, 5)
# Whether Mollie's webhooks arrive at once.
TOLD = st.booleans()
# What a refund can become.
ENDS = ("refunded", "failed")
NEXT = {
    "queued": ("processing", "canceled", *ENDS),
    "pending": ("processing", "canceled", *ENDS),
    "processing": ENDS,
}
STEPS = st.sampled_from(["processing", "canceled", *ENDS])
CHOICES = st.sampled_from(["all", "next", "alive", "other"])
OUTCOMES = st.sampled_from(["paid", "paid", "paid", "failed", "canceled", "expired"])


def pick(items, index):
    return items[index % len(items)]


class CustomerRules:
    @rule(choice=CHOICES, part=PARTS, again=st.booleans(), index=ANY)
    def press_pay(self, choice, part, again, index):
        data = {"choice": choice, "amount": self.written(self.part(part))}
        invoice = pick(list(self.paths), index)
        asked = self.asked_by_pressing(invoice, **data, **({"again": "1"} if again else {}))
        if asked is not None:
            self.check_asked(asked, is_all=choice == "all" and len(self.paths) == 1)

    @rule()
    def open_page(self):
        self.look(self.invoice, self.heard)

    @precondition(lambda self: self.mollie.payments("open"))
    @rule(index=ANY)
    def choose_bank_transfer(self, index):
        self.decide_on("open", index, "open", method="banktransfer")

    @precondition(lambda self: self.mollie.payments("open", "pending"))
    @rule(outcome=OUTCOMES, index=ANY, told=TOLD)
    def decide(self, outcome, index, told):
        payment = pick(self.mollie.payments("open", "pending"), index)
        self.case.sandbox.set_status(payment["id"], outcome, method=payment["method"] or "ideal")
        self.tell(told)

    @precondition(lambda self: self.mollie.payments("expired", "canceled", "failed"))
    @rule(index=ANY, told=TOLD)
    def pay_late(self, index, told):
        payment = pick(self.mollie.payments("expired", "canceled", "failed"), index)
        if not payment.get("amountCaptured"):
            self.case.sandbox.set_status(payment["id"], "paid", method=payment["method"] or "ideal")
        self.tell(told)

    @precondition(lambda self: self.mollie.payments("open"))
    @rule(index=ANY)
    def reserve(self, index):
        self.decide_on("open", index, "authorized", method="klarna")

    def decide_on(self, status, index, outcome, **more):
        payment = pick(self.mollie.payments(status), index)
        self.case.sandbox.set_status(payment["id"], outcome, **more)

    @precondition(lambda self: self.mollie.payments())
    @rule(index=ANY)
    def come_back_from_checkout(self, index):
        """Also by a payment of which Odoo lost the id: the customer has its address."""
        payment = pick(self.mollie.payments(), index)
        path = path_of(payment["redirectUrl"])
        self.case.get(path)
        if path.startswith("/mollie/"):  # Core asks only for the session that pays.
            self.heard.of(payment["id"])


class MollieRules:
    """Mollie's dashboard, and the customers' banks."""

    @precondition(lambda self: self.mollie.refundable())
    @rule(part=PARTS, index=ANY, told=TOLD)
    def refund_in_dashboard(self, part, index, told):
        payment = pick(self.mollie.refundable(), index)
        amount = min(self.part(part), remaining(payment))
        if all(value(refund["amount"]) != amount for refund in refunds_of(payment)):
            self.case.sandbox.add_refund(payment["id"], self.written(amount))
        self.tell(told)

    @precondition(lambda self: self.mollie.refunds(*UNDER_WAY))
    @rule(status=STEPS, index=ANY, told=TOLD)
    def refund_goes_on(self, status, index, told):
        refund = pick(self.mollie.refunds(*UNDER_WAY), index)
        if status in NEXT[refund["status"]]:
            self.case.sandbox.set_refund_status(refund["id"], status)
        self.tell(told)

    @precondition(lambda self: self.mollie.refunds("refunded"))
    @rule(index=ANY, told=TOLD)
    def refund_bounces(self, index, told):
        refund = pick(self.mollie.refunds("refunded"), index)
        self.case.sandbox.set_refund_status(refund["id"], "failed")
        self.tell(told)

    @precondition(lambda self: self.mollie.refundable())
    @rule(part=PARTS, index=ANY, told=TOLD)
    def charge_back(self, part, index, told):
        payment = pick(self.mollie.refundable(), index)
        amount = min(self.part(part * 2), remaining(payment))
        self.case.sandbox.add_chargeback(payment["id"], self.written(amount))
        self.tell(told)

    @precondition(lambda self: self.mollie.standing_chargebacks())
    @rule(index=ANY, webhook=st.booleans(), told=TOLD)
    def reverse_chargeback(self, index, webhook, told):
        chargeback = pick(self.mollie.standing_chargebacks(), index)
        self.case.sandbox.reverse_chargeback(chargeback["id"], webhook=webhook)
        self.tell(told)

    @precondition(lambda self: self.mollie.payments("open"))
    @rule(part=PARTS, index=ANY)
    def bring_another_amount(self, part, index):
        payment = pick(self.mollie.payments("open"), index)
        amount = payment["amount"] | {"value": self.written(self.part(part))}
        if amount != payment["amount"]:
            self.case.sandbox.tamper(payment["id"], {"amount": amount})
            self.case.sandbox.set_status(payment["id"], "paid", method="ideal")
            self.others.add(payment["id"])

    @precondition(lambda self: self.mollie.payments("authorized"))
    @rule(part=PARTS, index=ANY, told=TOLD)
    def capture_in_dashboard(self, part, index, told):
        payment = pick(self.mollie.payments("authorized"), index)
        amount = min(self.part(part), value(payment["amount"]))
        self.case.sandbox.add_capture(payment["id"], self.written(amount))
        self.tell(told)

    @precondition(lambda self: self.mollie.capturable())
    @rule(part=PARTS, index=ANY)
    def capture_more_in_dashboard(self, part, index):
        payment = pick(self.mollie.capturable(), index)
        amount = min(self.part(part), left_to_capture(payment))
        self.case.sandbox.add_capture(payment["id"], self.written(amount))

    @precondition(lambda self: self.mollie.captured())
    @rule(index=ANY, told=TOLD)
    def capture_fails(self, index, told):
        """A capture is undone, though it had succeeded."""
        capture = pick(self.mollie.captured(), index)
        self.case.sandbox.set_capture_status(capture["id"], "failed")
        self.tell(told)
