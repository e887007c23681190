"""How customers and Mollie reach this database."""

from odoo.http import db_list
from odoo.tools import config

from .setup import FORWARDED, Finding


def https(setup):
    """Whether links are encrypted."""
    _ = setup.env._
    if setup.address.scheme == "https":
        return Finding("ok", _("Payment links begin with https."))
    return Finding(
        "error" if setup.company._is_mollie_reachable() else "warning",
        _("Payment links begin with http: what customers read and send is not encrypted."),
        _("Give Odoo an address with https (docs/proxy.rst), open it there and Connect again."),
    )


def reachable(setup):
    """Whether Mollie's messages can come."""
    _ = setup.env._
    host = setup.address.hostname
    if setup.company._is_mollie_reachable():
        return Finding("ok", _("%s is a public address.", host))
    return Finding(
        "warning",
        _("%s is not a public address, so Mollie's messages and customers can't come.", host),
        _(
            "Open Odoo at the address that customers use and Connect again, or set the system"
            " parameter invoice_mollie.public_url to it."
        ),
    )


def unchanged(setup):
    """Whether Odoo has the address that links have."""
    _ = setup.env._
    changed = setup.company._get_mollie_changed_address()
    if not changed:
        return Finding("ok", _("Payment links have the address of Odoo."))
    return Finding(
        "warning",
        _(
            "Odoo has another address now (%(now)s) than its payment links (%(kept)s).",
            now=changed,
            kept=setup.company._get_mollie_base_url(),
        ),
        _(
            "If customers reach Odoo at the new one, use it for links: see the settings."
            " Else set web.base.url back, and web.base.url.freeze to keep it."
        ),
    )


def databases(setup):
    """Whether the name of the host selects this database: links and Mollie's messages have no
    session that could.
    """
    _ = setup.env._
    this, host = setup.env.cr.dbname, setup.address.netloc
    is_named = setup.is_visit_like_a_customers and setup.visit.database == this
    found = [this] if is_named else db_list(force=True, host=host)
    if found == [this]:
        return Finding("ok", _("%s selects this database.", host))
    what = (
        _(
            "%(count)s databases answer for %(host)s, so payment links and Mollie's messages find"
            " none of them.",
            count=len(found),
            host=host,
        )
        if len(found) > 1
        else _("Another database than this one answers for %s.", host)
    )
    mend = _("Set dbfilter in Odoo's configuration, so that the host's name selects one.")
    return Finding("error", what, mend)


def proxy(setup):
    """Whether customers behind a proxy are told apart: limits count them by their address."""
    _ = setup.env._
    # Odoo itself speaks no TLS.
    is_behind_one = setup.address.scheme == "https" or bool(setup.visit.forwarded)
    if not is_behind_one:
        return Finding("ok", _("No proxy stands in front of Odoo."))
    if not config["proxy_mode"]:
        return Finding(
            "error",
            _(
                "A proxy stands in front of Odoo, but Odoo does not know: all customers count as"
                " one address, and are refused when twenty pay within a minute."
            ),
            _("Set proxy_mode = True in Odoo's configuration and start it again."),
        )
    missing = [name for name in FORWARDED if name not in setup.visit.forwarded]
    if setup.is_visit_like_a_customers and missing:
        return Finding(
            "error",
            _(
                "The proxy does not send %s: all customers count as one address.",
                ", ".join(missing),
            ),
            _("Have the proxy send it: docs/proxy.rst shows how."),
        )
    return Finding("ok", _("Odoo knows that a proxy stands in front of it."))
