"""The checks of a set-up: a table, a row for each."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import LazyTranslate

from . import address, books, copies, key, messages
from .setup import look_at

_lt = LazyTranslate(__name__)

STATUSES = ("ok", "warning", "error")


class Check(NamedTuple):
    """Something that can be wrong.

    label   what people call it
    fine    what is said of it if nothing is wrong
    find    a function that returns the `Problem` of a `Setup`, or None
    always  also if there is no key
    """

    label: str
    fine: str
    find: Callable
    always: bool = False


# By the id that monitors know.
CHECKS = {
    "key": Check(_lt("API key"), _lt("The key is good."), key.key, True),
    "endpoint": Check(_lt("Mollie's address"), _lt("The key goes to Mollie only."), key.endpoint),
    "provider": Check(_lt("Payment provider"), _lt("It is switched on."), key.provider),
    "mode": Check(_lt("Mode"), _lt("It goes with the key."), key.mode),
    "profile": Check(_lt("Profile"), _lt("The key sees all that is open."), key.profile),
    "methods": Check(_lt("Payment methods"), _lt("Customers can choose."), key.methods),
    "same_key": Check(
        _lt("Other companies"), _lt("None has a key of the same Mollie profile."), key.same_key
    ),
    "copy": Check(_lt("Copy"), _lt("The key was pasted in this database."), copies.copy),
    "other_database": Check(
        _lt("Other databases"), _lt("All payments are of this one."), copies.other_database
    ),
    "journal": Check(
        _lt("Journal and account"), _lt("There is a place for payments."), books.journal
    ),
    "currency": Check(
        _lt("Currency"), _lt("The company's own can be paid and booked."), books.currency
    ),
    "https": Check(_lt("Encryption"), _lt("Links begin with https."), address.https, True),
    "reachable": Check(
        _lt("Public address"), _lt("Mollie and customers can come."), address.reachable, True
    ),
    "address": Check(
        _lt("Address of links"), _lt("It is as it was at Connect."), address.unchanged, True
    ),
    "databases": Check(
        _lt("Database of the host"), _lt("The host's name selects it."), address.databases, True
    ),
    "proxy": Check(_lt("Proxy"), _lt("Customers are told apart."), address.proxy, True),
    "webhooks": Check(_lt("Webhooks"), _lt("None is missing."), messages.webhooks),
    "crons": Check(_lt("Scheduled actions"), _lt("They run on time."), messages.crons, True),
    "attempts": Check(_lt("Attempts"), _lt("Mollie told how each one ended."), messages.unanswered),
    "bookings": Check(_lt("Bookings"), _lt("All payments are booked."), books.bookings),
    "differences": Check(_lt("Differences"), _lt("Mollie and the books agree."), books.differences),
}


def check_setup(company, asks=False):
    """Look at all that can be wrong with a company's set-up.

    :param bool asks: also ask Mollie, once.
    :return: ``{a key of `CHECKS`: its Problem, or None}``
    """
    setup = look_at(company, asks)
    return {
        name: check.find(setup) for name, check in CHECKS.items() if check.always or setup.provider
    }


def status_of(problem):
    """Return one of `STATUSES`."""
    return problem.status if problem else "ok"


def text_of(name, problem, env):
    """Return what is said of a check, and how to mend it, in the language of an environment."""
    return problem.say(env) if problem else (env._(CHECKS[name].fine), "")


def worst(problems):
    """Return the status of the worst of some problems."""
    return max(map(status_of, problems), key=STATUSES.index)
