"""Whether a request's body is one that Mollie would accept; each check answers as Mollie does."""

import datetime
import decimal
import ipaddress
import json
import re
import urllib.parse

from .amounts import check_amount, money, number, total, unknown_parameter
from .const import (
    ADDRESS_FIELDS,
    ADDRESS_METHODS,
    CAPTURABLE,
    DESCRIPTION_LENGTH,
    LINE_FIELDS,
    LINE_TYPES,
    LOCALES,
    METADATA_BYTES,
    METHODS,
    UNSERVED_FIELDS,
)
from .errors import ApiError, Unprocessable

COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
DELAY = re.compile(r"[1-9][0-9]* (hours?|days?)", re.ASCII)
RATE = re.compile(r"[0-9]{1,3}\.[0-9]{2}", re.ASCII)
UNREACHABLE = "The webhook URL is invalid because it is unreachable from Mollie's point of view."


def read_json(request):
    """The request's body as a dict; nothing at all is taken for an empty one.

    :raise ApiError: 415 for another content type, 400 for what is no JSON object.
    """
    data = request.get_data()
    if not data:
        return {}
    if request.mimetype != "application/json":
        raise ApiError(415, "The request body must be JSON.")
    try:
        body = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ApiError(400, "The request body contains invalid JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The request body must be a JSON object.")
    return body


def _no_constant(name):
    raise ValueError(name)


def check_fields(body, allowed):
    """Refuse what the endpoint does not know; to an API key, that is profileId and testmode too."""
    for name in body:
        if name in UNSERVED_FIELDS:
            raise Unprocessable(f"The '{name}' field is not available for this profile", name)
        if name not in allowed:
            raise unknown_parameter(name)


def check_payment(body, state, profile, now):
    """The checked fields of a new payment.

    :return: What Mollie keeps, e.g. the description cut to its length.
    """
    for name in ("description", "amount", "redirectUrl"):
        if body.get(name) in (None, ""):
            raise Unprocessable(f"The '{name}' field is missing", name)
    kept = {"amount": check_amount(body["amount"])}
    kept |= check_common(body, state, profile, now)
    _check_method_needs(body, kept)
    return kept


def check_common(body, state, profile, now):
    """The fields that creating and updating share; null takes a value away."""
    context = Context(state, profile, now)
    kept = {}
    for name, value in body.items():
        check = CHECKS.get(name)
        if check and value is not None:
            kept[name] = check(value, name, context)
        elif check:
            if name in ("description", "redirectUrl"):
                raise Unprocessable(f"The '{name}' field is missing", name)
            kept[name] = None
    return kept


class Context:
    """What a check may need besides the value."""

    def __init__(self, state, profile, now):
        self.state, self.profile, self.now = state, profile, now


def _text(value, name, _context=None):
    if not isinstance(value, str):
        raise Unprocessable(f"The '{name}' field should be a string", name)
    return value


def check_description(value, name="description", context=None):
    """Cut, never refused for its length. (`context` is there where a payment's is checked.)"""
    if context and not value:
        raise Unprocessable(f"The '{name}' field is missing", name)
    return _text(value, name)[:DESCRIPTION_LENGTH]


def _url(value, name, _context=None):
    parts = _split(_text(value, name))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unprocessable(f"The '{name}' field is not a valid URL", name)
    return value


def _split(value):
    if re.search(r"[\s\x00-\x1f\\]", value):
        return None
    try:
        parts = urllib.parse.urlsplit(value)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def _webhook_url(value, name, context):
    _url(value, name)
    host = urllib.parse.urlsplit(value).hostname
    if not context.state.allow_local_webhooks and not is_public(host):
        raise Unprocessable(UNREACHABLE, name)
    return value


def is_public(host):
    """Whether a host could be reached from the internet, by its looks."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        local = (".localhost", ".local", ".test", ".invalid", ".example", ".internal", ".lan")
        return "." in host.strip(".") and not host.rstrip(".").endswith(local)


def _locale(value, name, _context):
    if _text(value, name) not in LOCALES:
        raise Unprocessable("The locale is invalid", name)
    return value


def _country(value, name, _context=None):
    if not isinstance(value, str) or not COUNTRY.fullmatch(value):
        raise Unprocessable("The country code is invalid", name)
    return value


def check_metadata(value, name="metadata", _context=None):
    plain = isinstance(value, (str, int, float, dict)) and not isinstance(value, bool)
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if not plain and not texts:
        raise Unprocessable("The metadata is invalid", name)
    if len(json.dumps(value, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise Unprocessable("The metadata is too long", name)
    return value


def _method(value, name, context):
    """A method, or a list of methods that the customer may choose from."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) and item in METHODS for item in listed):
        raise Unprocessable("The payment method is invalid", name)
    if not set(listed) & set(context.profile.methods):
        raise Unprocessable("The payment method is not enabled in your website profile", name)
    return value


def _one_of(*allowed):
    def check(value, name, _context):
        if not isinstance(value, str) or value not in allowed:
            raise Unprocessable(f"The '{name}' field is invalid", name)
        return value

    return check


def _capture_delay(value, name, _context):
    if not isinstance(value, str) or not DELAY.fullmatch(value):
        raise Unprocessable("The capture delay is invalid", name)
    return value


