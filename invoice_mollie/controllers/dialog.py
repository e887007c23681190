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

        :raise UserError: if that is one too many, or somebody else is paying just now.
        """
        provider_sudo = request.env["payment.provider"].sudo().browse(kwargs.get("provider_id"))
        if provider_sudo.code == "mollie":
            _count(_paid_invoices(kwargs.get("custom_create_values") or {}))
        return super()._create_transaction(*args, **kwargs)


def _paid_invoices(values):
    """Return the invoices that a transaction of these values is about, in sudo mode."""
    Transaction = request.env["payment.transaction"].sudo()
    return Transaction.new({"invoice_ids": values.get("invoice_ids")}).invoice_ids._origin


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
