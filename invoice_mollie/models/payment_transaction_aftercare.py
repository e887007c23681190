import logging
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.payment import utils as payment_utils

from ..const import REFUND_METHODS, REFUND_RANK
from ..gateway import MollieError, MollieUnavailable
from .payment_transaction import receivable_lines

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# What to do about a refusal, by a word of Mollie's reason.
# https://docs.mollie.com/reference/create-refund
REFUSED_REFUNDS = {
    "duplicate": _lt(
        "The same amount of this payment was refunded less than an hour ago. If it is to be"
        " refunded once more, wait an hour, or choose another amount."
    ),
    "balance": _lt(
        "Your balance at Mollie is too low. Wait until more payments have come in, or top it up in"
        " Mollie's dashboard."
    ),
    "cannot be refunded": _lt(
        "It may be more than Mollie has left of the payment: press Check with Mollie on the"
        " invoice to see what has been refunded already."
    ),
}


class PaymentTransaction(models.Model):
    """What happens to money after it was paid: refunds and chargebacks.

    Each is a child transaction with Mollie's id (`re_…`, `chb_…`) as provider reference, so that
    it is booked once, whoever tells us about it and however often.
    """

    _inherit = "payment.transaction"

    mollie_amount_remaining = fields.Monetary("Refundable at Mollie", readonly=True, copy=False)
    mollie_amount_refunded = fields.Monetary("Refunded at Mollie", readonly=True, copy=False)
    mollie_amount_charged_back = fields.Monetary("Charged Back", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_mollie_cancel_refund(self):
        """Cancel a refund at Mollie, which allows it while the refund is queued or pending.

        :raise UserError: if Mollie does not allow it (any more).
        """
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        tx_sudo = self.sudo()  # In sudo mode to read the provider's API key.
        source_sudo = tx_sudo.source_transaction_id or tx_sudo
        source_sudo._mollie_lock()
        try:
            tx_sudo.provider_id._mollie_gateway().cancel_refund(
                source_sudo.provider_reference, tx_sudo.provider_reference
            )
            source_sudo._mollie_sync("user")
        except MollieError as error:
            raise UserError(tx_sudo._mollie_refusal_message(error)) from None

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _refund(self, amount_to_refund=None):
        """Override of `payment` to refund no more than what is left of the payment, also when two
        refund it at the same time.

        :raise UserError: if the amount is not one that can be refunded.
        """
        if self.provider_code != "mollie":
            return super()._refund(amount_to_refund=amount_to_refund)
        # Before anything is made: who comes second looks again at what the first one left.
        self._mollie_lock()
        amount = self._mollie_get_refundable() if amount_to_refund is None else amount_to_refund
        self._mollie_ensure_refundable(amount)
        return super()._refund(amount_to_refund=amount)

    def _mollie_ensure_refundable(self, amount):
        # Core asks in its wizard only; over RPC anything may come, also no number at all.
        left = max(self._mollie_get_refundable(), 0)
        half_a_cent = self.currency_id.rounding / 2
        if not half_a_cent <= amount < left + half_a_cent:
            raise UserError(
                self.env._(
                    "%(reference)s: the refund must be positive and cannot be more than"
                    " %(amount)s, which is what is left of the payment.",
                    reference=self.reference,
                    amount=self.currency_id.format(left),
                )
            )

    def _send_refund_request(self):
        """Override of `payment` to refund at Mollie.

        :raise UserError: if Mollie refuses; nothing is kept then.
        """
        if self.provider_code != "mollie":
            return super()._send_refund_request()
        source = self.source_transaction_id
        source._mollie_lock()
        try:
            refund = self._mollie_find_lost_refund() or self._mollie_create_refund()
        except MollieError as error:
            raise UserError(self._mollie_refund_error_message(error)) from None
        self.provider_reference = refund["id"]
        source._mollie_count_refund(refund)
        source._mollie_apply_refund(refund, "user")
        return None

    def _mollie_count_refund(self, refund):
        """Count a refund before Mollie's next answer does.

        So that who waits for the lock finds the row changed, and has to read all of it again.
        """
        amount = _value(refund["amount"])
        self.write(
            {
                "mollie_amount_refunded": self.mollie_amount_refunded + amount,
                "mollie_amount_remaining": max(self.mollie_amount_remaining - amount, 0),
            }
        )

    def _mollie_find_lost_refund(self):
        """Return the refund that Mollie made for us without our hearing of it, or None.

        What we had of it was rolled back with the error, so its reference is ours again.
        """
        source = self.source_transaction_id
        payment = self.provider_id._mollie_gateway().get_payment(source.provider_reference)
        known = source.child_transaction_ids.mapped("provider_reference")
        asked = self._mollie_refund_payload()["amount"]
        return next(
            (
                refund
                for refund in payment["_embedded"]["refunds"]
                if refund["id"] not in known
                and refund["status"] not in ("failed", "canceled")
                and refund["amount"] == asked
                and self._mollie_is_own_metadata(refund.get("metadata"))
            ),
            None,
        )

    def _mollie_create_refund(self):
        # Another key each time: Mollie would repeat a refusal word for word for an hour, also when
        # its reason is gone. A second refund of the same amount it refuses by itself.
        return self.provider_id._mollie_gateway().create_refund(
            self.source_transaction_id.provider_reference,
            self._mollie_refund_payload(),
            uuid4().hex,
        )

    def _mollie_refund_payload(self):
        amount = self._mollie_amount()
        return {
            "amount": amount | {"value": amount["value"].lstrip("-")},
            "description": self.reference[:255],
            "metadata": self._mollie_metadata(),
        }

    def _mollie_refund_error_message(self, error):
        reference = self.source_transaction_id.reference
        if isinstance(error, MollieUnavailable) and error.status != 409:
            return self.env._(
                "Mollie did not answer, so it is not certain whether %(reference)s is being"
                " refunded. Press Check with Mollie on the invoice before you try again.",
                reference=reference,
            )
        message = self.env._(
            "%(reference)s was not refunded. Mollie says: %(detail)s",
            reference=reference,
            detail=error.detail,
        )
        reason = error.detail.lower()
        ways_out = [self.env._(text) for word, text in REFUSED_REFUNDS.items() if word in reason]
        return "\n".join([message, *ways_out])

    # === BUSINESS METHODS - SYNC === #

    def _mollie_aftercare(self, payment, source):
        """Bring refunds and chargebacks in line with Mollie's, by what differs.

        Only once the payment itself is booked: core would not book it any more after them.
        """
        if not self.payment_id:
            return
        embedded = payment.get("_embedded") or {}
        for refund in embedded.get("refunds") or []:
            self._mollie_apply_refund(refund, source)
        for chargeback in embedded.get("chargebacks") or []:
            self._mollie_apply_chargeback(chargeback, source)
        self._mollie_write_sums(payment)

    def _mollie_write_sums(self, payment):
        charged_back = self.child_transaction_ids.filtered(lambda tx: tx._mollie_is_chargeback())
        sums = {
            "mollie_amount_remaining": _value(payment.get("amountRemaining")),
            "mollie_amount_refunded": _value(payment.get("amountRefunded")),
            "mollie_amount_charged_back": -sum(charged_back.mapped("amount")),
        }
        changed = {
            name: value
            for name, value in sums.items()
            if self.currency_id.compare_amounts(self[name], value)
        }
        if changed:
            self.write(changed)

    def _mollie_apply_refund(self, refund, source):
        """Compare one refund at Mollie with its transaction, and act on the difference."""
        status = refund["status"]
        child = self._mollie_find_child(refund) or self._mollie_import_refund(refund)
        if REFUND_RANK.get(status, 0) <= REFUND_RANK.get(child.mollie_status, 0):
            return
        child.write({"mollie_status": status, "provider_reference": refund["id"]})
        getattr(child, REFUND_METHODS[status])()
        self._mollie_log_child("refund", source, child)
        child._mollie_book(source)

    def _mollie_find_child(self, money):
        """Return the child transaction of a refund or chargeback, also one whose answer was lost.

        :param dict money: the refund or chargeback at Mollie.
        """
        children = self.child_transaction_ids
        found = children.filtered(lambda tx: tx.provider_reference == money["id"])
        metadata = money.get("metadata")
        reference = metadata.get("reference") if isinstance(metadata, dict) else None
        return found or children.filtered(
            lambda tx: not tx.provider_reference and tx.reference == reference
        )

    def _mollie_import_refund(self, refund):
        """Return a transaction for a refund that was made in Mollie's dashboard."""
        return self._create_child_transaction(
            _value(refund["amount"]), is_refund=True, provider_reference=refund["id"]
        )

    def _mollie_set_refunded(self):
        self._set_done()

    def _mollie_set_refund_failed(self):
        # Also after it was booked: the money is back at Mollie then.
        self._set_canceled(
            self.env._("Mollie reports this refund as %s.", self.mollie_status),
            extra_allowed_states=("done",),
        )

    def _mollie_apply_chargeback(self, chargeback, source):
        """Book a chargeback, or its reversal, if that was not done yet."""
        if not self._mollie_find_child(chargeback):
            child = self._mollie_import_chargeback(chargeback)
            child._set_done()
            self._mollie_log_child("chargeback", source, child)
            self._mollie_tell_somebody("chargeback", amount=abs(child.amount))
        child = self._mollie_find_child(chargeback)
        child._mollie_book(source)
        if chargeback.get("reversedAt") and child.payment_id:
            self._mollie_apply_reversal(chargeback, source)

    def _mollie_import_chargeback(self, chargeback, sign=1, suffix=""):
        prefix = f"C-{self.reference}{suffix}"
        return self._create_child_transaction(
            sign * _value(chargeback["amount"]),
            is_refund=True,
            reference=self._compute_reference(self.provider_code, prefix=prefix),
            provider_reference=f"{chargeback['id']}{suffix}",
        )

    def _mollie_apply_reversal(self, chargeback, source):
        """Book the money of a chargeback that the merchant won back."""
        reversed_id = f"{chargeback['id']}-reversed"
        child = self._mollie_find_child({"id": reversed_id})
        if not child:
            child = self._mollie_import_chargeback(chargeback, -1, "-reversed")
            child._set_done()
            self._mollie_log_child("chargeback_reversed", source, child)
        child._mollie_book(source)

    def _mollie_get_refundable(self):
        """Return how much of the payment can still be refunded, in its currency.

        Mollie would also refund what was charged back already; we don't, the customer has it.
        """
        gone = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state in ("draft", "pending", "done")
        )
        received = self.mollie_amount_captured or self.amount
        ours = received + sum(gone.mapped("amount"))
        return self.currency_id.round(min(ours, self.mollie_amount_remaining or ours))

    def _mollie_is_chargeback(self):
        """Return whether this is a chargeback, or the reversal of one."""
        return (self.provider_reference or "").startswith("chb_")

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to book what left on the account of what came in."""
        source = self.source_transaction_id.payment_id
        if self.provider_code != "mollie" or not source:
            return super()._create_payment(**extra_create_values)
        account = source.destination_account_id
        payment = super()._create_payment(
            **{"destination_account_id": account.id, **extra_create_values}
        )
        if self._mollie_is_chargeback():
            self._mollie_match_chargeback(payment)
        else:
            _match_credit(source, payment)
        return payment

    def _mollie_match_chargeback(self, payment):
        """Open the invoices that the charged back money had paid, or pay them again."""
        source, account = self.source_transaction_id, payment.destination_account_id
        lines = source._mollie_get_disputed(account)
        invoice_lines = _release(lines) if self.amount < 0 else lines.browse()
        _match(lines)
        _match(lines + invoice_lines)
        source.invoice_ids._mollie_match_payments()

    def _mollie_get_disputed(self, account):
        """Return what the payment brought, what banks took of it, and what was won back."""
        chargebacks = self.child_transaction_ids.filtered(lambda tx: tx._mollie_is_chargeback())
        lines = (self + chargebacks).payment_id.move_id.line_ids
        return lines.filtered(lambda line: line.account_id == account)

    def _post_process(self):
        """Override of `payment` to reverse what was booked, if it turns out not to be so: a
        refund that failed after all, for one.

        Not cancelled, as core would: money went out and came back, perhaps in another period.
        """
        failed = self.filtered(
            lambda tx: tx.provider_code == "mollie" and tx.state == "cancel" and tx.payment_id
        )
        result = super(PaymentTransaction, self - failed)._post_process()
        for tx in failed:
            today = fields.Date.context_today(tx)
            tx.payment_id.move_id._reverse_moves([{"date": today}], cancel=True)
            tx.is_post_processed = True
        return result

    # === BUSINESS METHODS - LOGGING === #

    def _mollie_log_child(self, event, source, child):
        self._mollie_log(
            event,
            source,
            mollie_reference=child.provider_reference,
            mollie_status=child.mollie_status,
            amount=child.amount,
        )

    # === CRON === #

    @api.model
    def _cron_mollie_aftercare(self):
        """Look for refunds and chargebacks of which no webhook told us."""
        providers = self.env["payment.provider"].search(
            [("code", "=", "mollie"), ("state", "!=", "disabled")]
        )
        for provider in providers.filtered("mollie_api_key"):
            try:
                stale = self._mollie_find_stale(provider)
            except MollieError:
                continue  # The next round looks again.
            for tx in stale:
                tx._mollie_sync_from_cron()
                self.env["ir.cron"]._commit_progress(1)

    def _mollie_find_stale(self, provider):
        """Return the payments of which Mollie lists a refund or chargeback that we don't know."""
        gateway = provider._mollie_gateway()
        listed = [*gateway.list_refunds(), *gateway.list_chargebacks()]
        payments = self.search(
            [
                ("provider_id", "=", provider.id),
                ("provider_reference", "in", [money["paymentId"] for money in listed]),
                ("source_transaction_id", "=", False),
            ]
        )
        by_reference = {tx.provider_reference: tx for tx in payments}
        stale = self.browse()
        for money in listed:
            tx = by_reference.get(money["paymentId"])
            if tx and (tx._mollie_get_kept() or tx)._mollie_is_stale(money):
                stale |= tx
        return stale

    def _mollie_is_stale(self, money):
        child = self._mollie_find_child(money)
        if not child or not child.is_post_processed:
            return True
        if money.get("reversedAt"):
            return not self._mollie_find_child({"id": f"{money['id']}-reversed"})
        return "status" in money and money["status"] != child.mollie_status


def _value(amount):
    """Return Mollie's amount as a float; 0 if there is none."""
    return float(amount["value"]) if amount else 0.0


def _match_credit(source, refund):
    """Match a refund with what no invoice needed of the payment.

    Only that: a refund without a credit note does not make the customer owe the invoice again.
    """
    lines = receivable_lines(source) + receivable_lines(refund)
    open_lines = lines.filtered(lambda line: not line.reconciled)
    if open_lines == lines:
        open_lines.reconcile()


def _match(lines):
    """Match what is open of the lines; Odoo refuses all of them if one is settled."""
    lines.filtered(lambda line: not line.reconciled).reconcile()


def _release(payment_lines):
    """Undo the matching of payments with invoices; return the invoices' lines."""
    partials = payment_lines.matched_debit_ids.filtered(
        lambda partial: partial.debit_move_id.move_id.is_invoice()
    )
    invoice_lines = partials.debit_move_id
    partials.unlink()
    return invoice_lines
