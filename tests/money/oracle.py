"""What Mollie's balance holds, case by case, as Mollie's documentation has it.

Written by hand: nothing here is computed by what it judges.

https://docs.mollie.com/docs/status-change           a payment's statuses
https://docs.mollie.com/docs/place-a-hold-for-a-payment       captures
https://docs.mollie.com/docs/refunds                 a refund's statuses
https://docs.mollie.com/reference/chargebacks-api    chargebacks
https://docs.mollie.com/reference/list-balance-transactions   the words of the balance
"""

from collections import defaultdict
from typing import NamedTuple

from money.amounts import Amount
from money.payment import Capture, Chargeback, Payment, Refund

from .mollie import OWNER, Line


class Case(NamedTuple):
    """What Mollie tells of a payment of 100, and what its balance holds then.

    name    what happened
    told    the payment's status, then what its answer embeds
    lines   the balance: words of Mollie's, ids, amounts
    """

    name: str
    told: tuple
    lines: tuple = ()


# How what is embedded is written below.
def captured(number, value, status="succeeded"):
    return "captures", Capture, f"cpt_{number}", value, status


def refund(number, value, status):
    return "refunds", Refund, f"re_{number}", value, status


def chargeback(number, value, is_reversed=False):
    return "chargebacks", Chargeback, f"chb_{number}", value, is_reversed


PAID = ("payment", "tr_1", 100)
SENT = ("refund", "re_1", -30)
RETURNED = ("returned-refund", "re_1", 30)
TAKEN = ("chargeback", "chb_1", -100)
WON = ("chargeback-reversal", "chb_1", 100)

