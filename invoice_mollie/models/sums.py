"""Amounts of several currencies in words."""


def name_sums(txs):
    """Return what transactions add up to, for example "€ 150.00 + $ 20.00"."""
    return " + ".join(
        currency.format(sum(tx.mollie_amount_captured or tx.amount for tx in of_currency))
        for currency, of_currency in txs.grouped("currency_id").items()
    )
