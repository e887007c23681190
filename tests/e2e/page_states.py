"""Every state of docs/page-states.rst, made as customers and clerks make it."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.e2e.crowd import come_back, deliver, meanwhile, press_pay, table_locked, view
from tests.e2e.server import database

TOTAL = "121.00"
INSTALMENTS = [
    {"value": "percent", "value_amount": 40, "nb_days": 0},
    {"value": "percent", "value_amount": 60, "nb_days": 3650},
]
# A waiting page asks again so late that nobody who looks at it is disturbed.
LATE = {"n": "11"}
_POST = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class State:
    """What to open to see a state, and what must be so meanwhile.

    form     what is posted; None if the page is only opened
    query    what stands in the address, beside the language
    during   a context manager; what it brings about ends with it
    invoice  the name of the invoice that the page shows, if it does
    """

    url: str
    form: dict | None = None
    query: dict | None = None
    during: Callable = contextlib.nullcontext
    invoice: str = ""

    def open(self, page, lang="en"):
        """Open it in a browser's page."""
        url = f"{self.url}?{urlencode({**(self.query or {}), 'lang': lang})}"
        with self.during():
            if self.form is None:
                return page.goto(url)
            page.route(url, self._post, times=1)
            return page.goto(url)

    def _post(self, route):
        headers = route.request.headers | _POST
        route.continue_(method="POST", headers=headers, post_data=urlencode(self.form))


class Shop:
    """Who makes the states: the clerk, the administrator, a customer, and Mollie."""

    def __init__(self, server, logins, sandbox):
        self.server, self.sandbox = server, sandbox
        self.clerk, self.admin = logins["clerk"], logins["admin"]

    def change_company(self, **values):
        self.admin.call("res.company", "write", [1], values)

    @contextlib.contextmanager
    def company_has(self, **values):
        """Let the company have values while the block runs, and none afterwards."""
        self.change_company(**values)
        yield
        self.change_company(**dict.fromkeys(values, False))

    def link(self, **values):
        """Return an invoice and the address of its page."""
        invoice = self.clerk.make_invoice(float(TOTAL), **values)
        return invoice, invoice.make_link()

    def start(self, link, **choice):
        """Press Pay; return the payment at Mollie."""
        answer = press_pay(self.server, link, **choice)
        assert answer.status_code == 303, answer.text
        return self.sandbox.payments()[-1]

    def decide(self, payment, status, method="ideal", **more):
        """Bring a payment to a status, and tell Odoo."""
        self.sandbox.set_status(payment["id"], status, method=method, webhook=False, **more)
        deliver(self.server, payment)

    def paid(self, status="paid", method="ideal", **more):
        """Return an invoice, the address of its page, and its payment."""
        invoice, link = self.link()
        payment = self.start(link)
        self.decide(payment, status, method, **more)
        return invoice, link, payment


def make_states(shop):
    """Return each state by its name; the templates are called `state_<name>`."""
    states = {}
    for make in (_to_pay, _on_their_way, _ends, _after, _refused, _without_invoice):
        states |= make(shop)
    return states


def _to_pay(shop):
    term = shop.admin.call(
        "account.payment.term",
        "create",
        {"name": "40 % now", "line_ids": [[0, 0, line] for line in INSTALMENTS]},
    )
    due, due_link = shop.link(invoice_date_due="2036-05-03")
    overdue, overdue_link = shop.link(invoice_date="2026-05-03", invoice_payment_term_id=term)
    part, part_link = shop.link()
    receive_by_bank(part, 40)
    wrong = {"choice": "other", "amount": "1.000.000"}
    return {
        "due": State(due_link, invoice=due.name),
        "wrong_amount": State(due_link, wrong, invoice=due.name),
        "overdue": State(overdue_link, invoice=overdue.name),
        "part_paid": State(part_link, invoice=part.name),
    }


def _on_their_way(shop):
    alive, alive_link = shop.link()
    shop.start(alive_link)
    pending, pending_link, _payment = shop.paid("open", "banktransfer")
    authorized, authorized_link, _payment = shop.paid("authorized", "klarna")
    reserved, reserved_link, payment = shop.paid("authorized", "klarna")
    captured = {"currency": "EUR", "value": "46.00"}
    shop.sandbox.add_capture(payment["id"], captured, webhook=False)
    deliver(shop.server, payment)
    return {
        "alive": State(alive_link, invoice=alive.name),
        "pending": State(pending_link, invoice=pending.name),
        "authorized": State(authorized_link, invoice=authorized.name),
        "reserved": State(reserved_link, invoice=reserved.name),
    }


