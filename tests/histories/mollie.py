"""What Mollie holds, by the sandbox: the one side of the comparison."""

from tests.ledger import (
    SENT_OFF,
    captures_of,
    chargebacks_of,
    movements_of,
    received,
    refunds_of,
    tries_of,
    value,
)

# By which a clerk gives up what is reserved.
RELEASES = r"/release-authorization$"
UNDER_WAY = ("queued", "pending", "processing")


class Mollie:
    """The sandbox's payments, read once until told to forget."""

    def __init__(self, sandbox):
        self.sandbox, self.known = sandbox, None

    def forget(self):
        self.known = None

    def payments(self, *statuses):
        """Return the payments, of some statuses only if any are given."""
        if self.known is None:
            self.known = self.sandbox.payments()
        return [p for p in self.known if not statuses or p["status"] in statuses]

    def refunds(self, *statuses):
        """Return the refunds of some statuses."""
        return [r for p in self.payments() for r in refunds_of(p) if r["status"] in statuses]

    def standing_chargebacks(self):
        return [c for p in self.payments() for c in chargebacks_of(p) if not c.get("reversedAt")]

    def capturable(self):
        """Return the payments of which a part was captured, and more can be; also if it failed."""
        released = self.released()
        tried = [p for p in self.payments("paid") if tries_of(p) and p["id"] not in released]
        return [payment for payment in tried if left_to_capture(payment) > 0]

    def released(self):
        """Return the ids of the payments of which a clerk gave up what was reserved."""
        return {request["payment_id"] for request in self.sandbox.requests(RELEASES, "POST")}

    def captured(self):
        """Return the captures of which nothing went back so far: a bank that took some of it, won
        back or not, has had it.
        """
        untouched = [
            p for p in self.payments("paid") if held_of(p) == received(p) and not chargebacks_of(p)
        ]
        return [c for p in untouched if not leaving_of(p) for c in captures_of(p)]

    def refundable(self):
        return [p for p in self.payments("paid") if remaining(p) > 0]

    def ids(self):
        """Return the id of each payment, refund and chargeback."""
        return {
            item["id"]
            for payment in self.payments()
            for item in [payment, *refunds_of(payment), *chargebacks_of(payment)]
        }

    def held(self):
        """Return what Mollie holds of all payments, for the merchant."""
        return sum(self.movements().values())

    def leaving(self):
        """Return what is to be refunded, but has not left so far."""
        return sum(map(leaving_of, self.payments()))

    def movements(self):
        """Return ``{(id, currency): amount}`` of all money that came or went."""
        return movements_of(self.payments())


def left_to_capture(payment):
    return round(value(payment["amount"]) - received(payment), 2)


def reserved_of(payment):
    """Return what can still be captured of a payment of which a part was captured."""
    is_part = payment.get("status") == "paid" and captures_of(payment)
    return left_to_capture(payment) if is_part else 0


def refunded_of(payment):
    """Return what was sent back of a payment."""
    return sum(value(r["amount"]) for r in refunds_of(payment) if r["status"] in SENT_OFF)


def held_of(payment):
    """Return what Mollie holds of one payment; refunds count once they are sent off."""
    if payment.get("status") != "paid":
        return 0
    return received(payment) - refunded_of(payment) - taken_of(payment)


def taken_of(payment):
    """Return what banks took of one payment, and was not won back."""
    return sum(value(c["amount"]) for c in chargebacks_of(payment) if not c.get("reversedAt"))


def leaving_of(payment):
    """Return what is to be refunded of one payment, but has not left so far."""
    return sum(value(r["amount"]) for r in refunds_of(payment) if r["status"] in UNDER_WAY[:2])


def remaining(payment):
    """Return how much can be refunded without sending off what is not there."""
    left = min(value(payment["amountRemaining"]), held_of(payment) - leaving_of(payment))
    return round(max(left, 0), 2)
