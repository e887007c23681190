from odoo import fields, models
from odoo.exceptions import UserError

from ..gateway import MollieError
from .errors import error_message
from .health.checks import CHECKS, check_setup, worst
from .health.setup import STATUSES, look_at

# The provider's method behind each button that mends something.
MENDERS = {
    "switch_on": "_mollie_use_key",
    "mode": "_mollie_use_key",
    "methods": "_mollie_refresh_methods",
}
# What has no form of its own.
LISTED = ("mollie.difference",)


class MollieHealth(models.TransientModel):
    """What "Check set-up" in the settings shows."""

    _name = "mollie.health"
    _description = "Mollie Set-Up"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    status = fields.Char(readonly=True)
    bad_count = fields.Integer(compute="_compute_bad_count")
    row_ids = fields.One2many("mollie.health.row", "health_id", readonly=True)

    # === COMPUTE METHODS === #

    def _compute_bad_count(self):
        for health in self:
            health.bad_count = len(health.row_ids.filtered(lambda row: row.status != "ok"))

    # === BUSINESS METHODS === #

    def _open(self, company):
        """Look at a company's set-up, ask Mollie once, and return the action that shows it."""
        findings = check_setup(company, asks=True)
        # In sudo mode because nobody may write what was found.
        health = self.sudo().create(
            {
                "company_id": company.id,
                "status": worst(findings.values()),
                "row_ids": [
                    fields.Command.create(self._prepare_row(name, finding))
                    for name, finding in _worst_first(findings)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check set-up"),
            "res_model": self._name,
            "res_id": health.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _prepare_row(self, name, finding):
        records = finding.records
        # Only where the user may follow.
        can_open = bool(records) and records.sudo(False).has_access("read")
        return {
            "name": self.env._(CHECKS[name].label),
            "status": finding.status,
            "what": finding.what,
            "mend": finding.mend,
            "button": finding.button or ("open" if can_open else False),
            "model": can_open and records._name,
            "records": can_open and records.ids,
        }


class MollieHealthRow(models.TransientModel):
    """What a check of the set-up found."""

    _name = "mollie.health.row"
    _description = "Check of the Mollie Set-Up"

    health_id = fields.Many2one("mollie.health", required=True, readonly=True, ondelete="cascade")
    name = fields.Char("Check", readonly=True)
    status = fields.Selection(
        [("ok", "All right"), ("warning", "To be looked at"), ("error", "To be mended")],
        readonly=True,
    )
    what = fields.Text("How It Is", readonly=True)
    mend = fields.Text("How to Mend It", readonly=True)
    button = fields.Char(readonly=True)
    model = fields.Char(readonly=True)
    records = fields.Json(readonly=True)

    # === ACTION METHODS === #

    def action_open(self):
        """Open what is to be mended."""
        self.ensure_one()
        self.check_access("read")
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "context": {"active_test": False},
        }
        if len(self.records) == 1 and self.model not in LISTED:
            return action | {"res_id": self.records[0], "views": [(False, "form")]}
        views = [(False, "list"), (False, "form")]
        return action | {"domain": [("id", "in", self.records)], "views": views}

    def action_mend(self):
        """Mend it, and look again.

        :raise UserError: if Mollie has to be asked for that, and can't be.
        """
        self.ensure_one()
        self.check_access("read")
        company = self.health_id.company_id
        # As the user, who has to have the right.
        provider = look_at(company).provider.sudo(False)
        try:
            getattr(provider, MENDERS[self.button])()
        except MollieError as error:
            raise UserError(error_message(self.env, error)) from None
        return self.health_id.browse()._open(company)


def _worst_first(findings):
    return sorted(findings.items(), key=lambda item: -STATUSES.index(item[1].status))
