"""The key, and whose it is."""

from odoo.fields import Domain

from ...gateway import (
    API_KEY,
    MollieError,
    MollieRejected,
    MollieUnavailable,
    clean_endpoint,
    is_on_this_machine,
)
from ..core import HAS_KEY, IS_ON
from ..errors import error_message
from .setup import Finding
from .windows import undecided

# What of the log tells whether the key was good when it was used last.
_USES = Domain("event", "in", ("attempt", "status", "webhook", "key_changed")) | (
    Domain("event", "=", "error") & Domain("detail", "=", "key")
)


def key(setup):
    """Whether there is a key, and Mollie accepts it."""
    _ = setup.env._
    paste = _("Copy it in Mollie's dashboard (Developers, API keys), paste it here and Connect.")
    api_key = (setup.provider.mollie_api_key or "").strip()
    if not api_key:
        return Finding("error", _("No API key is connected."), paste)
    if not API_KEY.fullmatch(api_key):
        return Finding("error", _("The API key is not one of Mollie's."), paste)
    if _is_refused(setup):
        return Finding("error", _("Mollie does not accept the API key any more."), paste)
    if isinstance(setup.answer, MollieUnavailable):
        return Finding("warning", error_message(setup.env, setup.answer), _("Check again later."))
    is_told = isinstance(setup.answer, tuple)
    return Finding("ok", _("Mollie accepts the key.") if is_told else _("There is a key."))


def _is_refused(setup):
    """Return whether Mollie refuses the key; what the log says of it, if Mollie was not asked."""
    if setup.answer is not None:
        return getattr(setup.answer, "is_key_refused", False)
    own = Domain("company_id", "=", setup.provider.company_id.id)
    last = setup.env["mollie.payment.log"].search(own & _USES, limit=1, order="id desc")
    return last.event == "error"


def endpoint(setup):
    """Whether the key goes to Mollie, and to nobody else."""
    _ = setup.env._
    address = setup.provider._mollie_endpoint()
    mend = _("Delete the system parameter invoice_mollie.api_endpoint: Mollie's own is used then.")
    try:
        clean_endpoint(address)
    except MollieError:
        return Finding("error", _("The address of Mollie's API is not one with https."), mend)
    if isinstance(setup.answer, MollieRejected) and not setup.answer.is_key_refused:
        return Finding("error", error_message(setup.env, setup.answer), mend)
    if is_on_this_machine(address) and setup.provider._mollie_has_live_key():
        return Finding("error", _("A stand-in on this machine gets the live payments."), mend)
    return Finding("ok", _("Odoo reaches Mollie at the right address."))


def state(setup):
    """Whether the provider is switched on, and alone."""
    _ = setup.env._
    if not setup.is_on:
        return Finding(
            "error",
            _("The payment provider is switched off, so nobody can pay."),
            _("Switch it on again; the key is still there."),
            button="switch_on",
        )
    own = Domain("company_id", "=", setup.provider.company_id.id)
    used = setup.provider.search(IS_ON & HAS_KEY & own)
    if len(used) > 1:
        return Finding(
            "warning",
            _("Several Mollie providers are switched on; links use one of them."),
            _("Disable those that are not used."),
            used,
        )
    return Finding("ok", _("The payment provider is switched on."))


def mode(setup):
    """Whether the provider's state goes with the kind of key."""
    _ = setup.env._
    is_live = setup.provider._mollie_has_live_key()
    if setup.is_on and setup.provider._mollie_is_test() == is_live:
        what = (
            _("The key is live, but the payment provider is in test mode.")
            if is_live
            else _("The key is one for tests, but the payment provider is live.")
        )
        return Finding("error", what, _("Set the mode that goes with the key."), button="mode")
    return Finding("ok", _("Live payments.") if is_live else _("Test mode: no real money."))


def profile(setup):
    """Whether it is known whose the key is, and it sees all that is open."""
    _ = setup.env._
    if not setup.provider.mollie_profile_name:
        return Finding(
            "warning",
            _("The payment provider was copied, or its key did not come by Connect."),
            _("Paste its key here and press Connect, which makes journal and methods, too."),
            setup.provider,
        )
    unseen = Domain("mollie_unknown", "not in", (False, "is_test"))
    own = Domain("provider_id", "=", setup.provider.id)
    txs = setup.env["payment.transaction"].search(undecided() & own & unseen)
    if txs:
        return Finding(
            "warning",
            _("Open payments that the key can't see: %s.", len(txs)),
            _("Connect a key of their own profile again, or give them up one by one."),
            txs,
        )
    return Finding("ok", _("Profile: %s.", setup.provider.mollie_profile_name))


def methods(setup):
    """Whether customers find a method to pay with."""
    _ = setup.env._
    kept = {method["id"] for method in setup.provider.mollie_methods or []}
    is_told = isinstance(setup.answer, tuple)
    now = {method.id for method in setup.answer} if is_told else kept
    if not now:
        return Finding(
            "error",
            _("No payment method is switched on at Mollie, so nobody can pay."),
            _("Switch one on in Mollie's dashboard (Settings, Payment methods), then refresh."),
            button="methods",
        )
    if now != kept:
        return Finding(
            "warning",
            _("Other payment methods are switched on at Mollie than Odoo knows."),
            _("Refresh them, or wait for the night."),
            button="methods",
        )
    return Finding("ok", _("Payment methods: %s.", len(now)))


def same_key(setup):
    """Whether no other company has the key: their money would be in one balance."""
    _ = setup.env._
    others = setup.provider.search(HAS_KEY & Domain("id", "!=", setup.provider.id)).filtered(
        lambda other: (
            other.mollie_api_key == setup.provider.mollie_api_key
            and other.company_id != setup.provider.company_id
        )
    )
    if others:
        return Finding(
            "warning",
            _("Another company has the same key: the payments of both are in one balance."),
            _("Give each company a Mollie profile, and its key, of its own."),
            others,
        )
    return Finding("ok", _("No other company has the key."))
