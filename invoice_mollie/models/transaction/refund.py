from functools import partial
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.payment import utils as payment_utils

from ...gateway import MollieError, MollieRejected, MollieUnavailable
from ...money.decision import decide
from ...money.movements import HOLDERS
from ...money.statuses import of_refund
from ..databases import our_databases
from ..errors import ERROR_MESSAGES, error_detail, payment_error_message
from ..locks import wait_for_lock
from ..notifications import notification
from .entries import is_draft
from .payload import metadata

_lt = LazyTranslate(__name__)

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
# Why a payment that is a draft is neither lost nor refunded.
LOSING_DRAFT = _lt(
    "%(payment)s stands for %(amount)s at Mollie (%(id)s), so it belongs in the books. To correct"
    " the payment, change it as a draft and confirm it again; to give the money back, confirm it"
    " and press Refund on it."
)


class Refund:
    """What a clerk asks of Mollie about a payment: refunds, captures, releases."""

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_cancel_refund(self):
        """Cancel a refund at Mollie, which allows it while the refund is queued or pending.

        :return: True, or a notification if Mollie does not allow it any more.
        :raise UserError: if Mollie does not answer, or refuses for another reason.
        """
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        tx_sudo = self.sudo()  # In sudo mode to read the provider's API key.
        payment_sudo = tx_sudo._mollie_payment()
        wait_for_lock(payment_sudo)
        try:
            gateway = tx_sudo.provider_id._mollie_gateway()
            _look(payment_sudo, gateway)
            refusal = _cancel_refund(payment_sudo, tx_sudo, gateway)
            payment_sudo._mollie_sync("user")
        except MollieError as error:
            raise UserError(payment_error_message(tx_sudo, error)) from None
        if refusal and (tx_sudo.state == "pending" or tx_sudo.mollie_kind != "refund"):
            raise UserError(payment_error_message(tx_sudo, refusal))
        # Mollie may have done before what was asked for, its answer lost.
        return tx_sudo.state == "cancel" or notification(_too_late(tx_sudo), "warning")

    def action_mollie_release_rest(self):
        """Give back at Mollie what it still reserves of a payment of which a part was captured, so
        that it is asked for at once.

        :return: a notification.
        :raise UserError: if Mollie does not answer, or refuses the key; nothing is changed then.
        """
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        tx_sudo = self.sudo()  # In sudo mode to read the provider's API key.
        tx_sudo._ensure_provider_is_not_disabled()
        wait_for_lock(tx_sudo)
        try:
            payment = _look(tx_sudo, tx_sudo.provider_id._mollie_gateway())
            tx_sudo._mollie_sync("user", payment)
            return notification(_release_rest(tx_sudo, payment), "warning")
        except MollieError as error:
            raise UserError(payment_error_message(tx_sudo, error)) from None

    # === BUSINESS METHODS - PAYMENT FLOW === #

    def _refund(self, amount_to_refund=None):
        """Override of `payment` to refund no more than what is left of the payment, also when two
        refund it at the same time.

        :raise UserError: if the amount is not one that can be refunded, or its payment is a draft.
        """
        if self.provider_code != "mollie":
            return super()._refund(amount_to_refund=amount_to_refund)
        # Before anything is made: who comes second looks again at what the first one left.
        wait_for_lock(self._mollie_payment())
        amount = self._mollie_get_refundable() if amount_to_refund is None else amount_to_refund
        _ensure_refundable(self, amount)
        return super()._refund(amount_to_refund=amount)

    def _mollie_get_refundable(self):
        """Return how much of the payment can still be refunded, in its currency.

        Mollie would also refund what was charged back already; we don't, the customer has it.
        """
        if self.mollie_kind not in HOLDERS or self.state != "done":
            return 0
        children = self.child_transaction_ids.filtered(
            lambda tx: tx.state in ("draft", "pending", "done")
        )
        ours = float(self._mollie_moved().value) + sum(children.mapped("amount"))
        left = min(ours, self.mollie_amount_remaining or ours)
        # Less than nothing, where banks took back what had been refunded.
        return max(self.currency_id.round(left), 0)

    def _send_refund_request(self):
        """Override of `payment` to refund at Mollie.

        :raise UserError: if Mollie refuses; nothing is kept then.
        """
        if self.provider_code != "mollie":
            return super()._send_refund_request()
        asked = self._mollie_payment()
        wait_for_lock(asked)
        gateway = self.provider_id._mollie_gateway()
        try:
            payment = _look(asked, gateway)
            refund = _find_lost(self, payment)
            if not refund:
                refund = _create(self, gateway)
                payment = payment.with_refund(refund)
        except MollieError as error:
            raise UserError(_refund_error_message(self.source_transaction_id, error)) from None
        self._mollie_write({"provider_reference": refund.id})
        asked._mollie_sync("user", payment)
        return None

    def _capture(self, amount_to_capture=None):
        """Override of `payment` to capture the whole amount at Mollie.

        Without a child transaction: Mollie's payment itself becomes `paid`.
        """
        if self.provider_code != "mollie":
            return super()._capture(amount_to_capture=amount_to_capture)
        return _ask(self, "capture_payment", partial(self._mollie_log, "captured", "user"))

    def _void(self, amount_to_void=None):
        """Override of `payment` to give the reserved amount back at Mollie."""
        if self.provider_code != "mollie":
            return super()._void(amount_to_void=amount_to_void)
        note = partial(self._mollie_note_release, "released")
        return _ask(self, "release_payment", note)


