"""Which query parameters each address knows; an API key may send neither profileId nor testmode."""

from .errors import Unprocessable

PAGING = frozenset({"from", "limit"})
SORTING = PAGING | {"sort"}
EMBED = frozenset({"embed"})
AMOUNT = frozenset({"amount[value]", "amount[currency]"})
INCLUDE = frozenset({"include"})
METHODS = INCLUDE | AMOUNT | {"locale", "sequenceType"}
KNOWN = {
    "payments.create": INCLUDE,
    "payments.index": SORTING,
    "payments.get": INCLUDE | EMBED,
    "refunds.index": PAGING | EMBED,
    "refunds.get": EMBED,
    "refunds.all_refunds": SORTING | EMBED,
    "chargebacks.index": PAGING | EMBED,
    "chargebacks.get": EMBED,
    "chargebacks.all_chargebacks": SORTING | EMBED,
    "captures.index": PAGING | EMBED,
    "captures.get": EMBED,
    "methods.index": METHODS
    | {"billingCountry", "includeWallets", "orderLineCategories", "resource"},
    "methods.all_methods": METHODS,
    "methods.get": INCLUDE | {"locale", "currency", "sequenceType"},
}


def check_query(endpoint, args):
    """Refuse a parameter that the address does not know, as Mollie does.

    :param str endpoint: The route's name, e.g. `payments.index`.
    """
    for name in args:
        if name not in KNOWN.get(endpoint, ()):
            raise Unprocessable(f'Non-existent query parameter "{name}" for this API call.', name)
