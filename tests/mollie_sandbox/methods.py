"""/v2/methods: what the profile has switched on, and for which amounts."""

import decimal

from flask import Blueprint, Response, g, request

from .amounts import check_amount, money, number
from .const import (
    ADDRESS_METHODS,
    CAPTURABLE,
    DECIMALS,
    ISSUERS,
    LOCALES,
    METHOD_COUNTRY,
    METHOD_NAMES,
    METHODS,
    PER_EURO,
    WALLETS,
)
from .errors import ApiError, Unprocessable
from .render import documentation, link

api = Blueprint("methods", __name__, url_prefix="/v2/methods")
images = Blueprint("images", __name__, url_prefix="/images")
INCLUDES = frozenset({"issuers", "pricing"})
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 64 48">'
    '<rect width="64" height="48" rx="8" fill="hsl({hue} 45% 40%)"/>'
    '<text x="32" y="32" font-family="sans-serif" font-size="22" font-weight="700"'
    ' text-anchor="middle" fill="#fff">{initials}</text></svg>'
)


def limits(profile, method, currency):
    """The least and the most that a method takes in a currency; the most may be None."""
    low, high = METHODS[method][1:3]
    low, high = profile.limits.get(method, (low, high))
    rate = PER_EURO.get(currency, 1)
    step = decimal.Decimal(1).scaleb(-DECIMALS[currency])
    least = max(decimal.Decimal(low) * rate, step)
    most = None if high is None else decimal.Decimal(high) * rate
    return money(least, currency), most if most is None else money(most, currency)


def takes(profile, method, amount):
    """Whether a method can take an amount."""
    if amount["currency"] not in METHODS[method][3]:
        return False
    least, most = limits(profile, method, amount["currency"])
    value = number(amount)
    return number(least) <= value and (most is None or value <= number(most))


def candidates(profile, fields):
    """The methods that the merchant's request leaves the customer, whatever the amount.

    Pay-later methods need to know the customer and the goods; without, they are not offered.
    """
    asked = fields.get("method") or profile.methods
    asked = [asked] if isinstance(asked, str) else asked
    country = fields.get("restrictPaymentMethodsToCountry")
    described = fields.get("billingAddress") and fields.get("lines")
    return [
        method
        for method in asked
        if method in profile.methods
        and (not country or METHOD_COUNTRY.get(method, country) == country)
        and (fields.get("captureMode") != "manual" or method in CAPTURABLE)
        and (described or method not in ADDRESS_METHODS)
    ]


def suitable(profile, fields):
    """The methods with which a payment could be paid."""
    return [
        method for method in candidates(profile, fields) if takes(profile, method, fields["amount"])
    ]


def check_suitable(profile, fields):
    """Refuse a payment that no method could take, with the reason that Mollie names."""
    if not number(fields["amount"]):
        raise Unprocessable("The amount is lower than the minimum", "amount")
    if suitable(profile, fields):
        return
    currency = fields["amount"]["currency"]
    ranges = [
        limits(profile, method, currency)
        for method in candidates(profile, fields)
        if currency in METHODS[method][3]
    ]
    if not ranges:
        raise Unprocessable("No suitable payment methods found")
    if all(number(least) > number(fields["amount"]) for least, _most in ranges):
        raise Unprocessable("The amount is lower than the minimum", "amount")
    raise Unprocessable("The amount is higher than the maximum", "amount")


@api.get("")
def index():
    profile, args = g.access.profile, request.args
    amount, currency = _asked_amount(args)
    wallets = set(args.get("includeWallets", "").split(",")) & WALLETS
    listed = [
        method
        for method in profile.methods
        if currency in METHODS[method][3]
        and (method not in WALLETS or method in wallets)
        and (amount is None or takes(profile, method, amount))
    ]
    return _listing(listed, currency, "list-methods")


@api.get("/all")
def all_methods():
    amount, currency = _asked_amount(request.args)
    profile = g.access.profile
    listed = [m for m in METHODS if amount is None or takes(profile, m, amount)]
    return _listing(listed, currency, "list-all-methods")


@api.get("/<method>")
def get(method):
    if method not in METHODS:
        raise ApiError(404, f"No payment method exists with id {method}.")
    if method not in g.access.profile.methods:
        raise ApiError(404, "The payment method is not enabled in your website profile.")
    currency = request.args.get("currency", "EUR")
    if currency not in DECIMALS:
        raise ApiError(400, "The currency is invalid.", "currency")
    body = _method_json(method, currency)
    body["_links"]["documentation"] = documentation("get-method")
    return body


def _asked_amount(args):
    """The amount to filter by, and the currency to state limits in."""
    locale = args.get("locale")
    if locale and locale not in LOCALES:
        raise ApiError(400, "The locale is invalid.", "locale")
    names = {"value": "amount[value]", "currency": "amount[currency]"}
    given = {key: args[name] for key, name in names.items() if name in args}
    if not given:
        return None, "EUR"
    try:
        amount = check_amount(given)
    except Unprocessable as error:
        raise ApiError(400, error.detail, error.field) from error
    return amount, amount["currency"]


def _listing(methods, currency, doc):
    return {
        "count": len(methods),
        "_embedded": {"methods": [_method_json(method, currency) for method in methods]},
        "_links": {"self": link(request.url), "documentation": documentation(doc)},
    }


def _method_json(method, currency):
    profile = g.access.profile
    currency = currency if currency in METHODS[method][3] else min(METHODS[method][3])
    least, most = limits(profile, method, currency)
    image = f"{g.base}/images/{method}"
    body = {
        "resource": "method",
        "id": method,
        "description": _name(method),
        "minimumAmount": least,
        "maximumAmount": most,
        "image": {"size1x": f"{image}.svg", "size2x": f"{image}%402x.svg", "svg": f"{image}.svg"},
        "status": "activated" if method in profile.methods else None,
        "_links": {"self": link(f"{g.base}/v2/methods/{method}")},
    }
    return body | {name: INCLUDE[name](method) for name in _included()}


def _name(method):
    """What the method is called in the language that was asked for."""
    name = METHODS[method][0]
    return METHOD_NAMES.get(request.args.get("locale", "")[:2], {}).get(name, name)


def _included():
    names = [name for name in request.args.get("include", "").split(",") if name]
    if set(names) - INCLUDES:
        raise ApiError(400, "The include parameter is invalid.", "include")
    return names


def _issuers(method):
    return [
        {
            "resource": "issuer",
            "id": f"{method}_{name}",
            "name": name,
            "image": {"size1x": "", "size2x": "", "svg": f"{g.base}/images/{method}.svg"},
        }
        for name in ISSUERS.get(method, ())
    ]


def _pricing(method):
    return [
        {
            "description": METHODS[method][0],
            "fixed": {"currency": "EUR", "value": "0.32"},
            "variable": "0.00",
        }
    ]


INCLUDE = {"issuers": _issuers, "pricing": _pricing}


@images.get("/<name>.svg")
def image(name):
    method = name.partition("@")[0]
    initials = METHODS[method][0][:2] if method in METHODS else "?"
    drawing = SVG.format(initials=initials, hue=sum(map(ord, method)) * 47 % 360)
    return Response(drawing, content_type="image/svg+xml")
