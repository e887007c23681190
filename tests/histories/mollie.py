"""What Mollie holds, by the sandbox: the one side of the comparison."""

from tests.ledger import (
    SENT_OFF,
    captures_of,
    chargebacks_of,
    movements_of,
    received,
    refunds_of,
    value,
)

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
        """Return the payments of which a part was captured, and more can be."""
        return [p for p in self.payments("paid") if captures_of(p) and left_to_capture(p) > 0]

    def refundable(self):
        return [p for p in self.payments("paid") if remaining(p) > 0]

    def ids(self):
        """Return the id of each payment, further capture, refund and chargeback."""
        return {
            item["id"]
            for payment in self.payments()
            for item in [
                payment,
                *captures_of(payment)[1:],
                *refunds_of(payment),
                *chargebacks_of(payment),
            ]
        }

    def held(self):
        """Return what Mollie holds of all payments, for the merchant."""
        return sum(self.movements().values())

    def movements(self):
        """Return ``{(id, currency): amount}`` of all money that came or went."""
        return movements_of(self.payments())


def left_to_capture(payment):
    return round(value(payment["amount"]) - received(payment), 2)


def held_of(payment):
    """Return what Mollie holds of one paid payment; refunds count once they are sent off."""
    sent = [value(r["amount"]) for r in refunds_of(payment) if r["status"] in SENT_OFF]
    taken = [value(c["amount"]) for c in chargebacks_of(payment) if not c.get("reversedAt")]
    return received(payment) - sum(sent) - sum(taken)


def remaining(payment):
    """Return how much can be refunded without sending off what is not there."""
    under_way = [value(r["amount"]) for r in refunds_of(payment) if r["status"] in UNDER_WAY[:2]]
    left = min(value(payment["amountRemaining"]), held_of(payment) - sum(under_way))
    return round(max(left, 0), 2)
