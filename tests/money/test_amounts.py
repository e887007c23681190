"""Amounts are exact, and read and written as Mollie does."""

from decimal import Decimal

import pytest
from money.amounts import Amount, digits, is_written


def written(value, currency="EUR"):
    return {"currency": currency, "value": value}


@pytest.mark.parametrize(
    "value, amount",
    [
        ("10.00", "10"),
        ("0.01", "0.01"),
        ("999999999999999.99", "999999999999999.99"),
        ("0.00", "0"),
    ],
)
def test_an_amount_is_read_to_the_cent(value, amount):
    assert Amount.read(written(value)) == Amount(Decimal(amount), "EUR")


@pytest.mark.parametrize("value, amount", [("10", 10), ("0.1234", "0.1234"), ("10.5", "10.5")])
def test_an_amount_may_have_no_decimals_or_up_to_four(value, amount):
    assert Amount.read(written(value)).value == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 10.00",
        "10.00 ",
        "10.00\n",
        "-10.00",
        "+10.00",
        "10,00",
        "1,000.00",
        "1 000.00",
        "10.",
        ".50",
        "10.00000",
        "1e3",
        "0x10",
        "NaN",
        "Infinity",
        "1_000.00",
        "1000000000000000.00",
        "１０.００",
        "10.00EUR",
    ],
)
def test_a_value_that_mollie_would_not_write_is_refused(value):
    assert not is_written(written(value))
    with pytest.raises(ValueError, match="not an amount"):
        Amount.read(written(value))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "10.00",
        10,
        [],
        ["EUR", "10.00"],
        {},
        {"value": "10.00"},
        {"currency": "EUR"},
        written(10),
        written(10.0),
        written(True),
        written(None),
        written("10.00", None),
        written("10.00", ["EUR"]),
        written("10.00", ""),
        written("10.00", "eur"),
        written("10.00", "EURO"),
        written("10.00", "E\0R"),
        written("10.00", "EUR\n"),
    ],
)
def test_what_is_no_amount_at_all_is_refused(answer):
    assert not is_written(answer)
    with pytest.raises(ValueError, match="not an amount"):
        Amount.read(answer)


def test_whether_something_is_an_amount_is_answered_with_yes_or_no():
    assert is_written(written("10.00")) is True
    assert is_written(written("ten")) is False


def test_the_same_amount_is_equal_however_many_decimals_it_is_written_with():
    assert Amount.read(written("10")) == Amount.read(written("10.00"))
    assert hash(Amount.read(written("10"))) == hash(Amount.read(written("10.00")))


def test_the_same_number_of_another_currency_is_another_amount():
    assert Amount.of(10, "EUR") != Amount.of(10, "USD")


@pytest.mark.parametrize(
    "value, cents",
    [
        (0.1 + 0.2, "0.30"),
        (1.005, "1.01"),
        (2.675, "2.68"),
        (2.665, "2.67"),
        (-2.675, "-2.68"),
        (2.6749999, "2.67"),
        (33.333333333, "33.33"),
        (1e-9, "0.00"),
        (19.999999999999996, "20.00"),
        (Decimal("0.125"), "0.13"),
        (7, "7.00"),
    ],
)
def test_a_number_is_rounded_to_the_cent_as_it_is_read_and_half_of_one_away_from_zero(value, cents):
    assert str(Amount.of(value, "EUR").value) == cents


@pytest.mark.parametrize("currency", ["JPY", "ISK"])
def test_yen_and_kronur_have_no_decimals(currency):
    assert digits(currency) == 0
    assert Amount.of(999.5, currency) == Amount(Decimal(1000), currency)
    assert Amount.of(1000.49, currency).write() == written("1000", currency)


@pytest.mark.parametrize("currency", ["EUR", "USD", "HUF", "TWD", "KWD", "CLP"])
def test_every_other_currency_has_two_decimals_whatever_others_think(currency):
    assert digits(currency) == 2
    assert Amount.of(10, currency).write() == written("10.00", currency)


@pytest.mark.parametrize(
    "value, currency", [("10.00", "EUR"), ("0.01", "USD"), ("1500", "JPY"), ("123456.78", "HUF")]
)
def test_what_was_read_is_written_as_it_was(value, currency):
    assert Amount.read(written(value, currency)).write() == written(value, currency)


def test_an_amount_of_ten_is_written_with_both_its_decimals():
    assert Amount(Decimal(10), "EUR").write() == written("10.00")


def test_big_amounts_are_not_written_with_an_exponent():
    assert Amount.of(1e9, "EUR").write() == written("1000000000.00")
    assert Amount(Decimal("1E+6"), "JPY").write() == written("1000000", "JPY")


def test_what_went_is_less_than_zero_and_written_without_its_sign():
    went = -Amount.of(12.5, "EUR")
    assert went == Amount(Decimal("-12.50"), "EUR")
    assert went.write() == written("12.50")


def test_the_opposite_and_the_size_of_an_amount_keep_its_currency():
    amount = Amount.of(30, "JPY")
    assert -amount == Amount.of(-30, "JPY")
    assert abs(-amount) == abs(amount) == amount


def test_an_amount_can_not_be_changed():
    with pytest.raises(AttributeError):
        Amount.of(10, "EUR").value = Decimal(11)
