import logging
from datetime import timedelta
from functools import partial

import psycopg2

from odoo import api, fields
from odoo.fields import Domain
from odoo.service.model import retrying

from ... import const
from ...gateway import MollieError, MollieRejected, MollieUnavailable
from ...money.decision import decide, is_behind
from ...money.statuses import UNDECIDED
from ..alarms import sound_alarms, tell_of_copies, tell_of_refused_keys
from ..core import HAS_KEY
from ..crons import wake
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
            wake(self.env, name)

    def _mollie_plan_check(self):
        """Have the scheduled action come when these attempts are to be asked for first."""
        moments = self.filtered(lambda tx: tx.mollie_kind == "payment").mapped("mollie_next_check")
        if moments:
            wake(self.env, "cron_mollie_sync", min(moments))

    @api.model
    def _cron_mollie_sync(self):
        """Ask for every attempt that is not decided yet, or not booked, when its time has come."""
        # As with what is claimed, a webhook may be at one of them just now: Odoo begins anew then.
        retrying(self._mollie_search_told, self.env)._mollie_sync_in_turn()
        due = self._read_group(_is_due(), ["provider_id"], ["__count"])
        self.env["ir.cron"]._commit_progress(remaining=sum(count for _provider, count in due))
        if all([self._mollie_sync_listed(provider) for provider, _count in due]):
            self._mollie_sync_unlisted()
        compare_told(self.env)
        tell_of_copies(self.env)
        tell_of_refused_keys(self.env)
        sound_alarms(self.env)

    @api.model
    def _mollie_claim(self, domain, limit=None):
        """Return the payments of a domain that nobody is at, and commit that they were claimed."""
        # What was read before Mollie answered is old by now.
        self.env["ir.cron"]._commit_progress()
        return retrying(partial(self._mollie_put_next, domain, limit), self.env)

    @api.model
    def _mollie_put_next(self, domain, limit):
        """Put off the next time of payments whose time has come, and return them: so that one that
        fails each time can't keep the others waiting.
        """
        due = self._mollie_lock_due(domain, limit)
        for tx in due:
            tx._mollie_write({"mollie_next_check": tx._mollie_next_moment()})
        return due

    @api.model
    def _mollie_lock_due(self, domain, limit=None):
        due = self.search(domain, limit=limit, order="mollie_next_check")
        return due.try_lock_for_update(allow_referencing=True)

    @api.model
    def _mollie_search_told(self):
        """Return the payments of which Mollie told, and that nobody is at: who was did not come to
        the end of it.
        """
        followed = Domain("transaction_id.mollie_given_up", "=", False)
        told = followed & Domain("is_of_books", "=", False)
        notices = self.env["mollie.notice"].search(told, limit=const.CRON_BATCH)
        return notices.transaction_id.try_lock_for_update(allow_referencing=True)

    @api.model
    def _mollie_sync_listed(self, provider):
        """Sync the payments of a provider whose time has come and of which Mollie's list tells
        news; all of them wait for the next round if it does not answer.

        :return: whether the scheduler has time for more; else it comes again at once.
        """
        due = _is_due() & Domain("provider_id", "=", provider.id)
        rows = self.search_fetch(due, ["provider_reference", "create_date"])
        if len(rows) < 2:
            return True  # One costs one question either way.
        since = min(rows.mapped("create_date"))
        ids = set(rows.filtered("provider_reference").mapped("provider_reference"))
        try:
            for listed in _walk_listed(ids, provider._mollie_gateway(), since):
                of_page = due & Domain("provider_reference", "in", list(listed))
                if not self._mollie_claim(of_page)._mollie_sync_news(listed):
                    return False
        except MollieRejected:
            return True  # Each one's log says why.
        except MollieUnavailable as error:
            waiting = retrying(partial(self._mollie_wait_for_list, due, error), self.env)
            self.env["ir.cron"]._commit_progress(len(waiting))
        return True

    def _mollie_sync_news(self, listed):
        """Sync those of these payments of which Mollie's list tells news.

        :param dict listed: ``{id: payment}``
        :return: whether the scheduler has time for more.
        """
        quiet = self.filtered(lambda tx: _is_quiet(tx, listed[tx.provider_reference]))
        (self - quiet)._mollie_sync_in_turn()
        seconds = self.env["ir.cron"]._commit_progress(len(quiet))
        # Who began anew would read the pages so far once more: for news only.
        return seconds > 0 or quiet == self

    @api.model
    def _mollie_wait_for_list(self, domain, error):
        """Have the next round ask for what Mollie did not list, and say so once.

        :return: those that wait.
        """
        due = self._mollie_lock_due(domain)
        due._mollie_put_off()
        for tx in due[:1]:
            tx._mollie_note_asked("cron", error)
            tx._mollie_report(error, "cron")
        return due

    @api.model
    def _mollie_sync_unlisted(self):
        """Sync what the lists did not tell of, as many as a round takes."""
        due = self._mollie_claim(_is_due(), const.CRON_BATCH)
        due._mollie_sync_in_turn()
        if len(due) < const.CRON_BATCH:
            # Somebody is at the others just now.
            self.env["ir.cron"]._commit_progress(remaining=0)

    def _mollie_sync_in_turn(self):
        """Sync each transaction from a scheduled action, in a database transaction of its own.

        Those of a provider that does not answer have to wait for the next round.
        """
        silent = self.provider_id.browse()
        for tx in self:
            try:
                if tx.provider_id in silent:
                    tx.try_lock_for_update(allow_referencing=True)._mollie_put_off()
                elif _is_in_vain(tx._mollie_try("cron")):  # It is in the log.
                    silent |= tx.provider_id
                self.env.cr.flush()
            except psycopg2.OperationalError as error:
                self.env.cr.rollback()
                _logger.info("Transaction %s waits for the next round: %s", tx.id, error)
                tx.try_lock_for_update(allow_referencing=True)._mollie_put_off()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Transaction %s could not be compared with Mollie.", tx.id)
                # Mollie, which got no good answer then, tells again; the others have their turn.
                tx._mollie_forget_notices()
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
    """Return the domain of what is to be asked for: not decided yet, not booked, told as another
    than was asked for, or captured in part, for Mollie does not tell of further parts, also if
    those so far failed after all: as long as there may be any, or till somebody gives up what the
    key can't see.
    """
    undecided = Domain("state", "in", UNDECIDED)
    done = Domain("state", "=", "done")
    unbooked = done & Domain("is_post_processed", "=", False)
    followed = Domain("mollie_given_up", "=", False)
    mismatch = followed & Domain("mollie_mismatch", "!=", False)
    month = fields.Datetime.now() - timedelta(days=const.AUTHORIZATION_DAYS)
    unseen = Domain("mollie_unknown", "not in", (False, "is_test"))
    may_bring_more = Domain("create_date", ">", month) | unseen
    undone = Domain("state", "=", "cancel") & Domain("mollie_status", "=", "paid")
    in_part = (done & Domain("mollie_amount_captured", ">", 0)) | undone
    in_part &= followed & may_bring_more
    return (
        Domain("mollie_kind", "=", "payment")
        & Domain("provider_id", "any", HAS_KEY)
        & Domain("mollie_next_check", "<=", fields.Datetime.now())
        & (undecided | unbooked | mismatch | in_part)
    )


