"""Pay pages that were shown a moment ago, kept in this process for who looks again.

Customers reload, go back and forth, and mail scanners come in swarms. Until the row changes of the
link, its invoice, one of its payments, the seller, the customer or Mollie's provider, and for ten
seconds at most, they see the same page; what it costs is one query.
"""

import time
from typing import NamedTuple

from odoo.http import request
from odoo.tools import SQL

from .languages import chosen_language

# Pages of some 7 KB, with the seller's logo.
MOST = 500
# Characters of what a browser says of languages.
LONGEST = 200
# Seconds. In every zone a day begins with one of them.
QUARTER = 900
# Which version of each row is the current one: PostgreSQL gives one that is written another place.
_VERSIONS = """
SELECT link.ctid::text, link.xmin::text, move.ctid::text, move.xmin::text,
       company.ctid::text, company.xmin::text, seller.ctid::text, seller.xmin::text,
       customer.ctid::text, customer.xmin::text,
       array_agg(tx.ctid::text || tx.xmin::text ORDER BY tx.id),
       (SELECT array_agg(provider.ctid::text || provider.xmin::text ORDER BY provider.id)
          FROM payment_provider provider WHERE provider.code = 'mollie')
  FROM mollie_payment_link link
  JOIN account_move move ON move.id = link.move_id
  JOIN res_company company ON company.id = link.company_id
  JOIN res_partner seller ON seller.id = company.partner_id
  JOIN res_partner customer ON customer.id = move.partner_id
  LEFT JOIN account_invoice_transaction_rel rel ON rel.invoice_id = move.id
  LEFT JOIN payment_transaction tx ON tx.id = rel.transaction_id
 WHERE link.token = %s
 GROUP BY link.id, move.id, company.id, seller.id, customer.id
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


def keep_page(token, body, seconds):
    """Keep a page for who looks again within so many seconds."""
    key, now = _key(token), time.monotonic()
    if len(_wishes()) > LONGEST:
        return
    request.env.flush_all()
    for other, page in list(_pages.items()):
        if page.until < now or len(_pages) >= MOST:
            _pages.pop(other, None)
    _pages[key] = _Page(now + seconds, _versions(token), body)


def _key(token):
    # What a page depends on beside its records.
    return request.db, token, chosen_language(), _wishes(), int(time.time() // QUARTER)


def _wishes():
    return request.httprequest.headers.get("Accept-Language", "")


def _versions(token):
    request.env.cr.execute(SQL(_VERSIONS, token))
    return request.env.cr.fetchone()
