import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .. import const

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    """Attempts of which nobody tells us how they ended are asked for in time."""

    _inherit = "payment.transaction"

    # === CRON === #

    @api.model
    def _cron_mollie_sync(self):
        """Ask for every attempt that is not decided yet, or not booked, when its time has come."""
        due = self.search(
            self._mollie_due_domain(), limit=const.CRON_BATCH, order="mollie_next_check"
        )
        for tx in due:
            # First of all, so that one that fails each time can't keep the others waiting.
            tx.mollie_next_check = tx._mollie_get_next_check()
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for tx in due:
            tx._mollie_sync_from_cron()
            self.env["ir.cron"]._commit_progress(1)

    def _mollie_sync_from_cron(self):
        try:
            self._mollie_sync_all("cron")  # What Mollie answered is in the log.
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Transaction %s could not be compared with Mollie.", self.id)

    @api.model
    def _mollie_due_domain(self):
        undecided = Domain("state", "in", ("draft", "pending", "authorized"))
        unbooked = Domain("state", "=", "done") & Domain("is_post_processed", "=", False)
        return (
            Domain("provider_code", "=", "mollie")
            & Domain("provider_id.state", "!=", "disabled")
            & Domain("mollie_link_id", "!=", False)
            & Domain("mollie_next_check", "<=", fields.Datetime.now())
            & (undecided | unbooked)
        )

    def _mollie_get_next_check(self):
        now = fields.Datetime.now()
        age = now - (self.create_date or now)
        return now + max(timedelta(minutes=const.CRON_MINUTES), age / 4)
