"""What is said about Mollie's errors, to everyone in their own language."""

from odoo.tools import LazyTranslate

from ..gateway import MollieRejected

_lt = LazyTranslate(__name__)

ERROR_MESSAGES = {
    "key": _lt("Mollie does not accept the API key. Paste it again in Settings, Invoicing."),
    "rejected": _lt("Mollie refused: %(detail)s"),
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


def payment_error_message(tx, error):
    """Return the same with the name of the payment that it is about."""
    return f"{tx.reference}: {error_message(tx.env, error)}"
