"""What is posted in Odoo under Mollie's ids, read from the entries themselves."""

from collections import defaultdict
from decimal import Decimal

from ..money.amounts import Amount
from ..money.comparison import Posted
from .transaction.entries import entries_of, is_draft, posted_sums, reversals_of

# What a person made of a payment's entry, the most telling first.
_CONDITIONS = {
    "draft": is_draft,
    "reversed": lambda payment: bool(reversals_of(payment.move_id)),
    "canceled": lambda payment: (
        payment.state in ("canceled", "rejected") or payment.move_id.state == "cancel"
    ),
}


def posted_of(txs):
    """Return what is posted of transactions, those that have payments in Odoo: with what was booked
    of them before, and reversed. Must be called in sudo mode.

    :return: ``{transaction: [Posted]}``, one for each currency.
    """
    found = defaultdict(list)
    payments = txs.env["account.payment"].search([("payment_transaction_id", "in", txs.ids)])
    entries_of(payments).line_ids.mapped("parent_state")  # All at once, not for each of them.
    for tx, booked in payments.grouped("payment_transaction_id").items():
        for currency, amount in _sums(booked).items():
            found[tx].append(
                Posted(
                    tx.provider_reference,
                    tx.mollie_kind,
                    Amount.of(amount, currency.name),
                    next(iter(_conditions(booked)), ""),
                    Decimal(str(currency.rounding)),
                )
            )
    return found


def _sums(payments):
    """Return ``{currency: what is posted of all the payments}``."""
    sums = defaultdict(float)
    for payment in payments:
        for currency, amount in posted_sums(payment).items():
            sums[currency] += amount
    return sums


def _conditions(payments):
    return [name for name, is_so in _CONDITIONS.items() if any(map(is_so, payments))]
