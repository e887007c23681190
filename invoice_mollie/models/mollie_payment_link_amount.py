import re

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_round

# What a customer may type as an amount: plain digits, a point or a comma, one or two decimals.
_AMOUNT = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")


class MolliePaymentLink(models.Model):
    """How much a customer may pay by a link. Amounts are in the invoice's currency."""

    _inherit = "mollie.payment.link"

    def _get_amount(self):
        """Return everything that is due now, less a discount that is valid today."""
        values = self.move_id._get_invoice_next_payment_values()
        is_discounted = values.get("installment_state") == "epd"
        if is_discounted:
            return self._round_down(self._less_unbooked(values["amount_due"]))
        return self._round_down(self._get_residual())

    def _get_residual(self):
        move = self.move_id
        return self._less_unbooked(move.amount_residual) if move.state == "posted" else 0

    def _less_unbooked(self, amount):
        """Return an amount less what was paid, but could not be booked so far.

        Nobody shall be asked for it again.
        """
        currency = self.move_id.currency_id
        unbooked = self._get_transactions().filtered(
            lambda tx: (
                tx.state == "done"
                and not tx.is_post_processed
                and tx.amount > 0
                and tx.currency_id == currency
            )
        )
        return max(currency.round(amount - sum(unbooked.mapped("amount"))), 0)

    def _get_discount(self):
        """Return what the customer saves by paying today."""
        return self.move_id.currency_id.round(self._get_residual() - self._get_amount())

    def _get_instalment(self):
        """Return what is due next if that is not everything, else 0."""
        values = self.move_id._get_invoice_next_payment_values()
        if values.get("installment_state") not in ("next", "overdue"):
            return 0
        instalment = self._round_down(values["next_amount_to_pay"])
        is_part = self.move_id.currency_id.compare_amounts(instalment, self._get_amount()) < 0
        return instalment if is_part else 0

    def _get_minimum(self):
        """Return the least that may be paid as another amount; 0 if the company allows none."""
        company, currency = self.company_id, self.move_id.currency_id
        if not company.mollie_other_amount:
            return 0
        minimum = company.currency_id._convert(company.mollie_minimum_amount, currency, company)
        return max(minimum, 1)

    def _choose_amount(self, choice, typed):
        """Return the amount that the customer chose.

        :param str choice: `next` for the next instalment, `other` for the typed amount, `alive`
            for that of the attempt under way; anything else means everything due.
        :param str typed: another amount, as the customer typed it.
        :raise UserError: if it can't be paid, with how to do better.
        """
        if choice == "other" and self._get_minimum():
            return self._check_typed(typed)
        chosen = {"next": self._get_instalment(), "alive": self._get_living_attempt().amount}
        return chosen.get(choice) or self._get_amount()

    def _check_typed(self, typed):
        currency = self.move_id.currency_id
        least, most = self._get_minimum(), self._get_amount()
        typed = typed.strip()
        amount = float(typed.replace(",", ".")) if _AMOUNT.fullmatch(typed) else 0
        is_exact = currency.compare_amounts(amount, self._round_down(amount)) == 0
        if is_exact and (least <= amount <= most or amount == most):
            return amount
        raise UserError(self._in_customer_language()._get_amount_advice(min(least, most), most))

    def _get_amount_advice(self, least, most):
        currency = self.move_id.currency_id
        return self.env._(
            "Type an amount from %(least)s to %(most)s, for example 25.00.",
            least=currency.format(least),
            most=currency.format(most),
        )

    def _round_down(self, amount):
        """Return the amount as Mollie can write it, never more than it was."""
        digits = self.env["payment.transaction"]._mollie_digits(self.move_id.currency_id)
        return float_round(amount, precision_digits=digits, rounding_method="DOWN")
