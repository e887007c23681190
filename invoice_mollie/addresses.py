"""Addresses of the web, as administrators type them and Mollie names them. Plain Python."""

import re
from urllib.parse import urlsplit

# No "@", backslash, white space, control or non-ASCII character, and a plain host.
_PLAIN_URL = re.compile(
    r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?([/?#][!-?A-\[\]-~]*)?"
)
# What the addresses of pages can begin with: a host, maybe a port, maybe a path.
_BASE_URL = re.compile(
    r"https?://(\w[\w.-]*|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[!$-;=A-Z_a-z~]*)?", re.IGNORECASE
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CREDENTIALS = re.compile(r"(?<=//)[^/@]*(?=@)")
NOWHERE = urlsplit("")


def parts_of(url):
    """Return the parts of an address; those of an empty one if it can't be read."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else NOWHERE  # At port 0 nobody listens.
    except ValueError:
        return NOWHERE


def plain_parts_of(url):
    """Return the same; those of an empty one also if browsers could read it otherwise."""
    return parts_of(url) if _PLAIN_URL.fullmatch(url) else NOWHERE


def is_on_this_machine(url):
    """Return whether an address is one of this machine's own, without https."""
    parts = plain_parts_of((url or "").strip())
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def is_base(url):
    """Return whether the addresses of pages can begin with this one."""
    return bool(_BASE_URL.fullmatch(url) and parts_of(url).hostname)


def is_encrypted(url):
    """Return whether nobody can read what is sent to an address, or it stays on this machine."""
    return parts_of(url).scheme == "https" or is_on_this_machine(url)


def without_credentials(text):
    """Return an address as everybody may read it."""
    return _CREDENTIALS.sub("…", text)
