"""Which transactions are looked at: the index on the next check finds the few that move."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ...money.statuses import UNDECIDED

# What is undecided is asked for again and again, so that its next check is never long ago, unless
# the scheduler stands still, which is told by itself.
MOVED = timedelta(days=2)


def checked_since(age):
    """Return the domain of payments that were made, or asked for, within some time."""
    return Domain("mollie_kind", "=", "payment") & Domain(
        "mollie_next_check", ">", fields.Datetime.now() - age
    )


def undecided():
    """Return the domain of payments of which Mollie has not told how they end."""
    return checked_since(MOVED) & Domain("state", "in", UNDECIDED)
