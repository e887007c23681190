"""What must be so after any history, however it went."""

from collections import Counter
from decimal import Decimal

BOOKED = ("in_process", "paid")
LOG_ROWS_PER_PAYMENT = 8
MOVE_FIELDS = ("amount_residual", "payment_state", "mollie_payment_state", "mollie_payment_link")
TX_FIELDS = ("reference", "state", "mollie_status", "provider_reference", "payment_id")


def check(invoice, admin, sandbox, payments, due):
    """Compare an invoice with Mollie, and see that comparing again changes nothing.

    :param int payments: how many payments Mollie has for the invoice, whatever became of them.
    :param due: what must be left to pay.
    """
    at_mollie = payments_of(invoice, sandbox)
    statuses = [payment["status"] for payment in at_mollie]
    assert len(statuses) == payments, statuses
    assert booked(invoice, admin) == paid_at_mollie(invoice, sandbox)
    assert invoice.get("amount_residual") == due
    events = Counter(invoice.events())
    assert events["booked"] == statuses.count("paid")
    assert events.total() <= LOG_ROWS_PER_PAYMENT * (1 + payments), invoice.log()
    before = snapshot(invoice, admin)
    invoice.press("action_mollie_sync")
    assert snapshot(invoice, admin) == before


def check_refunds(invoice, admin, sandbox, payment, amounts):
    """Compare refunds with Mollie, which must have made these; another sync changes nothing."""
    at_mollie = _refunds_of(sandbox, payment)
    assert sorted(at_mollie.values()) == sorted(map(Decimal, amounts))
    children = [("source_transaction_id.provider_reference", "=", payment["id"])]
    rows = admin.read("payment.transaction", children, "provider_reference", "amount")
    assert len(rows) == len(at_mollie)
    assert {row["provider_reference"]: -Decimal(str(row["amount"])) for row in rows} == at_mollie
    before = snapshot(invoice, admin)
    invoice.press("action_mollie_sync")
    assert snapshot(invoice, admin) == before


def _refunds_of(sandbox, payment):
    listed = sandbox.payment(payment["id"]).get("_embedded", {}).get("refunds", [])
    return {refund["id"]: Decimal(refund["amount"]["value"]) for refund in listed}


def payments_of(invoice, sandbox):
    return [p for p in sandbox.payments() if p["metadata"]["invoice"] == invoice.name]


def paid_at_mollie(invoice, sandbox):
    paid = [p for p in payments_of(invoice, sandbox) if p["status"] == "paid"]
    return sum((Decimal(payment["amount"]["value"]) for payment in paid), Decimal())


def booked(invoice, admin):
    """Return what stands in the books as received through Mollie for the invoice."""
    domain = [
        ("payment_transaction_id.invoice_ids", "in", [invoice.id]),
        ("state", "in", BOOKED),
        ("move_id.state", "=", "posted"),
    ]
    rows = admin.read("account.payment", domain, "amount")
    return sum((Decimal(str(row["amount"])) for row in rows), Decimal())


def transactions(invoice, admin):
    return admin.read("payment.transaction", [("invoice_ids", "in", [invoice.id])], *TX_FIELDS)


def snapshot(invoice, admin):
    """Return all that a sync could change."""
    [move] = admin.read("account.move", [("id", "=", invoice.id)], *MOVE_FIELDS)
    return move, transactions(invoice, admin), invoice.log(), booked(invoice, admin)
