"""Visitors from different places: the addresses of this machine's own network, 127.0.0.0/8."""

import contextlib
import ipaddress
import itertools

from requests.adapters import HTTPAdapter

_FIRST = ipaddress.ip_address("127.1.0.1")
# An address that nobody had before, each time.
STRANGERS = map(str, map(_FIRST.__add__, itertools.count()))


class _From(HTTPAdapter):
    """Connects from an address."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs, source_address=(self.address, 0))


@contextlib.contextmanager
def coming_from(session, address):
    """Let a session of `requests` connect from an address while the block runs."""
    before = session.get_adapter("http://")
    session.mount("http://", _From(address))
    try:
        yield
    finally:
        session.mount("http://", before)
