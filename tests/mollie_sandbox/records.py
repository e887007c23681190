"""The things Mollie keeps: payments, and what hangs from them."""

import dataclasses
import datetime
import decimal

from .amounts import money, number, total
from .const import CANCELABLE_METHODS, REFUND_COUNTS


@dataclasses.dataclass
class Refund:
    id: str
    amount: dict
    created: datetime.datetime
    description: str = ""
    metadata: object = None
    status: str = "pending"
    # When the present status was reached; None if a test holds the refund where it is.
    since: datetime.datetime | None = None


@dataclasses.dataclass
class Chargeback:
    id: str
    amount: dict
    created: datetime.datetime
    reason: dict | None = None
    reversed: datetime.datetime | None = None


@dataclasses.dataclass
class Capture:
    id: str
    amount: dict
    created: datetime.datetime
    description: str = ""
    metadata: object = None
    status: str = "pending"


@dataclasses.dataclass
class Payment:
    """One payment. `fields` is what the merchant sent, as Mollie keeps it; `tampered` and
    `removed` are lies that a test wants told about it.
    """

    id: str
    mode: str
    profile: object
    created: datetime.datetime
    expires: datetime.datetime
    fields: dict
    method: str | None = None
    status: str = "open"
    moments: dict = dataclasses.field(default_factory=dict)
    details: dict | None = None
    capture_before: datetime.datetime | None = None
    released: bool = False
    cancelable: bool | None = None
    refunds: list = dataclasses.field(default_factory=list)
    chargebacks: list = dataclasses.field(default_factory=list)
    captures: list = dataclasses.field(default_factory=list)
    tampered: dict = dataclasses.field(default_factory=dict)
    removed: set = dataclasses.field(default_factory=set)

    @property
    def currency(self):
        return self.fields["amount"]["currency"]

    @property
    def manual(self):
        return self.fields.get("captureMode") == "manual"

    @property
    def captured(self):
        return total(c.amount for c in self.captures if c.status == "succeeded")

    @property
    def refunded(self):
        return total(r.amount for r in self.refunds if r.status in REFUND_COUNTS)

    @property
    def charged_back(self):
        return total(c.amount for c in self.chargebacks if not c.reversed)

    @property
    def received(self):
        """What the customer has paid: all, or what was captured of an authorised amount."""
        if self.status != "paid":
            return decimal.Decimal()
        return self.captured if self.captures else number(self.fields["amount"])

    @property
    def refundable(self):
        return self.received - self.refunded

    @property
    def capturable(self):
        waiting = total(c.amount for c in self.captures if c.status != "failed")
        return number(self.fields["amount"]) - waiting

    @property
    def is_cancelable(self):
        if self.cancelable is not None:
            return self.cancelable
        return self.status == "open" and self.method in CANCELABLE_METHODS

    def money(self, value):
        return money(value, self.currency)
