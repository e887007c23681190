"""The invoices with which histories begin: one of each currency and payment term, and of taxes."""

from typing import NamedTuple

from odoo.fields import Command

# Totals of which no part comes out even.
TOTALS = {"EUR": 100.0, "USD": 99.99, "JPY": 10001.0}
# Shares in percent, and after how many days.
TERMS = {"at once": [], "in parts": [(40, 0), (30, 30), (30, 60)], "discount": [(100, 60)]}
# It ends the day after next, when histories begin.
DISCOUNT = {
    "early_discount": True,
    "discount_percentage": 2,
    "discount_days": 30,
    "early_pay_discount_computation": "included",
}
# What the lines are sold at, and their tax in percent.
TAXES = {"untaxed": [(1, 0)], "two rates": [(0.6, 19), (0.3, 7)], "cash basis": [(0.8, 21)]}


class Kind(NamedTuple):
    currency: str
    term: str
    taxes: str = "untaxed"


KINDS = [Kind(currency, term) for currency in TOTALS for term in TERMS]
KINDS += [Kind("EUR", "discount", "two rates"), Kind("EUR", "in parts", "cash basis")]


def make_invoices(case):
    """Return ``{kind: (invoice, path of its pay page)}``."""
    found, maker = {}, case.env
    terms = {name: _make_term(maker, name, parts).id for name, parts in TERMS.items()}
    for kind in KINDS:
        # A customer each, so that each has an account of its own.
        case.customer = case.customer.copy({"name": " ".join(kind)})
        lines = [
            Command.create(
                {
                    "name": "Work",
                    "price_unit": round(TOTALS[kind.currency] * share, 2),
                    "tax_ids": _make_tax(case, rate, kind.taxes).ids if rate else [],
                }
            )
            for share, rate in TAXES[kind.taxes]
        ]
        invoice = case.make_invoice(
            currency=kind.currency,
            invoice_payment_term_id=terms[kind.term],
            invoice_line_ids=lines,
        )
        found[kind] = invoice, path = invoice, case.make_link(invoice)
        # The first look makes a token for the portal, and notes itself: each look would, for it is
        # undone.
        case.get(path)
    return found


def _make_term(env, name, parts):
    lines = [
        Command.create({"value": "percent", "value_amount": share, "nb_days": days})
        for share, days in parts or [(100, 0)]
    ]
    values = DISCOUNT if name == "discount" else {}
    return env["account.payment.term"].create({"name": name, "line_ids": lines, **values})


def _make_tax(case, rate, taxes):
    values = {"name": f"{rate} % {taxes}", "amount": rate, "company_id": case.company.id}
    if taxes == "cash basis":
        values |= {
            "tax_exigibility": "on_payment",
            "cash_basis_transition_account_id": _prepare_cash_basis(case).id,
        }
    return case.env["account.tax"].create(values)


def _prepare_cash_basis(case):
    """Let the company owe taxes when it is paid; return the account where they wait for that."""
    Journal, company = case.env["account.journal"], case.company
    journal = {"name": "Cash basis", "code": "CABA9", "type": "general", "company_id": company.id}
    company.write(
        {"tax_exigibility": True, "tax_cash_basis_journal_id": Journal.create(journal).id}
    )
    account = {"name": "Waiting tax", "code": "199999", "account_type": "liability_current"}
    return case.env["account.account"].create(account | {"reconcile": True})
