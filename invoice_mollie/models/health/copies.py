"""Whether this is the database that the key and the payments belong to."""

from odoo.tools import LazyTranslate

from .setup import Problem

_lt = LazyTranslate(__name__)

COPY = Problem(
    "error",
    _lt(
        "This database is a copy of the one in which the key was pasted, so it only looks: nobody"
        " can pay."
    ),
    _lt(
        "If it took the other one's place, say so in the settings. To try things out, paste a test"
        " key."
    ),
)
FOREIGN = Problem(
    "warning",
    _lt("Payments were met that another database made; they are not followed."),
    _lt("If this database took that one's place, say so in the settings."),
)


def copy(setup):
    """Was the key pasted here?"""
    return COPY if setup.provider._mollie_is_copy() else None


def other_database(setup):
    """Are all payments that were met this database's?"""
    return (
        FOREIGN if setup.env["mollie.payment.log"]._search_other_databases(setup.company) else None
    )
