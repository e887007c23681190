"""What each of Mollie's statuses means. The orders below are Mollie's, written out by hand."""

import itertools

import pytest
from money.payment import is_under_way
from money.statuses import PAYMENT, REFUND, UNKNOWN, WORDS, of_payment, of_refund

from .mollie import FOLLOWS, REFUND_FOLLOWS, Mollie

# From the first to the last; those on one step exclude each other.
PAYMENT_STEPS = [
    ["open"],
    ["pending"],
    ["authorized"],
    ["canceled", "expired", "failed"],
    ["paid"],
]
REFUND_STEPS = [["queued"], ["pending"], ["processing"], ["refunded"], ["failed", "canceled"]]


def ranks(steps, of):
    return [{of(name).rank for name in step} for step in steps]


@pytest.mark.parametrize(
    "steps, of, table", [(PAYMENT_STEPS, of_payment, PAYMENT), (REFUND_STEPS, of_refund, REFUND)]
)
def test_every_step_has_a_rank_of_its_own_above_the_one_before(steps, of, table):
    found = ranks(steps, of)
    assert all(len(step) == 1 for step in found)
    assert all(one < two for [one], [two] in itertools.pairwise(found))
    assert {name for step in steps for name in step} == set(table)


@pytest.mark.parametrize(
    "follows, of", [(FOLLOWS, of_payment), (REFUND_FOLLOWS, of_refund)], ids=["payment", "refund"]
)
def test_no_status_leads_to_one_of_a_lower_rank(follows, of):
    for status, following in follows.items():
        assert all(of(name).rank > of(status).rank for name in following)


@pytest.mark.parametrize("of", [of_payment, of_refund])
@pytest.mark.parametrize("name", ["", "suspended", "PAID", "paid ", "done"])
def test_a_status_of_tomorrow_changes_nothing_and_outranks_nothing(of, name):
    assert of(name) == UNKNOWN
    assert not of(name).becomes
    assert of(name).rank < min(status.rank for status in (*PAYMENT.values(), *REFUND.values()))


def test_what_a_payment_becomes_is_what_mollie_calls_it():
    became = {name: status.becomes for name, status in PAYMENT.items()}
    assert became == {
        "open": "",
        "pending": "pending",
        "authorized": "authorized",
        "canceled": "cancel",
        "expired": "cancel",
        "failed": "cancel",
        "paid": "done",
    }


def test_a_refund_is_done_once_it_left_and_cancelled_once_it_can_not_leave_any_more():
    became = {name: status.becomes for name, status in REFUND.items()}
    assert became == {
        "queued": "pending",
        "pending": "pending",
        "processing": "done",
        "refunded": "done",
        "failed": "cancel",
        "canceled": "cancel",
    }


def test_a_customer_who_comes_back_sees_a_page_for_every_status_of_a_payment():
    pages = {name: of_payment(name).page for name in (*PAYMENT, "suspended")}
    assert pages == {
        "open": "unknown",
        "pending": "pending",
        "authorized": "authorized",
        "canceled": "canceled",
        "expired": "expired",
        "failed": "failed",
        "paid": "success",
        "suspended": "unknown",
    }
    assert not any(status.page for status in REFUND.values())


def test_every_status_has_words_for_the_log():
    assert set(WORDS) == set(PAYMENT) | set(REFUND)
    assert all(WORDS.values())


@pytest.mark.parametrize(
    "status, method, expected",
    [
        ("pending", "ideal", True),
        ("pending", "", True),
        ("open", "banktransfer", True),
        ("open", "ideal", False),
        ("open", "", False),
        ("authorized", "banktransfer", False),
        ("paid", "banktransfer", False),
        ("expired", "banktransfer", False),
    ],
)
def test_money_is_under_way_once_the_customer_did_their_part(status, method, expected):
    assert is_under_way(status, method) is expected


def test_a_payment_knows_whether_its_money_is_under_way():
    assert Mollie.create().choose("banktransfer").payment.is_under_way
    assert not Mollie.create().choose("banktransfer").become("paid").payment.is_under_way
