from odoo import api, fields, models


class MollieLinkResult(models.TransientModel):
    """What became of many invoices that were to get a link: those that are ready can be sent, and
    those that are not can be worked off.
    """

    _name = "mollie.link.result"
    _description = "Payment Links of Many Invoices"

    ready_ids = fields.Many2many("account.move", "mollie_link_result_ready_rel", readonly=True)
    ready_count = fields.Integer(compute="_compute_counts")
    row_ids = fields.One2many("mollie.link.result.row", "result_id", readonly=True)
    refused_count = fields.Integer(compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("ready_ids", "row_ids")
    def _compute_counts(self):
        for result in self:
            result.ready_count = len(result.ready_ids)
            result.refused_count = len(result.row_ids)

    # === ACTION METHODS === #

    def action_send(self):
        """Open core's dialog that sends those that are ready."""
        self.ensure_one()
        return self.ready_ids.action_send_and_print()

    def action_open_refused(self):
        """Open the list of those that have no link."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices without Payment Link"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.row_ids.move_id.ids)],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _show_result(self, ready, refusals):
        """Return the action that shows what became of invoices.

        :param ready: the invoices that have a link now.
        :param dict refusals: why the others have none: ``{invoice: sentence}``
        """
        rows = [
            fields.Command.create({"move_id": move.id, "reason": reason})
            for move, reason in refusals.items()
        ]
        result = self.create({"ready_ids": [fields.Command.set(ready.ids)], "row_ids": rows})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Links"),
            "res_model": self._name,
            "res_id": result.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class MollieLinkResultRow(models.TransientModel):
    """An invoice that got no link, and why."""

    _name = "mollie.link.result.row"
    _description = "Invoice without Payment Link"

    result_id = fields.Many2one("mollie.link.result", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    partner_id = fields.Many2one(related="move_id.partner_id", string="Customer")
    reason = fields.Char(readonly=True)

    # === ACTION METHODS === #

    def action_open(self):
        """Open the invoice."""
        self.ensure_one()
        return self.move_id.get_formview_action()
