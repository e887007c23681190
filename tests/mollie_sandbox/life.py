"""What happens to payments: by the customer, by time, by the merchant, by the bank."""

from .amounts import number
from .clock import after, parse
from .const import (
    CAPTURE_LIFE,
    DAY,
    DEFAULT_CAPTURE_LIFE,
    DEFAULT_LIFE,
    FAILURE_MESSAGES,
    FAILURE_REASONS,
    METHODS,
    REFUND_STEPS,
    REFUND_WEBHOOKS,
    STATUS_MOMENT,
    WEBHOOK_STATUSES,
)

CONSUMER = {
    "consumerName": "T. TEST",
    "consumerAccount": "NL53INGB0654422370",
    "consumerBic": "INGBNL2A",
}
CARD = {
    "cardHolder": "T. TEST",
    "cardNumber": "6787",
    "cardLabel": "Mastercard",
    "cardFunding": "credit",
    "cardAudience": "consumer",
    "cardCountryCode": "NL",
    "cardSecurity": "normal",
    "feeRegion": "other",
}
PAID_DETAILS = {
    "creditcard": CARD,
    "applepay": CARD | {"wallet": "applepay"},
    "googlepay": CARD | {"wallet": "googlepay"},
    "paypal": {
        "consumerName": "T. TEST",
        "consumerAccount": "test@example.org",
        "paypalReference": "9AL35361CF606152E",
        "paypalPayerId": "WDJJHEBZ4X2LY",
    },
    "klarna": None,
    "billie": None,
    "riverty": None,
    "in3": None,
}
TRANSFER = {
    "bankName": "Stichting Mollie Payments",
    "bankAccount": "NL53ABNA0627535577",
    "bankBic": "ABNANL2A",
}
CARDS = frozenset({"creditcard", "applepay", "googlepay"})


def life_of(method, created, due_date=None):
    """How long an open payment lives."""
    if due_date:
        return after(parse(f"{due_date}T23:59:59"), 2 * DAY)
    return after(created, METHODS[method][4] if method in METHODS else DEFAULT_LIFE)


def choose_method(payment, method):
    """The customer, or the merchant, settles on a method; its deadline replaces the first one."""
    payment.method = method
    payment.expires = life_of(method, payment.created, payment.fields.get("dueDate"))
    payment.details = None
    if method == "banktransfer":
        payment.details = TRANSFER | {"transferReference": _reference(payment)}


def _reference(payment):
    digits = str(int.from_bytes(payment.id.encode(), "big"))[-12:]
    return f"RF{digits[:2]}-{digits[2:6]}-{digits[6:10]}-{digits[10:]}00"


def set_status(state, payment, status, webhook=True, moment=None):
    """Bring a payment to a status, from wherever it is, and tell the merchant as Mollie would.

    :param moment: When it happened, if that is not now.
    """
    now = moment or state.clock.now()
    payment.status = status
    if status in STATUS_MOMENT:
        payment.moments.setdefault(STATUS_MOMENT[status], now)
    if status == "authorized":
        seconds = CAPTURE_LIFE.get(payment.method, DEFAULT_CAPTURE_LIFE)
        payment.capture_before = after(now, seconds)
    if status in ("paid", "pending", "authorized", "failed"):
        payment.details = _details(payment, status)
    if webhook and status in WEBHOOK_STATUSES:
        notify(state, payment, status)


def _details(payment, status):
    if status == "failed":
        return _failure(payment) if payment.method in CARDS else payment.details
    found = PAID_DETAILS.get(payment.method, CONSUMER)
    if found is None or status == "pending":
        return payment.details
    return (payment.details or {}) | found


def _failure(payment):
    reason = FAILURE_REASONS.get(payment.fields["amount"]["value"], "unknown_reason")
    return {"failureReason": reason, "failureMessage": FAILURE_MESSAGES[reason]}


def notify(state, payment, reason):
    """Queue a webhook, if the payment has an address for it. Always with the payment's id."""
    if payment.fields.get("webhookUrl"):
        return state.webhooks.add(payment.id, payment.fields["webhookUrl"], reason)
    return []


def tick(state):
    """Let time do its work on every payment."""
    now = state.clock.now()
    for payment in state.payments.values():
        if payment.status == "open" and payment.expires <= now:
            set_status(state, payment, "expired", moment=payment.expires)
        if payment.status == "authorized" and payment.capture_before <= now:
            set_status(state, payment, "expired", moment=payment.capture_before)
        for capture in payment.captures:
            due = after(capture.created, state.capture_seconds)
            if capture.status == "pending" and due <= now:
                set_capture_status(state, payment, capture, "succeeded", moment=due)
        for refund in payment.refunds:
            _move_refund(state, payment, refund, now)


def draw_balance(state, amount):
    """Take money from the merchant's balance; false if there is not enough."""
    left = state.balances.get(amount["currency"])
    if left is None:
        return True
    if number(amount) > left:
        return False
    state.balances[amount["currency"]] -= number(amount)
    return True


def _move_refund(state, payment, refund, now):
    """What time does to a refund; one that is queued waits for the balance instead."""
    if refund.since and refund.status == "queued" and draw_balance(state, refund.amount):
        refund.status, refund.since = "pending", now
    while refund.since and refund.status in REFUND_STEPS:
        following, seconds = REFUND_STEPS[refund.status]
        moment = after(refund.since, seconds)
        if moment > now:
            return
        set_refund_status(state, payment, refund, following)
        refund.since = moment


def set_refund_status(state, payment, refund, status, webhook=True):
    refund.status = status
    if webhook and status in REFUND_WEBHOOKS:
        notify(state, payment, f"refund {status}")


def set_capture_status(state, payment, capture, status, webhook=True, moment=None):
    """A capture that succeeds makes the payment paid."""
    capture.status = status
    if status == "succeeded" and payment.status == "authorized":
        set_status(state, payment, "paid", webhook, moment)
