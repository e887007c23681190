"""A payment at Mollie, and what came of it. https://docs.mollie.com/reference/get-payment"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from .amounts import Amount
from .statuses import of_payment

TRANSFER = "banktransfer"
# With their first capture, Mollie gives back what of the amount was not captured.
CARDS = ("creditcard", "applepay", "googlepay")


class Owner(NamedTuple):
    """Who made a payment or a refund, by its metadata: a reference of a database."""

    database: str
    reference: str


class Capture(NamedTuple):
    id: str
    amount: Amount
    status: str  # pending, succeeded, failed
    created_at: datetime | None = None


class Refund(NamedTuple):
    id: str
    amount: Amount
    status: str  # a key of `statuses.REFUND`
    owner: Owner | None = None
    payment_id: str = ""
    created_at: datetime | None = None


class Chargeback(NamedTuple):
    id: str
    amount: Amount
    is_reversed: bool = False
    payment_id: str = ""
    created_at: datetime | None = None
    reversed_at: datetime | None = None


@dataclass(frozen=True)
class Payment:
    """Mollie's answer, once `answers.py` has read it.

    What Mollie didn't tell, or told in another shape than it promises, is None or empty.
    """

    id: str
    status: str
    mode: str = ""  # live or test
    profile: str = ""  # The id of the profile that it was made with.
    # None also if Mollie would not write it like that.
    amount: Amount | None = None
    owner: Owner | None = None
    invoices: tuple = ()  # The names of those that it was made for.
    company: str = ""  # The id of their company; none in payments of before 19.0.1.1.0.
    method: str = ""
    card: str = ""  # The brand of the card.
    failure: str = ""
    # Where to send a bank transfer: {"bankName": …, "bankAccount": …, …}, see `answers.py`.
    transfer: tuple = ()
    checkout_url: str = ""
    is_cancelable: bool = False
    created_at: datetime | None = None  # In UTC, as are all moments, without a time zone.
    expires_at: datetime | None = None
    paid_at: datetime | None = None
    capture_before: datetime | None = None  # Mollie tells it as long as nothing was captured.
    captured: Amount | None = None
    refunded: Amount | None = None
    remaining: Amount | None = None
    captures: tuple = ()  # Oldest first.
    refunds: tuple = ()
    chargebacks: tuple = ()

    def with_refund(self, refund):
        """Return the payment as Mollie will tell it once it counts a refund it made just now."""
        refunded = refund.amount + self.refunded if self.refunded else refund.amount
        return replace(
            self,
            refunds=(*self.refunds, refund),
            refunded=refunded,
            remaining=self.remaining and self.remaining + -refund.amount,
        )

    @property
    def is_uncollected(self):
        """Whether it is over, and nothing was collected of what it reserved: each try failed, or is
        still waited for though Mollie calls the payment paid.
        """
        is_over = of_payment(self.status).becomes in ("done", "cancel")
        tries = {capture.status for capture in self.captures}
        is_waiting = self.status == "paid" and tries == {"failed", "pending"}
        return is_over and (tries == {"failed"} or is_waiting and self.is_nothing_captured)

    @property
    def is_nothing_captured(self):
        """Whether Mollie says that nothing came so far of what it reserved; a list does not say
        why.
        """
        return bool(self.captured) and not self.captured.value

    @property
    def is_capturable(self):
        """Whether Mollie can still capture some of it, as long as it is reserved."""
        if self.status != "paid":
            return self.status == "authorized"
        is_part = self.amount and self.captured and 0 < self.captured.value < self.amount.value
        return bool(is_part) and self.method not in CARDS

    @property
    def is_being_captured(self):
        """Whether a capture was asked for of which Mollie does not know the end so far."""
        return any(capture.status == "pending" for capture in self.captures)

    @property
    def is_under_way(self):
        """Whether the customer has done their part and the money is on its way."""
        return is_under_way(self.status, self.method)


def is_under_way(status, method):
    """Return whether a payment of this status and method is only waiting for its money."""
    becomes = of_payment(status).becomes
    return becomes == "pending" or (status == "open" and method == TRANSFER)
