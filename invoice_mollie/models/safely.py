"""What must not keep anything else back, whatever goes wrong with it."""

import logging

import psycopg2

_logger = logging.getLogger(__name__)


def safely(env, do, sentence, *values):
    """Call a function; if it fails, undo what it did and write why into the server's log.

    :param str sentence: what could not be done; its values have places as in `logging`.
    :raise OperationalError: if PostgreSQL refuses it: Odoo, or the next run, begins anew.
    """
    try:
        with env.cr.savepoint():
            do()
    except psycopg2.OperationalError:
        raise
    except Exception:
        _logger.exception(sentence, *values)
