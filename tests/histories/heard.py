"""What Odoo had occasion to hear of Mollie: nobody can act on what was never told."""

from datetime import timedelta

from tests.ledger import chargebacks_of, refunds_of

from .mollie import held_of, refunded_of, reserved_of, taken_of

# A payment that came to one of these is asked for no more, unless Mollie tells or somebody asks.
DECIDED = ("paid", "failed", "canceled", "expired")
# As long as this, what is authorized can be captured.
RESERVED = timedelta(days=28)
# As long as this, Odoo looks whether it was.
WATCHED = timedelta(days=35)


class Heard:
    """Each payment as Mollie showed it when Odoo last had occasion to look."""

    def __init__(self, mollie):
        self.mollie, self.known = mollie, {}
        # While Mollie can't be asked, or does not know the payments.
        self.is_deaf = False
        # The ids of those of which Odoo lost all that it knew.
        self.lost = set()

    def copy(self):
        copied = Heard(self.mollie)
        copied.known, copied.is_deaf = dict(self.known), self.is_deaf
        copied.lost = set(self.lost)
        return copied

    def of(self, *ids):
        """Note that Odoo was told of some payments."""
        self.mollie.forget()
        for payment in self.mollie.payments():
            if payment["id"] in ids and not (self.is_deaf or payment["id"] in self.lost):
                self.known[payment["id"]] = payment

    def of_all(self):
        self.of(*(payment["id"] for payment in self.mollie.payments()))

    def of_undecided(self, txs):
        """Note that Odoo looked at those of some transactions of which it knew no end. It can't at
        one of which it lost the id.
        """
        ids = txs.filtered("provider_reference").mapped("provider_reference")
        self.of(*(name for name in ids if not self._is_decided(name)))

    def of_unfinished(self, txs):
        """Note that Odoo looked at those of some transactions that are not decided, or of which
        more may be captured: as long as the longest that an amount is reserved, and some days.
        """
        self.of_undecided(txs)
        captured = txs.filtered("mollie_amount_captured")
        in_time = captured.filtered(lambda tx: tx.create_date > tx.env.cr.now() - WATCHED)
        self.of(*in_time.mapped("provider_reference"))

    def of_behind(self, txs):
        """Note that Odoo looked at those of some transactions of which Mollie lists other refunds
        or chargebacks than it knew.
        """
        self.mollie.forget()
        ids = txs.mapped("provider_reference")
        for payment in self.mollie.payments():
            known = self.known.get(payment["id"], {})
            news = [listed(payment) != listed(known) for listed in (refunds_of, chargebacks_of)]
            if any(news) and payment["id"] in ids:
                self.of(payment["id"])

    def _is_decided(self, payment_id):
        return self.known.get(payment_id, {}).get("status") in DECIDED

    def held(self):
        """Return the least and the most that Odoo may think that Mollie holds."""
        return self._range(held_of)

    def held_of(self, ids):
        """Return the most that Odoo may think that Mollie holds of some payments."""
        return self._range(held_of, [p for p in self.mollie.payments() if p["id"] in ids])[1]

    def refunded(self):
        """Return the least and the most that Odoo may think was refunded."""
        return self._range(refunded_of)

    def reserved(self, now):
        """Return the least and the most that Odoo may think can still be captured.

        :param datetime now: in UTC, without a time zone.
        """
        released = self.mollie.released()
        begin = f"{now - RESERVED:%Y-%m-%dT%H:%M:%S}"
        kept = [
            payment
            for payment in self.mollie.payments()
            if payment["id"] not in released and payment.get("authorizedAt", "") > begin
        ]
        return self._range(reserved_of, kept)[0], self._range(reserved_of)[1]

    def taken_of(self, ids):
        """Return what banks took of some payments, as far as Odoo heard of it."""
        return sum(taken_of(self.known.get(name, {})) for name in ids)

    def _range(self, measure, payments=None):
        pairs = [
            sorted([measure(p), measure(self.known.get(p["id"], {}))])
            for p in (self.mollie.payments() if payments is None else payments)
        ]
        return sum(least for least, _most in pairs), sum(most for _least, most in pairs)
