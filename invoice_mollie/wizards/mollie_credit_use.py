from odoo import api, fields, models


class MollieCreditUse(models.TransientModel):
    """The dialog by which what came in by an invoice's link, and was not needed there, settles
    another invoice of the same customer.
    """

    _name = "mollie.credit.use"
    _description = "Use Credit for Another Invoice"

    # All by the clerk's own rights: who names an invoice need not see it.
    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    credit = fields.Char(compute="_compute_credit")
    open_ids = fields.Many2many("account.move", compute="_compute_open_ids")

    # === COMPUTE METHODS === #

    @api.depends("move_id")
    def _compute_credit(self):
        for use in self:
            use.move_id.check_access("read")
            use.credit = use.move_id.mollie_credit

    @api.depends("move_id")
    def _compute_open_ids(self):
        for use in self:
            use.open_ids = use.move_id._get_mollie_other_open()
