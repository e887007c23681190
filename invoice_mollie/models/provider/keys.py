"""What a text is that somebody pastes as an API key, and why it can't be used."""

from odoo.tools import LazyTranslate

from ...gateway import API_KEY, MollieUnavailable
from ..errors import error_message

_lt = LazyTranslate(__name__)

# What begins otherwise: Mollie's dashboard shows these, too.
OTHERS = {
    "access_": _lt(
        "That is an organisation's access token. What is needed stands in Mollie's dashboard under"
        " Developers, API keys, and begins with test_ or live_."
    ),
    "pfl_": _lt(
        "That is the identifier of a profile. Its API keys stand in Mollie's dashboard under"
        " Developers, API keys, and begin with test_ or live_."
    ),
    "app_": _lt(
        "That is the identifier of an app. What is needed stands in Mollie's dashboard under"
        " Developers, API keys, and begins with test_ or live_."
    ),
}
MALFORMED = _lt(
    "That is no API key of Mollie's: these begin with test_ or live_, and at least 30 letters and"
    " digits follow. Copy it once more from Mollie's dashboard, under Developers, API keys."
)
TOO_MANY = _lt("Mollie is asked too often at the moment. Wait a minute and press Connect again.")
NO_NETWORK = _lt(
    "Mollie could not be reached. Does this server have a connection to the internet, and does"
    " its firewall let it through to Mollie?"
)
REFUSED = _lt(
    "Mollie does not accept the API key. Copy the current one from Mollie's dashboard, under"
    " Developers, API keys."
)
# What Connect says of an answer by its HTTP status.
STATUSES = {401: REFUSED, 403: REFUSED, 429: TOO_MANY}


def hint_of(api_key):
    """Return by what an administrator knows which key is kept: "test_…lXsM"."""
    return f"{api_key[:5]}…{api_key[-4:]}" if api_key else ""


def describe_key(env, text):
    """Return why a text can't be an API key; None if it may be one."""
    if API_KEY.fullmatch(text):
        return None
    kind = next((kind for kind in OTHERS if text.startswith(kind)), None)
    return env._(OTHERS[kind] if kind else MALFORMED)


def connect_error(env, error):
    """Return why Mollie could not be asked about a key, and what to do about it."""
    if error.status in STATUSES:
        return env._(STATUSES[error.status])
    # None at all, or that of somebody between.
    if isinstance(error, MollieUnavailable) and not error.status:
        return env._(NO_NETWORK)
    return error_message(env, error)
