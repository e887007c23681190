"""A tiny Mollie: one payment, what comes of it, and the balance on which its money stands.

An event returns what Mollie has after it, which is the same if Mollie would not let it happen. The
balance is written at the moment of each event and never changed afterwards, as Mollie's own is. So
it knows what moved without looking at what the payment has become.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from money.amounts import Amount
from money.payment import Capture, Chargeback, Owner, Payment, Refund

OWNER = Owner("database", "INV-1")
# https://docs.mollie.com/docs/status-change: the last three are definitive. All the same a bank
# transfer may arrive after them: money that comes late is still money.
FOLLOWS = {
    "open": ("pending", "authorized", "paid", "canceled", "expired", "failed"),
    "pending": ("authorized", "paid", "canceled", "expired", "failed"),
    "authorized": ("canceled", "expired", "failed"),
    "canceled": ("paid",),
    "expired": ("paid",),
    "failed": ("paid",),
}
# https://docs.mollie.com/docs/refunds: it can be cancelled until it is processed, and the money of
# one that failed afterwards returns.
REFUND_FOLLOWS = {
    "queued": ("pending", "canceled"),
    "pending": ("processing", "canceled"),
    "processing": ("refunded", "failed"),
    "refunded": ("failed",),
}


class Line(NamedTuple):
    """A line of Mollie's balance: its type is Mollie's word.

    https://docs.mollie.com/reference/list-balance-transactions
    """

    type: str
    of: str  # The id of the payment, capture, refund or chargeback.
    value: int


@dataclass(frozen=True)
class Mollie:
    """What Mollie has of a payment, and the lines of its balance."""

    payment: Payment
    balance: tuple = ()

    @classmethod
    def create(cls, payment_id="tr_1", value=100, currency="EUR"):
        """Return Mollie with a payment that is open."""
        amount = Amount.of(value, currency)
        return cls(Payment(payment_id, "open", mode="live", amount=amount, owner=OWNER))

    @property
    def received(self):
        """What came in so far, whatever left again."""
        return sum(line.value for line in self.balance if line.type in ("payment", "capture"))

    # --- the payment -----------------------------------------------------------------------------

    def become(self, status):
        """Let the payment become something, by the customer or by time."""
        if status not in FOLLOWS.get(self.payment.status, ()):
            return self
        # What was reserved for a while is not paid but captured.
        if status == "paid" and self.payment.captures:
            return self
        lines = [("payment", self.payment.id, self._asked)] if status == "paid" else []
        return self._moved(*lines, status=status)

    def choose(self, method):
        """Let the customer choose how to pay."""
        return self._moved(method=method) if self.payment.status == "open" else self

    def capture(self, value, status="succeeded"):
        """Let the merchant collect something of what is reserved."""
        waiting = sum(_value(c) for c in self.payment.captures if c.status != "failed")
        is_again = self.payment.status == "paid" and self.payment.captures
        if not (self.payment.status == "authorized" or is_again) or waiting + value > self._asked:
            return self
        found = Capture(f"cpt_{len(self.payment.captures) + 1}", self._amount(value), "pending")
        asked = self._moved(captures=(*self.payment.captures, found))
        return asked if status == "pending" else asked.end_capture(status)

    def end_capture(self, status):
        """Let the capture that waits longest succeed, which makes the payment paid, or fail."""
        captures = list(self.payment.captures)
        waiting = [number for number, c in enumerate(captures) if c.status == "pending"]
        if not waiting or self.payment.status not in ("authorized", "paid"):
            return self
        found = captures[waiting[0]] = captures[waiting[0]]._replace(status=status)
        if status == "failed":
            return self._moved(captures=tuple(captures))
        changes = {"captures": tuple(captures), "status": "paid"}
        captured = self._amount(self.received + _value(found))
        return self._moved(("capture", found.id, _value(found)), captured=captured, **changes)

    # --- what comes after it ---------------------------------------------------------------------

    def refund(self, value, status="refunded"):
        """Let the merchant ask for a refund, and bring it as far as `status`."""
        gone = sum(
            _value(refund)
            for refund in self.payment.refunds
            if refund.status not in ("failed", "canceled")
        )
        if self.payment.status != "paid" or gone + value > self.received:
            return self
        refunds = self.payment.refunds
        found = Refund(f"re_{len(refunds) + 1}", self._amount(value), "queued")
        asked = self._moved(refunds=(*refunds, found))
        for step in ROADS[status]:
            asked = asked.move_refund(len(refunds), step)
        return asked

    def move_refund(self, number, status):
        """Let a refund get along."""
        refunds = list(self.payment.refunds)
        if number >= len(refunds) or status not in REFUND_FOLLOWS.get(refunds[number].status, ()):
            return self
        found = refunds[number] = refunds[number]._replace(status=status)
        lines = []
        if status == "processing":
            lines = [("refund", found.id, -_value(found))]
        if status == "failed":
            lines = [("returned-refund", found.id, _value(found))]
        return self._moved(*lines, refunds=tuple(refunds))

    def charge_back(self, value):
        """Let the customer's bank take money back; Mollie lets it, also after a refund."""
        if self.payment.status != "paid" or value > self.received:
            return self
        chargebacks = self.payment.chargebacks
        found = Chargeback(f"chb_{len(chargebacks) + 1}", self._amount(value))
        line = ("chargeback", found.id, -value)
        return self._moved(line, chargebacks=(*chargebacks, found))

    def reverse(self, number=0):
        """Let the merchant win a chargeback back."""
        chargebacks = list(self.payment.chargebacks)
        if number >= len(chargebacks) or chargebacks[number].is_reversed:
            return self
        found = chargebacks[number] = chargebacks[number]._replace(is_reversed=True)
        line = ("chargeback-reversal", found.id, _value(found))
        return self._moved(line, chargebacks=tuple(chargebacks))

    # --- helpers ---------------------------------------------------------------------------------

    @property
    def _asked(self):
        return int(self.payment.amount.value)

    def _amount(self, value):
        return Amount.of(value, self.payment.amount.currency)

    def _moved(self, *lines, **changes):
        lines = (Line(*line) for line in lines)
        return Mollie(replace(self.payment, **changes), (*self.balance, *lines))


# How a refund gets to a status.
ROADS = {
    "queued": (),
    "pending": ("pending",),
    "canceled": ("pending", "canceled"),
    "processing": ("pending", "processing"),
    "refunded": ("pending", "processing", "refunded"),
    "failed": ("pending", "processing", "failed"),
}


def _value(found):
    return int(found.amount.value)


def paid(value=100):
    """Return Mollie with a payment that is paid."""
    return Mollie.create(value=value).become("paid")


def eur(value):
    return Amount.of(value, "EUR")
