"""Amounts that customers type."""

import re

# Digits, a point or a comma, one or two decimals. With separators of thousands alone nobody knows
# whether 1.500 is more or less than two: they count where two decimals follow another separator.
_AMOUNT = re.compile(
    r"[0-9]{1,9}(?:[.,][0-9]{1,2})?"
    r"|[0-9]{1,3}(?P<thousands>[., \u00a0\u202f'])[0-9]{3}(?:(?P=thousands)[0-9]{3})?"
    r"(?!(?P=thousands))[.,][0-9]{2}"
)


class WrongAmount(Exception):
    """What was typed can't be paid: it is no amount, or too little, or too much."""


def read_typed(text, currency):
    """Return the amount that somebody typed, maybe with its currency, as "€ 25" or "25,50 eur"; 0
    if it is none.
    """
    for sign in (currency.symbol, currency.name):
        around = re.escape(sign)
        text = re.sub(rf"^\s*{around}|{around}\s*$", "", text.strip(), count=1, flags=re.IGNORECASE)
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return 0
    digits = found[0].replace(found["thousands"] or " ", "")
    return float(digits.replace(",", "."))
