from math import ceil

from odoo import fields

from ...const import ALIVE_ATTEMPTS, UNDECIDED_ATTEMPTS
from ...money.statuses import UNDECIDED
from ..mollie_limit import TooOften


class Attempts:
    """How many attempts of an invoice there may be, whether by its link or in core's dialog."""

    __slots__ = ()

    # === BUSINESS METHODS - FACTS === #

    def _get_mollie_undecided(self):
        """Return the attempts that Mollie may have decided without our hearing of it, that of which
        nothing was heard for longest first.
        """
        payments = self._get_mollie_payments() | self._get_mollie_order_payments()
        return payments.filtered(lambda tx: tx.provider_reference and tx.state in UNDECIDED).sorted(
            lambda tx: (tx.mollie_asked or [0])[-1]
        )

    def _get_mollie_open_attempts(self):
        """Return the attempts that somebody may be paying at Mollie's checkout, also those of which
        we don't know whether Mollie made them; not those of a link of before.
        """
        return self._get_mollie_attempts_of_now().filtered(
            lambda tx: (
                tx.state == "draft" and not tx._mollie_is_under_way() and not tx._mollie_is_over()
            )
        )

    def _get_mollie_attempts_of_now(self):
        """Return the payments but those of a link of before, newest first."""
        links = (self._get_mollie_newest_link(), self.mollie_link_ids.browse())
        return self._get_mollie_payments().filtered(lambda tx: tx.mollie_link_id in links)

    def _get_mollie_newest_link(self):
        # By iterating: what a filter or slice returns is read alone, for each invoice of a list. By
        # `ids`: that is the record's own also while a form is being changed.
        links = self.mollie_link_ids
        return max(links, key=lambda link: link.ids, default=links)

    def _mollie_has_room(self):
        """Return whether one more attempt can be alive."""
        return (
            len(self._get_mollie_open_attempts()) < ALIVE_ATTEMPTS
            and len(self._get_mollie_undecided()) < UNDECIDED_ATTEMPTS
        )

    # === BUSINESS METHODS - PAYING === #

    def _mollie_lock_to_pay(self):
        """Lock invoices for whoever wants to pay them, without waiting.

        Their links too: each new attempt changes them. Who read the database before that attempt
        was committed would not see it; PostgreSQL reports a serialization failure then, and Odoo
        replays the request.

        :raise LockError: if somebody else is paying one of them just now.
        """
        self.lock_for_update(allow_referencing=True)
        self.mollie_link_ids.lock_for_update(allow_referencing=True)

    def _mollie_count_attempt(self, visitor):
        """Count one more attempt, to pay all of these invoices at once; there may be none.

        Must be called in sudo mode, with the invoices locked.

        :param str visitor: where the customer comes from, see `controllers/visitor.py`.
        :raise TooOften: if that is one too many, of an invoice or from where the customer comes.
        """
        for move in self:
            move._mollie_check_room()
        # One that never had a link has the same limit.
        links = [move._get_mollie_newest_link().id or f"invoice {move.id}" for move in self]
        pairs = (("link", link) for link in links)
        self.env["mollie.limit"]._take(*pairs, ("visitor", visitor))
        for link in self.mollie_link_ids:
            link.attempt_count += 1  # See `_mollie_lock_to_pay`.

    def _mollie_check_room(self):
        if not self._mollie_has_room():
            txs = self._get_mollie_open_attempts() or self._get_mollie_undecided()
            end = min(tx._mollie_end() for tx in txs)
            raise TooOften(max(ceil((end - fields.Datetime.now()).total_seconds()), 60))
