"""What Mollie is answered when it says that something became of a payment."""

from odoo.exceptions import LockError

from ..gateway import MollieError
from .public import respond


def hear(tx_sudo):
    """Ask Mollie how the payment is and act on it, unless another request is at that just now: then
    that one asks again when it is done.

    :return: an answer with status 200; with 429 or 503 where Mollie should send it again.
    """
    if tx_sudo.mollie_given_up:
        return respond("")
    if not tx_sudo._mollie_may_ask():
        # Mollie delivers it again, so that the last change is seen, too.
        return respond("", 429, {"Retry-After": "60"})
    mine_sudo = tx_sudo._mollie_take_turn()
    if not mine_sudo:
        return respond("")
    try:
        mine_sudo._mollie_sync("webhook")
    except (LockError, MollieError):
        # Answered, not raised: raising would roll the log back.
        return respond("", 503)
    tx_sudo.env.cr.commit()
    return hear(tx_sudo) if tx_sudo._mollie_get_notices() else respond("")
