from itertools import accumulate
from typing import NamedTuple

from odoo import fields


class Instalment(NamedTuple):
    """A part of an invoice that has a day of its own. Amounts are in the invoice's currency.

    day     by which it is to be paid
    amount  what it is
    left    what is still to be paid of it
    """

    day: fields.Date
    amount: float
    left: float


class Instalments:
    """An invoice that is paid in parts, each by its day.

    Must be called in sudo mode, as `Due`.
    """

    __slots__ = ()

    # === BUSINESS METHODS - INSTALMENTS === #

    def _get_mollie_instalment(self):
        """Return what is due next if that is not everything, else 0."""
        values = self._get_mollie_next_values()
        if values.get("installment_state") not in ("next", "overdue"):
            return 0
        held = sum(part for part, _day in self._get_mollie_held_parts())
        least = max(values["next_amount_to_pay"], held + self.currency_id.rounding)
        instalments = [
            line["amount_residual_currency_unsigned"]
            for line in values["not_reconciled_installments"]
        ]
        reached = (sum_ for sum_ in accumulate(instalments) if self._mollie_reaches(sum_, least))
        instalment = self._mollie_round_down(self._mollie_less_held(next(reached, 0)))
        is_part = self.currency_id.compare_amounts(instalment, self._get_mollie_due()) < 0
        return instalment if is_part else 0

    def _mollie_reaches(self, amount, least):
        return self.currency_id.compare_amounts(amount, least) >= 0

    def _get_mollie_plan(self):
        """Return the invoice's instalments, earliest first; nothing if it is paid at once.

        What was paid or credited counts for the earliest ones.

        :rtype: list[Instalment]
        """
        terms = self._get_mollie_terms().sorted("date_maturity")
        if len(terms) < 2:
            return []
        settled = self.amount_total - self._get_mollie_unpaid()
        plan = []
        for term in terms:
            left = max(term.amount_currency - settled, 0)
            settled -= term.amount_currency - left
            day = term.date_maturity or self.invoice_date_due
            plan.append(Instalment(day, term.amount_currency, self.currency_id.round(left)))
        return plan

    def _get_mollie_due_day(self):
        """Return by which day what is due next is to be paid."""
        days = (instalment.day for instalment in self._get_mollie_plan() if instalment.left)
        return next(days, self.invoice_date_due)
