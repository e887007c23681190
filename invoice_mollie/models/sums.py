"""Amounts of several currencies in words."""

from collections import defaultdict


def name_sums(amounts):
    """Return what amounts add up to, for example "€ 150.00 + $ 20.00".

    :param amounts: ``[(currency, amount)]``
    """
    sums = defaultdict(float)
    for currency, amount in amounts:
        sums[currency] += amount
    return " + ".join(currency.format(total) for currency, total in sums.items())
