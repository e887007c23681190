import logging
from datetime import timedelta

from odoo import api, fields
from odoo.fields import Domain
from odoo.service.model import retrying

from ... import const
from ...gateway import MollieError, MollieRejected, MollieUnavailable
from ...money.decision import decide, is_behind
from ...money.statuses import UNDECIDED
from ..alarms import sound_alarms, tell_of_copies, tell_of_refused_keys
from ..core import HAS_KEY
from ..todos import compare_told
from .sync import is_unwanted

_logger = logging.getLogger(__name__)


class Rounds:
    """The scheduled actions: what no webhook told us is found in Mollie's lists."""

    __slots__ = ()

    # === CRON === #

    def _mollie_recheck(self):
        """Have the scheduled actions ask for these payments soon."""
        self._mollie_write({"mollie_next_check": fields.Datetime.now()})
        for name in ("cron_mollie_sync", "cron_mollie_aftercare"):
            self.env.ref(f"invoice_mollie.{name}")._trigger()

    def _mollie_plan_check(self):
        """Have the scheduled action come when these attempts are to be asked for first."""
        moments = self.filtered(lambda tx: tx.mollie_kind == "payment").mapped("mollie_next_check")
        if moments:
            # In sudo mode because who pays may not see scheduled actions.
            self.env.ref("invoice_mollie.cron_mollie_sync").sudo()._trigger(min(moments))

    @api.model
    def _cron_mollie_sync(self):
        """Ask for every attempt that is not decided yet, or not booked, when its time has come."""
        # A webhook may be at one of them just now: Odoo begins anew then.
        due = retrying(self._mollie_claim_due, self.env)
        others = self.search_count(_is_due()) if due else 0
        self.env["ir.cron"]._commit_progress(remaining=len(due) + others)
        due._mollie_sync_news()
        self._mollie_search_told()._mollie_sync_in_turn()
        compare_told(self.env)
        tell_of_copies(self.env)
        tell_of_refused_keys(self.env)
        sound_alarms(self.env)

    @api.model
    def _mollie_claim_due(self):
        """Return the payments whose time has come and that nobody is at, and put off their next
        time: so that one that fails each time can't keep the others waiting.
        """
        due = self.search(_is_due(), limit=const.CRON_BATCH, order="mollie_next_check")
        due = due.try_lock_for_update(allow_referencing=True)
        for tx in due:
            tx._mollie_write({"mollie_next_check": tx._mollie_next_moment()})
        return due

    @api.model
    def _mollie_search_told(self):
        """Return the payments of which Mollie told, and that nobody is at: who was did not come to
        the end of it.
        """
        followed = Domain("transaction_id.mollie_given_up", "=", False)
        notices = self.env["mollie.notice"].search(followed, limit=const.CRON_BATCH)
        return notices.transaction_id.try_lock_for_update(allow_referencing=True)

    def _mollie_sync_news(self):
        """Sync the transactions of which Mollie's lists tell news, or nothing."""
        for provider, txs in self.grouped("provider_id").items():
            quiet = txs._mollie_search_quiet(provider) if len(txs) > 1 else txs.browse()
            self.env["ir.cron"]._commit_progress(len(quiet))
            (txs - quiet)._mollie_sync_in_turn()

    def _mollie_search_quiet(self, provider):
        """Return the transactions of a provider of which there is nothing new; all of them if it
        does not answer, for the next round.
        """
        try:
            return _search_quiet(self, provider._mollie_gateway())
        except MollieRejected:
            return self.browse()  # Each one's log says why.
        except MollieUnavailable as error:
            self[0]._mollie_note_asked("cron", error)
            self[0]._mollie_report(error, "cron")
            self._mollie_put_off()
            return self

    def _mollie_sync_in_turn(self):
        """Sync each transaction from a scheduled action, in a database transaction of its own.

        Those of a provider that does not answer have to wait for the next round.
        """
        silent = self.provider_id.browse()
        for tx in self:
            try:
                if tx.provider_id in silent:
                    tx._mollie_put_off()
                elif _is_in_vain(tx._mollie_try("cron")):  # It is in the log.
                    silent |= tx.provider_id
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Transaction %s could not be compared with Mollie.", tx.id)
            self.env["ir.cron"]._commit_progress(1)

    def _mollie_put_off(self):
        """Have the next round ask, which would have come later otherwise."""
        soon = fields.Datetime.now() + timedelta(minutes=const.CRON_MINUTES)
        self._mollie_write({"mollie_next_check": soon})

    @api.model
    def _cron_mollie_aftercare(self):
        """Look for refunds and chargebacks of which no webhook told us."""
        for provider in self.env["payment.provider"]._mollie_search_connected():
            try:
                behind = _search_behind(provider)
            except MollieError:
                continue  # The next round looks again.
            behind._mollie_sync_in_turn()


