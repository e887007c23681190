"""Which amounts and currencies are refused. The sandbox may not be more lenient than Mollie."""

import pytest
from sandbox_api import payment, refused


@pytest.mark.parametrize(
    "value",
    [
        10,
        10.0,
        "10",
        "10.0",
        "10.000",
        "16.1",
        "1,00",
        "01.00",
        "-1.00",
        "+1.00",
        "1e2",
        "NaN",
        " 10.00",
        "10.00 ",
        "１０.00",
        "",
        None,
        True,
        [],
        "9" * 20 + ".00",
        "10.00\n",
    ],
)
def test_a_value_must_be_text_with_exactly_two_decimals(api, value):
    error = refused(api, payment() | {"amount": {"currency": "EUR", "value": value}})
    assert error["field"] == "amount.value"
    assert error["detail"] == "The amount contains an invalid value"


@pytest.mark.parametrize("currency", ["JPY", "ISK"])
def test_currencies_without_decimals_have_none(api, currency):
    assert api.pay("1000", currency)["amount"]["value"] == "1000"
    assert refused(api, payment("1000.00", currency))["field"] == "amount.value"


@pytest.mark.parametrize("currency", ["HUF", "TWD"])
def test_forints_and_taiwan_dollars_have_two_decimals(api, currency):
    assert api.pay("1000.00", currency)["amount"]["value"] == "1000.00"
    assert refused(api, payment("1000", currency))["field"] == "amount.value"


@pytest.mark.parametrize("currency", ["XXX", "KWD", "eur", "", None, 5, "INR"])
def test_a_currency_that_mollie_lacks_is_refused(api, currency):
    assert refused(api, payment("10.00", currency))["field"] == "amount.currency"


@pytest.mark.parametrize(
    "amount, field",
    [
        ("10.00", "amount"),
        (10, "amount"),
        ({"value": "10.00"}, "amount.currency"),
        ({"currency": "EUR"}, "amount.value"),
        ({"currency": "EUR", "value": "10.00", "tip": "1.00"}, "amount.tip"),
    ],
)
def test_an_amount_is_an_object_of_two(api, amount, field):
    assert refused(api, payment() | {"amount": amount})["field"] == field


@pytest.mark.parametrize(
    "value, method, detail",
    [
        ("0.00", None, "The amount is lower than the minimum"),
        ("0.01", "eps", "The amount is lower than the minimum"),
        ("10000.01", "creditcard", "The amount is higher than the maximum"),
        ("1000000.01", None, "The amount is higher than the maximum"),
    ],
)
def test_an_amount_that_no_method_takes_is_refused(api, value, method, detail):
    assert refused(api, payment(value, method=method))["detail"] == detail


def test_a_currency_that_no_chosen_method_takes_is_refused(api):
    error = refused(api, payment(currency="USD", method="ideal"))
    assert error["detail"] == "No suitable payment methods found"
