from odoo import http
from odoo.exceptions import LockError, ValidationError
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.payment_mollie.controllers.main import MollieController

from ..gateway import MollieRejected
from .public import respond


class CoreMollieController(MollieController):
    """Core's own Mollie routes, for what is not paid by an invoice's link.

    Core finds transactions by a reference that anyone can guess. Mollie is asked only for who
    knows more than that: the payment's id, or the session that pays.
    """

    @http.route()
    def mollie_webhook(self, **data):
        """Override of `payment_mollie` to check the id, and to have Mollie try again when asking
        it failed.
        """
        tx_sudo = _find_transaction(data)
        # Who has no id yet (a payment being made just now) is asked for at Mollie by none.
        if tx_sudo and data.get("id") == (tx_sudo.provider_reference or data.get("id")):
            return respond("", _webhook_status(tx_sudo))
        return respond("")

    @http.route()
    def mollie_return_from_checkout(self, **data):
        """Override of `payment_mollie` to ask Mollie only for the customer who pays, and to show
        the status page also when Mollie doesn't answer.
        """
        tx_sudo = _find_transaction(data)
        monitored = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        if tx_sudo and tx_sudo.id == monitored:
            _webhook_status(tx_sudo, "return")
        return request.redirect("/payment/status")


def _find_transaction(data):
    """Return the transaction of a reference, unless it is a link's, which has its own routes."""
    Transaction = request.env["payment.transaction"].sudo()
    tx_sudo = Transaction._search_by_reference("mollie", data)
    return tx_sudo.filtered(lambda tx: not tx.mollie_link_id)


def _webhook_status(tx_sudo, source="webhook"):
    """Ask Mollie how the payment is, act on it, and return the HTTP status for Mollie."""
    try:
        tx_sudo._mollie_lock()
        payment = tx_sudo._send_api_request("GET", f"/payments/{tx_sudo.provider_reference}")
    except LockError:
        return 503
    except ValidationError as error:
        cause = error.__cause__
        return 200 if isinstance(cause, MollieRejected) and cause.is_unknown else 503
    tx_sudo._mollie_handle(payment, source)
    return 200
