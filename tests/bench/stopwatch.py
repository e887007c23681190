"""Seconds, queries and calls to Mollie of what runs in a block, in this process."""

import contextlib
import threading
import time

import urllib3
from requests.adapters import HTTPAdapter

MOLLIE = "https://api.mollie.com"


class Stopwatch:
    """Takes the time without Mollie's, which is the sandbox's here.

    :param str sandbox: the address to which core's calls are led; it knows Mollie's only.
    """

    def __init__(self, sandbox):
        self.sandbox, self.sample, self.is_running = sandbox, None, False
        self._mollie_seconds = self._calls = self._connections = 0
        self._watch_calls()
        self._watch_connections()

    def _watch_calls(self):
        send = HTTPAdapter.send

        def watched(adapter, request, **kwargs):
            request.url = request.url.replace(MOLLIE, self.sandbox, 1)
            begin = time.perf_counter()
            try:
                return send(adapter, request, **kwargs)
            finally:
                self._mollie_seconds += time.perf_counter() - begin
                self._calls += 1

        HTTPAdapter.send = watched

    def _watch_connections(self):
        connect = urllib3.connection.HTTPConnection.connect

        def watched(connection):
            self._connections += 1
            return connect(connection)

        urllib3.connection.HTTPConnection.connect = watched

    @contextlib.contextmanager
    def running(self):
        """Take a sample: `seconds`, `queries`, `calls` and `connections` to Mollie, `bytes`."""
        thread = threading.current_thread()
        # Odoo's own counters; a request puts them to 0 once more.
        thread.query_count, thread.query_time = 0, 0
        self.sample = {"bytes": 0}
        before = self._mollie_seconds, self._calls, self._connections
        begin, self.is_running = time.perf_counter(), True
        yield
        seconds, self.is_running = time.perf_counter() - begin, False
        self.sample |= {
            "seconds": seconds - (self._mollie_seconds - before[0]),
            "queries": thread.query_count,
            "calls": self._calls - before[1],
            "connections": self._connections - before[2],
        }
