from odoo import fields, models

from .protected import Undefaulted


class MollieNotice(Undefaulted, models.Model):
    """That Mollie told of a payment while somebody was acting on what it had told before.

    Who does so looks here at the end, so that nobody else has to wait for that. The payment's own
    row would not do: it is locked meanwhile.
    """

    _name = "mollie.notice"
    _description = "Notice of a Payment"
    _log_access = False

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, index=True, ondelete="cascade"
    )
