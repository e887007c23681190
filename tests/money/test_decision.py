"""What is decided, step by step, about what Mollie says and what Odoo knows."""

from dataclasses import replace

import pytest
from money.decision import Step, decide, is_behind, is_news

from .mollie import Mollie, eur, paid
from .odoo import ask, outline, settled, sync

# --- one after the other -------------------------------------------------------------------------


def test_a_paid_payment_advances_before_it_is_booked():
    assert outline(paid().payment, ask()) == [("advance", "tr_1"), ("book", "tr_1")]


def test_a_payment_that_advanced_before_a_crash_is_only_booked():
    known = replace(ask(), status="paid", is_settled=True)
    assert outline(paid().payment, known) == [("book", "tr_1")]


def test_a_payment_that_is_not_paid_only_advances():
    for status in ("pending", "authorized", "canceled", "expired", "failed"):
        payment = Mollie.create().become(status).payment
        assert decide(payment, ask()) == [Step("advance", payment)]


def test_money_that_came_is_booked_before_what_left_of_it():
    mollie = paid().refund(30).charge_back(100).reverse()
    assert outline(mollie.payment, ask()) == [
        ("advance", "tr_1"),
        ("book", "tr_1"),
        ("note", "re_1"),
        ("book", "re_1"),
        ("note", "chb_1"),
        ("book", "chb_1"),
        ("note", "chb_1-reversed"),
        ("book", "chb_1-reversed"),
    ]


def test_the_payment_itself_needs_no_record():
    assert ("note", "tr_1") not in outline(paid().payment, ask())


def test_a_second_capture_is_noted_and_booked_by_its_own_id():
    reserved = Mollie.create().become("authorized").capture(60)
    known = settled(reserved)
    assert outline(reserved.capture(40).payment, known) == [("note", "cpt_2"), ("book", "cpt_2")]


def test_a_refund_that_has_not_left_is_noted_only():
    mollie = paid().refund(30, "queued")
    known = settled(paid())
    assert outline(mollie.payment, known) == [("note", "re_1")]
    assert settled(mollie, known).noted == {"re_1": "queued"}


@pytest.mark.parametrize("status", ["processing", "refunded"])
def test_a_refund_that_leaves_is_noted_and_booked(status):
    known = settled(paid().refund(30, "pending"))
    mollie = paid().refund(30, status)
    assert outline(mollie.payment, known) == [("note", "re_1"), ("book", "re_1")]


def test_a_refund_that_is_through_was_booked_when_it_left():
    known = settled(paid().refund(30, "processing"))
    assert outline(paid().refund(30, "refunded").payment, known) == [("note", "re_1")]


@pytest.mark.parametrize("before", ["processing", "refunded"])
def test_a_refund_that_fails_after_it_left_is_undone(before):
    mollie = paid().refund(30, before)
    known = settled(mollie)
    failed = mollie.move_refund(0, "failed")
    assert outline(failed.payment, known) == [("note", "re_1"), ("undo", "re_1")]
    assert settled(failed, known).booked == {"tr_1": eur(100)}


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_never_was_booked_has_nothing_to_undo(status):
    known = settled(paid().refund(30, "pending"))
    assert outline(paid().refund(30, status).payment, known) == [("note", "re_1")]


def test_what_was_noted_before_a_crash_is_only_booked():
    mollie = paid().refund(30).charge_back(100)
    known = replace(settled(paid()), noted={"re_1": "refunded", "chb_1": ""})
    assert outline(mollie.payment, known) == [("book", "re_1"), ("book", "chb_1")]


def test_a_failure_that_was_noted_before_a_crash_is_only_undone():
    known = settled(paid().refund(30))
    known = replace(known, noted={"re_1": "failed"})
    assert outline(paid().refund(30, "failed").payment, known) == [("undo", "re_1")]


def test_nothing_that_left_is_booked_while_its_payment_can_not_be():
    mollie = paid().refund(30).charge_back(100).reverse()
    [received, *later] = [step.what for step in decide(mollie.payment, ask()) if step.do == "book"]
    assert not received.after
    assert [movement.after for movement in later] == ["tr_1", "tr_1", "chb_1"]


def test_nothing_is_known_of_a_payment_that_was_just_asked_for():
    known = ask()
    assert (known.status, known.method, known.noted, known.booked) == ("", "", {}, {})
    assert known.is_bookable and not known.is_settled


