from odoo import api
from odoo.exceptions import UserError

from odoo.addons.payment import utils as payment_utils

from ...gateway import MollieError, MollieRejected
from ...money.movements import HOLDERS
from ..errors import payment_error_message
from ..locks import wait_for_lock
from ..sums import name_sums
from ..todos import compare

# What a payment was refunded and charged back is as little true as the payment itself.
GIVEN_UP = {
    "mollie_given_up": True,
    "mollie_amount_remaining": 0,
    "mollie_amount_refunded": 0,
    "mollie_amount_charged_back": 0,
}


class GivingUp:
    """What a person decides about payments of which nothing is heard with the key of now: those of
    another profile, and those of test mode.
    """

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_give_up(self):
        """Cancel a payment that Mollie does not know with the key of now; if a part of it was
        captured, give up its rest.

        Should money come of it all the same, it is booked as soon as Mollie tells.

        :raise UserError: if Mollie knows it, or can't say.
        """
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        tx_sudo = self.sudo()  # In sudo mode to read the provider's API key.
        wait_for_lock(tx_sudo)
        _ensure_unpaid(tx_sudo)
        try:
            tx_sudo._mollie_sync("user")
        except MollieError as error:
            if not (isinstance(error, MollieRejected) and error.is_unknown):
                raise UserError(payment_error_message(tx_sudo, error)) from None
            if tx_sudo.state == "done":
                tx_sudo._mollie_note_release("given_up")
            else:
                reason = self.env._("Given up, for Mollie does not know this payment.")
                tx_sudo._set_canceled(reason)
                tx_sudo._mollie_log("given_up", "user")
            compare(tx_sudo)
        else:
            _ensure_decided(tx_sudo)
        return True

    # === BUSINESS METHODS - TEST PAYMENTS === #

    @api.model
    def _mollie_search_test_payments(self, provider):
        """Return the test payments of a provider with a live key that nobody gave up so far.

        Only those whose mode Mollie told: core's of before this addon may be real money.
        """
        if not provider._mollie_has_live_key():
            return self.browse()
        return self.search(
            [
                ("provider_id", "=", provider.id),
                ("mollie_kind", "=", "payment"),
                ("is_live", "=", False),
                ("mollie_status", "!=", False),
                ("mollie_given_up", "=", False),
            ]
        )

    def _mollie_describe_test_money(self):
        """Return how many of these payments are in the books, and what is left of them there."""
        booked = self._mollie_family().filtered(lambda tx: tx._mollie_is_booked())
        payments = booked.filtered(lambda tx: tx.mollie_kind in HOLDERS)
        posted = ((tx.currency_id, float(tx._mollie_posted().value)) for tx in booked)
        return f"{len(payments)} ({name_sums(posted)})" if booked else ""

    def _mollie_give_up_test_payments(self):
        """Reverse what was booked of test payments, and follow them no more: no money moved."""
        reason = self.env._("This was a test payment.")
        for tx in self:
            wait_for_lock(tx)
            family, was_booked = tx._mollie_family(), tx._mollie_was_booked()
            for record in family.sorted("id", reverse=True):
                record._set_canceled(state_message=reason, extra_allowed_states=("done",))
                record._mollie_post("user")
            if all(record.is_post_processed for record in family):
                tx._mollie_write(GIVEN_UP)
                tx.invoice_ids._mollie_settle_notes("user")
                if was_booked:
                    tx._mollie_log("test_reversed", "user")
            compare(tx)


def _ensure_unpaid(tx):
    if tx.state == "done" and not tx._mollie_is_open():
        raise UserError(
            tx.env._(
                "%(reference)s was paid: there is nothing to give up. To give the money back, press"
                " Refund on the payment.",
                reference=tx.reference,
            )
        )


def _ensure_decided(tx):
    if tx._mollie_is_open():
        raise UserError(
            tx.env._(
                "%(reference)s: Mollie knows this payment, and tells by itself how it ends.",
                reference=tx.reference,
            )
        )
