from odoo import fields, models

from .protected import Undefaulted


class MollieNotice(Undefaulted, models.Model):
    """That there is something to look at of a payment, which is left to somebody else.

    Mollie told of it while somebody was acting on what it had told before: who does so looks here
    at the end, so that nobody else has to wait for that. Or a payment was a draft when Mollie told,
    and is none now; or something was changed in the books: the scheduled action looks here. The
    payment's own row would not do: it is locked meanwhile.
    """

    _name = "mollie.notice"
    _description = "Notice of a Payment"
    _log_access = False

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, index=True, ondelete="cascade"
    )
    # Mollie is not asked then.
    is_of_books = fields.Boolean("Change in the Books")