def _is_due():
    """Return the domain of what is to be asked for: not decided yet, not booked, or captured in
    part, for Mollie does not tell of further parts.
    """
    undecided = Domain("state", "in", UNDECIDED)
    done = Domain("state", "=", "done")
    unbooked = done & Domain("is_post_processed", "=", False)
    month = fields.Datetime.now() - timedelta(days=const.AUTHORIZATION_DAYS)
    in_part = done & Domain("mollie_amount_captured", ">", 0) & Domain("create_date", ">", month)
    return (
        Domain("mollie_kind", "=", "payment")
        & Domain("provider_id", "any", HAS_KEY)
        & Domain("mollie_next_check", "<=", fields.Datetime.now())
        & (undecided | unbooked | in_part)
    )


def _is_in_vain(error):
    """Return whether it is no use to ask for another payment of the same provider just now."""
    return isinstance(error, MollieUnavailable) or getattr(error, "is_key_refused", False)


# === MOLLIE'S LISTS === #


def _search_quiet(txs, gateway):
    """Return the transactions of which Mollie's list tells nothing new.

    :raise MollieError: if Mollie gives no list.
    """
    ids = set(txs.filtered("provider_reference").mapped("provider_reference"))
    listed = _find_listed(ids, gateway, min(txs.mapped("create_date")))
    return txs.filtered(
        lambda tx: tx.provider_reference in listed and _is_quiet(tx, listed[tx.provider_reference])
    )


def _find_listed(ids, gateway, since):
    """Return ``{id: payment}`` of those that Mollie's list tells of, page by page.

    Until the last one was seen, or the pages cost more than asking for what is left one by one.

    :param since: when the oldest of them was made.
    """
    found = {}
    for count, page in enumerate(gateway.pages("payments"), 1):
        found |= {payment.id: payment for payment in page.items if payment.id in ids}
        is_past = page.ends_before(since - timedelta(minutes=const.CRON_MINUTES))
        if is_past or len(found) == len(ids) or count > len(found) + const.PAGES_IN_VAIN:
            break
    return found


def _is_quiet(tx, payment):
    """Return whether an answer is what was heard before, and nothing is left to do about it."""
    has_captured = payment.captured and payment.captured.value  # In parts, which no list has.
    is_told = tx.mollie_unknown or tx.mollie_mismatch
    return (
        tx.state in UNDECIDED
        and not (has_captured or is_told or (payment.is_cancelable and is_unwanted(tx)))
        and not decide(payment, tx._mollie_known(payment))
    )


def _search_behind(provider):
    """Return the payments of which Mollie lists a refund or chargeback that we don't know.

    :raise MollieError: if Mollie gives no list.
    """
    gateway = provider._mollie_gateway()
    refunds, chargebacks = _recent("refunds", gateway), _recent("chargebacks", gateway)
    listed = {money.payment_id for money in [*refunds, *chargebacks]}
    txs = provider.env["payment.transaction"].search(
        [
            ("provider_id", "=", provider.id),
            ("provider_reference", "in", list(listed)),
            ("mollie_kind", "=", "payment"),
        ]
    )
    return txs.filtered(
        lambda tx: is_behind(tx._mollie_known(), _of(refunds, tx), _of(chargebacks, tx))
    )


def _recent(name, gateway):
    """Return what Mollie lists of the time in which payments are refunded and charged back."""
    since, items = fields.Datetime.now() - timedelta(days=const.AFTERCARE_DAYS), []
    for page in gateway.pages(name):
        items += page.items
        if page.ends_before(since):
            break
    return items


def _of(listed, tx):
    return [money for money in listed if money.payment_id == tx.provider_reference]
