"""Pay pages that were shown a moment ago, kept in this process for who looks again.

Customers reload, go back and forth, and mail scanners come in swarms. Until the row of the link, of
its invoice or of one of its payments changes, and for ten seconds at most, they see the same page;
what it costs is one query.
"""

import time
from typing import NamedTuple

from odoo.http import request
from odoo.tools import SQL

from .. import const
from .languages import chosen_language

# Pages of some 7 KB.
MOST = 500
# Which version of each row is the current one: PostgreSQL gives one that is written another place.
_VERSIONS = """
SELECT link.ctid::text, link.xmin::text, move.ctid::text, move.xmin::text,
       array_agg(tx.ctid::text || tx.xmin::text ORDER BY tx.id)
  FROM mollie_payment_link link
  JOIN account_move move ON move.id = link.move_id
  LEFT JOIN account_invoice_transaction_rel rel ON rel.invoice_id = move.id
  LEFT JOIN payment_transaction tx ON tx.id = rel.transaction_id
 WHERE link.token = %s
 GROUP BY link.id, move.id
"""


class _Page(NamedTuple):
    until: float
    versions: tuple
    body: bytes


_pages = {}


def find_page(token):
    """Return the body of the page of a link as this visitor saw it just now, or None."""
    page = _pages.get(_key(token))
    is_fresh = page and time.monotonic() < page.until
    return page.body if is_fresh and page.versions == _versions(token) else None


def keep_page(token, body):
    """Keep a page for who looks again."""
    request.env.flush_all()
    now = time.monotonic()
    for key, page in list(_pages.items()):
        if page.until < now or len(_pages) >= MOST:
            _pages.pop(key, None)
    _pages[_key(token)] = _Page(now + const.PAGE_SECONDS, _versions(token), body)


def _key(token):
    # All that a page depends on beside its records.
    wishes = request.httprequest.headers.get("Accept-Language", "")
    return request.db, token, chosen_language(), wishes


def _versions(token):
    request.env.cr.execute(SQL(_VERSIONS, token))
    return request.env.cr.fetchone()
