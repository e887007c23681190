"""Items on the account of the money at Mollie that belong to none of its payments."""

import re

from odoo.tools import SQL

_MOLLIE_ID = re.compile(r"\b(tr|re|chb|cpt)_[A-Za-z0-9]{1,64}\b")
# Payouts and fees are no money of customers, and Mollie's lists say nothing of them: entries that
# only move money on to a bank, a cash or a transfer account, to costs with their taxes, or to a
# supplier, as Mollie is whose invoice is paid from the balance.
_ITEMS = """
SELECT line.id
  FROM account_move_line AS line
  JOIN account_move AS move ON move.id = line.move_id
  LEFT JOIN account_payment AS payment ON payment.id = move.origin_payment_id
 WHERE line.account_id = %(account)s
   AND line.parent_state = 'posted'
   AND (%(journal)s IS NULL OR line.journal_id = %(journal)s)
   AND (%(method)s IS NULL OR payment.payment_method_line_id = %(method)s)
   AND line.id > %(after)s
   AND (
       %(customers)s IS NULL
       OR line.partner_id IN (
           SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(customers)s)
       )
   )
   AND line.amount_currency != 0
   AND payment.payment_transaction_id IS NULL
   AND EXISTS (
       SELECT 1
         FROM account_move_line AS other
         JOIN account_account AS account ON account.id = other.account_id
        WHERE other.move_id = line.move_id
          AND other.account_id NOT IN %(onward)s
          AND other.tax_line_id IS NULL
          AND account.account_type
              NOT IN ('asset_cash', 'liability_credit_card', 'liability_payable')
          AND account.account_type NOT LIKE 'expense%%'
       )
 ORDER BY line.id
 LIMIT %(limit)s
"""


def items_by_hand(provider, after=0, limit=500, customers=None):
    """Return journal items of the provider's account that belong to no payment at Mollie.

    :param int after: the id of the item after which to begin.
    :param customers: only theirs, and their contacts'; commercial partners.
    """
    account, journal = provider._mollie_account(), provider.journal_id
    if not account:
        return provider.env["account.move.line"]
    # An account that other journals use, too, is not Mollie's alone: there the journal's count.
    is_own = account == journal.default_account_id
    # And in a bank's journal what was booked as Mollie's: else it is what came by the bank.
    method = None if provider._mollie_owns_journal() else provider._mollie_method_line().id or None
    onward = (account | provider.company_id.transfer_account_id).ids
    provider.env.flush_all()
    names = {
        "account": account.id,
        "journal": None if is_own else journal.id,
        "method": method,
        "after": after,
        "customers": None if customers is None else customers.ids,
    }
    provider.env.cr.execute(SQL(_ITEMS, **names, onward=tuple(onward), limit=limit))
    return provider.env["account.move.line"].browse([row[0] for row in provider.env.cr.fetchall()])


def rows_by_hand(provider, items):
    """Return the values of the rows about items: none about those that were reversed since, or
    that reverse an entry of a payment at Mollie.
    """
    return [_values(provider, item) for item in items if _stands(item)]


def _stands(item):
    """Return whether an item was put there by hand and was not reversed since."""
    root = _root(item.move_id)
    moves = root
    while reversals := moves.reversal_move_ids - moves:
        moves |= reversals
    same = moves.line_ids.filtered(
        lambda line: (line.account_id, line.currency_id) == (item.account_id, item.currency_id)
    )
    posted = same.filtered(lambda line: line.parent_state == "posted")
    is_left = not item.currency_id.is_zero(sum(posted.mapped("amount_currency")))
    return is_left and not root.origin_payment_id.payment_transaction_id


def _root(move):
    while move.reversed_entry_id:
        move = move.reversed_entry_id
    return move


def _values(provider, item):
    found = _MOLLIE_ID.search(f"{item.name} {item.ref} {item.move_id.ref}")
    name = found[0] if found else ""
    tx = _find_twin(provider, item, name)
    return {
        "mollie_reference": name,
        "kind": "item",
        "reason": "twice_by_hand" if tx else "by_hand",
        "transaction_id": tx.id,
        "move_id": tx._mollie_invoices()[:1].id,
        "payment_id": item.move_id.origin_payment_id.id,
        "line_id": item.id,
        "account_id": item.account_id.id,
        "currency_id": item.currency_id.id,
        "amount_mollie": 0,
        "amount_booked": item.amount_currency,
    }


def _find_twin(provider, item, name):
    """Return a payment at Mollie that is booked, too: the one named, or one of the same customer
    and amount, unless another invoice was paid by hand.
    """
    Transaction = provider.env["payment.transaction"]
    partner, paid = item.partner_id.commercial_partner_id, paid_with(item)
    if not name and not partner:
        return Transaction
    same = [
        ("amount", "=", item.amount_currency),
        ("currency_id", "=", item.currency_id.id),
        ("partner_id", "child_of", partner.id),
        *([("invoice_ids", "in", paid.ids)] if paid else []),
    ]
    named = [("provider_reference", "=", name)]
    found = Transaction.search(
        [("provider_id", "=", provider.id), ("payment_id", "!=", False), *(named if name else same)]
    )
    return found.filtered(lambda tx: tx._mollie_is_booked())[:1]


def paid_with(item):
    """Return the documents that an entry by hand pays."""
    lines = item.move_id.line_ids
    matched = lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id
    return matched.move_id.filtered(lambda move: move.is_invoice())
