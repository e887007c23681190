"""Amounts that customers type."""

import re

# Plain digits, a point or a comma, one or two decimals: with separators of thousands, nobody
# knows whether 1.500 is more or less than two.
_AMOUNT = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")


class WrongAmount(Exception):
    """What was typed can't be paid: it is no amount, or too little, or too much."""


def read_typed(text, currency):
    """Return the amount that somebody typed, maybe with its currency, as "€ 25" or "25,50 eur"; 0
    if it is none.
    """
    for sign in (currency.symbol, currency.name):
        around = re.escape(sign)
        text = re.sub(rf"^\s*{around}|{around}\s*$", "", text.strip(), count=1, flags=re.IGNORECASE)
    text = text.strip()
    return float(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else 0
