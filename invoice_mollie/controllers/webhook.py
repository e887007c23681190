import logging

from odoo import http
from odoo.http import request

from .heard import hear
from .public import public_route, respond

_logger = logging.getLogger(__name__)


class WebhookController(http.Controller):
    """Where Mollie says that something happened to a payment. What, we ask Mollie."""

    @public_route("/mollie/webhook", "/mollie/webhook/<path:token>", methods=("POST",))
    def webhook(self, token="", **_params):
        """Sync the transaction of the token if the posted id is its own.

        :param str token: the transaction's webhook token.
        :return: 200 for all that we know or never will; 429 or 503 for what Mollie should send
            again.
        """
        Transaction = request.env["payment.transaction"].sudo()
        tx_sudo = Transaction._mollie_find_by_token("webhook", token)
        if not tx_sudo or not _is_own_id(tx_sudo):
            return respond("")
        return hear(tx_sudo)


def _is_own_id(tx_sudo):
    """Return whether the body holds one id, that of the transaction.

    A transaction that does not know its id yet (Mollie's answer was lost, or is still under way)
    finds its payment by itself, whatever was posted.
    """
    posted = request.httprequest.form.getlist("id")
    expected = tx_sudo.provider_reference
    return len(posted) == 1 and (not expected or posted[0] == expected)
