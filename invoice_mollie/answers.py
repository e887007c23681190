"""Mollie's answers, made safe to work with.

What is of another kind than Mollie's reference says (a list where an object belongs, a number for
a text) counts as absent. Where money would then be counted wrong, the whole answer is refused.
"""

import re

PAYMENT_ID = re.compile(r"tr_[A-Za-z0-9]{1,64}")
MONEY_ID = re.compile(r"(re|chb)_[A-Za-z0-9]{1,64}")
_AMOUNT_VALUE = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)
# Characters that would forge a line of a log, or that the database can't keep.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TEXT_LENGTH = 500

_OPTIONAL_FIELDS = {
    "method": str,
    "details": dict,
    "expiresAt": str,
    "paidAt": str,
    "isCancelable": bool,
    "_links": dict,
}
_AMOUNT_FIELDS = ("amountRemaining", "amountRefunded", "amountCaptured", "amountChargedBack")


def clean_payment(payment):
    """Return a payment of which the fields that the addon uses are what they should be.

    Its amount is left as it is: whoever compares it finds that it is not the expected one.

    :raise ValueError: if it can't be used; or KeyError, TypeError.
    """
    payment = clean_text(payment)
    _require(PAYMENT_ID.fullmatch(payment["id"]) and isinstance(payment["status"], str))
    for name, kind in _OPTIONAL_FIELDS.items():
        if not isinstance(payment.get(name), kind):
            payment[name] = None
    for name in _AMOUNT_FIELDS:
        _require(payment.get(name) is None or is_amount(payment[name]))
    payment["details"] = _clean_details(payment["details"])
    payment["_embedded"] = _clean_embedded(payment.get("_embedded"))
    return payment


def clean_money(money):
    """Return a refund or chargeback.

    :raise ValueError: if it can't be used.
    """
    money = clean_text(money)
    _require(MONEY_ID.fullmatch(money["id"]) and is_amount(money["amount"]))
    _require(isinstance(money.get("status"), str) or money["id"].startswith("chb_"))
    if not isinstance(money.get("reversedAt"), str):
        money["reversedAt"] = None
    return money


def clean_listed_money(money):
    """Return a refund or chargeback that names its payment, as those of the whole profile do.

    :raise ValueError: if it can't be used.
    """
    _require(PAYMENT_ID.fullmatch(money["paymentId"]))
    return clean_money(money)


def clean_object(answer):
    """Return a profile or a capture: anything of Mollie's that has an id.

    :raise ValueError: if it has none.
    """
    _require(isinstance(answer["id"], str))
    return clean_text(answer)


def clean_method(method):
    """Return a payment method; limits that can't be read are none.

    :raise ValueError: if it can't be used.
    """
    method = clean_object(method)
    if not isinstance(method.get("description"), str):
        method["description"] = method["id"]
    for name in ("minimumAmount", "maximumAmount"):
        method[name] = method[name] if is_amount(method.get(name)) else None
    return method


def clean_tariffs(methods):
    """Return ``{method id: its first tariff}``, without those that can't be read.

    A tariff is ``{"fixed": {"currency": "EUR", "value": "0.25"}, "variable": "1.80"}``, the latter
    in percent of the amount. Where a method has several, by kind of card, the first is the usual.
    """
    tariffs = {}
    for method in methods:
        prices = method.get("pricing")
        price = prices[0] if isinstance(prices, list) and prices else None
        if isinstance(price, dict) and is_amount(price.get("fixed")):
            variable = str(price.get("variable") or "0")
            if _AMOUNT_VALUE.fullmatch(variable):
                tariffs[method["id"]] = {"fixed": price["fixed"], "variable": variable}
    return tariffs


def clean_text(value):
    """Return a JSON value whose texts are one line each and can be stored."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub(" ", value)
    if isinstance(value, dict):
        return {name: clean_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean_text(item) for item in value]
    return value


def is_amount(amount):
    """Return whether it looks like ``{"currency": "EUR", "value": "10.00"}``."""
    return (
        isinstance(amount, dict)
        and isinstance(amount.get("currency"), str)
        and isinstance(amount.get("value"), str)
        and bool(_AMOUNT_VALUE.fullmatch(amount["value"]))
    )


def _clean_details(details):
    texts = (details or {}).items()
    return {name: text[:_TEXT_LENGTH] for name, text in texts if isinstance(text, str)}


def _clean_embedded(embedded):
    _require(embedded is None or isinstance(embedded, dict))
    lists = {name: (embedded or {}).get(name) or [] for name in ("refunds", "chargebacks")}
    _require(all(isinstance(items, list) for items in lists.values()))
    return {name: [clean_money(item) for item in items] for name, items in lists.items()}


def _require(condition):
    if not condition:
        raise ValueError
