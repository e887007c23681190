"""Whatever happens to two attempts of an invoice, in any order: the books hold Mollie's balance.

Eight events, in all their orderings of one to six of them, 28,960 in number. Those that begin
alike are walked together, as branches of a tree: every node of it is an ordering.
"""

from typing import NamedTuple

import pytest
from money.decision import decide

from .mollie import Mollie
from .odoo import as_key, ask, crash, sync
from .oracle import CASES, books_of, lines_of, payment_of

LONGEST = 6
ORDERINGS = 8 + 8 * 7 + 8 * 7 * 6 + 8 * 7 * 6 * 5 + 8 * 7 * 6 * 5 * 4 + 8 * 7 * 6 * 5 * 4 * 3


def paid(name):
    return lambda at_mollie: {name: at_mollie[name].become("paid")}


def ended(name, status):
    return lambda at_mollie: {name: at_mollie[name].become(status)}


def refund(at_mollie):
    """Refund a part of A; of B only if nobody paid A."""
    name = "A" if at_mollie["A"].payment.status == "paid" else "B"
    return {name: at_mollie[name].refund(30)}


def chargeback(at_mollie):
    """Charge back B; A only if nobody paid B."""
    name = "B" if at_mollie["B"].payment.status == "paid" else "A"
    return {name: at_mollie[name].charge_back(100)}


def reversal(at_mollie):
    return {name: attempt.reverse() for name, attempt in at_mollie.items()}


EVENTS = {
    "paid A": paid("A"),
    "expired A": ended("A", "expired"),
    "expired B": ended("B", "expired"),
    "failed B": ended("B", "failed"),
    "paid B": paid("B"),
    "refund": refund,
    "chargeback": chargeback,
    "reversal": reversal,
}


# How Mollie's news arrive: what Odoo may know after it, by what it may have known before.
def each_time(payment, known):
    return [sync(payment, one) for one in known]


def only_at_the_end(_payment, known):
    return known


def with_a_crash_between_steps(payment, known):
    """Crash after any step of any delivery, or before all of them: whatever comes of it."""
    found = {as_key(after): after for one in known for after in crash(payment, one)}
    return list(found.values())


WAYS = (each_time, only_at_the_end, with_a_crash_between_steps)


class Node(NamedTuple):
    """An ordering, what Mollie has after it, and what Odoo may know of it.

    The attempts that the last event did not touch are as they were after the ordering before.
    """

    ordering: tuple
    at_mollie: dict
    known: dict
    touched: tuple


START = Node(
    ordering=(),
    at_mollie={name: Mollie.create(f"tr_{name}") for name in "AB"},
    known={name: [ask(f"tr_{name}")] for name in "AB"},
    touched=(),
)


def orderings(deliver, node=START):
    """Yield a node for each ordering.

    :param deliver: one of `WAYS`.
    """
    if len(node.ordering) == LONGEST:
        return
    for name, happen in EVENTS.items():
        if name not in node.ordering:
            following = go_on(node, name, happen(node.at_mollie), deliver)
            yield following
            yield from orderings(deliver, following)


def go_on(node, name, touched, deliver):
    """Return the node after an event, which is delivered as Mollie does: only where it was."""
    known = {a: deliver(attempt.payment, node.known[a]) for a, attempt in touched.items()}
    return Node(
        ordering=(*node.ordering, name),
        at_mollie=node.at_mollie | touched,
        known=node.known | known,
        touched=tuple(touched),
    )


def facts(payment):
    """Return what Mollie tells of a payment, without whose it is."""
    return payment.status, payment.captures, payment.refunds, payment.chargebacks


JUDGED = {facts(payment_of(case)): lines_of(case) for case in CASES}


def judge(payment):
    """Return what has to be in the books, by the table alone."""
    lines = [
        line._replace(of=line.of.replace("tr_1", payment.id)) for line in JUDGED[facts(payment)]
    ]
    return books_of(lines, payment.id)


@pytest.mark.parametrize("deliver", WAYS)
def test_after_every_ordering_the_books_hold_what_the_table_says(deliver):
    walked = 0
    for node in orderings(deliver):
        walked += 1
        for name in node.touched:
            check(node.at_mollie[name].payment, node.known[name], node.ordering)
    assert walked == ORDERINGS == 28_960


def check(payment, known, ordering):
    """Sync once more: whatever Odoo knew, it knows the same then, and has nothing left to do."""
    after = {as_key(after): after for after in (sync(payment, one) for one in known)}
    assert len(after) == 1, ordering
    [after] = after.values()
    assert after.booked == judge(payment), ordering
    assert not decide(payment, after), ordering