def _ends(shop):
    states = {}
    for name, status, more in (
        ("success", "paid", {}),
        ("canceled", "canceled", {}),
        ("failed", "failed", {"details": {"failureReason": "insufficient_funds"}}),
        ("expired", "expired", {}),
        ("unknown", "open", {}),
    ):
        invoice, _link, payment = shop.paid(status, "creditcard", **more)
        states[name] = State(payment["redirectUrl"], query=LATE, invoice=invoice.name)
    revoked, _link, payment = shop.paid()
    revoked.press("action_mollie_revoke_link")
    return states | {"outcome": State(payment["redirectUrl"])}


def _after(shop):
    paid, paid_link, payment = shop.paid()
    refunded, refunded_link, refunded_payment = shop.paid()
    shop.sandbox.add_refund(refunded_payment["id"], "20.00", status="refunded", webhook=False)
    deliver(shop.server, refunded_payment)
    back, back_link, back_payment = shop.paid()
    shop.sandbox.add_chargeback(back_payment["id"], TOTAL, webhook=False)
    deliver(shop.server, back_payment)
    draft, draft_link = shop.link()
    draft.press("button_draft")
    closed, closed_link = shop.link()
    closed.press("button_draft")
    closed.press("button_cancel")
    return {
        "paid": State(paid_link, invoice=paid.name),
        "refunded": State(refunded_link, invoice=refunded.name),
        "charged_back": State(back_link, invoice=back.name),
        "draft": State(draft_link),
        "closed": State(closed_link),
        "receipt_too_often": State(_used_up_receipt(shop.server, payment)),
    }


def _refused(shop):
    invoice, link = shop.link()
    busy, busy_link = shop.link()
    for amount in ("20", "30", "40"):
        shop.start(busy_link, choice="other", amount=amount)
    return {
        "down": State(link, {}, during=lambda: _silent(shop.sandbox), invoice=invoice.name),
        "moment": State(link, {}, LATE, lambda: _busy(invoice), invoice.name),
        "unavailable": State(link, during=lambda: _switched_off(shop.admin), invoice=invoice.name),
        "too_often": State(busy_link, {}, invoice=busy.name),
        "error": State(link, during=_broken),
        "interrupted": State(link, during=_cut_off),
    }


def _without_invoice(shop):
    url = shop.server.url
    return {
        "gone": State(f"{url}/mollie/pay/none"),
        "ask": State(f"{url}/mollie/link"),
        "sent": State(f"{url}/mollie/link", {"number": "INV/0"}),
    }


def receive_by_bank(invoice, amount):
    """Book a payment that did not come through Mollie."""
    context = {"active_model": "account.move", "active_ids": [invoice.id]}
    wizard = invoice.clerk.call(
        "account.payment.register", "create", {"amount": amount}, context=context
    )
    invoice.clerk.call("account.payment.register", "action_create_payments", [wizard])


def _used_up_receipt(server, payment):
    """Download the receipt of a payment, and let it have been done very often; return where."""
    page = come_back(server, payment).text
    url = server.url + re.search(r'"(/mollie/receipt/[^"?]+)', page)[1]
    view(server, url)
    with database() as cursor:
        cursor.execute(
            "INSERT INTO mollie_limit (kind, who, number, moment)"
            " SELECT kind, who, max(number) + n, max(moment) FROM mollie_limit,"
            " generate_series(1, 30) n WHERE kind = 'receipt' GROUP BY kind, who, n"
        )
    return url


@contextlib.contextmanager
def _silent(sandbox):
    """Mollie does not answer; afterwards nobody remembers it."""
    sandbox.fault("503", method="POST", times=None)
    yield
    sandbox.clear_faults()
    with database() as cursor:
        cursor.execute("UPDATE payment_provider SET mollie_failures = 0")


@contextlib.contextmanager
def _busy(invoice):
    """Somebody else pays the invoice just now."""
    with database(autocommit=False) as cursor:
        cursor.execute("SELECT id FROM account_move WHERE id = %s FOR UPDATE", [invoice.id])
        yield


@contextlib.contextmanager
def _switched_off(admin):
    """Nobody can pay through Mollie."""
    providers = admin.read("payment.provider", [("code", "=", "mollie"), ("state", "=", "test")])
    ids = [provider["id"] for provider in providers]
    admin.call("payment.provider", "write", ids, {"state": "disabled"})
    yield
    admin.call("payment.provider", "write", ids, {"state": "test", "is_published": True})


@contextlib.contextmanager
def _broken():
    """Something of ours is broken: a table has another name."""
    with database() as cursor:
        cursor.execute("ALTER TABLE mollie_payment_link RENAME TO mollie_payment_link_aside")
        yield
        cursor.execute("ALTER TABLE mollie_payment_link_aside RENAME TO mollie_payment_link")


@contextlib.contextmanager
def _cut_off():
    """PostgreSQL is gone while the page is being made."""

    def cut(lock):
        lock.wait_for(1)
        lock.end_waiting()

    with table_locked("mollie_payment_link") as lock, meanwhile(cut, lock):
        yield