@pytest.mark.parametrize("value", [ask(), Mollie.create().payment])
def test_a_decision_can_change_neither_what_is_known_nor_what_mollie_said(value):
    with pytest.raises(AttributeError):
        value.status = "paid"


# --- answers out of order ------------------------------------------------------------------------

# From the first to the last; a payment goes from any of a line to any of a later one.
LATER = [["", "suspended"], ["open"], ["pending"], ["authorized"], ["expired", "failed"], ["paid"]]
STATUSES = [(step, name) for step, names in enumerate(LATER) for name in names]


@pytest.mark.parametrize("known_step, known_status", STATUSES)
@pytest.mark.parametrize("step, status", STATUSES[1:])
def test_a_payment_advances_and_never_goes_back(step, status, known_step, known_status):
    known = replace(ask(), status=known_status)
    payment = replace(Mollie.create().payment, status=status)
    assert is_news(payment, known) == (step > known_step)
    steps = [step.do for step in decide(payment, known)]
    assert ("advance" in steps) == (step > known_step)


@pytest.mark.parametrize(
    "status", ["open", "pending", "authorized", "expired", "failed", "reviewed"]
)
def test_an_old_answer_about_the_payment_changes_nothing(status):
    known = settled(paid().refund(30).charge_back(100))
    payment = replace(Mollie.create().payment, status=status)
    assert not decide(payment, known)


def test_an_old_answer_without_what_came_later_changes_nothing():
    mollie = paid().refund(30).charge_back(100).reverse()
    known = settled(mollie)
    for old in (paid(), paid().refund(30), paid().charge_back(100)):
        assert not decide(old.payment, known)


def test_an_old_answer_without_a_later_capture_changes_nothing():
    first = Mollie.create().become("authorized").capture(60)
    assert not decide(first.payment, settled(first.capture(40)))


# --- how the customer pays -----------------------------------------------------------------------


def test_an_open_payment_is_news_once_its_method_is_known_and_only_once():
    known = replace(ask(), status="open")
    chosen = Mollie.create().choose("banktransfer").payment
    assert decide(chosen, known) == [Step("advance", chosen)]
    assert not decide(chosen, sync(chosen, known))


def test_another_method_is_no_news_once_the_payment_is_not_open_any_more():
    for status in ("pending", "authorized", "expired", "paid"):
        payment = replace(Mollie.create().payment, status=status, method="ideal")
        known = replace(ask(), status=status, method="banktransfer")
        assert not is_news(payment, known)


def test_a_method_is_no_news_of_a_payment_that_went_on():
    chosen = Mollie.create().choose("banktransfer").payment
    assert not decide(chosen, settled(paid()))


# --- lists of refunds and chargebacks ------------------------------------------------------------


def lists(mollie):
    return {"refunds": mollie.payment.refunds, "chargebacks": mollie.payment.chargebacks}


def test_a_list_holds_nothing_of_what_is_settled():
    mollie = paid().refund(30).refund(20, "pending").charge_back(100).reverse()
    assert not is_behind(settled(mollie), **lists(mollie))


@pytest.mark.parametrize(
    "news",
    [
        lambda mollie: mollie.refund(20, "queued"),
        lambda mollie: mollie.refund(20),
        lambda mollie: mollie.move_refund(0, "failed"),
        lambda mollie: mollie.charge_back(100),
        lambda mollie: mollie.charge_back(100).reverse(),
    ],
)
def test_a_list_holds_news(news):
    known = settled(paid().refund(30))
    assert is_behind(known, **lists(news(paid().refund(30))))


def test_a_reversal_in_a_list_is_news_after_its_chargeback():
    mollie = paid().charge_back(100)
    known = settled(mollie)
    assert not is_behind(known, **lists(mollie))
    assert is_behind(known, **lists(mollie.reverse()))


def test_an_empty_list_is_no_news_whatever_is_known():
    assert is_behind(ask()) is False
    assert is_behind(settled(paid().refund(30))) is False
    assert is_behind(replace(settled(paid()), booked={"tr_1": eur(60)})) is False


def test_a_record_without_its_booking_is_behind():
    mollie = paid().refund(30)
    known = replace(settled(paid()), noted={"re_1": "refunded"})
    assert is_behind(known, **lists(mollie)) is True
