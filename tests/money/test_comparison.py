"""What is posted against what Mollie holds: what differs, and why."""

from dataclasses import replace
from decimal import Decimal

import pytest
from money.amounts import Amount
from money.comparison import Difference, Posted, differences, looks_right, told, told_later
from money.payment import Capture, Chargeback, Refund

from .mollie import Mollie

EUR, USD = "EUR", "USD"


def eur(value):
    return Amount.of(value, EUR)


def paid(value=100):
    return Mollie.create(value=value).become("paid")


def posted(key="tr_1", value=100, kind="payment", currency=EUR, **more):
    return Posted(key, kind, Amount.of(value, currency), **more)


def found(payment, *entries, **more):
    return [(d.id, d.reason) for d in differences(told(payment), entries, **more)]


def everything():
    """Return a payment with a refund, a chargeback and its reversal, and the books of it."""
    payment = paid().refund(30).charge_back(20).reverse().payment
    books = [
        posted(),
        posted("re_1", -30, "refund"),
        posted("chb_1", -20, "chargeback"),
        posted("chb_1-reversed", 20, "reversal"),
    ]
    return payment, books


def test_books_that_are_mollies_differ_in_nothing():
    payment, books = everything()
    assert differences(told(payment), books) == []
    assert looks_right(replace(payment, refunded=eur(30)), books)


@pytest.mark.parametrize(
    "number, reason",
    enumerate(["not_booked", "refund_missing", "chargeback_missing", "reversal_missing"]),
)
def test_what_is_missing_is_named_with_its_amounts(number, reason):
    payment, books = everything()
    missing = books.pop(number)
    assert differences(told(payment), books) == [
        Difference(missing.id, missing.kind, reason, missing.amount, eur(0))
    ]


def test_a_capture_that_is_missing_is_named():
    payment = Mollie.create().become("authorized").capture(40).capture(60).payment
    assert found(payment, posted(value=40)) == [("cpt_2", "capture_missing")]
    assert found(payment, posted(value=40), posted("cpt_2", 60, "capture")) == []


@pytest.mark.parametrize("condition", ["draft", "canceled", "reversed"])
def test_what_a_person_made_of_the_entry_is_the_reason(condition):
    assert found(paid().payment, posted(value=0, condition=condition)) == [("tr_1", condition)]


@pytest.mark.parametrize("value, reason", [(98.5, "other_amount"), (200, "twice")])
def test_another_amount_than_mollies(value, reason):
    [difference] = differences(told(paid().payment), [posted(value=value)])
    assert difference == Difference("tr_1", "payment", reason, eur(100), eur(value))


def test_another_currency_than_mollies_is_a_row_in_each():
    rows = differences(told(paid().payment), [posted(currency=USD)])
    assert [(d.reason, d.at_mollie, d.booked) for d in rows] == [
        ("other_currency", eur(100), eur(0)),
        ("other_currency", Amount.of(0, USD), Amount.of(100, USD)),
    ]


def test_what_did_not_move_at_mollie_must_not_be_booked():
    assert found(paid().refund(30, "failed").payment, posted(), posted("re_1", -30, "refund")) == [
        ("re_1", "not_at_mollie")
    ]
    assert found(Mollie.create().become("expired").payment, posted()) == [("tr_1", "not_at_mollie")]
    assert differences([], [posted()])[0].reason == "not_at_mollie"


def test_what_waits_at_mollie_is_no_difference():
    assert found(paid().refund(30, "pending").payment, posted()) == []
    assert found(Mollie.create().payment) == []


@pytest.mark.parametrize("word", ["reviewed", "paid_out"])
def test_an_unknown_word_is_a_difference_until_somebody_looked(word):
    payment = replace(Mollie.create().payment, status=word)
    assert found(payment) == [("tr_1", "unknown_status")]
    assert not looks_right(payment, [])
    refund = Refund("re_9", eur(30), word)
    assert found(replace(paid().payment, refunds=(refund,)), posted()) == [
        ("re_9", "unknown_status")
    ]


def test_what_came_of_a_payment_in_an_unknown_status_came_all_the_same():
    payment, books = everything()
    assert found(replace(payment, status="reviewed"), *books) == []


def test_a_problem_explains_what_is_not_booked_and_nothing_else():
    assert found(paid().payment, problem="mismatch") == [("tr_1", "mismatch")]
    assert found(paid().payment, posted(value=98), problem="mismatch") == [("tr_1", "other_amount")]


def test_what_odoo_rounds_otherwise_is_no_difference():
    unit = Decimal("0.05")
    payment = paid(value="99.98").payment
    assert found(payment, posted(value="100.00", unit=unit)) == []
    assert looks_right(payment, [posted(value="100.00", unit=unit)])
    assert found(payment, posted(value="100.03", unit=unit)) == [("tr_1", "other_amount")]


def test_lists_of_refunds_and_chargebacks_are_compared_by_their_own_ids():
    refunds = [Refund("re_1", eur(30), "refunded", payment_id="tr_1")]
    chargebacks = [Chargeback("chb_1", eur(20), True, "tr_1")]
    listed = told_later(refunds, chargebacks)
    assert [(m.id, m.amount) for m in listed] == [
        ("re_1", eur(-30)),
        ("chb_1", eur(-20)),
        ("chb_1-reversed", eur(20)),
    ]


@pytest.mark.parametrize(
    "books",
    [
        [],
        [posted(value=98)],
        [posted(currency=USD)],
        [posted(), posted("tr_1", 100, "other_amount")],
        [posted(), posted("re_1", -30, "refund")],
        [posted(value=40), posted("cpt_2", 60, "capture")],
    ],
)
def test_books_that_a_list_cannot_confirm_are_looked_at(books):
    assert not looks_right(paid().payment, books)


def test_sums_of_a_list_confirm_what_came_and_was_refunded():
    listed = replace(paid().payment, refunded=eur(30))
    assert looks_right(listed, [posted(), posted("re_1", -30, "refund")])
    assert not looks_right(listed, [posted()])
    captured = replace(paid().payment, captured=eur(60))
    assert looks_right(captured, [posted(value=60)])
    assert looks_right(Mollie.create().payment, [])


def test_parts_are_compared_when_the_first_one_changed():
    """Another part may be booked for the payment than the first that succeeded."""
    parts = (Capture("cpt_1", eur(40), "succeeded"), Capture("cpt_2", eur(60), "succeeded"))
    payment = replace(paid().payment, captures=parts)
    entries = [posted(value=60), posted("cpt_1", 40, "capture")]
    assert differences(told(payment, eur(60)), entries) == []
