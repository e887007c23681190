"""Whether it is heard of what happens at Mollie."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from .setup import Finding
from .windows import checked_since, undecided

# Mollie sends its message within seconds, and repeats it; what is older than that says nothing of
# how the way is now.
SENT = timedelta(minutes=15)
LATELY = timedelta(days=14)
# The latest payments that are looked at, and how many without a message are no chance any more.
LATEST, MANY = 20, 3
# How long after its end nobody knows yet what became of an attempt.
ENDED = timedelta(hours=2)
# How late a scheduled action may be: others may run before it.
LATE = timedelta(minutes=30)
CRONS = (
    "cron_mollie_sync",
    "cron_mollie_aftercare",
    "cron_mollie_mail_links",
    "cron_mollie_refresh_methods",
    "cron_mollie_compare",
)


def webhooks(setup):
    """Whether Mollie's messages come: seen from those that did not, nothing is tried out."""
    _ = setup.env._
    if not setup.company._is_mollie_reachable():
        return Finding("ok", _("No messages are expected."))
    paid = _search_paid(setup)
    silent = _without_message(paid)
    if silent:
        return Finding(
            "error" if len(silent) >= MANY else "warning",
            _("Expected a webhook for %s paid attempts, none came.", len(silent)),
            _(
                "Nothing before Odoo may ask for a password, filter or redirect below"
                " /mollie/webhook/: look at the proxy and the firewall (docs/proxy.rst)."
            ),
            silent,
        )
    return Finding("ok", _("Messages come.") if paid else _("Nothing was paid lately."))


def _search_paid(setup):
    """Return the latest payments of which there was time enough to tell, latest first."""
    now = fields.Datetime.now()
    lately = Domain("mollie_paid_at", ">", now - LATELY) & Domain("mollie_paid_at", "<", now - SENT)
    own = Domain("provider_id", "=", setup.provider.id) & Domain("state", "=", "done")
    return setup.env["payment.transaction"].search(
        checked_since(LATELY) & own & lately, limit=LATEST, order="id desc"
    )


def _without_message(paid):
    """Return which of payments were paid after the last one that was told of."""
    told = paid.env["mollie.payment.log"].search(
        [("transaction_id", "in", paid.ids), ("event", "=", "webhook")]
    )
    last = max(told.transaction_id.ids, default=0)
    return paid.filtered(lambda tx: tx.id > last)


def crons(setup):
    """Whether the scheduled actions run, and on time."""
    _ = setup.env._
    names = [f"invoice_mollie.{name}" for name in CRONS]
    found = [setup.env.ref(name, raise_if_not_found=False) for name in names]
    crons = setup.env["ir.cron"].union(*filter(None, found))
    due = fields.Datetime.now() - LATE
    stopped = crons.filtered(lambda cron: not cron.active)
    if stopped or len(crons) < len(CRONS):
        return Finding(
            "error",
            _(
                "Scheduled actions are switched off or deleted: %s.",
                ", ".join(stopped.mapped("name")) or len(CRONS) - len(crons),
            ),
            _("Switch them on. Deleted ones come back when the app is upgraded."),
            stopped or crons,
        )
    late = crons.filtered(lambda cron: cron.nextcall < due or cron.failure_count)
    if late:
        return Finding(
            "error",
            _("Scheduled actions are late or fail: %s.", ", ".join(late.mapped("name"))),
            _("Look whether Odoo's scheduler runs (max_cron_threads), and into the server's log."),
            late,
        )
    return Finding("ok", _("The scheduled actions run on time."))


def unanswered(setup):
    """Whether it is known what became of attempts whose checkout has ended."""
    _ = setup.env._
    own = Domain("provider_id", "=", setup.provider.id) & Domain("state", "=", "draft")
    open_txs = setup.env["payment.transaction"].search(undecided() & own)
    silent = open_txs.filtered(lambda tx: tx._mollie_is_over(-ENDED))
    if silent:
        return Finding(
            "warning",
            _("Attempts that ended without Mollie's answer: %s.", len(silent)),
            _("Press Check with Mollie on their invoices; the log there says what is in the way."),
            silent,
        )
    return Finding("ok", _("Mollie has told how each attempt ended."))
