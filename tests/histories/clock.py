"""Odoo's clock and Mollie's, which move together."""

import contextlib
from datetime import date, datetime, timedelta, timezone
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests.test_cursor import TestCursor

# Where histories begin: soon it is midnight where the company is, and the month ends.
BEGINNING = datetime(2026, 11, 30, 22, 15)
UTC = timezone.utc  # noqa: UP017  (datetime.UTC needs Python 3.11, Odoo runs on 3.10)
# Where Odoo asks what day or time it is. Not the time itself is patched, nor everywhere: the
# server's threads need the real one.
DATETIMES = ["odoo.orm.fields_temporal.datetime"]
DATES = ["odoo.orm.fields_temporal.date", "odoo.addons.account.models.account_move_line.date"]


class Clock:
    """A moment to begin with, from which time runs and can be moved, for Odoo and the sandbox."""

    def __init__(self, sandbox):
        self.sandbox, self.offset = sandbox, timedelta()
        # In all histories together.
        self.passed = timedelta()

    def start_afresh(self):
        """Put both to where histories begin."""
        self.offset = BEGINNING - _real_time()
        self.sandbox.set_clock(f"{BEGINNING.isoformat()}+00:00")

    def advance(self, **delta):
        self.offset += timedelta(**delta)
        self.passed += timedelta(**delta)
        self.sandbox.advance(**delta)

    def now(self):
        """Return the moment in UTC, without a zone, as Odoo has it."""
        return _real_time() + self.offset

    @contextlib.contextmanager
    def running(self):
        """Let Odoo look at this clock."""

        class Moment(metaclass=_StandIn):
            real = datetime
            now = staticmethod(lambda: self.now())

        class Day(metaclass=_StandIn):
            real = date
            today = staticmethod(lambda: self.now().date())

        with contextlib.ExitStack() as stack:
            for names, stand_in in ((DATETIMES, Moment), (DATES, Day)):
                for name in names:
                    stack.enter_context(patch(name, stand_in))
            for cursor in (Cursor, TestCursor):
                stack.enter_context(patch.object(cursor, "now", lambda _cursor: self.now()))
            yield


class _StandIn(type):
    """A class that is its `real` one, but for what it says itself."""

    def __instancecheck__(cls, value):
        return isinstance(value, cls.real)

    def __getattr__(cls, name):
        return getattr(cls.real, name)


def _real_time():
    return datetime.now(UTC).replace(tzinfo=None)
