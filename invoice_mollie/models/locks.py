"""Locks on rows, of which one may wait a moment for another."""

import psycopg2

from odoo.exceptions import LockError
from odoo.tools import SQL

from ..const import LOCK_TIMEOUT


def lock_afresh(record):
    """Lock the row of a record in a request that has not written anything so far.

    Who waited finds the row changed by the one it waited for, as a rule. Odoo would begin the
    request anew after a pause of up to two seconds, in which the process answers nobody: where
    nothing was written there is nothing to lose, and no need to wait.

    :raise LockError: as `wait_for_lock` does.
    """
    try:
        wait_for_lock(record)
    except psycopg2.errors.SerializationFailure:
        record.env.cr.rollback()
        record.env.transaction.reset()
        wait_for_lock(record)


def wait_for_lock(record):
    """Lock the row of a record; wait a moment for who has it.

    Core's `lock_for_update` does not wait, but a customer's return and the webhook come in the same
    second and both deserve an answer. If the other one changed the row, PostgreSQL reports a
    serialization failure and Odoo replays the request on the new state. If it did not, what was
    read of the row before is as it is now.

    :raise LockError: if it takes longer.
    """
    # What is to be written belongs before what is looked at.
    record.env.cr.flush()
    # As a rule nobody has it, and that takes one query instead of five.
    if not _lock(record, SQL("SKIP LOCKED")):
        _wait(record)


def _wait(record):
    cr = record.env.cr
    try:
        with cr.savepoint():
            cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{LOCK_TIMEOUT}s"))
            _lock(record, SQL())
            cr.execute("SET LOCAL lock_timeout = 0")
    except psycopg2.errors.LockNotAvailable:
        raise LockError(
            record.env._("Payment %s is being updated. Try again.", record.display_name)
        ) from None


def _lock(record, option):
    """Return whether the row is locked now."""
    table = SQL.identifier(record._table)
    query = SQL("SELECT 1 FROM %s WHERE id = %s FOR NO KEY UPDATE %s", table, record.id, option)
    record.env.cr.execute(query, log_exceptions=False)  # A replay is nothing to report.
    return record.env.cr.fetchone()
