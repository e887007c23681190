import logging

from odoo import http
from odoo.http import request

from odoo.addons.payment_mollie.controllers.main import MollieController

from ..gateway import MollieError
from .public import respond

_logger = logging.getLogger(__name__)


class CoreMollieController(MollieController):
    """Core's own Mollie routes, for what is not paid by an invoice's link."""

    @http.route()
    def mollie_webhook(self, **data):
        """Override of `payment_mollie` to have Mollie try again when asking it failed."""
        try:
            self._verify_and_process(data)
        except MollieError:
            return respond("", 503)
        return ""

    @http.route()
    def mollie_return_from_checkout(self, **data):
        """Override of `payment_mollie` to show the status page also when Mollie doesn't answer."""
        try:
            self._verify_and_process(data)
        except MollieError as error:
            # The status page waits, and the webhook comes.
            _logger.info("Mollie did not answer on a customer's return: %s", error)
        return request.redirect("/payment/status")

    @staticmethod
    def _verify_and_process(data):
        """Override of `payment_mollie` to leave payments by link alone and to check the id.

        Core finds transactions by a reference that anyone can guess. Those of a link have routes
        with signed tokens; of the others, a posted id must be the transaction's.
        """
        tx_sudo = request.env["payment.transaction"].sudo()._search_by_reference("mollie", data)
        is_own_id = data.get("id", tx_sudo.provider_reference) == tx_sudo.provider_reference
        if not tx_sudo or tx_sudo.mollie_link_id or not is_own_id:
            return
        payment = tx_sudo.provider_id._mollie_gateway().get_payment(tx_sudo.provider_reference)
        tx_sudo._process("mollie", payment)
