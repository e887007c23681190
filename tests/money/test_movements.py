"""What came and went, against the table of Mollie's balance."""

from dataclasses import replace

import pytest
from money.amounts import Amount
from money.decision import decide
from money.movements import charged_back, movements

from .mollie import Mollie
from .odoo import ask, sync
from .oracle import CASES, books_of, lines_of, payment_of

every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
every_currency = pytest.mark.parametrize("currency", ["EUR", "JPY"])
# Mollie's word for a line, and the kinds under which it is booked.
KIND = {
    "payment": ["payment"],
    "capture": ["payment", "capture"],
    "refund": ["refund"],
    "chargeback": ["chargeback"],
    "chargeback-reversal": ["reversal"],
}


@every_case
@every_currency
def test_what_moved_is_what_the_balance_holds(case, currency):
    moved = [movement for movement in movements(payment_of(case, currency)) if movement.has_moved]
    booked = books_of(lines_of(case), "tr_1", currency)
    assert {movement.id: movement.amount for movement in moved} == booked
    assert len(moved) == len(booked)


@every_case
@every_currency
def test_one_sync_books_what_the_balance_holds_and_another_has_nothing_to_do(case, currency):
    payment = payment_of(case, currency)
    known = sync(payment, ask(currency=currency))
    assert known.booked == books_of(lines_of(case), "tr_1", currency)
    assert not decide(payment, known)


@every_case
def test_each_movement_has_a_kind_that_fits_mollies_word(case):
    kinds = {movement.id: movement.kind for movement in movements(payment_of(case))}
    for line in lines_of(case):
        if line.type != "returned-refund":
            found = f"{line.of}-reversed" if line.type == "chargeback-reversal" else line.of
            assert kinds.get(found, "payment") in KIND[line.type]


@every_case
def test_what_is_charged_back_and_not_won_back_is_the_sum_of_those_lines(case):
    disputed = [line.value for line in lines_of(case) if line.type.startswith("chargeback")]
    assert charged_back(payment_of(case)) == -sum(disputed)


@every_case
def test_a_movement_comes_after_the_one_that_it_needs(case):
    seen = set()
    for movement in movements(payment_of(case)):
        assert movement.id not in seen
        assert not movement.after or movement.after in seen
        seen.add(movement.id)


@every_case
def test_all_but_what_came_in_first_need_the_payment_and_a_reversal_its_chargeback(case):
    first, *later = list(movements(payment_of(case))) or [None]
    assert not first or not first.after
    for movement in later:
        needed = movement.id.removesuffix("-reversed") if movement.kind == "reversal" else "tr_1"
        assert movement.after == needed


def test_a_refund_is_known_with_its_status_before_its_money_leaves():
    _received, refund = movements(Mollie.create().become("paid").refund(30, "queued").payment)
    assert (refund.kind, refund.status, refund.has_moved) == ("refund", "queued", False)
    assert refund.amount == Amount.of(-30, "EUR")


def test_a_chargeback_and_its_reversal_have_no_status():
    _received, *disputed = movements(
        Mollie.create().become("paid").charge_back(100).reverse().payment
    )
    assert [movement.status for movement in disputed] == ["", ""]


def test_where_the_answer_holds_no_captures_their_sum_came_in():
    captured = Mollie.create().become("authorized").capture(50).capture(20).payment
    [received] = movements(replace(captured, captures=()))
    assert (received.id, received.amount) == ("tr_1", Amount.of(70, "EUR"))


def test_a_payment_without_a_readable_amount_moves_nothing():
    answer = Mollie.create().become("paid").refund(30).payment
    assert not list(movements(replace(answer, amount=None)))


BRING = {
    "captures": lambda mollie, value, status: mollie.capture(value, status),
    "refunds": lambda mollie, value, status: mollie.refund(value, status),
    "chargebacks": lambda mollie, value, won: (
        mollie.charge_back(value).reverse(len(mollie.payment.chargebacks))
        if won
        else mollie.charge_back(value)
    ),
}
OF_TODAY = [case for case in CASES if "tomorrow" not in case.name]


@pytest.mark.parametrize("case", OF_TODAY, ids=[case.name for case in OF_TODAY])
def test_the_tiny_mollie_brought_to_a_case_tells_and_holds_the_same(case):
    status, *told = case.told
    is_captured = any(name == "captures" for name, *_rest in told)
    mollie = Mollie.create().become("authorized" if is_captured else status)
    for name, _make, _id, value, *rest in told:
        mollie = BRING[name](mollie, value, *rest)
    assert mollie.payment == payment_of(case)
    assert sorted(mollie.balance) == sorted(lines_of(case))
