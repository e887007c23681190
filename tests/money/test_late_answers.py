"""Answers that come late, twice, or with words of tomorrow: what was booked right stays."""

from dataclasses import replace

import pytest
from money.decision import decide, is_behind

from .mollie import REFUND_FOLLOWS, ROADS, paid
from .odoo import ask, sync

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
