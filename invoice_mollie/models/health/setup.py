"""What the checks look at, and what they find."""

from typing import NamedTuple
from urllib.parse import SplitResult

from odoo import api, models
from odoo.fields import Domain
from odoo.http import request

from ...addresses import parts_of
from ...const import PAGE_TIMEOUT
from ...gateway import MollieError
from ..core import HAS_KEY


class Problem(NamedTuple):
    """Something that is wrong.

    status   how bad it is: `warning` or `error`
    what     how it is, a text that is translated when it is shown
    mend     how to mend it
    button   what mends it at the press of a button: a key of `MENDERS` in wizards/mollie_health.py
    records  where it is mended otherwise
    names    what the texts name
    """

    status: str
    what: str
    mend: str
    button: str = ""
    records: models.BaseModel | None = None
    names: dict = {}

    def about(self, records=None, **names):
        """Return the same with what it is about."""
        return self._replace(records=records, names=names)

    def say(self, env):
        """Return what is wrong and how to mend it, in the language of an environment."""
        texts = [env._(text) for text in (self.what, self.mend)]
        return tuple(text % self.names for text in texts)


class Visit(NamedTuple):
    """How the request came in which the set-up is looked at.

    host       by which name Odoo was asked
    database   which database the proxy says that is meant
    forwarded  what the proxy says of who asks, by the name of the header
    """

    host: str = ""
    database: str = ""
    forwarded: dict = {}


FORWARDED = ("X-Forwarded-Host", "X-Forwarded-For")


class Setup(NamedTuple):
    """How a company is connected with Mollie; records are in sudo mode.

    provider  the one that is used, else one that has a key; or none
    address   the address of links, in its parts
    answer    the methods that Mollie tells, the error in place of that, or None if it was not asked
    """

    env: api.Environment
    company: models.BaseModel
    provider: models.BaseModel
    is_on: bool
    address: SplitResult
    visit: Visit
    answer: tuple | MollieError | None = None

    @property
    def is_visit_like_a_customers(self):
        """Whether the request came by the name that links have, and so the same way."""
        return bool(self.visit.host) and self.visit.host == self.address.netloc


def look_at(company, asks=False):
    """Return how a company is connected.

    :param bool asks: also ask Mollie, once. Who asks waits for it.
    :rtype: Setup
    """
    # In sudo mode because neither administrators nor monitors see all that is looked at.
    company_sudo = company.sudo().with_company(company)
    used_sudo = company_sudo._get_mollie_provider()
    provider_sudo = used_sudo or _search_with_key(company_sudo)[:1]
    return Setup(
        company_sudo.env,
        company_sudo,
        provider_sudo,
        bool(used_sudo),
        parts_of(company_sudo._get_mollie_base_url()),
        _visit(),
        _ask(provider_sudo) if asks and provider_sudo else None,
    )


def _search_with_key(company_sudo):
    Provider = company_sudo.env["payment.provider"]
    return Provider.search(HAS_KEY & Domain(Provider._check_company_domain(company_sudo)))


def _ask(provider_sudo):
    """Return what Mollie tells with the key: one question that tells whether it is good, too."""
    try:
        answer = tuple(provider_sudo._mollie_gateway(timeout=PAGE_TIMEOUT).methods())
    except MollieError as error:
        provider_sudo._mollie_note_refusal(error)
        return error
    provider_sudo._mollie_note_taken()
    return answer


def _visit():
    if not request:
        return Visit()
    headers = request.httprequest.headers
    said = {name: headers.get(name) for name in FORWARDED if headers.get(name)}
    return Visit(request.httprequest.host, headers.get("X-Odoo-Database", ""), said)
