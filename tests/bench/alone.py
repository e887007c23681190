"""What is measured of the addon alone, for core has nothing like it."""

import contextlib
import gc
import os
import pathlib
import subprocess
import sys
import time
from typing import NamedTuple

import psycopg2

MOVEMENTS = int(os.environ.get("MOVEMENTS") or 1000)
PAYMENTS = int(os.environ.get("PAYMENTS") or 200)


class Alone(NamedTuple):
    """A row of the table.

    take       measures an office of the addon's
    what       is measured
    reach      what it should come to, in words
    """

    take: object
    what: str
    reach: str


def compare(office):
    """Hold many payments that are booked against Mollie's lists, as each night does."""
    office.make_booked(MOVEMENTS)
    with _memory() as memory, office.timed(), office.env() as env:
        while env["mollie.comparison"].search_count([("step", "!=", False)]) or not _is_done(env):
            env["mollie.comparison"]._cron_mollie_compare()
    return {"count": MOVEMENTS} | memory


def _is_done(env):
    return env["mollie.comparison"].search_count([("movement_count", ">=", MOVEMENTS)])


def hear_many(office):
    """Have payment after payment paid and booked, each webhook sent twice."""
    _hear(office, PAYMENTS // 10)  # What is read once is read.
    with _memory() as memory, office.timed():
        _hear(office, PAYMENTS)
    return {"count": PAYMENTS} | memory


def _hear(office, count):
    for _ in range(count):
        payment = office.make_payment()
        office.hear(payment)
        office.deliver(payment)


@contextlib.contextmanager
def _memory():
    """Yield a dict that has, after the block, by how many megabytes this process has grown."""
    found, before = {}, _resident()
    yield found
    found["megabytes"] = _resident() - before


def _resident():
    gc.collect()
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def install(database):
    """Put the addon into a database; return the figures, see `_change_modules`."""
    return _change_modules(database, "--init")


def upgrade(database):
    """Upgrade the addon in a database that has it; return the figures."""
    return _change_modules(database, "--update")


def _change_modules(database, option):
    """Return how long it takes, and which tables are written anew by it: PostgreSQL keeps those in
    another file then.
    """
    argv = ["--database", database, option, "invoice_mollie", "--stop-after-init", "--no-http"]
    before, begin = _files(database), time.perf_counter()
    subprocess.run([sys.executable, "-m", "odoo", *argv, "--log-level", "error"], check=True)
    seconds, after = time.perf_counter() - begin, _files(database)
    rewritten = sorted(table for table, file in before.items() if after.get(table) != file)
    return {"seconds": seconds, "rewritten": rewritten}


def _files(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r'")
        return dict(cursor.fetchall())


ALONE = {
    # First, for the sandbox lists all its payments to it.
    "hear_many": Alone(hear_many, "payments paid and booked", "0 MB more"),
    "compare": Alone(compare, "movements compared with Mollie", "minutes"),
}
MODULES = {
    "install": Alone(install, "installing", "seconds, no table rewritten"),
    "upgrade": Alone(upgrade, "upgrading", "seconds, no table rewritten"),
}
