"""Whose a payment is, another amount than was asked, and what was booked wrong."""

from dataclasses import replace

import pytest
from money.amounts import Amount
from money.decision import Step, decide, mismatches
from money.payment import Owner

from .mollie import Mollie, eur, paid
from .odoo import ask, crash, outline, settled, sync

# --- whose it is ---------------------------------------------------------------------------------

OTHERS = {
    "id": {"id": "tr_2"},
    "mode": {"mode": "test"},
    "metadata": {"owner": Owner("database", "INV-2")},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_payment_of_somebody_else_is_refused_and_nothing_else_is_done(name):
    payment = replace(paid().refund(30).charge_back(100).payment, **OTHERS[name])
    assert decide(payment, ask()) == [Step("refuse", (name,))]
    assert decide(payment, settled(paid())) == [Step("refuse", (name,))]
    assert sync(payment, ask()) == ask()


@pytest.mark.parametrize("owner", [None, Owner("copy", "INV-1"), Owner("", "")])
def test_a_payment_of_another_database_or_of_nobody_is_refused(owner):
    payment = replace(paid().payment, owner=owner)
    assert decide(payment, ask()) == [Step("refuse", ("metadata",))]


def test_a_refusal_names_all_that_differs():
    payment = replace(paid(70).payment, id="tr_2", mode="test", owner=None)
    assert mismatches(payment, ask()) == ("id", "amount", "mode", "metadata")
    assert decide(payment, ask()) == [Step("refuse", ("id", "amount", "mode", "metadata"))]


@pytest.mark.parametrize("name", OTHERS)
def test_another_amount_of_somebody_else_is_not_ours_either(name):
    payment = replace(paid(70).payment, **OTHERS[name])
    [step] = decide(payment, ask())
    assert step.do == "refuse"
    assert set(step.what) == {"amount", name}


def test_what_is_ours_differs_in_nothing():
    assert mismatches(paid().payment, ask()) == ()


# --- another amount than was asked ---------------------------------------------------------------


@pytest.mark.parametrize(
    "value, currency", [(70, "EUR"), (130, "EUR"), (100, "USD"), (100, "JPY"), (99.99, "EUR")]
)
def test_another_amount_is_noted_and_booked_as_such(value, currency):
    amount = Amount.of(value, currency)
    payment = replace(paid().payment, amount=amount)
    noted, booked = decide(payment, ask())
    assert (noted.do, booked.do) == ("note", "book")
    assert booked.what[:3] == ("tr_1", "other_amount", amount)
    known = sync(payment, ask())
    assert known.booked == {"tr_1": amount}
    assert not known.is_settled
    assert not decide(payment, known)


def test_what_leaves_of_another_amount_is_booked_too():
    mollie = paid(70).refund(30).charge_back(70)
    known = settled(mollie)
    assert known.booked == {"tr_1": eur(70), "re_1": eur(-30), "chb_1": eur(-70)}
    kinds = [step.what.kind for step in decide(mollie.payment, ask()) if step.do == "book"]
    assert kinds == ["other_amount", "refund", "chargeback"]
    assert not decide(mollie.payment, known)


@pytest.mark.parametrize(
    "status", ["open", "pending", "authorized", "canceled", "expired", "failed", "suspended"]
)
def test_another_amount_is_refused_until_it_is_paid(status):
    payment = replace(paid(70).payment, status=status)
    assert decide(payment, ask()) == [Step("refuse", ("amount",))]


@pytest.mark.parametrize("amount", [None, eur(0)])
def test_an_amount_that_is_none_is_refused(amount):
    payment = replace(paid().payment, amount=amount)
    assert decide(payment, ask()) == [Step("refuse", ("amount",))]


def test_the_smallest_other_amount_is_booked():
    payment = replace(paid().payment, amount=eur(0.01))
    assert sync(payment, ask()).booked == {"tr_1": eur(0.01)}


def test_another_amount_that_odoo_can_not_book_is_refused():
    known = replace(ask(), is_bookable=False)
    assert decide(paid(70).payment, known) == [Step("refuse", ("amount",))]


def test_the_amount_that_was_asked_is_booked_whether_another_could_be_or_not():
    known = replace(ask(), is_bookable=False)
    assert outline(paid().payment, known) == [("advance", "tr_1"), ("book", "tr_1")]


@pytest.mark.parametrize("before", ["authorized", "paid"])
def test_another_amount_after_it_was_settled_as_asked_is_refused(before):
    known = settled(Mollie.create().become(before))
    assert decide(paid(70).payment, known) == [Step("refuse", ("amount",))]


# --- corrections ---------------------------------------------------------------------------------

CORRECTIONS = {
    "another amount than the other one": (60, 70, ["undo", "note", "book"]),
    "the right amount": (60, 100, ["undo", "advance", "book"]),
}


@pytest.mark.parametrize("name", CORRECTIONS)
def test_what_was_booked_wrong_goes_before_it_is_booked_right(name):
    first, second, steps = CORRECTIONS[name]
    known = settled(paid(first))
    assert [step.do for step in decide(paid(second).payment, known)] == steps
    assert {step.what.id for step in decide(paid(second).payment, known)} == {"tr_1"}


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_that_crashes_is_finished_by_the_next_sync(name):
    first, second, steps = CORRECTIONS[name]
    known = settled(paid(first))
    found = list(crash(paid(second).payment, known))
    assert len(found) == 1 + len(steps)
    for after in found:
        after = settled(paid(second), after)
        assert after.booked == {"tr_1": eur(second)}
        assert after.is_settled == (second == 100)
        assert not decide(paid(second).payment, after)


def test_a_correction_says_what_kind_it_is_now():
    known = settled(paid(60))
    assert {step.what.kind for step in decide(paid(70).payment, known)} == {"other_amount"}
    undo, _advance, book = decide(paid().payment, known)
    assert (undo.what.kind, book.what.kind) == ("payment", "payment")


def test_another_currency_of_the_same_number_is_corrected_too():
    payment = replace(paid(60).payment, amount=Amount.of(60, "USD"))
    known = sync(payment, ask())
    assert settled(paid(60), known).booked == {"tr_1": eur(60)}


def test_a_correction_of_the_right_amount_to_another_one_is_refused():
    assert decide(paid(60).payment, settled(paid())) == [Step("refuse", ("amount",))]


def test_without_captures_in_the_answer_their_growing_sum_is_booked_anew():
    first = Mollie.create().become("authorized").capture(60)
    told = [replace(mollie.payment, captures=()) for mollie in (first, first.capture(40))]
    known = sync(told[0], ask())
    assert [step.do for step in decide(told[1], known)] == ["undo", "book"]
    assert sync(told[1], known).booked == {"tr_1": eur(100)}


AFTERWARDS = {
    "a refund": lambda mollie: mollie.refund(30),
    "a refund that has not left": lambda mollie: mollie.refund(30, "pending"),
    "a chargeback": lambda mollie: mollie.charge_back(30),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_an_amount_that_changes_after_something_left_is_refused_and_nothing_else_done(name):
    known = settled(AFTERWARDS[name](paid(60)))
    for value in (70, 100):
        payment = AFTERWARDS[name](paid(value)).payment
        assert decide(payment, known) == [Step("refuse", ("amount",))]


def test_a_record_of_the_other_amount_itself_does_not_stop_its_correction():
    known = settled(paid(60))
    assert set(known.noted) == {"tr_1"}
    assert [step.do for step in decide(paid(70).payment, known)] == ["undo", "note", "book"]


def test_what_came_later_of_an_amount_that_did_not_change_is_booked():
    known = settled(paid(60).refund(30))
    assert outline(paid(60).refund(30).charge_back(60).payment, known) == [
        ("note", "chb_1"),
        ("book", "chb_1"),
    ]


def test_what_left_with_another_amount_than_was_booked_is_booked_anew():
    known = settled(paid().refund(30).charge_back(40))
    mollie = paid().refund(30).charge_back(50)
    assert outline(mollie.payment, known) == [
        ("undo", "chb_1"),
        ("note", "chb_1"),
        ("book", "chb_1"),
    ]
    assert settled(mollie, known).booked["chb_1"] == eur(-50)


def test_a_refund_that_was_booked_with_another_amount_and_fails_is_undone_once():
    known = settled(paid().refund(30))
    mollie = paid().refund(40, "failed")
    assert outline(mollie.payment, known) == [("undo", "re_1"), ("note", "re_1")]
    assert settled(mollie, known).booked == {"tr_1": eur(100)}
