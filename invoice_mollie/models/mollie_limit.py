import hashlib
import hmac
from datetime import timedelta

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
    def _take(self, kind, who):
        """Count one more for somebody, unless that is too often.

        Must be called in sudo mode. Others who count for the same one wait until this is committed.

        :param str kind: a key of `LIMITS`.
        :param who: an address, a database id, …
        :raise TooOften: if it was not counted.
        """
        limits, now = LIMITS[kind], fields.Datetime.now()
        who = self._digest(who)
        most = max(most for most, _minutes in limits)
        rows = self.search([("kind", "=", kind), ("who", "=", who)], limit=most)
        number, moments = rows[:1].number, rows.mapped("moment")
        _check(moments, limits, now)
        while not self._insert(kind, who, number + 1, now):
            number, moments = number + 1, [now, *moments]
            _check(moments, limits, now)

    @api.model
    def _may(self, kind, who):
        """Count one more for somebody, and return whether it was counted, see `_take`."""
        try:
            self._take(kind, who)
        except TooOften:
            return False
        return True

    def _digest(self, who):
        # Not core's `hmac`: it fails where the secret is empty, and visitors would see that.
        secret = self.env["ir.config_parameter"].get_param("database.secret") or ""
        return hmac.new(secret.encode(), str(who).encode(), hashlib.sha256).hexdigest()

    def _insert(self, *values):
        """Insert a row; return whether its number was free."""
        query = SQL(
            "INSERT INTO mollie_limit (kind, who, number, moment) VALUES (%s, %s, %s, %s)", *values
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.errors.UniqueViolation:
            return False
        return True

    @api.autovacuum
    def _gc_old(self):
        """Forget what no limit counts any more."""
        minutes = max(minutes for limits in LIMITS.values() for _most, minutes in limits)
        old = fields.Datetime.now() - timedelta(minutes=minutes)
        self.search([("moment", "<=", old)]).unlink()


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
