"""Whether it is heard of what happens at Mollie."""

from datetime import timedelta
from pathlib import Path

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_datetime

from .setup import Problem
from .windows import checked_since, undecided

_lt = LazyTranslate(__name__)

_LET_IN = _lt(
    "Nothing before Odoo may ask for a password, filter or redirect below /mollie/webhook/: look at"
    " the proxy and the firewall (docs/proxy.rst)."
)
NO_WEBHOOK = Problem(
    "warning", _lt("Expected a webhook for the last paid attempt, none came."), _LET_IN
)
NO_WEBHOOKS = Problem(
    "error", _lt("Expected a webhook for %(count)s paid attempts, none came."), _LET_IN
)
OFF = Problem(
    "error",
    _lt("Scheduled actions are switched off: %(names)s."),
    _lt("Open them and make them active."),
)
DELETED = Problem(
    "error",
    _lt("Scheduled actions were deleted: %(count)s."),
    _lt("Upgrade the app Invoice Payments with Mollie: that makes them anew."),
)
LATE = Problem(
    "error",
    _lt("Scheduled actions are late or fail: %(names)s."),
    _lt("Look whether Odoo's scheduler runs (max_cron_threads), and into the server's log."),
)
UNANSWERED = Problem(
    "warning",
    _lt("Attempts that ended without Mollie's answer: %(count)s."),
    _lt("Press Check with Mollie on their invoices; the log there says what is in the way."),
)

# Mollie sends its message within seconds, and repeats it; what is older than that says nothing of
# how the way is now.
SENT = timedelta(minutes=15)
LATELY = timedelta(days=14)
# The latest payments that are looked at.
LATEST = 20
# How long after its end nobody may know what became of an attempt.
ENDED = timedelta(hours=2)
# How late a scheduled action may be: others may run before it.
PATIENCE = timedelta(minutes=30)
# Read where they are made: of one that was deleted nothing in the database is left.
_DATA = Path(__file__).parents[2] / "data" / "ir_cron.xml"
CRONS = tuple(record.get("id") for record in etree.parse(_DATA).iter("record"))


HEARD = _lt("Mollie's last message with news came on %(moment)s, and was processed at once.")
NOT_HEARD = _lt(
    "Mollie's last message came on %(moment)s, and is sent again, for it could not be processed."
    " %(reason)s"
)
NOT_ANSWERED = _lt(
    "Mollie's last message came on %(moment)s, and is sent again, for Mollie did not answer what"
    " became of the payment."
)
SILENT = _lt("No message of Mollie's has come yet.")


def describe_last_message(company):
    """Return when Mollie's last message came that brought news, and whether it was processed.

    A branch that uses its parent's key has its parent's.
    """
    owner = company._get_mollie_provider().company_id or company
    # In sudo mode because administrators need not see the log.
    Log = company.env["mollie.payment.log"].sudo()
    domain = [("transaction_id.company_id", "=", owner.id), ("source", "=", "webhook")]
    row = Log.search([*domain, ("event", "in", ("webhook", "error"))], limit=1)
    text = company.env._(_sentence(row))
    moment = row and format_datetime(company.env, row.create_date)
    return text % {"moment": moment, "reason": row.message}


def _sentence(row):
    if row.event == "error":
        return NOT_ANSWERED if row.detail == "unavailable" else NOT_HEARD
    return HEARD if row else SILENT


def webhooks(setup):
    """Do Mollie's messages come? Seen from those that did not; nothing is tried out."""
    if not setup.company._is_mollie_reachable():
        return None  # None are asked for.
    silent = _without_message(_search_paid(setup))
    if len(silent) > 1:
        return NO_WEBHOOKS.about(silent, count=len(silent))
    return NO_WEBHOOK.about(silent) if silent else None


def _search_paid(setup):
    """Return the latest payments of which there was time enough to tell, latest first."""
    now = fields.Datetime.now()
    lately = Domain("mollie_paid_at", ">", now - LATELY) & Domain("mollie_paid_at", "<", now - SENT)
    own = Domain("provider_id", "=", setup.provider.id) & Domain("state", "=", "done")
    return setup.env["payment.transaction"].search(
        checked_since(LATELY) & own & lately, limit=LATEST, order="id desc"
    )


def _without_message(paid):
    """Return which of payments were made after the last one that was told of."""
    told = [("transaction_id", "in", paid.ids), ("event", "=", "webhook")]
    rows = paid.env["mollie.payment.log"].search(told)
    last = max(rows.transaction_id.ids, default=0)
    return paid.filtered(lambda tx: tx.id > last)


def crons(setup):
    """Do the scheduled actions run, and on time?"""
    named = [("module", "=", "invoice_mollie"), ("name", "in", CRONS)]
    found = setup.env["ir.model.data"].search(named)
    there = setup.env["ir.cron"].browse(found.mapped("res_id")).exists()
    if len(there) < len(CRONS):
        return DELETED.about(count=len(CRONS) - len(there))
    off = there.filtered(lambda cron: not cron.active)
    if off:
        return OFF.about(off, names=", ".join(off.mapped("name")))
    due = fields.Datetime.now() - PATIENCE
    late = there.filtered(lambda cron: cron.nextcall < due or cron.failure_count)
    return LATE.about(late, names=", ".join(late.mapped("name"))) if late else None


def unanswered(setup):
    """Is it known what became of attempts whose checkout has ended?"""
    own = Domain("provider_id", "=", setup.provider.id) & Domain("state", "=", "draft")
    txs = setup.env["payment.transaction"].search(undecided() & own)
    silent = txs.filtered(lambda tx: tx._mollie_is_over(-ENDED))
    return UNANSWERED.about(silent, count=len(silent)) if silent else None
