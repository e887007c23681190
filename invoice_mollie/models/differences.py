"""Differences between Mollie and the books, as rows that come and go."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from .by_hand import items_by_hand, paid_with, rows_by_hand
from .todos import finish, tell, tell_of_journal

# A difference that is still there after a day needs a person.
PATIENCE = timedelta(days=1)


def keep_differences(provider, found, txs):
    """Bring the rows about transactions in line with what was found.

    :param list[Difference] found: what differs of these transactions, and all that does.
    :param txs: what was compared: payments and what came of them.
    :return: the rows that there are now.
    """
    rows = [_values(provider, difference, txs) for difference in found]
    about = [("transaction_id", "in", txs.ids), ("line_id", "=", False)]
    within = provider.env["mollie.difference"].search(about)
    return keep_rows(provider, rows, within)


def keep_rows(provider, rows, within):
    """Bring rows in line with what was found.

    :param list[dict] rows: the values of each row there has to be.
    :param within: the rows that there were about what was compared.
    :return: the rows that there are now.
    """
    Difference = provider.env["mollie.difference"]
    now, kept = fields.Datetime.now(), Difference
    common = {
        "provider_id": provider.id,
        "company_id": provider.company_id.id,
        "compared": now,
        "is_confirmed": True,
    }
    known = {(row.mollie_reference, row.currency_id.id, row.line_id.id): row for row in within}
    for values in rows:
        key = values["mollie_reference"], values["currency_id"], values.get("line_id", False)
        row = known.get(key) or Difference.create(common | values | {"since": now})
        if row.transaction_id.id != values.get("transaction_id", False):
            close_told(row)
            row.told = False
        row.write(common | values)
        kept |= row
    (within - kept).unlink()
    return kept


def close_told(rows):
    """Close the to-dos about rows that go, or are about another payment from now on; where others
    of their payment are left, the to-do stands for these.
    """
    txs = rows.filtered("told").transaction_id
    left = rows.search([("transaction_id", "in", txs.ids)]) - rows
    left.told = True
    finish(txs - left.transaction_id, "difference")


def keep_by_hand(provider, invoices, txs):
    """Bring the rows in line with what was booked by hand of the customers of some invoices.

    :param txs: the payments of these invoices, and what came of them.
    :return: the rows that there are now about these invoices and payments.
    """
    Difference = provider.env["mollie.difference"]
    of_invoices = Domain("move_id", "in", invoices.ids) & Domain("provider_id", "=", provider.id)
    known = Difference.search(of_invoices & Domain("line_id", "!=", False))
    customers = invoices.commercial_partner_id
    here = known.line_id.filtered(lambda line: line.account_id == provider._mollie_account())
    items = here | items_by_hand(provider, customers=customers)
    within = known | Difference.search([("line_id", "in", items.ids)])
    kept = keep_rows(provider, rows_by_hand(provider, items), within)
    return kept.filtered(lambda row: row.transaction_id in txs or paid_with(row.line_id) & invoices)


def drop_mended(tx):
    """Delete the rows of a transaction of which the books say what Mollie told: its payment was
    posted.
    """
    rows = tx.env["mollie.difference"].search(
        [("transaction_id", "=", tx.id), ("line_id", "=", False)]
    )
    posted = float(tx._mollie_posted().value)
    rows.filtered(
        lambda row: row.currency_id.compare_amounts(posted, row.amount_mollie) == 0
    ).unlink()


def tell_of_old(provider):
    """Give a to-do about what still differs after a day: on its invoice, or on the journal."""
    for row in _search_old(provider).filtered(lambda row: row.move_id and not row.told):
        booked = row.currency_id.format(row.amount_booked)
        tell(row.transaction_id, "difference", amount=row.amount_mollie, booked=booked)
        row.told = True
    tell_of_loose(provider)


def tell_of_loose(provider, gone=()):
    """Have one to-do on Mollie's journal as long as there are old rows without an invoice.

    :param gone: rows that are about to be deleted.
    """
    loose = _search_old(provider).filtered(lambda row: not row.move_id and row not in gone)
    tell_of_journal(provider.journal_id, "loose_differences", bool(loose))


def _search_old(provider):
    old = fields.Datetime.now() - PATIENCE
    domain = [("provider_id", "=", provider.id), ("since", "<=", old)]
    return provider.env["mollie.difference"].search(domain)


def _values(provider, difference, txs):
    """Return the values of a row about one of some transactions."""
    named = txs.filtered(lambda tx: tx.provider_reference == difference.id)
    # Of several with one id, the record whose money it is; of none, the payment that it came of.
    tx = named.filtered("payment_id")[:1] or named[:1] or txs[:1]
    payment = named.payment_id[:1]
    currency = provider._mollie_find_currency(difference.at_mollie.currency)
    account = payment.outstanding_account_id or provider._mollie_account()
    return {
        "mollie_reference": difference.id,
        "kind": difference.kind,
        "reason": difference.reason,
        "transaction_id": tx.id,
        "move_id": tx._mollie_invoices()[:1].id,
        "payment_id": payment.id,
        "account_id": account.id,
        "currency_id": currency.id,
        "amount_mollie": float(difference.at_mollie.value),
        "amount_booked": float(difference.booked.value),
    }
