"""Where payments are booked, and whether they are."""

from datetime import timedelta

from odoo import fields
from odoo.tools import LazyTranslate

from .setup import Problem

_lt = LazyTranslate(__name__)

_CHOOSE = _lt("Choose another one here, under Journal.")
NO_JOURNAL = Problem("error", _lt("No journal takes the payments."), _CHOOSE)
OTHERS_JOURNAL = Problem("error", _lt("The journal %(name)s is another company's."), _CHOOSE)
ARCHIVED_JOURNAL = Problem(
    "error",
    _lt("The journal %(name)s is archived, so nothing can be booked in it."),
    _lt("Unarchive it, or choose another one."),
)
NO_ACCOUNT = Problem(
    "warning",
    _lt("Payments have no entry: no outstanding account is chosen."),
    _lt("In the journal, under Incoming Payments, choose one on the line of Mollie."),
)
COMPANYS_ACCOUNT = Problem(
    "warning",
    _lt(
        "Payments are booked on the company's account of outstanding receipts, not on Mollie's own."
    ),
    _lt("In the journal, under Incoming Payments, choose an account on the line of Mollie."),
)
ARCHIVED_ACCOUNT = Problem(
    "error",
    _lt("The account %(name)s is archived, so nothing can be booked on it."),
    _lt("Unarchive it, or choose another one in the journal, under Incoming Payments."),
)
EXCLUDED = Problem(
    "error",
    _lt("Invoices in %(own)s get no link, for the payment provider excludes it."),
    _lt("Add it to the provider's currencies (Configuration, Availability)."),
)
OTHER_CURRENCY = Problem(
    "error",
    _lt("The journal is one in %(other)s: payments in %(own)s can't be booked."),
    _lt("Take the currency out of the journal and its account: Mollie's has several."),
)
NOT_BOOKED = Problem(
    "error",
    _lt("Payments at Mollie that could not be booked: %(count)s."),
    _lt("Each says why. Once that is mended, they are booked by themselves."),
)
DIFFERENT = Problem(
    "error",
    _lt("Differences between Mollie and the books: %(count)s."),
    _lt("Each row says what to do."),
)
NOT_COMPARED = Problem(
    "warning",
    _lt("Mollie and the books were not compared to the end of late."),
    _lt("Under Differences with Mollie, Last comparison says why; Compare now begins anew."),
)
# Each night; after three without one somebody has to look.
COMPARED = timedelta(days=3)


def journal(setup):
    """Is there a journal that takes the payments, and an account that carries them?"""
    used = setup.provider.journal_id
    if not used:
        return NO_JOURNAL
    if not used.active:
        return ARCHIVED_JOURNAL.about(used, name=used.name)
    if used.company_id != setup.provider.company_id:
        return OTHERS_JOURNAL.about(setup.provider, name=used.name)
    account = setup.provider._mollie_account()
    if not account:
        return _without_account(setup).about(used)
    return None if account.active else ARCHIVED_ACCOUNT.about(account, name=account.display_name)


def _without_account(setup):
    """Return what it means that no account is chosen: Odoo books such payments on the company's,
    unless the bank's statements do.
    """
    has_statements = setup.env["account.move"]._get_invoice_in_payment_state() == "in_payment"
    return NO_ACCOUNT if has_statements else COMPANYS_ACCOUNT


def currency(setup):
    """Can the company's own currency be paid and booked?"""
    own, used = setup.company.currency_id, setup.provider.journal_id
    if not setup.provider._mollie_knows(own):
        return EXCLUDED.about(setup.provider, own=own.name)
    other = (used.currency_id or setup.provider._mollie_account().currency_id) - own
    return OTHER_CURRENCY.about(used, own=own.name, other=other.name) if other else None


def bookings(setup):
    """Is all money booked that came?"""
    failed = [("company_id", "=", setup.company.id), ("mollie_booking_error", "!=", False)]
    txs = setup.env["payment.transaction"].search(failed)
    return NOT_BOOKED.about(txs, count=len(txs)) if txs else None


def differences(setup):
    """Did Mollie and the books agree in the last comparison, and is that not long ago?"""
    own = [("provider_id", "=", setup.provider.id)]
    rows = setup.env["mollie.difference"].search(own)
    if rows:
        return DIFFERENT.about(rows, count=len(rows))
    comparison = setup.env["mollie.comparison"].search(own)
    compared = comparison.compared or comparison.create_date
    is_old = bool(compared) and compared < fields.Datetime.now() - COMPARED
    return NOT_COMPARED if comparison.error or is_old else None
