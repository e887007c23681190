"""The key, and whose it is."""

from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ...addresses import is_on_this_machine
from ...const import DEFAULT_ENDPOINT
from ...gateway import (
    API_KEY,
    MollieError,
    MollieRejected,
    MollieUnavailable,
    clean_endpoint,
)
from ..core import HAS_KEY, IS_ON
from .setup import Problem
from .windows import MOVED, checked_since

_lt = LazyTranslate(__name__)

_PASTE = _lt("Copy it in Mollie's dashboard (Developers, API keys), paste it here and Connect.")
NO_KEY = Problem("error", _lt("No API key is connected."), _PASTE)
MALFORMED = Problem("error", _lt("The API key is not one of Mollie's."), _PASTE)
REFUSED = Problem("error", _lt("Mollie does not accept the API key any more."), _PASTE)
SILENT = Problem("warning", _lt("Mollie did not answer."), _lt("Check again in a few minutes."))

_FORGET = _lt("Delete the system parameter invoice_mollie.api_endpoint: Mollie's own is used then.")
NOT_ENCRYPTED = Problem("error", _lt("The address of Mollie's API is not one with https."), _FORGET)
NOT_MOLLIE = Problem("error", _lt("What answers is not Mollie, or refuses: %(detail)s"), _FORGET)
STAND_IN = Problem("error", _lt("A stand-in on this machine gets the live payments."), _FORGET)
ELSEWHERE = Problem(
    "warning", _lt("The key goes to %(address)s, which stands in for Mollie."), _FORGET
)
SILENT_STAND_IN = Problem(
    "warning", _lt("%(address)s, which stands in for Mollie, did not answer."), _FORGET
)

SWITCHED_OFF = Problem(
    "error",
    _lt("The payment provider is switched off, so nobody can pay."),
    _lt("Switch it on again; the key is still there."),
    "switch_on",
)
SEVERAL_ON = Problem(
    "warning",
    _lt("Several Mollie providers are switched on; links use one of them."),
    _lt("Disable those that are not used."),
)

_SET_MODE = _lt("Set the mode that goes with the key.")
LIVE_KEY = Problem(
    "error", _lt("The key is live, but the payment provider is in test mode."), _SET_MODE, "mode"
)
TEST_KEY = Problem(
    "error", _lt("The key is one for tests, but the payment provider is live."), _SET_MODE, "mode"
)

NOT_CONNECTED = Problem(
    "warning",
    _lt("The payment provider was copied, or its key did not come by Connect."),
    _lt("Paste its key here and press Connect, which makes journal and methods, too."),
)
UNSEEN = Problem(
    "warning",
    _lt("Open payments that the key can't see: %(count)s."),
    _lt("Connect a key of their own profile again, or give them up one by one."),
)

NO_METHODS = Problem(
    "error",
    _lt("No payment method is switched on at Mollie, so nobody can pay."),
    _lt("Switch one on in Mollie's dashboard (Settings, Payment methods), then refresh."),
    "methods",
)
OTHER_METHODS = Problem(
    "warning",
    _lt("Other payment methods are switched on at Mollie than Odoo knows."),
    _lt("Refresh them, or wait for the night."),
    "methods",
)

SHARED = Problem(
    "warning",
    _lt(
        "Another company has the same key, or one of the same Mollie profile: the payments of both"
        " are in one balance."
    ),
    _lt("Give each company a Mollie profile, and its key, of its own."),
)


def key(setup):
    """Is there a key, and does Mollie accept it?"""
    api_key = (setup.provider.mollie_api_key or "").strip()
    if not api_key:
        return NO_KEY
    if not API_KEY.fullmatch(api_key):
        return MALFORMED
    if _is_refused(setup):
        return REFUSED
    return _silence(setup) if isinstance(setup.answer, MollieUnavailable) else None


def _silence(setup):
    address = _stand_in(setup)
    return SILENT_STAND_IN.about(address=address) if address else SILENT


def _is_refused(setup):
    """Return whether Mollie refuses the key; what it said last, if it does not say so now."""
    if isinstance(setup.answer, (tuple, MollieRejected)):
        return getattr(setup.answer, "is_key_refused", False)
    return setup.provider.mollie_key_refused


def endpoint(setup):
    """Does the key go to Mollie, and to nobody else?"""
    address = setup.provider._mollie_endpoint()
    try:
        clean_endpoint(address)
    except MollieError:
        return NOT_ENCRYPTED
    if isinstance(setup.answer, MollieRejected) and not setup.answer.is_key_refused:
        return NOT_MOLLIE.about(detail=setup.answer.detail)
    if is_on_this_machine(address) and setup.provider._mollie_has_live_key():
        return STAND_IN
    address = _stand_in(setup)
    return ELSEWHERE.about(address=address) if address else None


def _stand_in(setup):
    """Return the address that the key goes to in place of Mollie's own, or an empty text."""
    address = clean_endpoint(setup.provider._mollie_endpoint())
    return "" if address == DEFAULT_ENDPOINT else address


def provider(setup):
    """Is the provider switched on, and alone?"""
    if not setup.is_on:
        return SWITCHED_OFF
    own = Domain("company_id", "=", setup.provider.company_id.id)
    used = setup.provider.search(IS_ON & HAS_KEY & own)
    return SEVERAL_ON.about(used) if len(used) > 1 else None


def mode(setup):
    """Does the provider's state go with the kind of key?"""
    is_live = setup.provider._mollie_has_live_key()
    if setup.is_on and setup.provider._mollie_is_test() == is_live:
        return LIVE_KEY if is_live else TEST_KEY
    return None


def profile(setup):
    """Is it known whose the key is, and does it see all that is open?"""
    if not setup.provider.mollie_profile_name:
        return NOT_CONNECTED.about(setup.provider)
    own = Domain("provider_id", "=", setup.provider.id)
    unseen = own & Domain("mollie_unknown", "not in", (False, "is_test"))
    found = setup.env["payment.transaction"].search(checked_since(MOVED) & unseen)
    txs = found.filtered(lambda tx: tx._mollie_is_open())
    return UNSEEN.about(txs, count=len(txs)) if txs else None


def methods(setup):
    """Do customers find a method to pay with?"""
    kept = {method["id"] for method in setup.provider.mollie_methods or []}
    is_told = isinstance(setup.answer, tuple)
    now = {method.id for method in setup.answer} if is_told else kept
    if not now:
        return NO_METHODS
    return OTHER_METHODS if now != kept else None


def same_key(setup):
    """Does no other company have the key, or one of its profile? Their money would be in one
    balance.
    """
    others = setup.provider._mollie_search_sharing()
    return SHARED.about(others) if others else None
