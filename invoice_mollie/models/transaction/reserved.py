from datetime import timedelta

from odoo import fields

from ... import const


class Reserved:
    """Until when Mollie can capture what was not captured of a payment: a part, or all of it."""

    __slots__ = ()

    def _mollie_note_reserved(self, payment, source):
        """Keep until when the rest is reserved, and tell how much that is of a part."""
        until = payment.is_capturable and self._mollie_find_end(payment)
        if until != self.mollie_reserved_until:
            self._mollie_write({"mollie_reserved_until": until})
        if amount := self._mollie_get_reserved():
            self._mollie_log_once("reserved", source, amount=amount, detail=str(until))

    def _mollie_find_end(self, payment):
        """Return until when a payment is reserved. What is over once stays so: Mollie does not tell
        whether the rest was given up.

        If nobody heard of it before the first part was captured, that is when no method reserves an
        amount any longer: rather asked for too late than twice.
        """
        known = self.mollie_reserved_until
        if known and known <= fields.Datetime.now():
            return known
        longest = self.create_date + timedelta(days=const.AUTHORIZATION_DAYS)
        return payment.capture_before or known or longest

    def _mollie_note_release(self, event):
        """Note that nothing is reserved any more, and why: a key of `EVENTS`."""
        amount = self._mollie_get_reserved() or self.amount
        over = {"mollie_reserved_until": fields.Datetime.now(), "mollie_unknown": False}
        self._mollie_write(over)
        self._mollie_log(event, "user", amount=amount)
