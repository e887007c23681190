"""What is said about Mollie's errors, to everyone in their own language."""

from odoo.tools import LazyTranslate

from ..gateway import COPY, MollieRejected
from ..money.failures import REASONS
from ..money.statuses import WORDS

_lt = LazyTranslate(__name__)

ERROR_MESSAGES = {
    "key": _lt("Mollie does not accept the API key. Paste it again in Settings, Invoicing."),
    "rejected": _lt("Mollie refused: %(detail)s"),
    "other_profile": _lt(
        "This payment was made with another Mollie profile than that of the API key which is"
        " connected now, so nothing is heard of it. Connect a key of that profile again, or give"
        " the payment up on its transaction."
    ),
    "is_live": _lt(
        "This payment was made with a live API key, so nothing is heard of it while a test key is"
        " connected. Connect the live key again."
    ),
    "is_test": _lt(
        "This is a test payment, so nothing is heard of it while a live API key is connected."
        " No money comes of it: press Give up on its transaction."
    ),
    "not_known": _lt(
        "Mollie does not know this payment with the API key that is connected now. Connect the key"
        " with which it was made, or give the payment up on its transaction."
    ),
    COPY: _lt(
        "This database is a copy of the one in which the API key was pasted, so nothing is changed"
        " at Mollie. If it took that one's place, say so in Settings, Invoicing."
    ),
    "unavailable": _lt("Mollie did not answer. Try again in a few minutes."),
}


def error_detail(error):
    """Return what the log keeps of a :class:`MollieError`: a key of `ERROR_MESSAGES`, so that
    everyone reads it in their own language, or else Mollie's reason.
    """
    if not isinstance(error, MollieRejected):
        return "unavailable"
    return "key" if error.is_key_refused else error.detail


def error_message(env, error):
    """Return what a clerk can do about a :class:`MollieError`, in the clerk's language."""
    sentence = env._(ERROR_MESSAGES.get(error_detail(error), ERROR_MESSAGES["rejected"]))
    return sentence % {"detail": error.detail}


def status_name(env, status):
    """Return what people call a status at Mollie; one that we don't know as Mollie does."""
    return env._(WORDS[status]) if status in WORDS else status or ""


def failure_message(env, failure):
    """Return why a payment failed, in the language of an environment.

    :param str failure: a key of `REASONS`, or Mollie's own words; may be empty.
    """
    return env._(REASONS[failure]) if failure in REASONS else failure or ""


def payment_error_message(tx, error):
    """Return the same with the name of the payment that it is about."""
    return f"{tx.reference}: {error_message(tx.env, error)}"
