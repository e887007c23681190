"""The checkout page, where the customer picks a method and, in test mode, what comes of it."""

from flask import Blueprint, abort, g, redirect, render_template, request

from .const import CAPTURABLE, DECIMALS, METHODS
from .life import choose_method, set_status
from .methods import suitable

pages = Blueprint("checkout", __name__, url_prefix="/checkout")
OTHER_HOST = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
LABELS = {
    "open": "Open: leave without deciding",
    "pending": "Pending: the money is on its way",
    "authorized": "Authorized: to be captured later",
    "paid": "Paid",
    "failed": "Failed",
    "canceled": "Canceled",
    "expired": "Expired",
}


# No script, no frame, nothing kept: a payment page's manners.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self';"
    " frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


@pages.after_request
def _own_page(response):
    response.headers.update(PAGE_HEADERS)
    return response


@pages.get("/<payment_id>")
def enter(payment_id):
    """The address the merchant gets. It leads to another host, as Mollie's does."""
    _find(payment_id)
    host, _, port = request.host.partition(":")
    other = OTHER_HOST.get(host, host)
    return redirect(f"http://{other}{':' * bool(port)}{port}/checkout/{payment_id}/pay", 302)


@pages.get("/<payment_id>/pay")
def show(payment_id):
    payment = _find(payment_id)
    if payment.status != "open":
        return _back(payment)
    method = payment.method or request.args.get("method")
    choices = suitable(payment.profile, payment.fields)
    if not payment.method and method not in choices:
        return _page(payment, "methods.html", methods=[(m, METHODS[m][0]) for m in choices])
    return _page(
        payment,
        "outcome.html",
        method=method,
        method_name=METHODS[method][0],
        outcomes=[(status, LABELS[status]) for status in outcomes(payment, method)],
        can_go_back=not payment.method,
    )


@pages.post("/<payment_id>/pay")
def choose(payment_id):
    with g.state.lock:
        payment = _find(payment_id)
        if payment.status != "open":
            return _back(payment)
        method = payment.method or request.form.get("method", "")
        outcome = request.form.get("outcome", "")
        if not payment.method and method not in suitable(payment.profile, payment.fields):
            abort(400)
        if outcome not in outcomes(payment, method):
            abort(400)
        settle(g.state, payment, method, outcome)
    return _back(payment, open_too=True)


def outcomes(payment, method):
    """What may come of a payment by this method; a card authorises only if it was asked to."""
    possible = METHODS[method][5]
    if payment.manual and method in CAPTURABLE:
        rest = [status for status in possible if status not in ("authorized", "paid")]
        return ["authorized", *rest]
    return possible


def settle(state, payment, method, outcome):
    if payment.method != method:
        choose_method(payment, method)
    if outcome != "open":
        set_status(state, payment, outcome)


@pages.get("/<payment_id>/state")
def state_page(payment_id):
    """Where `changePaymentState` leads in test mode."""
    payment = _find(payment_id)
    return _page(payment, "state.html", outcomes=_later(payment))


@pages.post("/<payment_id>/state")
def change_state(payment_id):
    with g.state.lock:
        payment = _find(payment_id)
        outcome = request.form.get("outcome", "")
        if outcome not in dict(_later(payment)):
            abort(400)
        LATER[outcome](g.state, payment)
    return _page(payment, "state.html", outcomes=_later(payment))


def _later(payment):
    names = {"pending": ("paid", "failed"), "authorized": ("canceled",)}.get(payment.status, ())
    more = [("chargeback", "Charge back")] if payment.status == "paid" else []
    if payment.refundable > 0:
        more.insert(0, ("refund", "Refund what is left"))
    return [(name, LABELS[name]) for name in names] + more


def _find(payment_id):
    payment = g.state.payments.get(payment_id)
    if not payment:
        abort(404)
    return payment


def _page(payment, template, **values):
    amount = payment.fields["amount"]
    symbol = SYMBOLS.get(amount["currency"], amount["currency"] + " ")
    whole = f"{float(amount['value']):,.{DECIMALS[amount['currency']]}f}"
    return render_template(template, payment=payment, amount=f"{symbol} {whole}", **values)


def _back(payment, open_too=False):
    """Send the customer back to the shop."""
    fields = payment.fields
    target = payment.status == "canceled" and fields.get("cancelUrl") or fields["redirectUrl"]
    return redirect(target, 303 if open_too else 302)


def _refund_rest(state, payment):
    from .control import add_refund

    add_refund(state, payment, payment.money(payment.refundable), "refunded")


def _charge_back(state, payment):
    from .control import add_chargeback

    add_chargeback(state, payment, payment.fields["amount"])


LATER = {
    "paid": lambda state, payment: set_status(state, payment, "paid"),
    "failed": lambda state, payment: set_status(state, payment, "failed"),
    "canceled": lambda state, payment: set_status(state, payment, "canceled"),
    "refund": _refund_rest,
    "chargeback": _charge_back,
}