def _is_in_vain(error):
    """Return whether it is no use to ask for another payment of the same provider just now."""
    return isinstance(error, MollieUnavailable) or getattr(error, "is_key_refused", False)


# === MOLLIE'S LISTS === #


def _walk_listed(ids, gateway, since):
    """Yield ``{id: payment}`` of those that Mollie's list tells of, page by page, newest first.

    Until the last one was seen, or the pages cost more than asking for what is left one by one.

    :param since: when the oldest of them was made.
    :raise MollieError: if Mollie gives no list.
    """
    found = 0
    for count, page in enumerate(gateway.pages("payments"), 1):
        listed = {payment.id: payment for payment in page.items if payment.id in ids}
        found += len(listed)
        if listed:
            yield listed
        left = len(ids) - found
        is_past = page.ends_before(since - timedelta(minutes=const.CRON_MINUTES))
        is_in_vain = count > found + max(const.PAGES_IN_VAIN, left // 4)
        if not left or is_past or is_in_vain:
            break


def _is_quiet(tx, payment):
    """Return whether an answer is what was heard before, and nothing is left to do about it."""
    is_told = tx.mollie_unknown or tx.mollie_mismatch
    return (
        tx.state in UNDECIDED
        and not (is_told or (payment.is_cancelable and is_unwanted(tx)))
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
