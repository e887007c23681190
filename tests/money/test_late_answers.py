"""Answers that come late, twice, or with words of tomorrow: what was booked right stays."""

from dataclasses import replace
from decimal import Decimal

import pytest
from money.amounts import Amount
from money.decision import decide, is_behind

from .mollie import REFUND_FOLLOWS, ROADS, eur, paid
from .odoo import ask, outline, settled, sync

STATUSES = tuple(ROADS)


def later(status):
    """Return the statuses that can come after one, however much later."""
    found = REFUND_FOLLOWS.get(status, ())
    return set(found).union(*map(later, found))


OVERTAKEN = [(old, new) for old in STATUSES for new in later(old)]


@pytest.mark.parametrize("old, new", sorted(OVERTAKEN))
def test_an_overtaken_answer_about_a_refund_changes_nothing(old, new):
    known = sync(paid().refund(30, new).payment, ask())
    assert not decide(paid().refund(30, old).payment, known)


@pytest.mark.parametrize("old, new", sorted(OVERTAKEN))
def test_an_overtaken_list_of_refunds_is_no_news(old, new):
    known = sync(paid().refund(30, new).payment, ask())
    assert not is_behind(known, refunds=paid().refund(30, old).payment.refunds)


def test_an_overtaken_answer_does_not_stop_what_is_left_to_do():
    mollie = paid().refund(30, "failed")
    known = replace(sync(paid().refund(30).payment, ask()), noted={"re_1": "failed"})
    assert not decide(paid().refund(30).payment, known)
    assert [step.do for step in decide(mollie.payment, known)] == ["undo"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_refund_whose_status_is_of_tomorrow_stays_as_it_is(status):
    payment = paid().refund(30, status).payment
    known = sync(payment, ask())
    refund = payment.refunds[0]._replace(status="reviewed")
    assert not decide(replace(payment, refunds=(refund,)), known)


def test_a_refund_that_an_answer_holds_twice_is_booked_once():
    payment = paid().refund(30).payment
    known = sync(replace(payment, refunds=payment.refunds * 2), ask())
    assert known == sync(payment, ask())


def test_a_chargeback_that_an_answer_holds_twice_is_booked_once():
    payment = paid().charge_back(100).reverse().payment
    known = sync(replace(payment, chargebacks=payment.chargebacks * 2), ask())
    assert known == sync(payment, ask())


@pytest.mark.parametrize("status", ["open", "pending", "expired", "failed", "canceled"])
def test_an_overtaken_answer_after_another_amount_is_no_mismatch(status):
    mollie = paid(70)
    known = settled(mollie)
    assert not decide(replace(mollie.payment, status=status), known)


def test_another_amount_that_was_noted_but_not_booked_gives_way_to_the_right_one():
    noted = sync(paid(70).payment, ask(), steps=1)
    assert outline(paid().payment, noted)[0] == ("undo", "tr_1")
    assert settled(paid(), noted).booked == {"tr_1": eur(100)}


def test_money_that_left_in_another_currency_than_it_came_is_refused():
    payment = paid().refund(30).payment
    dollars = payment.refunds[0]._replace(amount=Amount.of(30, "USD"))
    known = settled(paid())
    steps = decide(replace(payment, refunds=(dollars,)), known)
    assert [(step.do, step.what) for step in steps] == [("refuse", ("amount",))]


def test_what_odoo_rounds_otherwise_is_not_another_amount():
    mollie = paid().refund(30)
    known = settled(mollie)
    rounded = replace(known, unit=Decimal(1), booked=known.booked | {"re_1": eur("-30.50")})
    assert not decide(mollie.payment, rounded)
    assert decide(mollie.payment, replace(rounded, unit=Decimal("0.5")))
