from odoo import models

from .kept import kept


class AccountMoveLine(models.Model):
    """A journal item of which a part may be kept for something else."""

    _inherit = "account.move.line"

    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """Override of `account` to leave alone what of items is on its way back to the customer."""
        lines = plan["amls"]
        # Not again, when core comes by with the differences of exchange rates.
        is_exchange = lines.journal_id & lines.company_id.currency_exchange_journal_id
        for line, amount in {} if is_exchange else kept(lines).items():
            if line in amls_values_map:
                _keep(amls_values_map[line], amount)
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)


def _keep(values, amount):
    """Take an amount out of what core is about to match of a journal item."""
    line = values["aml"]
    part = 1 - amount / abs(line.amount_residual_currency)
    for name, currency in (
        ("amount_residual", line.company_currency_id),
        ("amount_residual_currency", line.currency_id),
    ):
        values[name] = currency.round(values[name] * part)
