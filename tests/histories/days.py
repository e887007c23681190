"""On which day money is booked: that on which it moved, where the company is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.ledger import captures_of, chargebacks_of, refunds_of

from .mollie import held_of

ZONE = "Europe/Amsterdam"


class DayLaws:
    def days_are_mollies(self):
        """Money is booked on its own day, or on a later one where that was closed."""
        days = dict(_days(self.mollie.payments("paid")))
        for tx in self.books.booked():
            day, booked = days[tx.provider_reference], tx.payment_id.date
            is_late = booked > day and self.closed and day <= self.closed
            assert booked == day or is_late, f"{tx.reference} of {day} is booked on {booked}"

    def discount_is_for_money_in_time(self):
        """Nobody gets the discounted price who paid after its day, whatever is booked when."""
        days = dict(_days(self.mollie.payments("paid")))
        for tx in self.books.booked():
            end = self.invoice.line_ids.filtered("discount_date")[:1].discount_date
            day, granted = days[tx.provider_reference], self.books.discount_of(tx.payment_id)
            is_in_time = end and day <= end
            assert not granted or is_in_time, f"{granted} granted to what came on {day}, not {end}"

    def discount_is_honoured(self):
        """Who paid the discounted price in time owes nothing, whenever Odoo heard of it."""
        payments = self.mollie.payments("paid")
        if len(payments) != 1 or len(self.discounts) != 2 or self.is_touched():
            return
        price = self.total - max(self.discounts)
        day = self.invoice.line_ids.filtered("discount_date")[:1].discount_date
        # Captured in parts, it was paid with the last of them.
        came = max(paid for _id, paid in _received(payments[0]))
        if abs(held_of(payments[0]) - price) < 0.005 and came <= day:
            left = self.invoice.amount_residual
            assert not left, f"{left} is due, though the discounted price was paid in time"

    def is_touched(self):
        """Return whether anything but Mollie's payment has changed what is owed, or settled."""
        return self.is_loose or abs(self.books.owed_elsewhere() - self.total) > 0.005


def _days(payments):
    """Yield the id of each movement and its day."""
    for payment in payments:
        yield from _received(payment)
        for child in refunds_of(payment) + chargebacks_of(payment):
            yield child["id"], _day(child["createdAt"])
        for chargeback in chargebacks_of(payment):
            if chargeback.get("reversedAt"):
                yield f"{chargeback['id']}-reversed", _day(chargeback["reversedAt"])


def _received(payment):
    """Yield the id of what came in of a payment, and its day."""
    yield payment["id"], _day(payment["paidAt"])
    for capture in captures_of(payment):
        yield capture["id"], _day(capture["createdAt"])


def _day(moment):
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(ZONE)).date()