def _ensure_refundable(tx, amount):
    if is_draft(tx.payment_id):
        text = tx.env._(LOSING_DRAFT)
        raise UserError(text % names_of(tx.payment_id, tx))
    # Core asks in its wizard only; over RPC anything may come, also no number at all.
    left = tx._mollie_get_refundable()
    half_a_cent = tx.currency_id.rounding / 2
    if not half_a_cent <= amount < left + half_a_cent:
        raise UserError(
            tx.env._(
                "%(reference)s: the refund must be positive and cannot be more than"
                " %(amount)s, which is what is left of the payment.",
                reference=tx.reference,
                amount=tx.currency_id.format(left),
            )
        )


def _look(tx, gateway):
    """Return the payment as Mollie has it now, before anything is changed there.

    :raise UserError: if it is not the one that was asked for: its money is not ours to move.
    """
    payment = gateway.get_payment(tx.provider_reference)
    for step in decide(payment, tx._mollie_known(payment)):
        if step.do == "refuse":
            raise UserError(
                tx.env._(
                    "%(reference)s: nothing was changed at Mollie, because its payment there does"
                    " not match it (%(detail)s). Compare both in Mollie's dashboard.",
                    reference=tx.reference,
                    detail=", ".join(step.what),
                )
            )
    return payment


def _cancel_refund(payment_tx, refund_tx, gateway):
    """Ask Mollie to cancel a refund; return its refusal, or None."""
    try:
        gateway.cancel_refund(payment_tx.provider_reference, refund_tx.provider_reference)
    except MollieRejected as refusal:
        return refusal
    return None


def _too_late(refund_tx):
    return refund_tx.env._(
        "%(reference)s can't be cancelled any more. Mollie reports: %(status)s.",
        reference=refund_tx.reference,
        status=refund_tx.env._(of_refund(refund_tx.mollie_status).words),
    )


def _find_lost(refund_tx, payment):
    """Return the refund that Mollie made for us without our hearing of it, or None.

    What we had of it was rolled back with the error: it is known by its payment only.
    """
    holder, databases = refund_tx.source_transaction_id, our_databases(refund_tx.env)
    known = holder.child_transaction_ids.mapped("provider_reference")
    return next(
        (
            refund
            for refund in payment.refunds
            if refund.id not in known
            and of_refund(refund.status).becomes != "cancel"
            and refund.amount == abs(refund_tx._mollie_amount())
            and refund.owner
            and refund.owner.database in databases
            and refund.owner.reference.endswith(f"-{holder.reference}")
        ),
        None,
    )


