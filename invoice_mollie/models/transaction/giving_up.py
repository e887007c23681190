from odoo.exceptions import UserError

from odoo.addons.payment import utils as payment_utils

from ...gateway import MollieError, MollieRejected
from ..errors import payment_error_message
from ..locks import wait_for_lock


class GivingUp:
    """What a person decides about payments of which nothing is heard with the key of now."""

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_give_up(self):
        """Cancel a payment that Mollie does not know with the key of now.

        Should money come of it all the same, it is booked as soon as Mollie tells.

        :raise UserError: if Mollie knows it, or can't say.
        """
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        tx_sudo = self.sudo()  # In sudo mode to read the provider's API key.
        wait_for_lock(tx_sudo)
        try:
            tx_sudo._mollie_sync("user")
        except MollieError as error:
            if not (isinstance(error, MollieRejected) and error.is_unknown):
                raise UserError(payment_error_message(tx_sudo, error)) from None
            tx_sudo._set_canceled(self.env._("Given up, for Mollie does not know this payment."))
            tx_sudo._mollie_log("given_up", "user")
        else:
            _ensure_decided(tx_sudo)


def _ensure_decided(tx):
    if tx.state in ("draft", "pending", "authorized"):
        raise UserError(
            tx.env._(
                "%(reference)s: Mollie knows this payment, and tells by itself how it ends.",
                reference=tx.reference,
            )
        )
