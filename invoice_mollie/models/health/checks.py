"""The checks of a set-up: a table, a row for each."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import LazyTranslate

from . import address, books, copies, key, messages
from .setup import STATUSES, look_at

_lt = LazyTranslate(__name__)


class Check(NamedTuple):
    """Something that can be wrong.

    label   what people call it
    find    a function that looks at a `Setup` and returns a `Finding`; None if there is nothing to
            look at
    always  also if there is no key
    """

    label: str
    find: Callable
    always: bool = False


# By the id that monitors know.
CHECKS = {
    "key": Check(_lt("API key"), key.key, True),
    "endpoint": Check(_lt("Mollie's address"), key.endpoint),
    "provider": Check(_lt("Payment provider"), key.state),
    "mode": Check(_lt("Mode"), key.mode),
    "profile": Check(_lt("Profile"), key.profile),
    "methods": Check(_lt("Payment methods"), key.methods),
    "same_key": Check(_lt("Other companies"), key.same_key),
    "copy": Check(_lt("Copy of a database"), copies.copy),
    "other_database": Check(_lt("Other databases' payments"), copies.other_database),
    "journal": Check(_lt("Journal"), books.journal),
    "account": Check(_lt("Account"), books.account),
    "currency": Check(_lt("Currency"), books.currency),
    "https": Check(_lt("Encryption"), address.https, True),
    "reachable": Check(_lt("Public address"), address.reachable, True),
    "address": Check(_lt("Address of links"), address.unchanged, True),
    "databases": Check(_lt("Database of the host"), address.databases, True),
    "proxy": Check(_lt("Proxy"), address.proxy, True),
    "webhooks": Check(_lt("Webhooks"), messages.webhooks),
    "crons": Check(_lt("Scheduled actions"), messages.crons, True),
    "attempts": Check(_lt("Attempts without answer"), messages.unanswered),
    "bookings": Check(_lt("Bookings"), books.bookings),
    "differences": Check(_lt("Differences"), books.differences),
}


def check_setup(company, asks=False):
    """Look at all that can be wrong with a company's set-up.

    :param bool asks: also ask Mollie, once.
    :return: ``{a key of `CHECKS`: Finding}``
    """
    setup = look_at(company, asks)
    return {
        name: finding
        for name, check in CHECKS.items()
        if (check.always or setup.provider) and (finding := check.find(setup))
    }


def worst(findings):
    """Return the status of the worst of some findings."""
    return max((finding.status for finding in findings), key=STATUSES.index)
