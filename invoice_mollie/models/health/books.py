"""Where payments are booked, and whether they are."""

from datetime import timedelta

from odoo import fields

from .setup import Finding

# Each night; after three without one somebody has to look.
COMPARED = timedelta(days=3)


def journal(setup):
    """Whether there is a journal that takes the payments."""
    _ = setup.env._
    journal = setup.provider.journal_id
    choose = _("Choose another one here, under Journal.")
    if not journal:
        return Finding("error", _("No journal takes the payments."), choose)
    if not journal.active:
        what = _("The journal %s is archived, so nothing can be booked in it.", journal.name)
        return Finding("error", what, _("Unarchive it, or choose another one."), journal)
    if journal.company_id != setup.provider.company_id:
        what = _("The journal %s is another company's.", journal.name)
        return Finding("error", what, choose, setup.provider)
    return Finding("ok", _("Payments are booked in the journal %s.", journal.name))


def account(setup):
    """Whether there is an account that carries what is at Mollie; the journal's is meant."""
    _ = setup.env._
    account, journal = setup.provider._mollie_account(), setup.provider.journal_id
    if not journal:
        return None
    if not account:
        return Finding(
            "warning",
            _("Payments have no entry: no outstanding account is chosen."),
            _("In the journal, under Incoming Payments, choose one on the line of Mollie."),
            journal,
        )
    if not account.active:
        return Finding(
            "error",
            _("The account %s is archived, so nothing can be booked on it.", account.display_name),
            _("Unarchive it, or choose another one in the journal, under Incoming Payments."),
            account,
        )
    return Finding("ok", _("Payments stand on the account %s.", account.display_name))


def currency(setup):
    """Whether the company's own currency can be paid and booked."""
    _ = setup.env._
    own, journal = setup.company.currency_id, setup.provider.journal_id
    if not setup.provider._mollie_knows(own):
        return Finding(
            "error",
            _("Invoices in %s get no link, for the payment provider excludes it.", own.name),
            _("Add it to the provider's currencies (Configuration, Availability)."),
            setup.provider,
        )
    other = (journal.currency_id or setup.provider._mollie_account().currency_id) - own
    if other:
        names = {"own": own.name, "other": other.name}
        return Finding(
            "error",
            _("The journal is one in %(other)s: payments in %(own)s can't be booked.", **names),
            _("Take the currency out of the journal and its account: Mollie's has several."),
            journal,
        )
    return Finding("ok", _("Invoices in %s can be paid and booked.", own.name))


def bookings(setup):
    """Whether all money that came is booked."""
    _ = setup.env._
    failed = setup.env["payment.transaction"].search(
        [("company_id", "=", setup.company.id), ("mollie_booking_error", "!=", False)]
    )
    if failed:
        return Finding(
            "error",
            _("Payments at Mollie that could not be booked: %s.", len(failed)),
            _("Each says why. Once that is mended, they are booked by themselves."),
            failed,
        )
    return Finding("ok", _("All payments are booked."))


def differences(setup):
    """Whether Mollie and the books agreed in the last comparison, and that is not long ago."""
    _ = setup.env._
    own = [("provider_id", "=", setup.provider.id)]
    rows = setup.env["mollie.difference"].search(own)
    if rows:
        return Finding(
            "error",
            _("Differences between Mollie and the books: %s.", len(rows)),
            _("Each row says what to do."),
            rows,
        )
    comparison = setup.env["mollie.comparison"].search(own)
    compared = comparison.compared or comparison.create_date
    if comparison.error or (compared and compared < fields.Datetime.now() - COMPARED):
        return Finding(
            "warning",
            _("Mollie and the books were not compared to the end of late."),
            _("Under Differences with Mollie, Last comparison says why; Compare now begins anew."),
        )
    return Finding("ok", _("Mollie and the books agree."))
