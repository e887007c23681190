from odoo import fields, models
from odoo.exceptions import UserError

from ..gateway import MollieError
from ..models.errors import error_message
from ..models.health.checks import CHECKS, STATUSES, check_setup, status_of, text_of, worst
from ..models.health.report import report_of
from ..models.health.setup import look_at

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
    report = fields.Text(compute="_compute_report")

    # === COMPUTE METHODS === #

    def _compute_bad_count(self):
        for health in self:
            health.bad_count = len(health.row_ids.filtered(lambda row: row.status != "ok"))

    def _compute_report(self):
        for health in self:
            health.report = report_of(health.company_id, health.row_ids)

    # === BUSINESS METHODS === #

    def _open(self, company):
        """Look at a company's set-up, ask Mollie once, and return the action that shows it."""
        problems = check_setup(company, asks=True)
        # In sudo mode because nobody may write what was found.
        health = self.sudo().create(
            {
                "company_id": company.id,
                "status": worst(problems.values()),
                "row_ids": [
                    fields.Command.create(self._prepare_row(name, problem))
                    for name, problem in _worst_first(problems)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check set-up"),
            "res_model": "mollie.health",
            "res_id": health.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _prepare_row(self, name, problem):
        what, mend = text_of(name, problem, self.env)
        return {
            "name": self.env._(CHECKS[name].label),
            "status": status_of(problem),
            "what": what,
            "mend": mend,
            **self._prepare_way(problem),
        }

    def _prepare_way(self, problem):
        """Return the button that mends it, or where that is done: only if the user may go there."""
        records = problem and problem.records
        if records and records.sudo(False).has_access("read"):
            return {"button": "open", "model": records._name, "records": records.ids}
        return {"button": problem and problem.button}


class MollieHealthRow(models.TransientModel):
    """What a check of the set-up found."""

    _name = "mollie.health.row"
    _description = "Check of the Mollie Set-Up"

    health_id = fields.Many2one("mollie.health", required=True, readonly=True, ondelete="cascade")
    name = fields.Char("Check", readonly=True)
    status = fields.Selection(
        [("ok", "✓ All right"), ("warning", "! To look at"), ("error", "✗ To mend")],
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


def _worst_first(problems):
    return sorted(problems.items(), key=lambda item: -STATUSES.index(status_of(item[1])))
