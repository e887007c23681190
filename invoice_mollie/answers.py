"""Mollie's answers, read: JSON goes in, values of `money` come out, and nobody behind sees a dict.

What is of another kind than Mollie's reference says (a list where an object belongs, a number for
a text) counts as absent. Where money would then be counted wrong, the whole answer is refused:
every function that reads raises ValueError, or a KeyError or TypeError, if it can't.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from .money.amounts import Amount, is_written
from .money.failures import NO_REASON, REASONS
from .money.payment import Capture, Chargeback, Owner, Payment, Refund

PAYMENT_ID = re.compile(r"tr_[A-Za-z0-9]{1,64}")
REFUND_ID = re.compile(r"re_[A-Za-z0-9]{1,64}")
CHARGEBACK_ID = re.compile(r"chb_[A-Za-z0-9]{1,64}")
CAPTURE_ID = re.compile(r"cpt_[A-Za-z0-9]{1,64}")
_PERCENT = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)
# Characters that would forge a line of a log, or that the database can't keep.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TEXT_LENGTH = 500
# Where to send a bank transfer: Mollie's own account, not the payer's.
_TRANSFER_DETAILS = ("bankName", "bankAccount", "bankBic", "transferReference")
# What Mollie calls the sums that came of a payment.
_SUMS = {
    "captured": "amountCaptured",
    "refunded": "amountRefunded",
    "remaining": "amountRemaining",
    "charged_back": "amountChargedBack",
}


class Profile(NamedTuple):
    """The profile of a Mollie account that an API key belongs to."""

    id: str
    name: str


class Tariff(NamedTuple):
    """What Mollie charges for a payment: a fixed amount, and a share of it in percent."""

    fixed: Amount
    percent: str


class Method(NamedTuple):
    """A payment method; limits that can't be read are none."""

    id: str
    name: str
    minimum: Amount | None = None
    maximum: Amount | None = None
    tariff: Tariff | None = None


def read_payment(answer):
    """Return a payment.

    Its amount is None if Mollie would not write it like that: whoever compares it finds that it is
    not the expected one.
    """
    _require(PAYMENT_ID.fullmatch(answer["id"]) and isinstance(answer["status"], str))
    payment = Payment(
        id=answer["id"],
        status=clean_text(answer["status"]),
        mode=_read_text(answer.get("mode")),
        profile=_read_text(answer.get("profileId")),
        amount=_read_exact_amount(answer.get("amount")),
        owner=_read_owner(answer.get("metadata")),
        invoices=_read_invoices(answer.get("metadata")),
        company=_read_text(_read_object(answer.get("metadata")).get("company")),
        method=_read_text(answer.get("method")),
        checkout_url=_read_link(answer, "checkout"),
        is_cancelable=answer.get("isCancelable") is True,
        created_at=_read_moment(answer.get("createdAt")),
        expires_at=_read_moment(answer.get("expiresAt")),
        paid_at=_read_moment(answer.get("paidAt")),
        capture_before=_read_moment(answer.get("captureBefore")),
        **_read_details(_read_object(answer.get("details"))),
        **_read_sums(answer),
        **_read_embedded(answer.get("_embedded")),
    )
    _require(not _is_too_much_captured(payment))
    return payment


def _is_too_much_captured(payment):
    """Return whether more was captured than the payment reserved: what came in is not known."""
    captured = sum(
        capture.amount.value for capture in payment.captures if capture.status == "succeeded"
    )
    return bool(payment.amount) and captured > payment.amount.value


def _read_details(details):
    texts = {name: _read_text(details.get(name)) for name in _TRANSFER_DETAILS}
    return {
        "card": _read_text(details.get("cardLabel")),
        "failure": _read_failure(details),
        "transfer": tuple((name, text) for name, text in texts.items() if text),
    }


def _read_failure(details):
    """Return why a payment failed: a key of `REASONS`, or Mollie's own words; "" if it says only
    that it did.
    """
    reason = _read_text(details.get("failureReason"))
    if reason == NO_REASON:
        return ""
    return reason if reason in REASONS else _read_text(details.get("failureMessage"))


def _read_sums(answer):
    sums = {name: _read_amount(answer.get(written)) for name, written in _SUMS.items()}
    del sums["charged_back"]  # It has to be an amount; but each chargeback is told, too.
    return sums


