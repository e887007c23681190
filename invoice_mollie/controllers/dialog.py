from odoo.exceptions import LockError, UserError
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal

from ..models.mollie_limit import TooOften
from .page_values import wait_text
from .visitor import visitor


class PaymentDialog(PaymentPortal):
    """Core's own dialog of payments, with the limits of the pay page."""

    def _create_transaction(self, *args, **kwargs):
        """Override of `payment` to count what is started at Mollie.

        :raise UserError: if that is one too many, or somebody else is paying just now, or the
            amount is not one that is due.
        """
        provider_sudo = request.env["payment.provider"].sudo().browse(kwargs.get("provider_id"))
        if provider_sudo.code == "mollie":
            moves_sudo = _paid_invoices(kwargs.get("custom_create_values") or {})
            _count(moves_sudo)
            _check_amount(moves_sudo, kwargs.get("amount"))
        return super()._create_transaction(*args, **kwargs)


def _paid_invoices(values):
    """Return the invoices that a transaction of these values is about, in sudo mode."""
    Transaction = request.env["payment.transaction"].sudo()
    return Transaction.new({"invoice_ids": values.get("invoice_ids")}).invoice_ids._origin


def _check_amount(moves_sudo, amount):
    """Refuse what is more than the invoices still need, or nothing.

    The address of the dialog is no secret to who has the link, and core asks for what it is told.
    """
    for move in moves_sudo:
        if not move._has_to_be_paid():
            raise UserError(
                move.env._("%s can't be paid online now. Reload the page.", move.display_name)
            )
    due = sum(move._get_mollie_due() for move in moves_sudo)
    half_a_cent = moves_sudo.currency_id[:1].rounding / 2
    if moves_sudo and not half_a_cent <= amount < due + half_a_cent:
        raise UserError(
            moves_sudo.env._(
                "The amount must be positive and cannot be more than %s, which is what is due.",
                moves_sudo.currency_id[:1].format(due),
            )
        )


def _count(moves_sudo):
    env = request.env
    try:
        moves_sudo._mollie_lock_to_pay()
        moves_sudo._mollie_count_attempt(visitor())
    except LockError:
        raise UserError(
            env._("Somebody else is paying this invoice just now. Try again in a moment.")
        ) from None
    except TooOften as error:
        raise UserError(
            env._(
                "Too many payments were started. Try again %(wait)s.",
                wait=wait_text(env, error.seconds),
            )
        ) from None
