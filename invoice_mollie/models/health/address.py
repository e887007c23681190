"""How customers and Mollie reach this database."""

from odoo.http import db_list
from odoo.tools import LazyTranslate, config

from ...addresses import is_on_this_machine
from ..res_company import PUBLIC_URL_PARAMETER
from .setup import FORWARDED, Problem

_lt = LazyTranslate(__name__)

HTTP = Problem(
    "error",
    _lt("Payment links begin with http: what customers read and send is not encrypted."),
    _lt(
        "Give Odoo an address with https (docs/proxy.rst), open it there, and press Use the new"
        " address for links in the settings."
    ),
)
# That of Odoo does not matter then.
_SET = _lt(
    "Set the system parameter invoice_mollie.public_url to the address with https that customers"
    " use (docs/proxy.rst)."
)
PRIVATE = Problem(
    "warning",
    _lt("%(host)s is not a public address, so Mollie's messages and customers can't come."),
    _lt(
        "Open Odoo at the address that customers use and press Use the new address for links in"
        " the settings, or set the system parameter invoice_mollie.public_url to it."
    ),
)
THIS_MACHINE = Problem(
    "warning", _lt("%(host)s is this machine itself: only who works at it can come."), _SET
)
CHANGED = Problem(
    "warning",
    _lt("Odoo has another address now (%(now)s) than its payment links (%(kept)s)."),
    _lt(
        "If customers reach Odoo at the new one, use it for links: see the settings."
        " Else set web.base.url back, and web.base.url.freeze to keep it."
    ),
)
NO_ADDRESS = Problem(
    "error",
    _lt("The system parameter %(name)s is no address, so links begin with %(kept)s."),
    _lt("Set it to one as https://pay.example.com, or delete it."),
)
_FILTER = _lt("Set dbfilter in Odoo's configuration, so that the host's name selects one.")
SEVERAL_DATABASES = Problem(
    "error",
    _lt(
        "%(count)s databases answer for %(host)s, so payment links and Mollie's messages find none"
        " of them."
    ),
    _FILTER,
)
OTHER_DATABASE = Problem(
    "error", _lt("Another database than this one answers for %(host)s."), _FILTER
)
NO_PROXY_MODE = Problem(
    "error",
    _lt(
        "A proxy stands in front of Odoo, but Odoo does not know: all customers count as one"
        " address, and are refused when twenty pay within a minute."
    ),
    _lt("Set proxy_mode = True in Odoo's configuration and start it again."),
)
NOT_FORWARDED = Problem(
    "error",
    _lt("The proxy does not send %(names)s: all customers count as one address."),
    _lt("Have the proxy send it: docs/proxy.rst shows how."),
)


def https(setup):
    """Are links encrypted?"""
    if setup.address.scheme == "https":
        return None
    problem = HTTP._replace(mend=_SET) if setup.company._get_mollie_public_url() else HTTP
    return problem if _is_for_others(setup) else problem._replace(status="warning")


def reachable(setup):
    """Can Mollie's messages come?"""
    if _is_for_others(setup):
        return None
    by_hand = setup.company._get_mollie_public_url()
    return (THIS_MACHINE if by_hand else PRIVATE).about(host=setup.address.hostname)


def _is_for_others(setup):
    """Return whether others than who works at this machine may come by the address of links."""
    return setup.company._is_mollie_reachable() and not is_on_this_machine(setup.address.geturl())


def unchanged(setup):
    """Does Odoo have the address that links have, and is what was set by hand one?"""
    kept = setup.company._get_mollie_base_url()
    given = setup.env["ir.config_parameter"].get_param(PUBLIC_URL_PARAMETER)
    if given and not setup.company._get_mollie_public_url():
        return NO_ADDRESS.about(name=PUBLIC_URL_PARAMETER, kept=kept)
    now = setup.company._get_mollie_changed_address()
    return CHANGED.about(now=now, kept=kept) if now else None


def databases(setup):
    """Does the name of the host select this database? Links and Mollie's messages have no session
    that could.
    """
    this, host = setup.env.cr.dbname, setup.address.netloc
    is_named = setup.is_visit_like_a_customers and setup.visit.database == this
    found = [this] if is_named else db_list(force=True, host=host)
    if found == [this]:
        return None
    problem = SEVERAL_DATABASES if len(found) > 1 else OTHER_DATABASE
    return problem.about(count=len(found), host=host)


def proxy(setup):
    """Are customers behind a proxy told apart? Limits count them by their address."""
    # Odoo itself speaks no TLS.
    if setup.address.scheme != "https" and not setup.visit.forwarded:
        return None
    if not config["proxy_mode"]:
        return NO_PROXY_MODE
    missing = [name for name in FORWARDED if name not in setup.visit.forwarded]
    is_seen = setup.is_visit_like_a_customers and bool(missing)
    return NOT_FORWARDED.about(names=", ".join(missing)) if is_seen else None
