"""Many requests at once, and requests that are held up half-way."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

from tests.e2e.server import anonymous, database, until
from tests.visitors import STRANGERS, coming_from

PATIENCE = 90


def press_pay(server, link, visitor=None, **data):
    """Press the pay page's button at a server; redirects are not followed.

    :param str visitor: the address of who presses it, 127.x.y.z; else a new one each time.
    """
    return _request("POST", server, urlsplit(link).path, data, visitor or next(STRANGERS))


def ask(server, invoice, visitor=None):
    """Ask for the current link of an invoice, on the page of a link that is gone."""
    data = {"number": invoice.name}
    return _request("POST", server, "/mollie/link", data, visitor or next(STRANGERS))


def view(server, link, headers=None):
    """Open the pay page."""
    return _request("GET", server, urlsplit(link).path, headers=headers)


def refresh(answer):
    """Open what a waiting page opens by itself after some seconds."""
    url = answer.headers["Refresh"].partition("url=")[2]
    return anonymous().get(urljoin(answer.url, url), allow_redirects=False, timeout=PATIENCE)


def deliver(server, payment):
    """Send the webhook of a payment at Mollie, to a server of our choice."""
    return _request("POST", server, urlsplit(payment["webhookUrl"]).path, {"id": payment["id"]})


def come_back(server, payment):
    """Come back from Mollie's checkout."""
    return _request("GET", server, urlsplit(payment["redirectUrl"]).path)


def _request(method, server, path, data=None, visitor="127.0.0.1", **options):
    session = anonymous()
    options |= {"data": data, "allow_redirects": False, "timeout": PATIENCE}
    with coming_from(session, visitor):
        return session.request(method, server.url + path, **options)


def at_once(*actions):
    """Run all actions at the same moment; return what they returned, in order."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        barrier.wait(PATIENCE)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@contextlib.contextmanager
def meanwhile(action, *args, **kwargs):
    """Run an action while the block runs; yield its future."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(action, *args, **kwargs)


class TableLock:
    """Keeps everybody from reading a table. Who waits has its snapshot of the database already."""

    def __init__(self, cursor, table):
        self.cursor, self.table = cursor, table
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

    def wait_for(self, count):
        """Wait until so many wait for the table."""
        until(lambda: self._count_waiting() >= count, what=f"{count} to wait for {self.table}")

    def end_waiting(self):
        """Have PostgreSQL end the connections of those who wait."""
        self.cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
            " WHERE NOT granted AND relation = %s::regclass",
            [self.table],
        )
        assert self.cursor.fetchone()[0]

    def _count_waiting(self):
        self.cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
            [self.table],
        )
        return self.cursor.fetchone()[0]


@contextlib.contextmanager
def table_locked(table):
    """Lock a table while the block runs; yield its `TableLock`."""
    with database(autocommit=False) as cursor:
        yield TableLock(cursor, table)
        cursor.connection.commit()
