"""Mollie's statuses: one table of payments, one of refunds, a row for each status.

https://docs.mollie.com/docs/status-change
"""

from typing import NamedTuple

# Marks the words for translation; who shows them translates them.
_lt = str


class Status(NamedTuple):
    """What a status means.

    rank     how far along it is: an answer that was overtaken by a newer one has a lower rank, and
             is ignored
    becomes  the state of the transaction: `pending`, `authorized`, `done` or `cancel`; empty if the
             status changes nothing
    words    what the log calls it
    page     which page a customer who comes back from Mollie sees; empty for refunds
    """

    rank: int
    becomes: str
    words: str
    page: str = ""


# `paid` outranks the failures: money that comes late is still money.
PAYMENT = {
    "open": Status(1, "", _lt("open"), "unknown"),
    "pending": Status(2, "pending", _lt("pending, the money is on its way"), "pending"),
    "authorized": Status(3, "authorized", _lt("authorized, the amount is reserved"), "authorized"),
    "canceled": Status(4, "cancel", _lt("cancelled"), "canceled"),
    "expired": Status(4, "cancel", _lt("expired"), "expired"),
    "failed": Status(4, "cancel", _lt("failed"), "failed"),
    "paid": Status(5, "done", _lt("paid"), "success"),
}
# The states of a transaction of which Mollie may still decide the payment.
UNDECIDED = ("draft", "pending", "authorized")
# A refund is booked when Mollie has sent the money off. What was sent can still come back: a
# failure outranks a success.
REFUND = {
    "queued": Status(1, "pending", _lt("waiting for enough balance at Mollie")),
    "pending": Status(2, "pending", _lt("pending, the money is on its way")),
    "processing": Status(3, "done", _lt("on its way to the customer")),
    "refunded": Status(4, "done", _lt("refunded")),
    "failed": Status(5, "cancel", _lt("failed")),
    "canceled": Status(5, "cancel", _lt("cancelled")),
}
# A status that this version does not know changes nothing: it is never guessed.
UNKNOWN = Status(0, "", "", "unknown")
WORDS = {name: status.words for table in (PAYMENT, REFUND) for name, status in table.items()}


def of_payment(name):
    """Return what a payment's status means."""
    return PAYMENT.get(name, UNKNOWN)


def of_refund(name):
    """Return what a refund's status means."""
    return REFUND.get(name, UNKNOWN)
