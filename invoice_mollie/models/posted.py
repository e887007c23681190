"""What is posted in Odoo under Mollie's ids, read from the entries themselves."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from ..money.amounts import Amount
from ..money.comparison import Posted

# What a person made of a payment's entry, the most telling first.
_CONDITIONS = ("draft", "reversed", "canceled")
# For each payment of transactions: what its entry, and whatever reversed that, posted on the
# payment's account of money at Mollie. A payment without an account has no entry: it counts itself.
_PAYMENTS = """
WITH RECURSIVE entry AS (
    SELECT move.id, move.state, payment.id AS payment_id, 0 AS depth
      FROM account_payment AS payment
      JOIN account_move AS move ON move.id = payment.move_id
     WHERE payment.payment_transaction_id = ANY(%(txs)s)
     UNION
    SELECT move.id, move.state, entry.payment_id, entry.depth + 1
      FROM entry
      JOIN account_move AS move ON move.reversed_entry_id = entry.id
), item AS (
    SELECT entry.payment_id, line.currency_id, SUM(line.amount_currency) AS amount,
           BOOL_OR(entry.depth > 0) AS is_reversed
      FROM entry
      JOIN account_payment AS payment ON payment.id = entry.payment_id
      JOIN account_move_line AS line
        ON line.move_id = entry.id AND line.account_id = payment.outstanding_account_id
     WHERE entry.state = 'posted'
     GROUP BY entry.payment_id, line.currency_id
)
SELECT payment.payment_transaction_id AS tx_id,
       currency.name AS currency,
       currency.rounding AS unit,
       CASE WHEN payment.move_id IS NOT NULL THEN COALESCE(item.amount, 0)
            WHEN payment.state NOT IN ('in_process', 'paid') THEN 0
            WHEN payment.payment_type = 'inbound' THEN payment.amount
            ELSE -payment.amount
       END AS amount,
       CASE WHEN 'draft' IN (payment.state, move.state) THEN 'draft'
            WHEN item.is_reversed THEN 'reversed'
            WHEN payment.state IN ('canceled', 'rejected') OR move.state = 'cancel' THEN 'canceled'
            ELSE ''
       END AS condition
  FROM account_payment AS payment
  LEFT JOIN account_move AS move ON move.id = payment.move_id
  LEFT JOIN item ON item.payment_id = payment.id
  JOIN res_currency AS currency ON currency.id = COALESCE(item.currency_id, payment.currency_id)
 WHERE payment.payment_transaction_id = ANY(%(txs)s)
"""


def posted_of(txs):
    """Return what is posted of transactions, those that have payments in Odoo.

    :return: ``{transaction: [Posted]}``, one for each currency.
    """
    found, by_id = defaultdict(list), {tx.id: tx for tx in txs}
    for (tx_id, currency), rows in _payments(txs).items():
        tx = by_id[tx_id]
        amount = Amount.of(sum(row["amount"] for row in rows), currency)
        conditions = {row["condition"] for row in rows}
        condition = next((name for name in _CONDITIONS if name in conditions), "")
        unit = Decimal(str(rows[0]["unit"]))
        found[tx].append(Posted(tx.provider_reference, tx.mollie_kind, amount, condition, unit))
    return found


def _payments(txs):
    """Return ``{(transaction's id, currency's name): its payments' rows}``."""
    if not txs:
        return {}
    txs.env.flush_all()
    txs.env.cr.execute(SQL(_PAYMENTS, txs=txs.ids))
    rows = defaultdict(list)
    for row in txs.env.cr.dictfetchall():
        rows[row["tx_id"], row["currency"]].append(row)
    return rows
