"""What strangers may send: methods × paths × parameters × headers × bodies."""

import json
from urllib.parse import quote_from_bytes, urlencode

from hypothesis import strategies as st

from tests.fuzz.wire import Request

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get")
# Names that code of ours, Odoo's or a proxy's may read.
NAMES = (
    "id", "ref", "number", "token", "again", "choice", "amount", "go", "n", "lang", "debug",
    "session_id", "csrf_token", "access_token", "db", "self", "_method", "report_type", "download",
    "id[]", "status", "payment_status", "cids", "error",
)  # fmt: skip
TEXTS = (
    "", "0", "-1", "1", "all", "other", "next", "alive", "NaN", "1e309", "-0.01", "99999999999",
    "1,00", "１", "😀", "\x00", "\ud800", "\u2028", "\r\nX-Evil: 1", "' OR 1=1 --", "{{7*7}}",
    "<script>alert(1)</script>", "../../web", "//evil.example", "javascript:alert(1)", "%00", "%s",
    "{0.__class__}", "[]", "x" * 3000, "tr_x", "paid", "true", "nl_NL", "pdf",
)  # fmt: skip
# No second or malformed host: that is answered with 500 on each of Odoo's addresses before any code
# of an addon runs, and with 400 by proxies.
HEADERS = (
    b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Content-Encoding", b"Expect",
    b"Accept", b"Accept-Language", b"Accept-Encoding", b"Origin", b"Referer", b"Sec-Fetch-Site",
    b"Sec-Purpose", b"X-Forwarded-For", b"X-Forwarded-Host", b"X-Forwarded-Proto",
    b"X-HTTP-Method-Override", b"Authorization", b"Cookie", b"If-None-Match", b"If-Modified-Since",
    b"Range", b"User-Agent", b"X-Odoo-Database",
)  # fmt: skip
VALUES = (
    b"", b"0", b"-1", b"x", b"chunked", b"gzip", b"100-continue", b"*/*", b"nl", b"null", b"POST",
    b"same-origin", b"cross-site", b"prefetch", b"https://evil.example/", b"http://[", b"\xff\xfe",
    b"%00", b"bytes=0-0,-1", b"Bearer x", b"session_id=x", b"session_id=../../x", b"text/html",
    b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data",
    b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded; charset=utf-16",
    b"x" * 3000, b"1.2.3.4, ::1", b"*",
)  # fmt: skip
FORM = b"application/x-www-form-urlencoded"

# What can't stand in the first line of a request, by Python's server: it would be another request.
_SPACES = bytes(range(33)) + b"\x7f\x85\xa0"


def requests_to(prefix, methods, own, others, texts):
    """Return a strategy of requests to a route.

    :param str prefix: of the path, before what varies.
    :param methods: those that the route serves, which come more often.
    :param own: the tokens that the route knows, which may follow; so do those of `others`.
    :param texts: of values that mean something, beside those that mean nothing.
    """
    value = st.sampled_from([*TEXTS, *texts]) | st.text(max_size=12)
    pairs = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=5), value), max_size=4)
    served = st.sampled_from(methods)
    return st.builds(
        _request,
        served | served | served | st.sampled_from(METHODS),
        st.builds(_path, st.just(prefix), _rest(own, others)),
        st.just([]) | pairs,
        st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES)), max_size=3),
        _bodies(pairs),
    )


def _rest(own, others):
    """Return a strategy of what follows in the path: a token, nearly one, or anything."""
    known = st.sampled_from(own).map(str.encode)
    near = st.builds(_spoil, known, st.integers(0, 40), st.binary(max_size=3))
    other = st.sampled_from(sorted(others)).map(str.encode)
    return st.one_of(known, known, known, known, near, other, st.binary())


def _spoil(token, place, instead):
    return token[:place] + instead + token[place + 1 :]


def _path(prefix, rest):
    # As it is where that can be sent, as those who attack do.
    return prefix.encode() + b"".join(
        quote_from_bytes(bytes([byte])).encode() if byte in _SPACES else bytes([byte])
        for byte in rest
    )


def _bodies(pairs):
    """Return a strategy of bodies with their type."""
    json_values = st.recursive(
        st.none() | st.booleans() | st.floats() | st.sampled_from(TEXTS),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    )
    return st.one_of(
        st.just((None, b"")),
        st.tuples(st.just(FORM), pairs.map(_encode)),
        st.tuples(st.just(FORM), st.binary(max_size=60)),
        st.tuples(st.just(b"application/json"), json_values.map(lambda v: json.dumps(v).encode())),
        st.tuples(st.just(b"multipart/form-data; boundary=x"), pairs.map(_multipart)),
    )


def _encode(pairs):
    return urlencode(pairs, errors="surrogatepass").encode()


def _multipart(pairs):
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
        % tuple(text.encode(errors="replace") for text in (name, name, value))
        for name, value in pairs
    ]
    return b"".join([*parts, b"--x--\r\n"])


def _request(method, path, query, headers, body):
    kind, content = body
    target = path + (b"?" + _encode(query) if query else b"")
    own = () if kind is None else ((b"Content-Type", kind),)
    return Request(method, target, (*headers, *own), content)
