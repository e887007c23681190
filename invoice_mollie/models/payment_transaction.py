import logging
from datetime import timedelta

import psycopg2
from dateutil import parser as date_parser
from dateutil.tz import UTC

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL, float_repr, float_round, hash_sign, verify_hash_signed

from odoo.addons.payment_mollie.const import PAYMENT_METHODS_MAPPING

from .. import const
from ..gateway import MollieError, MollieRejected
from .payment_provider import error_detail

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    mollie_link_id = fields.Many2one(
        "mollie.payment.link",
        "Mollie Payment Link",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    mollie_status = fields.Char("Status at Mollie", readonly=True, copy=False)
    mollie_method = fields.Char("Method at Mollie", readonly=True, copy=False)
    mollie_checkout_url = fields.Char("Mollie Checkout URL", readonly=True, copy=False)
    mollie_expires_at = fields.Datetime("Expires at Mollie", readonly=True, copy=False)
    mollie_paid_at = fields.Datetime("Paid at Mollie", readonly=True, copy=False)
    mollie_failure = fields.Char("Reason of Failure at Mollie", readonly=True, copy=False)
    # Where to send a bank transfer: {"bankName", "bankAccount", "bankBic", "transferReference"}.
    # Mollie's own account, not the payer's.
    mollie_transfer = fields.Json("Bank Transfer Instructions", readonly=True, copy=False)
    mollie_next_check = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    mollie_fee_estimate = fields.Monetary(
        "Estimated Fee",
        compute="_compute_mollie_fee_estimate",
        compute_sudo=True,
        help="By Mollie's tariff of today, without VAT. What Mollie charged stands on its invoice.",
    )

    # === COMPUTE METHODS === #

    @api.depends("mollie_method", "amount", "provider_id.mollie_methods")
    def _compute_mollie_fee_estimate(self):
        for tx in self:
            tx.mollie_fee_estimate = tx.provider_id._mollie_estimate_fee(
                tx.mollie_method, tx.amount, tx.currency_id
            )

    # === BUSINESS METHODS - TOKENS === #

    def _mollie_token(self, purpose):
        """Return the signed token of the transaction for one purpose: `return` or `webhook`."""
        self.ensure_one()
        return hash_sign(self.sudo().env, f"invoice_mollie.{purpose}", [self.id])

    @api.model
    def _mollie_find_by_token(self, purpose, token):
        """Return the transaction of a signed token, or an empty recordset.

        Must be called in sudo mode: the token is the visitor's only right.
        """
        try:
            values = verify_hash_signed(self.env, f"invoice_mollie.{purpose}", token)
        except (ValueError, IndexError, UnicodeError):
            values = None  # Not base64, not ours, or of an unknown version.
        if not values:
            return self.browse()
        # Signed by us; written as we write it: base64 is read with any rubbish between.
        return (
            self.browse(values[0])
            .exists()
            .filtered(lambda tx: tx.mollie_link_id and tx._mollie_token(purpose) == token)
        )

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _mollie_is_alive(self):
        """Return whether the customer can still pay this attempt, as far as we know."""
        self.ensure_one()
        margin = timedelta(minutes=const.CHECKOUT_MARGIN_MINUTES)
        deadline = self.mollie_expires_at or self.create_date + timedelta(minutes=15)
        return (
            (self.state, self.mollie_status) == ("draft", "open")
            and bool(self.mollie_checkout_url)
            and not self._mollie_is_transfer()
            and deadline > fields.Datetime.now() + margin
        )

    def _mollie_is_transfer(self):
        return self.mollie_method == "banktransfer"

    def _mollie_is_under_way(self):
        """Return whether the customer has done their part and the money is on its way."""
        self.ensure_one()
        is_started = self.mollie_status == "pending" or (
            self.mollie_status == "open" and self._mollie_is_transfer()
        )
        return is_started and self.state in ("draft", "pending")

    def _mollie_amount(self):
        """Return the amount as Mollie writes it: ``{"currency": "EUR", "value": "10.00"}``."""
        self.ensure_one()
        return self._mollie_write_amount(self.amount, self.currency_id)

    @api.model
    def _mollie_write_amount(self, amount, currency):
        digits = self._mollie_digits(currency)
        return {
            "currency": currency.name,
            "value": float_repr(float_round(amount, precision_digits=digits), digits),
        }

    @api.model
    def _mollie_digits(self, currency):
        return 0 if currency.name in const.ZERO_DECIMAL_CURRENCIES else 2

    # === BUSINESS METHODS - SYNC === #

    def _mollie_sync(self, source):
        """Ask Mollie how the payments are and act on what changed.

        May run any number of times, in any order, on any node. Must be called in sudo mode.

        :param str source: who woke us: `webhook`, `return`, `cron`, `user`, `pay` or `repair`.
        :raise LockError: if somebody else is at it just now.
        :raise MollieError: if Mollie doesn't answer; the reason is in the log.
        """
        for tx in self:
            tx._mollie_lock()
            payment = tx._mollie_fetch(source)
            if payment:
                tx._mollie_handle(payment, source)
            else:
                tx._mollie_book(source)

    def _mollie_handle(self, payment, source):
        """Act on what Mollie says of the payment, unless it is not this transaction's."""
        self.ensure_one()
        self._mollie_correct_kept(payment, source)
        if self._mollie_brings_other_amount(payment):
            self._mollie_keep(payment, source)
            return
        self._mollie_apply(payment, source)
        is_ours = not self._mollie_mismatches(payment)
        if is_ours:
            self._mollie_withdraw(payment, source)
        self._mollie_book(source)
        if is_ours:
            self._mollie_aftercare(payment, source)

    def _mollie_sync_all(self, source):
        """Sync each transaction, whatever happens to the others.

        :return: what went wrong, in the user's words.
        :rtype: list[str]
        """
        errors = []
        for tx in self:
            try:
                tx._mollie_sync(source)
            except LockError as error:
                errors.append(str(error))
            except MollieError as error:
                errors.append(tx._mollie_refusal_message(error))
        return errors

    def _mollie_withdraw(self, payment, source):
        """Cancel an attempt at Mollie that asks for more than is due, while Mollie allows it.

        Others are left to expire: what they bring all the same becomes the customer's credit.
        """
        if not payment.get("isCancelable") or not self._mollie_is_unwanted():
            return
        try:
            payment = self.provider_id._mollie_gateway().cancel_payment(self.provider_reference)
        except MollieRejected:
            return  # Too late: the customer was faster.
        self._mollie_log("withdrawn", source)
        self._mollie_apply(payment, source)

    def _mollie_is_unwanted(self):
        """Return whether the attempt, still open at Mollie, asks for more than is due."""
        link = self.mollie_link_id
        if not link or self.state not in ("draft", "pending"):
            return False
        due = link._get_amount() if link.move_id.state == "posted" else 0
        return link.state == "revoked" or self.currency_id.compare_amounts(self.amount, due) > 0

    def _mollie_refusal_message(self, error):
        """Return a :class:`MollieError` in the user's words, with the transaction's name."""
        message = self.provider_id._mollie_error_message(error)
        return f"{self.reference}: {message}"

    def _mollie_lock(self):
        """Lock the transaction; wait a moment for who has it.

        Core's `lock_for_update` does not wait, but a customer's return and the webhook come in the
        same second and both deserve an answer. If the other one changed the row, PostgreSQL
        reports a serialization failure and Odoo replays the request on the new state.
        """
        self.ensure_one()
        self.flush_recordset()
        wait_for_lock(self)
        self.invalidate_recordset()

    def _mollie_fetch(self, source):
        """Return the payment as Mollie has it now, or None if Mollie has none for us.

        :raise MollieError: if Mollie can't say.
        """
        try:
            gateway = self.provider_id._mollie_gateway()
            if self.provider_reference:
                return gateway.get_payment(self.provider_reference)
            return self._mollie_fetch_lost(gateway)
        except MollieError as error:
            self._mollie_log_once("error", source, detail=error_detail(error))
            if not (isinstance(error, MollieRejected) and error.is_unknown):
                raise
            # Made with another key, of test mode or of another profile: it must not stand in
            # the customer's way. Should it be paid all the same, its webhook wakes us.
            self._set_canceled(self.env._("Mollie does not know this payment."))
            return None

    def _mollie_fetch_lost(self, gateway):
        payment = self._mollie_search_lost(gateway)
        if payment:
            self._mollie_adopt(payment, gateway)
        elif self._mollie_age() > timedelta(minutes=const.IDEMPOTENCY_MINUTES):
            self._set_canceled(self.env._("This payment never reached Mollie."))
        return payment

    def _mollie_age(self):
        return fields.Datetime.now() - self.create_date

    def _mollie_apply(self, payment, source):
        """Compare Mollie's payment with what we know, and act on the difference."""
        mismatches = self._mollie_mismatches(payment)
        if mismatches:
            self._mollie_report_mismatch(mismatches, source)
            return
        if source == "webhook":
            self._mollie_log_once("webhook", source, mollie_status=payment["status"])
        if self._mollie_is_news(payment):
            # Core logs and validates; see `_apply_updates` for what a status does.
            self._process("mollie", payment)
            self._mollie_log("status", source, detail=self.mollie_failure)

    def _mollie_is_news(self, payment):
        """Return whether the payment is further than we know, or its method became known.

        Statuses that this version does not know are no news: they are never guessed.
        """
        known = const.STATUS_RANK.get(self.mollie_status, 0)
        rank = const.STATUS_RANK.get(payment["status"], 0)
        method = payment.get("method") or False
        return rank > known or (
            rank == known and payment["status"] == "open" and method != self.mollie_method
        )

    def _mollie_mismatches(self, payment):
        """Return which of id, amount, mode and metadata are not this transaction's.

        Compared at every delivery: core refuses a wrong amount only the first time.
        """
        expected = {
            "id": self.provider_reference,
            "amount": self._mollie_amount(),
            "mode": "live" if self.is_live else "test",
        }
        # Core's own payments are compared by what is there: their ids come with the request.
        mismatches = [
            name
            for name, value in expected.items()
            if payment.get(name, not self.mollie_link_id and value) != value
        ]
        if self.mollie_link_id and not self._mollie_is_own_metadata(payment.get("metadata")):
            mismatches.append("metadata")
        return mismatches

    def _mollie_is_own_metadata(self, metadata):
        """Return whether a payment at Mollie was made by this transaction.

        The invoice's number does not count: it may change while the invoice is a draft again.
        """
        ours = self._mollie_metadata()
        return isinstance(metadata, dict) and all(
            metadata.get(name) == ours[name] for name in ("database", "reference")
        )

    def _mollie_report_mismatch(self, mismatches, source):
        detail = ", ".join(mismatches)
        if self._mollie_log_once("mismatch", source, detail=detail):
            self._mollie_tell_somebody("mismatch", detail=detail)

    def _process(self, provider_code, payment_data):
        """Override of `payment` to refuse, each time, data that is not this transaction's."""
        if self.provider_code == "mollie" and self._mollie_mismatches(payment_data):
            return self
        return super()._process(provider_code, payment_data)

    def _extract_amount_data(self, payment_data):
        """Override of `payment_mollie` to round with the currency."""
        amount_data = super()._extract_amount_data(payment_data)
        if self.provider_code == "mollie":
            amount_data["amount"] = self.currency_id.round(amount_data["amount"])
        return amount_data

    def _apply_updates(self, payment_data):
        """Override of `payment_mollie` to keep Mollie's status and to act on it by a table."""
        if self.provider_code != "mollie":
            return super()._apply_updates(payment_data)
        self.write(self._mollie_get_update_values(payment_data))
        method_name = const.STATUS_METHODS.get(self.mollie_status)
        if method_name:
            getattr(self, method_name)()
        elif self._mollie_is_under_way():
            self._set_pending()

    def _mollie_get_update_values(self, payment):
        details = payment.get("details") or {}
        method = payment.get("method") or self.mollie_method
        transfer_keys = ("bankName", "bankAccount", "bankBic", "transferReference")
        return {
            "mollie_status": payment["status"],
            "mollie_method": method,
            "mollie_expires_at": parse_date(payment.get("expiresAt")) or self.mollie_expires_at,
            "mollie_paid_at": parse_date(payment.get("paidAt")),
            "mollie_failure": details.get("failureMessage"),
            "mollie_transfer": {key: details[key] for key in transfer_keys if details.get(key)}
            if method == "banktransfer"
            else False,
            "payment_method_id": self._mollie_find_method(method, details).id,
            "mollie_next_check": self._mollie_get_next_check(),
        }

    def _mollie_find_method(self, method, details):
        """Return Odoo's payment method for Mollie's, also an inactive one."""
        if method == "creditcard":
            method = (details.get("cardLabel") or method).lower()
        Method = self.env["payment.method"].with_context(active_test=False)
        found = Method._get_from_code(method, mapping=PAYMENT_METHODS_MAPPING)
        return found or self.payment_method_id

    def _mollie_set_paid(self):
        # Also after a failure: money that comes late is still money.
        self._set_done(extra_allowed_states=("cancel",))

    def _mollie_set_canceled(self):
        self._set_canceled(
            self.env._("Mollie reports this payment as %s.", self.mollie_status),
        )

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _mollie_book(self, source):
        """Book what was paid. The state stands whatever happens here.

        The one seam behind which booking happens in the same request.
        """
        self.ensure_one()
        if self.is_post_processed or self.state not in ("done", "cancel"):
            return
        try:
            with self.env.cr.savepoint():
                self.with_context(mollie_source=source)._post_process()
        except psycopg2.OperationalError:
            raise  # Not this payment's fault: Odoo replays the request.
        except Exception as error:
            _logger.exception("Payment of transaction %s could not be booked.", self.reference)
            self._mollie_report_booking_failure(error, source)

    def _post_process(self):
        """Override of `payment` to log what was booked, whoever made it happen, and to leave
        invoices alone that are a draft again: core would post them, corrected or not.
        """
        unbooked = self.filtered(lambda tx: tx.mollie_link_id and not tx.payment_id)
        drafts = {
            tx: tx.invoice_ids.filtered(lambda move: move.state == "draft") for tx in unbooked
        }
        for tx, moves in drafts.items():
            tx.invoice_ids -= moves
        result = super()._post_process()
        for tx, moves in drafts.items():
            tx.invoice_ids |= moves
        for tx in unbooked.filtered("payment_id"):
            tx._mollie_report_booked(self.env.context.get("mollie_source", "cron"))
        return result


def receivable_lines(payment):
    """Return the journal items of a payment that settle invoices."""
    return payment.move_id.line_ids.filtered(
        lambda line: line.account_id == payment.destination_account_id
    )


def wait_for_lock(record):
    """Lock the row of a record; wait a moment for who has it.

    :raise LockError: if it takes longer.
    """
    cr, table = record.env.cr, SQL.identifier(record._table)
    try:
        with cr.savepoint():
            cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{const.LOCK_TIMEOUT}s"))
            cr.execute(SQL("SELECT 1 FROM %s WHERE id = %s FOR NO KEY UPDATE", table, record.id))
            cr.execute("SET LOCAL lock_timeout = 0")
    except psycopg2.errors.LockNotAvailable:
        raise LockError(
            record.env._("Payment %s is being updated. Try again.", record.display_name)
        ) from None


def parse_date(text):
    """Return Mollie's timestamp as naive UTC, as Odoo stores it; False if there is none."""
    try:
        moment = date_parser.isoparse(text)
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (TypeError, ValueError, OverflowError):
        return False
