from odoo.fields import Domain
from odoo.tools import float_round

from ...money.amounts import digits
from ..days import today, zone_of
from ..unentered import outstanding

IS_OPEN = Domain("state", "=", "posted") & Domain("amount_residual", ">", 0)
# Of which invoices the books may show more than is due: those of which Mollie told that something
# came in, and those with payments that have no entry.
_CAME_IN = Domain("mollie_kind", "=", "payment") & (
    Domain("state", "=", "done") | Domain("child_transaction_ids.mollie_kind", "=", "other_amount")
)
_UNENTERED = Domain("move_id", "=", False) & Domain("state", "in", ("in_process", "paid"))
# Without access check: who sees an invoice need not see its transactions.
MAY_BE_COVERED = Domain("move_type", "=", "out_invoice") & (
    Domain("transaction_ids", "any!", _CAME_IN) | Domain("matched_payment_ids", "any!", _UNENTERED)
)


class Due:
    """What is due on an invoice: what the books show as open, less what was paid all the same. The
    one place that says so. Amounts are in the invoice's currency.

    Must be called in sudo mode: who sees an invoice need not see its transactions.
    """

    __slots__ = ()

    def _get_mollie_payments(self):
        """Return the invoice's payments at Mollie, by a link or not, newest first."""
        return self.transaction_ids.filtered(lambda tx: tx.mollie_kind == "payment").sorted(
            "id", reverse=True
        )

    # === BUSINESS METHODS - DUE === #

    def _get_mollie_due(self):
        """Return everything that is due now, less a discount that is valid today, as Mollie can
        write it.
        """
        return self._mollie_round_down(self._mollie_get_exact_due())

    def _mollie_get_exact_due(self):
        self.ensure_one()
        if self.state != "posted":
            return 0
        values = self._get_mollie_next_values()
        is_discounted = values.get("installment_state") == "epd"
        return self._mollie_less_held(
            values["amount_due"] if is_discounted else self.amount_residual
        )

    def _get_mollie_next_values(self):
        """Return what core says is to be paid next, on the day that it is where the company is."""
        here = self.with_context(tz=zone_of(self.company_id))
        return here._get_invoice_next_payment_values()

    def _get_mollie_residual(self):
        """Return what is due without any discount."""
        return self._mollie_less_held(self.amount_residual) if self.state == "posted" else 0

    def _get_mollie_discount(self):
        """Return what the customer saves by paying early, see `_get_mollie_discount_day`."""
        return self.currency_id.round(self._get_mollie_residual() - self._get_mollie_due())

    def _get_mollie_discount_day(self):
        """Return until which day the discount is offered."""
        return self._get_mollie_next_values().get("discount_date")

    def _get_mollie_minimum(self):
        """Return the least that may be paid as another amount; 0 if the company allows none, or if
        all that is due is no more than that.
        """
        company = self.company_id
        if not company.mollie_other_amount:
            return 0
        minimum = company.currency_id._convert(
            company.mollie_minimum_amount, self.currency_id, company
        )
        return max(minimum, 1) if minimum < self._get_mollie_due() else 0

    def _mollie_round_down(self, amount):
        """Return the amount as Mollie can write it, never more than it was."""
        precision = digits(self.currency_id.name)
        return float_round(amount, precision_digits=precision, rounding_method="DOWN")

    # === BUSINESS METHODS - PAID === #

    def _get_mollie_paid(self):
        """Return what was paid of the invoice, also what the books don't show; nothing of one that
        is not posted.
        """
        if self.state != "posted":
            return 0
        asked = self.amount_total - self._get_mollie_credited() - self._get_mollie_saved()
        return self.currency_id.round(asked - self._get_mollie_unpaid())

    def _get_mollie_credited(self):
        """Return what of the invoice credit notes took off; nothing of one that is not posted."""
        if self.state != "posted":
            return 0
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        credited = terms.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id.move_type == "out_refund"
        )
        return sum(credited.mapped("debit_amount_currency"))

    # === BUSINESS METHODS - RESERVED === #

    def _get_mollie_unpaid(self):
        """Return what is still to be paid, also what is reserved so far."""
        return self._mollie_less_paid(self.amount_residual) if self.state == "posted" else 0

    def _get_mollie_reserved(self):
        """Return what of it is not asked for because Mollie can still capture it."""
        paid, all_held = (
            sum(part for part, _day in self._get_mollie_held_parts(has_reserved))
            for has_reserved in (False, True)
        )
        return min(self.currency_id.round(all_held - paid), self._get_mollie_unpaid())

    def _mollie_may_earn_discount(self):
        """Return whether the discount is earned, and nothing left to pay, if what is reserved is
        captured today.
        """
        return any(
            tx.invoice_ids._is_mollie_discounted(tx.amount, tx.currency_id, today(tx.company_id))
            for tx in self._get_mollie_payments()
            # What a bank took of an earlier part is to be paid whatever comes of the rest.
            if tx._mollie_get_reserved() and not tx.mollie_amount_charged_back
        )

    # === BUSINESS METHODS - HELD === #

    def _mollie_less_held(self, amount):
        """Return an amount less what was paid of it, though the books don't show it, and what is
        reserved.

        Nobody shall be asked for it again.
        """
        if self._mollie_may_earn_discount():
            return 0
        return self._mollie_less_parts(amount, self._get_mollie_held_parts())

    def _mollie_less_paid(self, amount):
        return self._mollie_less_parts(amount, self._get_mollie_held_parts(has_reserved=False))

    def _mollie_less_parts(self, amount, parts):
        """Return an amount less parts of it; nothing if they earned the discount."""
        held = sum(part for part, _day in parts) - self._get_mollie_given_back()
        days = [day for _part, day in parts]
        if days and self._get_mollie_discounted(held, self.currency_id, max(days)):
            return 0
        return max(self.currency_id.round(amount - held), 0)

    def _get_mollie_held_parts(self, has_reserved=True):
        """Return ``[(amount, day)]`` of what was paid of the invoice, though its residual does not
        show it; the day is that of the last part.

        :param bool has_reserved: with what is reserved of payments that were captured in part.
        """
        parts = [
            (
                self._mollie_get_share(
                    tx._mollie_get_held() + (tx._mollie_get_reserved() if has_reserved else 0),
                    tx._mollie_holder(),
                    tx.invoice_ids,
                ),
                tx._mollie_last_day(has_reserved),
            )
            for tx in self._get_mollie_payments()
        ]
        parts += [
            (
                self._mollie_get_share(
                    outstanding(payment), payment, payment.invoice_ids, payment.date
                ),
                payment.date,
            )
            for payment in self.matched_payment_ids.filtered(_is_not_mollies)
        ]
        return [(part, day) for part, day in parts if part]

    def _get_mollie_given_back(self):
        """Return what was refunded, without an entry, of what the invoice did not need: banks took
        theirs of what was left then.

        If they took nothing it makes no difference; and of a payment of several invoices nobody
        knows which one's money it was.
        """
        payments = self._get_mollie_payments().filtered(
            lambda tx: tx.invoice_ids == self and tx.currency_id == self.currency_id
        )
        taken = sum(tx._mollie_get_taken() for tx in payments)
        if not taken:
            return 0
        came = sum(part for part, _day in self._get_mollie_held_parts(has_reserved=False)) + taken
        refunded = sum(tx._mollie_get_refunded() for tx in payments)
        return max(min(refunded, came - self.amount_residual), 0)

    def _mollie_get_share(self, amount, payment, invoices, day=None):
        """Return what of an amount of a payment is for this one of several invoices: those due
        first come first.

        :param date day: by the rate of which it is converted; today's if none is given.
        """
        if not amount:
            return 0
        day = day or today(self.company_id)
        share = payment.currency_id._convert(amount, self.currency_id, self.company_id, day)
        others = invoices.filtered(
            lambda move: move.state == "posted" and move.currency_id == self.currency_id
        )
        for move in others.sorted(lambda move: (move.invoice_date_due or move.date, move.id)):
            if move == self:
                break
            share -= min(share, move.amount_residual)
        return share

    # === COMPUTE METHODS === #

    def _mollie_filter_covered(self):
        """Return those open invoices of which nothing is due all the same."""
        candidates = self.filtered_domain(MAY_BE_COVERED)
        candidates.transaction_ids._mollie_fetch_held()
        candidates.mapped("matched_payment_ids.payment_transaction_id.state")
        candidates.mapped("matched_payment_ids.invoice_ids.state")
        return candidates.filtered(
            lambda move: move.currency_id.is_zero(move._mollie_get_exact_due())
        )

    def _search_mollie_has_due(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        # In sudo mode because who sees an invoice need not see its transactions.
        covered = self.sudo().search(IS_OPEN & MAY_BE_COVERED)._mollie_filter_covered()
        return IS_OPEN & Domain("id", "not in", covered.ids)


def _is_not_mollies(payment):
    return not payment.payment_transaction_id.mollie_kind
