from datetime import timedelta
from decimal import Decimal

from odoo import fields

from ... import const
from ...money.amounts import Amount
from ...money.decision import Known
from ...money.movements import DISPUTES, Movement
from ...money.payment import Owner, is_under_way
from ...money.statuses import UNDECIDED, of_payment
from ..databases import our_databases, own_database
from .entries import posted_amount, stands


class Record:
    """What a transaction is, and what is known of it. Nothing is changed here."""

    __slots__ = ()

    # === BUSINESS METHODS - FACTS === #

    def _mollie_is_alive(self):
        """Return whether the customer can still pay this attempt, as far as we know."""
        self.ensure_one()
        margin = timedelta(minutes=const.CHECKOUT_MARGIN_MINUTES)
        return (
            (self.state, self.mollie_status) == ("draft", "open")
            and bool(self.mollie_checkout_url)
            and not self._mollie_is_under_way()
            and not self._mollie_is_over(margin)
        )

    def _mollie_is_over(self, margin=timedelta()):
        """Return whether the checkout has ended, or ends within a margin, as far as we know."""
        return self._mollie_end() <= fields.Datetime.now() + margin

    def _mollie_end(self):
        """Return when the checkout ends, as far as we know."""
        return self.mollie_expires_at or self.create_date + timedelta(minutes=15)

    def _mollie_is_disputed(self):
        """Return whether a person has to say whose payment it is, and it may have been paid: not if
        it differed from the first, for nobody was sent to it.
        """
        was_asked = self.state in UNDECIDED and self.mollie_checkout_url
        return bool(was_asked and self.mollie_mismatch)

    def _mollie_is_unanswered(self):
        """Return whether nothing was heard so far of what the customer did at Mollie."""
        is_waiting = self.state == "draft" and not self.child_transaction_ids
        return is_waiting and not self._mollie_is_under_way()

    def _mollie_is_under_way(self):
        """Return whether the customer has done their part and the money is on its way: not if it
        came, though as another amount than was asked for.
        """
        self.ensure_one()
        is_waited_for = self.state in ("draft", "pending") and is_under_way(
            self.mollie_status, self.mollie_method
        )
        return is_waited_for and "other_amount" not in self.child_transaction_ids.mapped(
            "mollie_kind"
        )

    def _mollie_age(self):
        return fields.Datetime.now() - (self.create_date or fields.Datetime.now())

    def _mollie_next_moment(self):
        """Return when Mollie is to be asked again if nobody tells us before: the later, the longer
        ago something happened.
        """
        now = fields.Datetime.now()
        # Not at a fixed distance from then: each time it has to be another moment than before.
        waits = (timedelta(minutes=minutes) for minutes in const.CHECK_MINUTES)
        quiet = now - (self.last_state_change or now)
        return now + next((wait for wait in waits if wait > quiet), timedelta(days=1))

    def _mollie_payment(self):
        """Return the transaction that asked Mollie for the payment, also of a refund."""
        tx = self
        while tx.source_transaction_id:
            tx = tx.source_transaction_id
        return tx

    def _mollie_family(self):
        """Return payments and the records of all that came of them; payments first."""
        family = children = self
        while children := children.child_transaction_ids:
            family |= children
        return family

    def _mollie_invoices(self):
        """Return the invoices that the payment is about, also of a refund or a chargeback."""
        tx = self
        while tx.source_transaction_id and not tx.invoice_ids:
            tx = tx.source_transaction_id
        return tx.invoice_ids

    def _mollie_paid_otherwise(self):
        """Return the invoices that were paid with what is left of the payment, though it came for
        others, as far as that was noted when they, or its entries, were corrected.
        """
        payers = self._mollie_payment()
        return self.env["account.move"].search([("mollie_payer_ids", "in", payers.ids)])

    # === BUSINESS METHODS - AMOUNTS === #

    def _mollie_amount(self):
        """Return the amount that was asked for; less than zero of a refund."""
        self.ensure_one()
        return Amount.of(self.amount, self.currency_id.name)

    def _mollie_moved(self):
        """Return what came or went by this record: what was captured, if that is less than what
        was asked for.
        """
        return Amount.of(self.mollie_amount_captured or self.amount, self.currency_id.name)

    def _mollie_is_of(self, amount):
        """Return whether an amount is what came or went by this record, as Odoo rounds it."""
        ours = self._mollie_moved()
        difference = float(ours.value - amount.value)
        return ours.currency == amount.currency and self.currency_id.is_zero(difference)

    # === BUSINESS METHODS - KNOWLEDGE === #

    def _mollie_owner(self):
        """Return who made the payment, as its metadata says: what traces it back to this database,
        even a restored one.
        """
        return Owner(own_database(self.env), self.mollie_made_as or self.reference)

    def _mollie_made(self, owner):
        """Return whether an owner is this transaction, in this database or one that it replaced."""
        reference = self.mollie_made_as or self.reference
        return owner in {Owner(database, reference) for database in our_databases(self.env)}

    def _mollie_foreign_database(self, names, payment):
        """Return which other database made a payment that is this transaction's in all else, or
        an empty text.

        :param names: what of the payment does not match.
        """
        database, reference = payment.owner or ("", "")
        # Another amount than was asked for may come by it as by any.
        is_rest_ours = {"metadata"} <= {*names} <= {"metadata", "amount"}
        is_ours = is_rest_ours and reference == (self.mollie_made_as or self.reference)
        return database if is_ours else ""

    def _mollie_holder(self):
        """Return the record whose money it is: of another amount than was asked for, a child."""
        return (
            self.child_transaction_ids.filtered(lambda tx: tx.mollie_kind == "other_amount") or self
        )

    def _mollie_find(self, movement):
        """Return the record of a movement at Mollie, or none."""
        holder = self._mollie_holder()
        children = holder - self + holder.child_transaction_ids
        found = children.filtered(lambda tx: tx.provider_reference == movement.id)[:1]
        # The payment's own money is this transaction's, unless it came with another amount.
        return self if not found and movement.kind == "payment" else found

    def _mollie_posted(self):
        """Return what stands in the books of this record, whoever had a hand in it: less than zero
        of a refund, zero if its entry is a draft, cancelled, deleted or reversed.
        """
        currency = self.payment_id.currency_id or self.currency_id
        return Amount.of(posted_amount(self.payment_id), currency.name)

    def _mollie_as_movement(self):
        """Return the movement that this record stands for, as it was heard last."""
        return Movement(self.provider_reference, self.mollie_kind, self._mollie_moved())

    def _mollie_is_booked(self):
        """Return whether anything of the money stands in the books."""
        return bool(self._mollie_posted().value)

    def _mollie_was_booked(self):
        """Return whether the money was booked once, whatever became of its booking."""
        return bool(self.payment_id) or (self.state == "done" and self.is_post_processed)

    def _mollie_known(self, payment=None):
        """Return what is known of the payment, to hold it against what Mollie says.

        :param Payment payment: what Mollie says, if that is at hand.
        :rtype: Known
        """
        self.ensure_one()
        holder = self._mollie_holder()
        records = holder + holder.child_transaction_ids
        recorded = records.filtered(lambda tx: tx._mollie_was_booked())
        standing = recorded.filtered(lambda tx: tx._mollie_is_booked() or stands(tx.payment_id))
        return Known(
            id=self.provider_reference or (payment.id if payment else ""),
            mode="live" if self.is_live else "test",
            owner=_expected_owner(self, payment),
            amount=self._mollie_amount(),
            status=self.mollie_status or "",
            method=self.mollie_method or "",
            is_settled=self.state in ("authorized", "done"),
            is_bookable=_can_book(self, payment),
            other_amount=holder._mollie_moved() if holder != self else None,
            unit=Decimal(str(holder.currency_id.rounding)),
            noted={tx.provider_reference: tx.mollie_status or "" for tx in records - self},
            recorded={tx.provider_reference: tx._mollie_moved() for tx in recorded},
            booked={tx.provider_reference: tx._mollie_posted() for tx in standing},
        )

    # === BUSINESS METHODS - LOGGING === #

    def _mollie_log(self, event, source, others=(), **values):
        """Write a row of the log, on each invoice that the transaction is about, and on others: for
        its company, which may be a branch of the one with the key.
        """
        self.ensure_one()
        row = {
            "transaction_id": self.id,
            "mollie_reference": self.provider_reference,
            "mollie_status": self.mollie_status,
            "mollie_method": self.mollie_method,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
        }
        invoices = self._mollie_invoices().union(*others)
        places = [{"move_id": move.id, "company_id": move.company_id.id} for move in invoices]
        places = places or [{"move_id": False, "company_id": self.company_id.id}]
        rows = [row | values | place for place in places]
        return self.env["mollie.payment.log"]._append(event, source, rows)

    def _mollie_last_event(self):
        """Return what was written last in the log about the transaction."""
        Log = self.env["mollie.payment.log"].sudo()
        return Log.search([("transaction_id", "=", self.id)], order="id desc", limit=1).event

    def _get_received_message(self):
        """Override of `payment` to leave to the log what core would call a refund (what banks took
        back, and what was won back of it), and attempts that fail one after the other.
        """
        is_left = self.mollie_kind in DISPUTES or self._mollie_failed_again()
        return None if is_left else super()._get_received_message()

    def _mollie_failed_again(self):
        """Return whether the attempt failed, as another one of its link did within the hour."""
        has_failed = self.state == "cancel" and of_payment(self.mollie_status).becomes == "cancel"
        hour = fields.Datetime.now() - timedelta(hours=1)
        others = [
            ("mollie_link_id", "=", self.mollie_link_id.id),
            ("state", "=", "cancel"),
            ("last_state_change", ">", hour),
            ("id", "!=", self.id),
        ]
        return bool(has_failed and self.mollie_link_id and self.search_count(others, limit=1))

    def _mollie_log_once(self, event, source, **values):
        """Write a row unless the same was the last said about it, so that repeats don't flood."""
        Log = self.env["mollie.payment.log"].sudo()
        said = [("transaction_id", "=", self.id), ("event", "=", event)]
        last = Log.search_fetch(said, [*values], limit=1)
        if last and all(last[name] == value for name, value in values.items()):
            return Log
        return self._mollie_log(event, source, **values)

    def _mollie_log_failure(self, source, detail):
        """Write why Mollie does not tell how the payment is, as often as it is news."""
        Log = self.env["mollie.payment.log"]
        if Log._is_worth_a_row(self._mollie_invoices(), detail):
            self._mollie_log_once("error", source, detail=detail)


def _expected_owner(tx, payment):
    """Return whose a payment has to be.

    Core's own payments of before this addon carry no names; those of links always do.
    """
    is_nameless = payment and not any(payment.owner or ()) and not tx.mollie_link_id
    is_ours = payment and tx._mollie_made(payment.owner)
    return payment.owner if is_nameless or is_ours else tx._mollie_owner()


def _can_book(tx, payment):
    """Return whether Odoo knows the currency of what came in, and can write its amount."""
    amount = payment and payment.amount
    if not amount or amount == tx._mollie_amount():
        return True
    currency = tx.provider_id._mollie_find_currency(amount.currency)
    value = float(amount.value)
    return bool(currency) and Amount.of(currency.round(value), currency.name) == amount