def _due_date(value, name, context):
    try:
        day = datetime.date.fromisoformat(_text(value, name))
    except ValueError:
        raise Unprocessable("The due date is invalid", name) from None
    today = context.now.date()
    if not today < day <= today + datetime.timedelta(days=100):
        raise Unprocessable("The due date must be between tomorrow and 100 days from now", name)
    return value


def _address(value, name, _context):
    if not isinstance(value, dict):
        raise Unprocessable(f"The '{name}' field is invalid", name)
    for key, item in value.items():
        if key not in ADDRESS_FIELDS:
            raise unknown_parameter(f"{name}.{key}")
        if item is not None:
            _text(item, f"{name}.{key}")
    if value.get("country"):
        _country(value["country"], f"{name}.country")
    if value.get("email") and not EMAIL.fullmatch(value["email"]):
        raise Unprocessable("The email address is invalid", f"{name}.email")
    return value


def _lines(value, name, _context):
    if not isinstance(value, list) or not value:
        raise Unprocessable("The lines are invalid", name)
    return [_line(line, f"{name}.{index}") for index, line in enumerate(value)]


def _line(line, name):
    if not isinstance(line, dict):
        raise Unprocessable("The line is invalid", name)
    for key in line.keys() - LINE_FIELDS:
        raise unknown_parameter(f"{name}.{key}")
    for key in ("description", "quantity", "unitPrice", "totalAmount"):
        if line.get(key) in (None, ""):
            raise Unprocessable(f"The '{name}.{key}' field is missing", f"{name}.{key}")
    for key in ("description", "type", "quantityUnit", "vatRate", "sku", "imageUrl", "productUrl"):
        if line.get(key) is not None:
            _text(line[key], f"{name}.{key}")
    if (line.get("type") or "physical") not in LINE_TYPES:
        raise Unprocessable("The line's type is invalid", f"{name}.type")
    if type(line["quantity"]) is not int or line["quantity"] < 1:
        raise Unprocessable("The quantity is invalid", f"{name}.quantity")
    _check_line_amounts(line, name)
    return line


def _check_line_amounts(line, name):
    present = [
        key
        for key in ("unitPrice", "totalAmount", "discountAmount", "vatAmount")
        if line.get(key) is not None
    ]
    amounts = {key: _signed(line[key], f"{name}.{key}") for key in present}
    expected = amounts["unitPrice"] * line["quantity"] - amounts.get("discountAmount", 0)
    if expected != amounts["totalAmount"]:
        raise Unprocessable("The line's total amount is incorrect", f"{name}.totalAmount")
    if bool(line.get("vatRate")) != ("vatAmount" in amounts):
        raise Unprocessable("The line's vatRate and vatAmount go together", f"{name}.vatAmount")
    if line.get("vatRate"):
        _check_vat(line, amounts, name)


def _signed(amount, field):
    """A line may be negative (a discount), a payment may not."""
    bare = amount
    if isinstance(amount, dict) and str(amount.get("value", "")).startswith("-"):
        bare = amount | {"value": amount["value"][1:]}
    check_amount(bare, field)
    return decimal.Decimal(amount["value"])


def _check_vat(line, amounts, name):
    if not RATE.fullmatch(line["vatRate"]):
        raise Unprocessable("The VAT rate is invalid", f"{name}.vatRate")
    rate = decimal.Decimal(line["vatRate"])
    expected = amounts["totalAmount"] * rate / (100 + rate)
    if money(expected, line["totalAmount"]["currency"])["value"] != line["vatAmount"]["value"]:
        raise Unprocessable("The line's VAT amount is incorrect", f"{name}.vatAmount")


def _check_method_needs(body, kept):
    """What depends on more than one field."""
    method = kept.get("method")
    if kept.get("dueDate") and method != "banktransfer":
        raise Unprocessable("The due date is for bank transfers only", "dueDate")
    if kept.get("captureMode") == "manual" and isinstance(method, str):
        if method not in CAPTURABLE:
            raise Unprocessable("The method does not support captures", "captureMode")
    if isinstance(method, str) and method in ADDRESS_METHODS:
        for name in ("billingAddress", "lines"):
            if not kept.get(name):
                raise Unprocessable(f"The '{name}' field is missing", name)
    if kept.get("lines"):
        _check_lines_total(kept["lines"], kept["amount"])


def _check_lines_total(lines, amount):
    if {line["totalAmount"]["currency"] for line in lines} != {amount["currency"]}:
        raise Unprocessable("The lines' currency differs from the payment's", "lines")
    if total(line["totalAmount"] for line in lines) != number(amount):
        raise Unprocessable("The amount differs from the sum of the lines", "amount")


CHECKS = {
    "description": check_description,
    "redirectUrl": _url,
    "cancelUrl": _url,
    "webhookUrl": _webhook_url,
    "locale": _locale,
    "metadata": check_metadata,
    "method": _method,
    "issuer": _text,
    "sequenceType": _one_of("oneoff"),
    "captureMode": _one_of("manual", "automatic"),
    "captureDelay": _capture_delay,
    "restrictPaymentMethodsToCountry": _country,
    "dueDate": _due_date,
    "billingAddress": _address,
    "shippingAddress": _address,
    "lines": _lines,
}
