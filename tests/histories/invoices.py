"""The invoices with which histories begin: one of each currency and payment term."""

from odoo.fields import Command

# Totals of which no part comes out even.
TOTALS = {"EUR": 100.0, "USD": 99.99, "JPY": 10001.0}
# Shares in percent, and after how many days.
TERMS = {"at once": [], "in parts": [(40, 0), (30, 30), (30, 60)], "discount": [(100, 30)]}


def make_invoices(case):
    """Return ``{(currency, term): (invoice, path of its pay page)}``."""
    found = {}
    for term, parts in TERMS.items():
        term_id = _make_term(case.env, term, parts).id
        for currency, total in TOTALS.items():
            # A customer each, so that each has an account of its own.
            case.customer = case.customer.copy({"name": f"{currency} {term}"})
            values = {"currency": currency, "invoice_payment_term_id": term_id}
            invoice = case.make_invoice(total, **values)
            found[currency, term] = invoice, case.make_link(invoice)
    return found


def _make_term(env, name, parts):
    lines = [
        Command.create({"value": "percent", "value_amount": share, "nb_days": days})
        for share, days in parts or [(100, 0)]
    ]
    discount = {"early_discount": True, "discount_percentage": 2, "discount_days": 3650}
    values = discount if name == "discount" else {}
    return env["account.payment.term"].create({"name": name, "line_ids": lines, **values})
