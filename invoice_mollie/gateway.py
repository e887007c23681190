"""The door to Mollie: the only file that imports Mollie's client library.

Plain Python, no ORM. Requests are bodies as described in https://docs.mollie.com/reference/overview;
answers are the values that `answers.py` reads. Every failure is a :class:`MollieUnavailable` (try
again later) or a :class:`MollieRejected` (final).
"""

import concurrent.futures
import functools
import os
import re
import threading
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import requests
from mollie.api.client import Client
from mollie.api.error import Error as LibraryError
from mollie.api.error import RequestSetupError, ResponseError
from mollie.api.objects.payment import Payment as LibraryPayment

from .addresses import is_on_this_machine, plain_parts_of
from .answers import (
    CHARGEBACK_ID,
    PAYMENT_ID,
    REFUND_ID,
    clean_text,
    read_capture,
    read_chargeback,
    read_listed,
    read_method,
    read_payment,
    read_profile,
    read_refund,
)
from .const import CHECKOUT_DOMAINS, CONNECTIONS, DEFAULT_ENDPOINT, TIMEOUT

# The reason of what a copy of the database is refused.
COPY = "copy"
API_KEY = re.compile(r"(test|live)_[A-Za-z0-9]{30,64}")
EMBED = "captures,refunds,chargebacks"
_SECRET = re.compile(r"\b(test|live|access)_\w+")
LIST_LIMIT = 250  # The most that Mollie gives at once.
# What Mollie lists of a profile: the ids, and what reads an item.
LISTS = {
    "payments": (PAYMENT_ID, read_payment),
    "refunds": (REFUND_ID, read_listed(read_refund)),
    "chargebacks": (CHARGEBACK_ID, read_listed(read_chargeback)),
}
# Answers that say "not now": the same request may succeed later.
_PASSING_STATUSES = (408, 409, 425, 429)


class MollieError(Exception):
    """Something went wrong at Mollie.

    :param str detail: Mollie's reason in English, free of secrets; may be empty.
    :param int status: the HTTP status, 0 if there was no answer.
    """

    def __init__(self, detail="", status=0):
        self.detail = _SECRET.sub(r"\1_…", clean_text(detail or ""))[:500]
        self.status = status
        super().__init__(self.detail)


class MollieUnavailable(MollieError):
    """Mollie gave no usable answer: try again later."""


class MollieRejected(MollieError):
    """Mollie said no, and will say so again."""

    @property
    def is_unknown(self):
        """Whether Mollie does not know the object that was asked for."""
        return self.status in (404, 410)

    @property
    def is_key_refused(self):
        return self.status in (401, 403)


class Page(NamedTuple):
    """A page of a list, newest first.

    items      without those that can't be read
    following  the id with which the next page begins; empty after the last one
    """

    items: tuple
    following: str = ""

    def ends_before(self, moment):
        """Return whether the page reaches back behind a moment."""
        made = [item.created_at for item in self.items if item.created_at]
        return bool(made) and made[-1] < moment


class _Session(requests.Session):
    """A session that stays where it is sent, keeps no cookies, and has a whole answer in time.

    A redirect would carry the API key to another place. And requests counts the time between two
    bytes: an answer that trickles in would hold a worker for as long as it likes.
    """

    def __init__(self):
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def request(self, method, url, **kwargs):
        kwargs["allow_redirects"] = False
        answer = _awaiting().submit(super().request, method, url, **kwargs)
        try:
            return answer.result(kwargs.get("timeout"))
        except concurrent.futures.TimeoutError:
            raise requests.Timeout() from None


@functools.cache
def _awaiting():
    """Return the threads that wait for answers."""
    return concurrent.futures.ThreadPoolExecutor(CONNECTIONS, "mollie")


# Threads don't survive a fork: who is forked makes its own.
os.register_at_fork(after_in_child=_awaiting.cache_clear)


_local = threading.local()


def _thread_session():
    # One session per thread: the library is not thread-safe, and loading the certificates into a
    # new one costs 20 ms each time.
    if not hasattr(_local, "session"):
        _local.session = _Session()
    return _local.session


