"""A clock that runs with the real one and that tests can move."""

import datetime
import threading

UTC = datetime.timezone.utc  # noqa: UP017  (datetime.UTC needs Python 3.11, Odoo runs on 3.10)


class Clock:
    """Real time plus an offset; `moved` wakes those who wait for a moment."""

    def __init__(self):
        self.offset = datetime.timedelta()
        self.moved = threading.Condition()

    def now(self):
        return datetime.datetime.now(UTC) + self.offset

    def advance(self, seconds):
        self._move(self.offset + datetime.timedelta(seconds=seconds))

    def set(self, moment):
        self._move(parse(moment) - datetime.datetime.now(UTC))

    def reset(self):
        self._move(datetime.timedelta())

    def _move(self, offset):
        with self.moved:
            self.offset = offset
            self.moved.notify_all()

    def wake(self):
        with self.moved:
            self.moved.notify_all()


def after(moment, seconds):
    return moment + datetime.timedelta(seconds=seconds)


def parse(text):
    """A moment from ISO 8601; without a zone it is taken for UTC."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stamp(moment):
    """As Mollie writes it: whole seconds, `+00:00`."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