def _create(refund_tx, gateway):
    # Another key each time: Mollie would repeat a refusal word for word for an hour, also when its
    # reason is gone. A second refund of the same amount it refuses by itself.
    asked = abs(refund_tx._mollie_amount())
    refund = gateway.create_refund(
        refund_tx.source_transaction_id.provider_reference,
        {
            "amount": asked.write(),
            "description": refund_tx.reference[:255],
            "metadata": metadata(refund_tx),
        },
        uuid4().hex,
    )
    if refund.amount != asked:
        # How much is being refunded, the payment tells.
        raise MollieUnavailable("Mollie's refund is not what was asked for.")
    return refund


def _ask(tx, request, note):
    """Ask something of Mollie for an authorized payment, and look what became of it.

    :param str request: name of a method of the gateway.
    :param note: called without arguments once Mollie was asked.
    :raise UserError: if Mollie refuses or does not answer.
    """
    tx.ensure_one()
    tx._ensure_provider_is_not_disabled()
    wait_for_lock(tx)
    key = payment_utils.generate_idempotency_key(tx, scope=request)
    try:
        gateway = tx.provider_id._mollie_gateway()
        _look(tx, gateway)
        getattr(gateway, request)(tx.provider_reference, key)
        note()
        tx._mollie_sync("user")
    except MollieError as error:
        raise UserError(payment_error_message(tx, error)) from None
    return tx


def _release_rest(tx, payment):
    """Release the rest of a payment that was compared just now; return what came of it."""
    amount = tx._mollie_get_reserved()
    if not amount:
        return tx.env._("Nothing is reserved of %(reference)s.", reference=tx.reference)
    names = {"reference": tx.reference, "amount": tx.currency_id.format(amount)}
    if payment.is_being_captured:
        return tx.env._(
            "%(amount)s of %(reference)s is being captured at Mollie, so it was not released. Press"
            " Check with Mollie on the invoice to see what becomes of it.",
            **names,
        )
    refusal = _ask_for_release(tx)
    tx._mollie_note_release("not_reserved" if refusal else "released")
    tx._mollie_sync("user", payment)
    if refusal:
        return tx.env._(
            "%(amount)s of %(reference)s is not reserved any more. If the invoice still needs it,"
            " it is asked for again. Mollie says: %(detail)s",
            detail=refusal,
            **names,
        )
    return tx.env._(
        "%(amount)s of %(reference)s was released. If the invoice still needs it, it is asked for"
        " again.",
        **names,
    )


def _ask_for_release(tx):
    """Ask Mollie to give up what it reserves; return why not, if there is nothing to give up.

    With another key each time, as for refunds.
    """
    try:
        tx.provider_id._mollie_gateway().release_payment(tx.provider_reference, uuid4().hex)
    except MollieRejected as error:
        if error.status != 422:
            raise
        return error.detail
    return ""


def _refund_error_message(tx, error):
    """Return why a payment was not refunded, and what to do about it."""
    if isinstance(error, MollieUnavailable) and error.status != 409:
        return tx.env._(
            "Mollie did not answer, so it is not certain whether %(reference)s is being"
            " refunded. Press Check with Mollie on the invoice before you try again.",
            reference=tx.reference,
        )
    if isinstance(error, MollieRejected) and error_detail(error) in ERROR_MESSAGES:
        return payment_error_message(tx, error)
    message = tx.env._(
        "%(reference)s was not refunded. Mollie says: %(detail)s",
        reference=tx.reference,
        detail=error.detail,
    )
    reason = error.detail.lower()
    ways_out = [tx.env._(text) for word, text in REFUSED_REFUNDS.items() if word in reason]
    return "\n".join([message, *ways_out])


def names_of(payment, tx):
    """Return what sentences speak of about a payment in Odoo and what it stands for at Mollie."""
    amount = abs(float(tx._mollie_moved().value))
    return {
        "payment": payment.display_name,
        "amount": tx.currency_id.with_env(payment.env).format(amount),
        "id": tx.provider_reference,
    }