def _read_embedded(embedded):
    _require(embedded is None or isinstance(embedded, dict))
    lists = {name: (embedded or {}).get(name) or [] for name in _EMBEDDED}
    _require(all(isinstance(items, list) for items in lists.values()))
    # Mollie writes the newest first.
    return {
        name: tuple(_EMBEDDED[name](item) for item in reversed(items))
        for name, items in lists.items()
    }


def read_refund(answer):
    """Return a refund."""
    _require(REFUND_ID.fullmatch(answer["id"]) and isinstance(answer["status"], str))
    amount, status = Amount.read(answer["amount"]), clean_text(answer["status"])
    return Refund(
        answer["id"],
        amount,
        status,
        _read_owner(answer.get("metadata")),
        _read_text(answer.get("paymentId")),
        _read_moment(answer.get("createdAt")),
    )


def read_chargeback(answer):
    """Return a chargeback."""
    _require(CHARGEBACK_ID.fullmatch(answer["id"]))
    return Chargeback(
        answer["id"],
        Amount.read(answer["amount"]),
        bool(_read_text(answer.get("reversedAt"))),
        _read_text(answer.get("paymentId")),
        _read_moment(answer.get("createdAt")),
        _read_moment(answer.get("reversedAt")),
    )


def read_capture(answer):
    """Return a part of an authorized payment that was collected."""
    _require(CAPTURE_ID.fullmatch(answer["id"]) and isinstance(answer["status"], str))
    amount, status = Amount.read(answer["amount"]), clean_text(answer["status"])
    return Capture(answer["id"], amount, status, _read_moment(answer.get("createdAt")))


def read_listed(read):
    """Return a reader of refunds or chargebacks that name their payment, as in lists of them."""

    def read_with_payment(answer):
        _require(PAYMENT_ID.fullmatch(answer["paymentId"]))
        return read(answer)

    return read_with_payment


def read_profile(answer):
    """Return the profile of an API key."""
    _require(isinstance(answer["id"], str))
    name = answer.get("name") or answer["id"]
    return Profile(clean_text(answer["id"]), _read_text(name))


def read_method(answer):
    """Return a payment method; where it has several tariffs, by kind of card, with the usual."""
    _require(isinstance(answer["id"], str))
    return Method(
        clean_text(answer["id"]),
        _read_text(answer.get("description")) or clean_text(answer["id"]),
        _read_limit(answer.get("minimumAmount")),
        _read_limit(answer.get("maximumAmount")),
        _read_tariff(answer.get("pricing")),
    )


def _read_limit(answer):
    return Amount.read(answer) if is_written(answer) else None


def _read_tariff(prices):
    price = prices[0] if isinstance(prices, list) and prices else None
    if not isinstance(price, dict) or not is_written(price.get("fixed")):
        return None
    percent = str(price.get("variable") or "0")
    return Tariff(Amount.read(price["fixed"]), percent) if _PERCENT.fullmatch(percent) else None


def _read_moment(text):
    """Return Mollie's timestamp in UTC, without a time zone and fractions; None if there is none.

    With `Z` or an offset, with a fraction or without: Mollie writes all four.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"Z$", "+00:00", re.sub(r"\.\d+", "", text)))
        return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def clean_text(value):
    """Return a text on one line, which can be stored."""
    return _UNPRINTABLE.sub(" ", value)


def _read_text(value):
    return clean_text(value)[:_TEXT_LENGTH] if isinstance(value, str) else ""


def _read_object(value):
    return value if isinstance(value, dict) else {}


def _read_amount(answer):
    return None if answer is None else Amount.read(answer)


def _read_exact_amount(answer):
    amount = Amount.read(answer) if is_written(answer) else None
    return amount if amount and amount.write() == answer else None


def _read_owner(metadata):
    """Return who made a payment or a refund; an owner without names if somebody else did."""
    if metadata is None:
        return None
    names = _read_object(metadata)
    return Owner(_read_text(names.get("database")), _read_text(names.get("reference")))


def _read_invoices(metadata):
    """Return the names of the invoices that a payment is about."""
    names = _read_text(_read_object(metadata).get("invoice"))
    return tuple(names.split(", ")) if names else ()


def _read_link(answer, name):
    """Return the address of one of the payment's links, or an empty text."""
    link = _read_object(answer.get("_links")).get(name)
    url = _read_object(link).get("href")
    return url if isinstance(url, str) else ""


# What is embedded in a payment, and what reads it.
_EMBEDDED = {
    "captures": read_capture,
    "refunds": read_refund,
    "chargebacks": read_chargeback,
}


def _require(condition):
    if not condition:
        raise ValueError
