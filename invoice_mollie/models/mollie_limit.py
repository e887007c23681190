import hashlib
import hmac
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LIMITS


class TooOften(Exception):
    """Something was tried more often than it may be.

    Its argument: for how many seconds it may not be tried again.
    """

    @property
    def seconds(self):
        return self.args[0]


class Count(NamedTuple):
    """What happened lately: how many are numbered, and the latest moments, newest first."""

    kind: str
    who: str
    number: int
    moments: list


class MollieLimit(models.Model):
    """What happened lately that may happen only so often: a row each time, for all nodes.

    The rows of somebody are numbered, and no number is given twice: who counts at the same moment
    as others sees none of theirs, but finds the number taken.
    """

    _name = "mollie.limit"
    _description = "Mollie Limit"
    _order = "number desc"
    _log_access = False

    # A key of `LIMITS`.
    kind = fields.Char(required=True)
    # A digest: where visitors come from is nobody's business.
    who = fields.Char(required=True)
    number = fields.Integer(required=True)
    moment = fields.Datetime(required=True)

    _number_uniq = models.UniqueIndex("(kind, who, number)")

    # === BUSINESS METHODS === #

    @api.model
    def _take(self, *pairs):
        """Count one more for somebody, of one or several kinds, unless that is too often for any.

        Must be called in sudo mode. Others who count for the same one wait until this is committed.

        :param tuple pairs: of a kind, a key of `LIMITS`, and who: an address, a database id, …
        :raise TooOften: if none was counted.
        """
        now = fields.Datetime.now()
        counts = [self._count(kind, self._digest(who)) for kind, who in pairs]
        while True:
            for count in counts:
                _check(count.moments, LIMITS[count.kind], now)
            taken = self._insert(counts, now)
            if not taken:
                return
            # Somebody else counted at the same moment, whose row we can't see.
            counts = [_once_more(count, now) if count in taken else count for count in counts]

    @api.model
    def _may(self, kind, who):
        """Count one more for somebody, and return whether it was counted, see `_take`."""
        try:
            self._take((kind, who))
        except TooOften:
            return False
        return True

    def _digest(self, who):
        # Not core's `hmac`: it fails where the secret is empty, and visitors would see that.
        secret = self.env["ir.config_parameter"].get_param("database.secret") or ""
        return hmac.new(secret.encode(), str(who).encode(), hashlib.sha256).hexdigest()

    def _count(self, kind, who):
        """Return what is counted of somebody.

        :rtype: Count
        """
        most = max(most for most, _minutes in LIMITS[kind])
        rows = self.search([("kind", "=", kind), ("who", "=", who)], limit=most)
        return Count(kind, who, rows[:1].number, rows.mapped("moment"))

    def _insert(self, counts, now):
        """Insert a row of each; if a number is taken, insert none, and return whose it is."""
        rows = [SQL("(%s, %s, %s, %s)", c.kind, c.who, c.number + 1, now) for c in counts]
        query = SQL(
            "INSERT INTO mollie_limit (kind, who, number, moment) VALUES %s", SQL(", ").join(rows)
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.errors.UniqueViolation as error:
            detail = error.diag.message_detail
            return [count for count in counts if not detail or count.who in detail]
        return []

    @api.autovacuum
    def _gc_old(self):
        """Forget what no limit counts any more."""
        minutes = max(minutes for limits in LIMITS.values() for _most, minutes in limits)
        old = fields.Datetime.now() - timedelta(minutes=minutes)
        self.search([("moment", "<=", old)]).unlink()


def _once_more(count, now):
    return count._replace(number=count.number + 1, moments=[now, *count.moments])


def _check(moments, limits, now):
    """Refuse one more where there are as many as a limit allows.

    :param list moments: the latest ones, newest first.
    :raise TooOften: with the time until the oldest of them counts no more.
    """
    waits = [
        moments[most - 1] + timedelta(minutes=minutes) - now
        for most, minutes in limits
        if len(moments) >= most
    ]
    wait = max(waits, default=timedelta())
    if wait > timedelta():
        raise TooOften(int(wait.total_seconds()))
