from odoo.tools import float_round

from ...money.amounts import digits
from ..days import zone_of


class Due:
    """What is due on an invoice, as Mollie can write it. Amounts are in its currency.

    Must be called in sudo mode: who sees an invoice need not see its transactions.
    """

    __slots__ = ()

    def _get_mollie_payments(self):
        """Return the invoice's payments at Mollie, by a link or not, newest first."""
        return self.transaction_ids.filtered(lambda tx: tx.mollie_kind == "payment").sorted(
            "id", reverse=True
        )

    def _get_mollie_due(self):
        """Return everything that is due now, less a discount that is valid today."""
        self.ensure_one()
        if self.state != "posted":
            return 0
        values = self._get_mollie_next_values()
        is_discounted = values.get("installment_state") == "epd"
        if is_discounted:
            return self._mollie_round_down(self._mollie_less_unbooked(values["amount_due"]))
        return self._mollie_round_down(self._get_mollie_residual())

    def _get_mollie_next_values(self):
        """Return what core says is to be paid next, on the day that it is where the company is."""
        here = self.with_context(tz=zone_of(self.company_id))
        return here._get_invoice_next_payment_values()

    def _get_mollie_residual(self):
        """Return what is due without any discount."""
        return self._mollie_less_unbooked(self.amount_residual) if self.state == "posted" else 0

    def _mollie_less_unbooked(self, amount):
        """Return an amount less what was paid, but could not be booked so far.

        Nobody shall be asked for it again.
        """
        unbooked = self._get_mollie_payments().filtered(
            lambda tx: (
                tx.state == "done"
                and not tx.is_post_processed
                and tx.amount > 0
                and tx.currency_id == self.currency_id
            )
        )
        paid = sum(unbooked.mapped("amount"))
        days = [tx._mollie_day() for tx in unbooked]
        if days and self._get_mollie_discounted(paid, self.currency_id, max(days)):
            return 0
        return max(self.currency_id.round(amount - paid), 0)

    def _get_mollie_discount(self):
        """Return what the customer saves by paying today."""
        return self.currency_id.round(self._get_mollie_residual() - self._get_mollie_due())

    def _get_mollie_instalment(self):
        """Return what is due next if that is not everything, else 0."""
        values = self._get_mollie_next_values()
        if values.get("installment_state") not in ("next", "overdue"):
            return 0
        instalment = self._mollie_round_down(values["next_amount_to_pay"])
        is_part = self.currency_id.compare_amounts(instalment, self._get_mollie_due()) < 0
        return instalment if is_part else 0

    def _get_mollie_minimum(self):
        """Return the least that may be paid as another amount; 0 if the company allows none."""
        company = self.company_id
        if not company.mollie_other_amount:
            return 0
        minimum = company.currency_id._convert(
            company.mollie_minimum_amount, self.currency_id, company
        )
        return max(minimum, 1)

    def _mollie_round_down(self, amount):
        """Return the amount as Mollie can write it, never more than it was."""
        precision = digits(self.currency_id.name)
        return float_round(amount, precision_digits=precision, rounding_method="DOWN")