CASES = (
    # Nothing has moved before a payment is paid. Reserved money is still the customer's.
    Case("nobody has paid", ("open",)),
    Case("the money is on its way", ("pending",)),
    Case("the money is reserved", ("authorized",)),
    Case("the customer cancelled", ("canceled",)),
    Case("it expired", ("expired",)),
    Case("it failed", ("failed",)),
    Case("a status of tomorrow", ("suspended",)),
    Case("it is paid", ("paid",), (PAID,)),
    # A capture brings what it is for: no more, and only once it succeeded.
    Case("a capture is waiting", ("authorized", captured(1, 60, "pending"))),
    Case("a capture failed", ("authorized", captured(1, 60, "failed"))),
    Case("all is captured", ("paid", captured(1, 100)), (("capture", "cpt_1", 100),)),
    Case("a part is captured", ("paid", captured(1, 60)), (("capture", "cpt_1", 60),)),
    Case(
        "a part is captured, more is waiting",
        ("paid", captured(1, 60), captured(2, 40, "pending")),
        (("capture", "cpt_1", 60),),
    ),
    Case(
        "a part is captured, more failed",
        ("paid", captured(1, 60), captured(2, 40, "failed")),
        (("capture", "cpt_1", 60),),
    ),
    Case(
        "a capture failed, the next one succeeded",
        ("paid", captured(1, 60, "failed"), captured(2, 70)),
        (("capture", "cpt_2", 70),),
    ),
    Case(
        "three captures",
        ("paid", captured(1, 50), captured(2, 30), captured(3, 20)),
        (("capture", "cpt_1", 50), ("capture", "cpt_2", 30), ("capture", "cpt_3", 20)),
    ),
    Case(
        "two captures, and one between them that failed",
        ("paid", captured(1, 50), captured(2, 30, "failed"), captured(3, 20)),
        (("capture", "cpt_1", 50), ("capture", "cpt_3", 20)),
    ),
    Case(
        "a part is captured, and of that a part refunded",
        ("paid", captured(1, 60), refund(1, 30, "refunded")),
        (("capture", "cpt_1", 60), SENT),
    ),
    Case(
        "two captures, and the first one charged back",
        ("paid", captured(1, 60), captured(2, 40), chargeback(1, 60)),
        (("capture", "cpt_1", 60), ("capture", "cpt_2", 40), ("chargeback", "chb_1", -60)),
    ),
    # A refund can be cancelled until it is processed: until then nothing has left.
    Case("a refund waits for balance", ("paid", refund(1, 30, "queued")), (PAID,)),
    Case("a refund is ready", ("paid", refund(1, 30, "pending")), (PAID,)),
    Case("a refund was cancelled", ("paid", refund(1, 30, "canceled")), (PAID,)),
    Case("a refund is processed", ("paid", refund(1, 30, "processing")), (PAID, SENT)),
    Case("a refund is through", ("paid", refund(1, 30, "refunded")), (PAID, SENT)),
    # "The refund has failed after processing": what had left came back.
    Case("a refund failed", ("paid", refund(1, 30, "failed")), (PAID, SENT, RETURNED)),
    Case("a refund of tomorrow's status", ("paid", refund(1, 30, "reviewed")), (PAID,)),
    Case("all is refunded", ("paid", refund(1, 100, "refunded")), (PAID, ("refund", "re_1", -100))),
    Case(
        "two refunds are through",
        ("paid", refund(1, 30, "refunded"), refund(2, 70, "refunded")),
        (PAID, SENT, ("refund", "re_2", -70)),
    ),
    Case(
        "a refund failed, the next one is processed",
        ("paid", refund(1, 30, "failed"), refund(2, 30, "processing")),
        (PAID, SENT, RETURNED, ("refund", "re_2", -30)),
    ),
    # A chargeback has no status: it is there or not. Won back, it stays, and the money returns.
    Case("it is charged back", ("paid", chargeback(1, 100)), (PAID, TAKEN)),
    Case("it is won back", ("paid", chargeback(1, 100, True)), (PAID, TAKEN, WON)),
    Case(
        "it is charged back in part",
        ("paid", chargeback(1, 40)),
        (PAID, ("chargeback", "chb_1", -40)),
    ),
    Case(
        "it is won back and charged back again",
        ("paid", chargeback(1, 100, True), chargeback(2, 100)),
        (PAID, TAKEN, WON, ("chargeback", "chb_2", -100)),
    ),
    # A bank doesn't ask what was refunded: both may leave, and more leaves than came.
    Case(
        "refunded in part and charged back",
        ("paid", refund(1, 30, "refunded"), chargeback(1, 100)),
        (PAID, SENT, TAKEN),
    ),
    Case(
        "refunded in part, charged back and won back",
        ("paid", refund(1, 30, "refunded"), chargeback(1, 100, True)),
        (PAID, SENT, TAKEN, WON),
    ),
    Case(
        "a refund failed after a chargeback",
        ("paid", refund(1, 30, "failed"), chargeback(1, 100)),
        (PAID, SENT, TAKEN, RETURNED),
    ),
)


def payment_of(case, currency="EUR"):
    """Return the payment that a case tells of."""
    status, *told = case.told
    embedded = defaultdict(tuple)
    for name, make, found_id, value, *rest in told:
        embedded[name] += (make(found_id, Amount.of(value, currency), *rest),)
    taken = [c.amount.value for c in embedded["captures"] if c.status == "succeeded"]
    return Payment(
        "tr_1",
        status,
        mode="live",
        amount=Amount.of(100, currency),
        owner=OWNER,
        captured=Amount.of(sum(taken), currency) if taken else None,
        **embedded,
    )


def books_of(lines, payment_id, currency="EUR"):
    """Return what has to stand in the books: ``{id: Amount}``, by what Mollie's balance holds.

    Two things are ours: the first capture is booked as the payment, and what is won back has an id.
    """
    sums = defaultdict(int)
    captures = [line.of for line in lines if line.type == "capture"]
    for line in lines:
        sums[_our_id(line, captures, payment_id)] += line.value
    return {found: Amount.of(value, currency) for found, value in sums.items() if value}


def _our_id(line, captures, payment_id):
    if line.type == "capture" and line.of == captures[0]:
        return payment_id
    return f"{line.of}-reversed" if line.type == "chargeback-reversal" else line.of


def lines_of(case):
    """Return the lines of the balance in a case."""
    return tuple(Line(*line) for line in case.lines)
