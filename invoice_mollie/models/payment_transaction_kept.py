from odoo import models

from ..answers import is_amount


class PaymentTransaction(models.Model):
    """Money of another amount or currency than was asked for.

    The transaction that asked is never done by it. What came in is kept in a child transaction of
    its own and booked as the customer's credit, so that the books equal Mollie's.
    """

    _inherit = "payment.transaction"

    # === BUSINESS METHODS - SYNC === #

    def _mollie_brings_other_amount(self, payment):
        """Return whether the payment is paid and ours, but for its amount or currency."""
        return bool(self._mollie_get_kept()) or (
            payment["status"] == "paid"
            and self.state not in ("authorized", "done")
            and self._mollie_mismatches(payment) == ["amount"]
            and self._mollie_has_usable_amount(payment)
        )

    def _mollie_has_usable_amount(self, payment):
        """Return whether the payment is one of ours, with an amount that can be booked."""
        amount = payment.get("amount")
        if not is_amount(amount) or not self._mollie_is_own_metadata(payment.get("metadata")):
            return False
        value = float(amount["value"])
        currency = self.provider_id._mollie_find_currency(amount["currency"])
        rounded = currency.round(value) if currency else 0
        return rounded > 0 and self._mollie_write_amount(rounded, currency) == amount

    def _mollie_keep(self, payment, source):
        """Book what came in as the customer's credit, and follow it from there."""
        kept = self._mollie_get_kept() or self._mollie_create_kept(payment, source)
        others = set(self._mollie_mismatches(payment)) - {"amount"}
        mismatches = others | set(kept._mollie_mismatches(payment))
        if mismatches:
            self._mollie_report_mismatch(sorted(mismatches), source)
            return
        is_news = not kept.payment_id
        kept._mollie_book(source)
        if is_news and kept.payment_id:
            kept._mollie_report_kept(source)
        kept._mollie_aftercare(payment, source)

    def _mollie_get_kept(self):
        return self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "offline" and tx.state == "done"
        )

    def _mollie_create_kept(self, payment, source):
        amount = payment["amount"]
        kept = self._create_child_transaction(
            float(amount["value"]),
            # Core would match a child of the same operation with the invoice.
            operation="offline",
            currency_id=self.provider_id._mollie_find_currency(amount["currency"]).id,
            provider_reference=payment["id"],
            **self._mollie_get_update_values(payment),
        )
        kept._set_done()
        kept._mollie_log("other_amount", source)
        self.mollie_checkout_url = False  # It is paid: nobody shall be sent there again.
        return kept

    def _mollie_report_kept(self, source):
        self._mollie_log("booked", source, detail=self.payment_id.name)
        asked = self.source_transaction_id
        self._mollie_tell_somebody(
            "other_amount",
            amount=self.amount,
            reference=asked.reference,
            asked=asked.currency_id.format(asked.amount),
            link=self.payment_id._get_html_link(),
        )

    def _mollie_correct_kept(self, payment, source):
        """Reverse what was kept if Mollie says another amount now.

        Not once some of it was refunded: then somebody has to look.
        """
        kept = self._mollie_get_kept()
        if (
            kept
            and not kept.child_transaction_ids
            and kept._mollie_mismatches(payment) == ["amount"]
            and self._mollie_has_usable_amount(payment)
        ):
            kept._set_canceled(extra_allowed_states=("done",))
            kept._mollie_log("other_amount_corrected", source)
            kept._mollie_book(source)
            # Core does not book a transaction that has children of its own.
            kept.source_transaction_id = False
