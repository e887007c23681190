"""Alarms of the whole database: so much happens within an hour that somebody must be at it, or
nothing can happen any more.
"""

import logging
from datetime import timedelta

from odoo import fields

from ..const import ALARM
from .todos import tell_of_journal, tell_until_done

_logger = logging.getLogger(__name__)


def sound_alarms(env):
    """Look whether there is an alarm; tell the administrator and the bookkeepers, once an hour.

    In sudo mode, from a scheduled action.
    """
    for kind, (count, words) in ALARMS.items():
        number, companies = count(env, fields.Datetime.now() - timedelta(hours=1))
        if number >= ALARM and env["mollie.limit"]._may("alarm", kind):
            _logger.warning(words, number)
            for provider in env["payment.provider"]._mollie_search_connected():
                if provider.company_id in companies and provider.journal_id:
                    tell_until_done(provider.journal_id, kind)


def tell_of_copies(env):
    """Tell as long as this database only looks, since it may be a copy: nobody can pay meanwhile.

    In sudo mode, from a scheduled action.
    """
    for provider in env["payment.provider"]._mollie_search_connected():
        if provider.journal_id:
            tell_of_journal(provider.journal_id, "copy", provider._mollie_is_copy())


def tell_of_refused_keys(env):
    """Tell as long as Mollie refuses a key: nobody can pay meanwhile, and nothing is heard.

    In sudo mode, from a scheduled action.
    """
    for provider in env["payment.provider"]._mollie_search_connected():
        if provider.mollie_key_refused:
            provider._mollie_try_refused_key()
        if provider.journal_id:
            tell_of_journal(provider.journal_id, "key_refused", provider.mollie_key_refused)


def _count_failures(env, since):
    domain = [("event", "=", "status"), ("mollie_status", "=", "failed")]
    Log = env["mollie.payment.log"]
    # Whose key it was: the invoices may be its branches'.
    place = ["transaction_id.company_id"]
    rows = Log._read_group([*domain, ("create_date", ">", since)], place, ["__count"])
    return sum(count for _company, count in rows), [company for company, _count in rows]


def _count_requests(env, since):
    count = env["mollie.limit"].search_count([("kind", "=", "request"), ("moment", ">", since)])
    return count, env["res.company"].search([])


# What returns how many there were and in which companies, and what the administrator reads. The
# to-dos' texts are in `NEEDS`.
ALARMS = {
    "many_failures": (
        _count_failures,
        "%d payments through Mollie failed within an hour: somebody may be trying out stolen cards",
    ),
    "many_requests": (
        _count_requests,
        "Payment links were asked for %d times within an hour: somebody may be guessing numbers",
    ),
}
