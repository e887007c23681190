"""Many invoices, attempts, log rows and bookings, made by SQL: by Odoo it would take hours; and
one forgotten, which nothing in Odoo does.
"""

from odoo.tools import SQL

# What must not be the same in two rows, as an expression of its id: where a table has such a
# column.
DAY = "'2024-11-01'::date + {id} % 730"
OWN = {
    "name": "'MANY/' || {id}",
    "access_token": "NULL",
    "sequence_prefix": "'MANY/'",
    "sequence_number": "{id}",
    "payment_reference": "'MANY/' || {id}",
    "move_name": "'MANY/' || {id}",
    "reference": "'MANY/' || {id}",
    "provider_reference": "'tr_many' || {id}",
    "token": "md5('token' || {id})",
    "mollie_return_token": "md5('return' || {id})",
    "mollie_webhook_token": "md5('webhook' || {id})",
    "mollie_receipt_token": "md5('receipt' || {id})",
    "made_sequence_gap": "false",
    # Over two years: else each would be taken for a duplicate of all others.
    "date": DAY,
    "invoice_date": DAY,
    "invoice_date_due": DAY,
    "date_maturity": DAY,
}

_RELATE = """
INSERT INTO account_invoice_transaction_rel (invoice_id, transaction_id)
SELECT %(moves)s + n, %(txs)s + n FROM generate_series(1, %(count)s) AS n
"""
# A booking's records name each other both ways.
_NAME_EACH_OTHER = """
UPDATE account_move SET origin_payment_id = id - %(moves)s + %(payments)s
 WHERE id BETWEEN %(moves)s + 1 AND %(moves)s + %(count)s;
UPDATE payment_transaction AS made
   SET payment_id = n + %(payments)s, provider_reference = mollie_id
  FROM unnest(%(ids)s) WITH ORDINALITY AS of(mollie_id, n)
 WHERE made.id = n + %(txs)s
"""


def fill(env, invoice, count):
    """Copy an open invoice so many times for a thousand other customers, with its lines and its
    attempt, and with its link and its log where there are such.
    """
    env.flush_all()
    others = _copy(env, invoice.partner_id, 1000, {"commercial_partner_id": "{id}"})
    other = f"{others} + 1 + {{n}} % 1000"
    moves = copy_invoice(env, invoice, count, other)
    own = {"move_id": moves, "partner_id": other}
    _copy_all(env, invoice.line_ids, count, own)
    if "mollie.payment.link" in env:
        own["mollie_link_id"] = own["link_id"] = _copy(env, invoice.mollie_link_ids, count, own)
    own["transaction_id"] = txs = _copy(env, invoice.transaction_ids, count, own)
    env.cr.execute(_RELATE, {"moves": moves, "txs": txs, "count": count})
    if "mollie.payment.log" in env:
        _copy_all(env, invoice.mollie_log_ids, count, own)
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def copy_invoice(env, invoice, count, partner):
    """Copy the row of an invoice for a partner, an expression of `{n}`; return the id before that
    of the first copy.
    """
    return _copy(env, invoice, count, {"partner_id": partner, "commercial_partner_id": partner})


def copy_attempt(env, tx, count):
    """Copy the row of a transaction, with its invoice; return the copies."""
    env.flush_all()
    before = _copy(env, tx, count, {})
    env.cr.execute(
        "INSERT INTO account_invoice_transaction_rel (invoice_id, transaction_id)"
        " SELECT %s, %s + n FROM generate_series(1, %s) AS n",
        [tx.invoice_ids.id, before, count],
    )
    return tx.browse(range(before + 1, before + 1 + count))


def copy_booked(env, tx, payment_ids):
    """Copy a transaction that is booked, with its payment and its entry, for each of so many ids of
    payments at Mollie. The first one's reference is COPY-1.
    """
    env.flush_all()
    count, payment, move = len(payment_ids), tx.payment_id, tx.payment_id.move_id
    moves = _copy(env, move, count, {})
    txs = _copy(env, tx, count, {"reference": "'COPY-' || {n}"})
    payments = _copy(env, payment, count, {"move_id": moves, "payment_transaction_id": txs})
    _copy_all(env, move.line_ids, count, {"move_id": moves})
    env.cr.execute("ANALYZE")  # Else all rows are compared with all ids.
    names = {"moves": moves, "txs": txs, "payments": payments, "count": count}
    env.cr.execute(_NAME_EACH_OTHER, names | {"ids": list(payment_ids)})
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def forget(tx):
    """Let the database be as it was before a transaction, as after a backup was restored."""
    env = tx.env
    env.flush_all()
    for table in ("mollie_payment_log", "account_invoice_transaction_rel"):
        env.cr.execute(f"DELETE FROM {table} WHERE transaction_id = %s", [tx.id])
    env.cr.execute("DELETE FROM payment_transaction WHERE id = %s", [tx.id])
    env.invalidate_all()


def _copy_all(env, records, count, own):
    for record in records:
        _copy(env, record, count, own)


def _copy(env, record, count, own):
    """Copy a record's row; return the id before that of the first copy: copy `n` has `n` more.

    :param dict own: the values of columns, as text, or the id before that of the first row that
        they refer to.
    """
    table, columns = record._table, _columns(env, record._table)
    before = _next_id(env, table, count)
    others = {
        name: value if isinstance(value, str) else f"{value} + {{n}}" for name, value in own.items()
    }
    own = OWN | others
    values = [own.get(name, f'"{name}"').format(id=f"({before} + n)", n="n") for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    env.cr.execute(
        f'INSERT INTO "{table}" (id, {names}) SELECT {before} + n, {", ".join(values)}'
        f' FROM "{table}", generate_series(1, {count}) AS n WHERE id = {record.id}'
    )
    return before


def _columns(env, table):
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' AND column_name != 'id'"
    )
    env.cr.execute(query, [table])
    return [name for (name,) in env.cr.fetchall()]


def _next_id(env, table, count):
    env.cr.execute(SQL("SELECT nextval(%s)", f"{table}_id_seq"))
    [before] = env.cr.fetchone()
    env.cr.execute(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", before + count + 1))
    return before
