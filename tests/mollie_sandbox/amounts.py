"""Money as Mollie writes it: `{"currency": "EUR", "value": "10.00"}`."""

import decimal
import re

from .const import DECIMALS
from .errors import Unprocessable

DIGITS = re.compile(r"(0|[1-9][0-9]{0,12})(?:\.([0-9]+))?", re.ASCII)


def check_amount(amount, field="amount", currency=None):
    """Return the amount as Mollie would keep it.

    :param currency: The only currency allowed, e.g. that of the payment to be refunded.
    :raise Unprocessable: as Mollie answers for each thing that can be wrong.
    """
    if not isinstance(amount, dict):
        raise Unprocessable("The amount contains an invalid value", field)
    for key in ("currency", "value"):
        if key not in amount:
            raise Unprocessable(f"The amount does not contain a {key}", f"{field}.{key}")
    for key in amount.keys() - {"currency", "value"}:
        raise unknown_parameter(f"{field}.{key}")
    _check_currency(amount["currency"], field, currency)
    _check_value(amount["value"], DECIMALS[amount["currency"]], field)
    return {"currency": amount["currency"], "value": amount["value"]}


def unknown_parameter(name):
    return Unprocessable(f'Non-existent body parameter "{name}" for this API call.', name)


def _check_currency(code, field, wanted):
    if not isinstance(code, str) or code not in DECIMALS or (wanted and code != wanted):
        raise Unprocessable("The amount contains an invalid currency", f"{field}.currency")


def _check_value(value, decimals, field):
    found = isinstance(value, str) and DIGITS.fullmatch(value)
    if not found or len(found[2] or "") != decimals:
        raise Unprocessable("The amount contains an invalid value", f"{field}.value")


def number(amount):
    return decimal.Decimal(amount["value"])


def money(value, currency):
    """An amount object from a Decimal (or a string), with the currency's decimals."""
    step = decimal.Decimal(1).scaleb(-DECIMALS[currency])
    return {"currency": currency, "value": str(decimal.Decimal(value).quantize(step))}


def total(amounts):
    return sum(map(number, amounts), decimal.Decimal())
