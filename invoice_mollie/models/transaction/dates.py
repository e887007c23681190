from odoo import fields

from ..days import day_of, open_day, today


class Dates:
    """On which day money came or went, and on which it is booked."""

    __slots__ = ()

    def _mollie_day(self):
        """Return the day on which the money moved, by Mollie's clock and where the company is.

        Never one that has not come yet: clocks differ.
        """
        self.ensure_one()
        # Of records of before there was a moment: when we heard of it.
        moment = self.mollie_paid_at or self.last_state_change or fields.Datetime.now()
        return min(day_of(moment, self.company_id), today(self.company_id))

    def _mollie_booking_day(self, has_tax):
        """Return the day on which to book the money: its own, or the next that is open."""
        return open_day(self._mollie_day(), self.company_id, self.provider_id.journal_id, has_tax)
