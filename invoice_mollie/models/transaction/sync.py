from datetime import timedelta

from odoo.exceptions import LockError
from odoo.http import request

from ... import const
from ...gateway import MollieError, MollieRejected, MollieUnavailable
from ...money.decision import decide, mismatches
from ...money.statuses import UNDECIDED
from ..changed import SYNCED, note_changed
from ..errors import payment_error_message
from ..locks import lock_afresh, wait_for_lock
from ..todos import compare

# Who wakes the sync while somebody waits for a page.
PAGES = ("return", "pay")
# How the row is locked for whom: see `lock_afresh` for requests that have written nothing before.
LOCKS = {"webhook": lock_afresh}
# What does a step of a decision.
DOERS = {
    "refuse": "_mollie_refuse",
    "advance": "_mollie_advance",
    "note": "_mollie_note",
    "book": "_mollie_book",
    "undo": "_mollie_undo",
}


class Sync:
    """The one method that brings Odoo in line with Mollie."""

    __slots__ = ()

    # === BUSINESS METHODS - SYNC === #

    def _mollie_sync(self, source, payment=None):
        """Ask Mollie how the payments are and act on what changed.

        May run any number of times, in any order, on any node. Must be called in sudo mode.

        :param str source: who woke us: `webhook`, `return`, `cron`, `user`, `pay` or `repair`. For
            a webhook it must be one transaction, and nothing may be written before: it may be
            rolled back, see `lock_afresh`.
        :param Payment payment: what Mollie answered just now, so that it isn't asked again.
        :raise LockError: if somebody else is at it just now.
        :raise MollieError: if Mollie doesn't answer; the reason is in the log.
        """
        for tx in self:
            LOCKS.get(source, wait_for_lock)(tx)
            if tx.mollie_given_up:
                continue
            found = payment or tx._mollie_fetch(source)
            synced = tx.with_context(**{SYNCED: tx.id})
            if found:
                synced._mollie_act(found, source)
            if not found or tx.state == "cancel":
                synced._mollie_post(source)
            compare(tx)

    def _mollie_act(self, payment, source):
        """Do what is left to do about what Mollie says of the payment."""
        if self.mollie_unknown:
            self._mollie_write({"mollie_unknown": False})
        known = self._mollie_known(payment)
        steps = decide(payment, known)
        if source == "webhook" and not mismatches(payment, known):
            is_news = any(step.do == "advance" for step in steps)
            log = self._mollie_log if is_news else self._mollie_log_once
            log("webhook", source, mollie_status=payment.status)
        self._mollie_do(steps, payment, source)
        if steps:
            note_changed(self.invoice_ids)  # What one payment brings others need not.
        else:
            self._mollie_family()._mollie_forget_errors()
        if not any(step.do == "refuse" for step in steps):
            if self.mollie_mismatch:
                self._mollie_write({"mollie_mismatch": False})
            self._mollie_note_reserved(payment, source)
            self._mollie_withdraw(payment, source)
            self._mollie_write_sums(payment)

    def _mollie_do(self, steps, payment, source):
        """Do the steps. What needs one that did not succeed is left for the next time."""
        stuck = set()
        for step in steps:
            do = getattr(self, DOERS[step.do])
            if not stuck.isdisjoint(step.needs) or not do(step.what, payment, source):
                stuck.add(step.blocks)
        if any(step.needs for step in steps):
            # Whoever waits for the lock finds the row changed, and looks again.
            self._mollie_write({"mollie_next_check": self._mollie_next_moment()})

    def _mollie_look(self, source):
        """Sync for who opens a page: neither so often nor so long that others have to wait.

        :param str source: `return` or `pay`.
        :return: whether what is known now can be shown; else nobody knows yet.
        """
        self.ensure_one()
        try:
            if source == "return":
                # Mollie's webhook comes in the same second: then it has asked already.
                lock_afresh(self)
            # What was heard before the checkout says nothing of what happened in it.
            is_back = source == "return" and self._mollie_is_unanswered()
            is_time = self._mollie_may_ask_for_page(is_back)
            if not is_time or not self.try_lock_for_update(allow_referencing=True):
                is_known = self.state not in UNDECIDED or self._mollie_was_heard()
                return is_known and not is_back and not self._mollie_is_disputed()
            self._mollie_sync(source)
        except (LockError, MollieError):
            return False
        return not self._mollie_is_disputed()

    def _mollie_sync_all(self, source):
        """Sync each transaction, whatever happens to the others, and free it at once: webhooks come
        meanwhile. Not those of a provider that does not answer.

        :return: what went wrong, in the user's words.
        :rtype: list[str]
        """
        errors, silent = [], self.provider_id.browse()
        for tx in self:
            error = tx.provider_id not in silent and tx._mollie_try(source)
            if error:
                is_ours = isinstance(error, LockError)
                errors.append(str(error) if is_ours else payment_error_message(tx, error))
            if isinstance(error, MollieUnavailable):
                silent |= tx.provider_id
            if request and len(self) > 1:  # Else the caller's transaction is not ours to end.
                self.env.cr.commit()  # pylint: disable=invalid-commit
        return errors

    def _mollie_try(self, source):
        """Sync, and return what kept it from that, or None."""
        try:
            self._mollie_sync(source)
        except (LockError, MollieError) as error:
            return error
        return None

    def _mollie_fetch(self, source):
        """Return the payment as Mollie has it now, or None if Mollie has none for us.

        :raise MollieError: if Mollie can't say.
        """
        try:
            payment = self._mollie_ask(const.PAGE_TIMEOUT if source in PAGES else const.TIMEOUT)
        except MollieError as error:
            self._mollie_note_asked(source, error)
            raise self._mollie_report(error, source) from None
        self._mollie_note_asked(source)
        if payment:
            return payment
        if self._mollie_age() > timedelta(minutes=const.IDEMPOTENCY_MINUTES):
            self._set_canceled(self.env._("This payment never reached Mollie."))
        return None

    def _mollie_ask(self, timeout):
        """Return the payment as Mollie has it now; None if it made none for us.

        :param int timeout: seconds that an answer may take.
        :raise MollieError: if Mollie can't say.
        """
        gateway = self.provider_id._mollie_gateway(timeout=timeout)
        lost = not self.provider_reference and search_lost(self, gateway)
        if lost:
            self._mollie_adopt(lost, gateway)
        return gateway.get_payment(self.provider_reference) if self.provider_reference else None

    def _mollie_adopt(self, payment, gateway):
        """Note which payment at Mollie is this transaction's; what became of it, sync finds."""
        self._mollie_write(
            {
                "provider_reference": payment.id,
                "mollie_profile": payment.profile or self.mollie_profile,
                "mollie_status": "open" if payment.status == "open" else False,
                "mollie_checkout_url": gateway.checkout_url(payment),
                "mollie_expires_at": payment.expires_at or False,
                "mollie_next_check": self._mollie_next_moment(),
            }
        )

    def _mollie_withdraw(self, payment, source):
        """Cancel an attempt at Mollie that asks for more than is due, while Mollie allows it.

        Others are left to expire: what they bring all the same becomes the customer's credit.
        """
        if not payment.is_cancelable or not is_unwanted(self):
            return
        try:
            payment = self.provider_id._mollie_gateway().cancel_payment(self.provider_reference)
        except MollieRejected:
            return  # Too late: the customer was faster.
        self._mollie_log("withdrawn", source)
        self._mollie_do(decide(payment, self._mollie_known(payment)), payment, source)


def search_lost(tx, gateway):
    """Return the payment at Mollie that was made for a transaction, by its metadata, or None."""
    payments = gateway.list_payments(const.LOST_PAYMENT_SEARCH)
    return next((payment for payment in payments if tx._mollie_made(payment.owner)), None)


def is_unwanted(tx):
    """Return whether the attempt, still open at Mollie, asks for more than is due."""
    if tx.state not in ("draft", "pending"):
        return False
    invoices = tx.invoice_ids.filtered(lambda move: move.currency_id == tx.currency_id)
    due = sum(move._get_mollie_due() for move in invoices)
    asks_too_much = bool(invoices) and tx.currency_id.compare_amounts(tx.amount, due) > 0
    return asks_too_much or tx.mollie_link_id.state == "revoked"
