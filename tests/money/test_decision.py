"""What is decided, step by step, about what Mollie says and what Odoo knows."""

from dataclasses import replace

import pytest
from money.amounts import Amount
from money.decision import Step, decide, is_behind, is_news, mismatches
from money.movements import KINDS
from money.payment import Owner

from .mollie import Mollie
from .odoo import ask, crash, sync


def eur(value):
    return Amount.of(value, "EUR")


def outline(payment, known):
    """Return the steps in short: what is done, and about which id."""
    return [(step.do, step.what.id) for step in decide(payment, known)]


def paid(value=100):
    return Mollie.create(value=value).become("paid")


def settled(mollie, known=None):
    """Return what Odoo knows once it has done all."""
    return sync(mollie.payment, known or ask())


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
    assert booked.what.kind in KINDS
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
    assert known.noted == {"tr_1": "paid"}
    assert [step.do for step in decide(paid(70).payment, known)] == ["undo", "note", "book"]


def test_what_came_later_of_an_amount_that_did_not_change_is_booked():
    known = settled(paid(60).refund(30))
    assert outline(paid(60).refund(30).charge_back(60).payment, known) == [
        ("note", "chb_1"),
        ("book", "chb_1"),
    ]


def test_what_left_with_another_amount_than_was_booked_is_booked_anew():
    known = settled(paid().charge_back(40))
    mollie = paid().charge_back(50)
    assert outline(mollie.payment, known) == [
        ("undo", "chb_1"),
        ("note", "chb_1"),
        ("book", "chb_1"),
    ]
    assert settled(mollie, known).booked == {"tr_1": eur(100), "chb_1": eur(-50)}


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
