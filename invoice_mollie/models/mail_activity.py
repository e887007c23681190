from odoo import fields, models
from odoo.fields import NO_ACCESS

from .crons import wake


class MailActivity(models.Model):
    """A to-do about a payment at Mollie: which need it tells of. See `todos`."""

    _inherit = "mail.activity"

    # A key of `NEEDS`, as long as the need is there.
    mollie_need = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    mollie_transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, copy=False, ondelete="cascade", groups=NO_ACCESS
    )
    # What its text says, so that it is only written anew when something changed.
    mollie_facts = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)

    _mollie_need_uniq = models.UniqueIndex(
        "(mollie_transaction_id, mollie_need, res_id) WHERE mollie_need IS NOT NULL"
    )

    def unlink(self):
        """Override of `mail` to know what was told as long as it is so.

        What a person discards is done, and not told again. What is deleted because its person
        leaves is left for the next comparison, which gives it to somebody else.
        """
        # In sudo mode because users don't read what it is about.
        told = self.sudo().filtered(lambda todo: todo.mollie_need and todo.active)
        waiting = told.filtered(lambda todo: self.env[todo.res_model].browse(todo.res_id).exists())
        if not self.env.su:
            waiting.sudo(False).action_archive()
        elif waiting:
            waiting.user_id = False
            wake(self.env, "cron_mollie_sync")
        return super(MailActivity, self - waiting).unlink()
