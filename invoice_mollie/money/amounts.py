"""Amounts of money: exact, with their currency, read and written as Mollie does."""

# pylint: disable=method-required-super
# Amounts are no model of Odoo's: reading and writing them has no `super`.

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Currencies that Mollie writes without decimals; all others have two, whatever Odoo thinks.
# https://docs.mollie.com/reference/common-data-types
ZERO_DECIMAL_CURRENCIES = ("ISK", "JPY")
# Any, for Mollie may come to handle more; what is no code is not looked up in a database.
_CURRENCY = re.compile("[A-Z]{3}")
_VALUE = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)


def digits(currency):
    """Return how many decimals Mollie writes.

    :param str currency: its ISO code.
    """
    return 0 if currency in ZERO_DECIMAL_CURRENCIES else 2


@dataclass(frozen=True)
class Amount:
    """An amount of money; less than zero if it went."""

    value: Decimal
    currency: str

    @classmethod
    def of(cls, value, currency):
        """Return the amount nearest to a number that Mollie can write.

        :param float value: or any other number.
        :param str currency: its ISO code.
        """
        step = Decimal(1).scaleb(-digits(currency))
        return cls(Decimal(str(value)).quantize(step, ROUND_HALF_UP), currency)

    @classmethod
    def read(cls, written):
        """Return the amount that Mollie wrote: ``{"currency": "EUR", "value": "10.00"}``.

        :raise ValueError: if it is no amount, or less than zero.
        """
        if not is_written(written):
            raise ValueError(f"not an amount: {written!r}")
        return cls(Decimal(written["value"]), written["currency"])

    def write(self):
        """Return it as Mollie writes it, without its sign: a refund of 10 is asked for as 10."""
        value = f"{abs(self.value):.{digits(self.currency)}f}"
        return {"currency": self.currency, "value": value}

    def __add__(self, other):
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} added to {self.currency}")
        return Amount(self.value + other.value, self.currency)

    def __neg__(self):
        return Amount(-self.value, self.currency)

    def __abs__(self):
        return Amount(abs(self.value), self.currency)


def is_written(written):
    """Return whether it looks like ``{"currency": "EUR", "value": "10.00"}``."""
    return (
        isinstance(written, dict)
        and _is_text(written.get("currency"), _CURRENCY)
        and _is_text(written.get("value"), _VALUE)
    )


def _is_text(written, pattern):
    return isinstance(written, str) and bool(pattern.fullmatch(written))