@contextmanager
def _clear_errors():
    """Turn the library's errors into ours.

    ``from None`` everywhere: the library's texts can hold the API key and must not reach a
    traceback.
    """
    try:
        yield
    except RequestSetupError:
        raise MollieRejected("The API key is malformed.", 401) from None
    except ResponseError as error:
        raise _from_response(error) from None
    except (LibraryError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        # No answer, or one that is not what Mollie's API promises (HTML from a proxy, broken
        # JSON, an error body without its fields): the library lets several kinds through.
        raise MollieUnavailable() from None


def _from_response(error):
    return error_of(error.status if isinstance(error.status, int) else 0, str(error))


def error_of(status, detail=""):
    """Return the error that an HTTP status of Mollie's stands for.

    :param str detail: Mollie's reason.
    """
    passing = status in _PASSING_STATUSES or status >= 500 or not status
    return (MollieUnavailable if passing else MollieRejected)(detail, status)


def clean_endpoint(endpoint):
    """Return the address of the API without version and trailing slash.

    :raise MollieRejected: if keys would travel unencrypted to another machine.
    """
    endpoint = (endpoint or DEFAULT_ENDPOINT).strip().rstrip("/").removesuffix("/v2")
    if plain_parts_of(endpoint).scheme == "https" or is_on_this_machine(endpoint):
        return endpoint
    raise MollieRejected("The address of Mollie's API must be a plain one with https.")


def _changes(request):
    """Refuse a request that changes something at Mollie to who may only look."""

    @functools.wraps(request)
    def guarded(self, *args):
        if self.only_looks:
            raise MollieRejected(COPY)
        return request(self, *args)

    return guarded


class Gateway:
    """Mollie's API for one API key.

    :param str api_key: ``test_…`` or ``live_…``
    :param str endpoint: address of the API, Mollie's own if empty.
    :param str version: the addon's version, for the user agent.
    :param bool only_looks: refuse whatever changes something at Mollie.
    :param int timeout: seconds that an answer may take.
    :raise MollieRejected: if key or endpoint can't be right.
    """

    def __init__(self, api_key, endpoint="", version="", only_looks=False, timeout=TIMEOUT):
        self.only_looks = only_looks
        self.endpoint = clean_endpoint(endpoint)
        if not API_KEY.fullmatch((api_key or "").strip()):
            raise MollieRejected("The API key is malformed.", 401)
        with _clear_errors():
            self._client = self._make_client(api_key, version, timeout)

    def _make_client(self, api_key, version, timeout):
        # No retries: they sleep while a worker and a customer wait.
        client = Client(api_endpoint=self.endpoint, timeout=timeout, retry=0)
        client.UNAME = "Odoo"  # The library would send the host's name and kernel.
        client.set_api_key(api_key.strip())
        client.set_user_agent_component("OdooInvoiceMollie", version or "0", sanitize=False)
        client._client = _thread_session()
        return client

    @_clear_errors()
    def profile(self):
        """Return the profile that the API key belongs to."""
        return read_profile(dict(self._client.profiles.get("me")))

    @_clear_errors()
    def methods(self, locale=""):
        """Return the enabled payment methods, without their tariffs.

        :param str locale: in which language Mollie names them, one of `LOCALES`; else English.
        """
        query = {"locale": locale} if locale else {}
        return _usable(read_method, self._client.methods.list(**query))

    @_clear_errors()
    def tariffs(self):
        """Return what Mollie charges, as far as it tells: ``{method id: tariff}``."""
        methods = _usable(read_method, self._client.methods.all(include="pricing"))
        return {method.id: method.tariff for method in methods if method.tariff}

    @_changes
    @_clear_errors()
    def create_payment(self, data, idempotency_key):
        """Create a payment and return it.

        :param dict data: body of the request.
        :param str idempotency_key: within an hour, the same key gives the same payment.
        """
        payment = self._client.payments.create(data, idempotency_key=idempotency_key)
        return read_payment(dict(payment))

    @_clear_errors()
    def get_payment(self, payment_id):
        """Return the payment with its captures, refunds and chargebacks."""
        _check_id(PAYMENT_ID, payment_id)
        return read_payment(dict(self._client.payments.get(payment_id, embed=EMBED)))

    @_changes
    @_clear_errors()
    def cancel_payment(self, payment_id):
        """Cancel a payment that is still open, and return it.

        :raise MollieRejected: if its method does not allow that (any more).
        """
        _check_id(PAYMENT_ID, payment_id)
        return read_payment(dict(self._client.payments.delete(payment_id)))

    @_changes
    @_clear_errors()
    def capture_payment(self, payment_id, idempotency_key):
        """Collect the whole amount of an authorized payment."""
        _check_id(PAYMENT_ID, payment_id)
        payment = LibraryPayment({"id": payment_id}, self._client)
        read_capture(dict(payment.captures.create({}, idempotency_key=idempotency_key)))

    @_changes
    @_clear_errors()
    def release_payment(self, payment_id, idempotency_key):
        """Give up what an authorized payment reserves and was not collected."""
        _check_id(PAYMENT_ID, payment_id)
        path = f"payments/{payment_id}/release-authorization"
        # Below the library's resource: that one can't read the empty body of a 202.
        answer = self._client.perform_http_call("POST", path, None, None, idempotency_key)
        if not 200 <= answer.status_code < 300:
            raise ResponseError.factory(answer.json(), idempotency_key)

    @_changes
    @_clear_errors()
    def create_refund(self, payment_id, data, idempotency_key):
        """Give back a part or all of a payment, and return the refund.

        :param dict data: `amount`, `description` and `metadata`.
        """
        _check_id(PAYMENT_ID, payment_id)
        refunds = LibraryPayment({"id": payment_id}, self._client).refunds
        return read_refund(dict(refunds.create(data, idempotency_key=idempotency_key)))

    @_changes
    @_clear_errors()
    def cancel_refund(self, payment_id, refund_id):
        """Cancel a refund that was not sent yet."""
        _check_id(PAYMENT_ID, payment_id)
        _check_id(REFUND_ID, refund_id)
        LibraryPayment({"id": payment_id}, self._client).refunds.delete(refund_id)

    @_clear_errors()
    def page(self, name, start="", limit=LIST_LIMIT):
        """Return a page of what Mollie lists of the profile, newest first.

        :param str name: a key of `LISTS`.
        :param str start: the id with which the page begins; the newest if empty.
        :rtype: Page
        """
        pattern, read = LISTS[name]
        query = {"limit": limit}
        if start:
            _check_id(pattern, start)
            query["from"] = start
        listed = getattr(self._client, name).list(**query)
        return Page(tuple(_usable(read, listed)), _following(listed, pattern, start))

    def pages(self, name, start=""):
        """Yield page after page of a list, each asked for when the one before is done with.

        By ids, not by the addresses in Mollie's answers: those could lead elsewhere.

        :raise MollieUnavailable: at a page that is not as Mollie promises. What follows can only be
            found again by the last page's `following`.
        """
        page = self.page(name, start)
        yield page
        while page.following:
            page = self.page(name, page.following)
            yield page

    def list_payments(self, limit):
        """Return the latest payments of the profile, newest first, without what came of them."""
        return self.page("payments", limit=limit).items

    def checkout_url(self, payment):
        """Return the address where the customer pays, or an empty string.

        :raise MollieRejected: if it leads anywhere else than to Mollie.
        """
        if payment.checkout_url and not is_checkout(payment.checkout_url, self.endpoint):
            raise MollieRejected("The checkout address is not one of Mollie's.")
        return payment.checkout_url


def is_checkout(url, endpoint):
    """Return whether an address is at Mollie's, or at the host of its API's address."""
    parts, own = plain_parts_of(url), urlsplit(endpoint)
    if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return True
    domains = [d for d in CHECKOUT_DOMAINS if f".{parts.netloc}".endswith(f".{d}")]
    return parts.scheme == "https" and bool(domains)


def _check_id(pattern, text):
    """Refuse what is no id: the library pastes ids into paths."""
    if not pattern.fullmatch(text or ""):
        raise MollieRejected("Not an id of Mollie's.", 404)


def _usable(read, listed):
    """Return the items of a list, without those that can't be used: the others still can."""
    # Not by the library's iterator, which ends at an item that is no object.
    items, usable = listed["_embedded"][listed.object_type.get_object_name()], []
    if not isinstance(items, list):
        raise TypeError(items)
    for item in items:
        with suppress(LookupError, TypeError, ValueError):
            usable.append(read(dict(item)))
    return usable


def _following(listed, pattern, start):
    """Return the id with which the page after this one begins, or an empty text.

    :raise ValueError: if that is no id, or would lead back to this page.
    """
    link = listed["_links"]["next"]
    if link is None:
        return ""
    (following,) = parse_qs(urlsplit(link["href"]).query)["from"]
    if not pattern.fullmatch(following) or following == start:
        raise ValueError(following)
    return following
