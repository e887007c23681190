from odoo import api
from odoo.tools import float_round

from ...money.amounts import digits

# In the context while money is booked of which we know the discount: core is not to add its own.
KNOWN = "mollie_discount_known"


class Discount:
    """The discount for who pays early: whether money earned it, and how it is booked."""

    __slots__ = ()

    def _get_mollie_discounted(self, amount, currency, day):
        """Return the invoices whose discount an amount earns that came on a day.

        Exactly the discounted price earns it, of several invoices the sum of all. Less is a part
        payment, more a credit.

        :param float amount: in the currency.
        """
        posted = self.filtered(lambda move: move.state == "posted")
        eligible = posted.filtered(
            lambda move: move._is_eligible_for_early_payment_discount(currency, day)
        )
        others = sum((posted - eligible).mapped("amount_residual"))
        price = sum(eligible._get_mollie_terms().mapped("discount_amount_currency")) + others
        left = _round_down(price, currency) - amount
        return eligible if currency.is_zero(left) else eligible.browse()

    def _is_mollie_discounted(self, amount, currency, day):
        """Return whether an amount that came on a day is the discounted price of the invoices,
        whatever else they are matched with.
        """
        terms = self._get_mollie_terms()
        is_early = all(term.discount_date and day <= term.discount_date for term in terms)
        price = _round_down(sum(terms.mapped("discount_amount_currency")), currency)
        return bool(terms) and is_early and currency.is_zero(price - amount)

    def _get_mollie_discount_lines(self, day):
        """Return the values of the journal items that book the discount of invoices, as core's
        own Register Payment makes them: all that core's payment transactions take only some of.

        :param date day: on which they are booked, for the currency's rate.
        """
        if not self:
            return []
        terms, company = self._get_mollie_terms(), self.company_id
        saved = sum(term.amount_residual_currency - term.discount_amount_currency for term in terms)
        balance = self.currency_id._convert(saved, company.currency_id, company, day)
        settled = [
            {
                "aml": term,
                "amount_currency": -term.amount_residual_currency,
                "balance": -term.amount_residual,
            }
            for term in terms
        ]
        groups = self._get_invoice_counterpart_amls_for_early_payment_discount(settled, balance)
        return [line for lines in groups.values() for line in lines]

    def _get_mollie_saved(self):
        """Return what was saved of the invoice by paying its discounted price in time.

        Must be called in sudo mode: who sees an invoice need not see its transactions.
        """
        self.ensure_one()
        terms = self._get_mollie_terms()
        if not any(terms.mapped("discount_date")) or self.amount_residual:
            return 0
        payments = self._get_reconciled_payments()
        currency, invoices = payments.currency_id, payments.reconciled_invoice_ids
        if len(currency) != 1:
            return 0
        amount, day = sum(payments.mapped("amount")), max(map(_day, payments))
        if not invoices._is_mollie_discounted(amount, currency, day):
            return 0
        return sum(term.amount_currency - term.discount_amount_currency for term in terms)

    def _has_mollie_discount_tax(self):
        """Return whether a discount on invoices lowers their taxes."""
        return bool(
            self.filtered(
                lambda move: (
                    move.invoice_payment_term_id.early_pay_discount_computation == "included"
                )
            ).invoice_line_ids.tax_ids
        )

    def _get_mollie_terms(self):
        return self.line_ids.filtered(lambda line: line.display_type == "payment_term")

    @api.model
    def _get_invoice_counterpart_amls_for_early_payment_discount(
        self, aml_values_list, open_balance
    ):
        """Override of `account` to give nothing to core's payment transactions: they judge by the
        day of booking, and take the first line of each kind only.
        """
        if self.env.context.get(KNOWN):
            return {}
        return super()._get_invoice_counterpart_amls_for_early_payment_discount(
            aml_values_list, open_balance
        )


def _day(payment):
    """Return the day on which a payment came; Mollie's may be booked later, in an open period."""
    tx = payment.payment_transaction_id
    return tx._mollie_day() if tx.mollie_kind else payment.date


def _round_down(amount, currency):
    """Return what of a price can be asked for at Mollie."""
    precision = digits(currency.name)
    return float_round(amount, precision_digits=precision, rounding_method="DOWN")
