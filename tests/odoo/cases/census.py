"""All rows of the business, counted and summed up: whether any changed is told by one query."""

from odoo.tools import SQL

MODELS = (
    "account.move",
    "account.move.line",
    "account.partial.reconcile",
    "account.payment",
    "ir.config_parameter",
    "mail.activity",
    "mail.mail",
    "mail.message",
    "payment.provider",
    "payment.token",
    "payment.transaction",
    "res.company",
    "res.partner",
    "res.partner.bank",
    "res.users",
)

# Of files, their sizes: what is in them would take longer than all the rest.
FILES = SQL("SELECT 'ir_attachment', count(*), sum(file_size) FROM ir_attachment")


def census(env):
    """Return how many rows each table of the business has, and a sum of all that is in them."""
    env.flush_all()
    env.cr.execute(SQL(" UNION ALL ").join([FILES, *map(_count, _tables(env))]))
    return {table: (count, total) for table, count, total in env.cr.fetchall()}


def changed(before, after):
    """Return the tables of which two censuses tell other things."""
    return {table for table in before.keys() | after.keys() if before[table] != after[table]}


def _tables(env):
    ours = [
        name
        for name, model in env.items()
        if name.startswith("mollie.") and model._auto and not model._transient
    ]
    return [env[name]._table for name in (*MODELS, *ours)]


def _count(table):
    return SQL(
        "SELECT %s, count(*), sum(hashtextextended(t::text, 0)) FROM %s t",
        table,
        SQL.identifier(table),
    )
