from markupsafe import Markup, escape

from odoo import models
from odoo.tools import LazyTranslate

from .payment_transaction import receivable_lines

_lt = LazyTranslate(__name__)

# What somebody is told to look at.
TODOS = {
    "mismatch": _lt(
        "Mollie's payment %(payment)s does not match transaction %(reference)s (%(detail)s)."
        " Nothing was booked. Compare both in Mollie's dashboard."
    ),
    "other_amount": _lt(
        "Transaction %(reference)s asked for %(asked)s, but Mollie's payment %(payment)s brought"
        " %(detail)s. What came in is the customer's credit: add it to the invoice (outstanding"
        " credits, below the amounts), or press Refund this credit at its top. It was booked as"
        " %(link)s."
    ),
    "booking_failed": _lt(
        "Transaction %(reference)s is paid, but could not be booked: %(detail)s"
        " It is tried again by itself."
    ),
    "credit": _lt(
        "Payment %(link)s brought %(detail)s more than its invoice needed. It is the customer's"
        " credit now. Press Refund this credit, or Use for another invoice, at the top of the"
        " invoice."
    ),
    "chargeback": _lt(
        "The customer's bank took %(detail)s of payment %(reference)s back. The invoice is open"
        " again; contact the customer, or contest the chargeback in Mollie's dashboard."
    ),
}


class PaymentTransaction(models.Model):
    """What is told of a payment: in the log for everybody, in a to-do for who has to act."""

    _inherit = "payment.transaction"

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _mollie_report_booked(self, source):
        """Log what was booked; tell somebody about what no invoice needed."""
        self._mollie_log("booked", source, detail=self.payment_id.name)
        credit = -sum(receivable_lines(self.payment_id).mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(credit, 0) > 0:
            self._mollie_log("credit", source, amount=credit)
            self._mollie_tell_somebody(
                "credit",
                amount=credit,
                link=self.payment_id._get_html_link(),
            )

    def _mollie_report_booking_failure(self, error, source):
        self.mollie_next_check = self._mollie_get_next_check()
        if self._mollie_log_once("booking_failed", source, detail=str(error)):
            self._mollie_tell_somebody("booking_failed", detail=str(error))

    def _mollie_tell_somebody(self, kind, amount=0, **values):
        """Give the responsible user of each invoice a to-do, in their language.

        :param str kind: a key of `TODOS`.
        :param float amount: what it is about, where that is money, in the payment's currency.
        """
        for invoice in self._mollie_get_invoices():
            user = invoice._get_mollie_responsible()
            invoice = invoice.with_context(lang=user.lang)
            text = Markup(escape(invoice.env._(TODOS[kind]))) % {
                "payment": self.provider_reference,
                "reference": self.reference,
                "detail": self.currency_id.with_env(invoice.env).format(amount),
                **values,
            }
            invoice.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=invoice.env._("Check the online payment"),
                note=text,
                user_id=user.id,
            )

    def _mollie_get_invoices(self):
        """Return the invoices that the payment is about, also of a refund or a chargeback."""
        tx = self
        while tx.source_transaction_id and not tx.invoice_ids:
            tx = tx.source_transaction_id
        return tx.invoice_ids

    # === BUSINESS METHODS - LOGGING === #

    def _mollie_log(self, event, source, **values):
        """Write one row of the log for the transaction."""
        self.ensure_one()
        return (
            self.env["mollie.payment.log"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "move_id": self._mollie_get_invoices()[:1].id,
                    "transaction_id": self.id,
                    "event": event,
                    "source": source,
                    "mollie_reference": self.provider_reference,
                    "mollie_status": self.mollie_status,
                    "mollie_method": self.mollie_method,
                    "amount": self.amount,
                    "currency_id": self.currency_id.id,
                    **values,
                }
            )
        )

    def _mollie_log_once(self, event, source, **values):
        """Write a row unless the same was the last said about it, so that repeats don't flood."""
        Log = self.env["mollie.payment.log"].sudo()
        last = Log.search([("transaction_id", "=", self.id), ("event", "=", event)], limit=1)
        if last and all(last[name] == value for name, value in values.items()):
            return Log
        return self._mollie_log(event, source, **values)
