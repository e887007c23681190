"""All contact with core's payment controllers, which differ between Odoo's versions."""

from odoo import http
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.payment_mollie.controllers.main import MollieController

from .heard import hear
from .public import MAX_BODY, respond, texts


class CoreMollieController(MollieController):
    """Core's own Mollie routes, for what is not paid by an invoice's link.

    Core finds transactions by a reference that anyone can guess. Mollie is asked only for who
    knows more than that: the payment's id, or the session that pays.
    """

    @http.route(max_content_length=MAX_BODY)
    def mollie_webhook(self, **data):
        """Override of `payment_mollie` to check the id, and to have Mollie try again when asking
        it failed.
        """
        data = texts(data)
        tx_sudo = _find_transaction(data)
        if tx_sudo and not tx_sudo.provider_reference:
            # A payment being made just now, of which we know no id to ask Mollie for.
            return super().mollie_webhook(**data)
        if tx_sudo and data.get("id") == tx_sudo.provider_reference:
            return hear(tx_sudo)
        return respond("")

    @http.route(max_content_length=MAX_BODY)
    def mollie_return_from_checkout(self, **data):
        """Override of `payment_mollie` to ask Mollie only for the customer who pays, and to show
        the status page also when Mollie doesn't answer.
        """
        tx_sudo = _find_transaction(texts(data))
        monitored = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        if tx_sudo and tx_sudo.id == monitored:
            tx_sudo._mollie_look("return")
        return request.redirect("/payment/status")


def _find_transaction(data):
    """Return the transaction of a reference, unless it is a link's, which has its own routes."""
    Transaction = request.env["payment.transaction"].sudo()
    tx_sudo = Transaction._search_by_reference("mollie", data)
    return tx_sudo.filtered(lambda tx: not tx.mollie_link_id)
