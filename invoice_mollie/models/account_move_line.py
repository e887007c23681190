from odoo import models


class AccountMoveLine(models.Model):
    """A journal item of which a part may be kept for something else."""

    _inherit = "account.move.line"

    def _mollie_keep(self, amount):
        """Return the items so that `reconcile`, called once, leaves an amount of them alone.

        :param float amount: in their currency, of what is open of them; of the last ones first.
        """
        kept = {}
        for line in self.filtered("amount_residual_currency").sorted("id", reverse=True):
            kept[line.id] = min(abs(line.amount_residual_currency), amount)
            amount -= kept[line.id]
        return self.with_context(mollie_kept=self.env.context.get("mollie_kept", {}) | kept)

    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """Override of `account` to leave alone what is kept of items."""
        kept = self.env.context.get("mollie_kept", {})
        for line in plan["amls"].filtered(lambda line: line.id in kept):
            values = amls_values_map[line]
            # Once: core comes by again with the differences of exchange rates.
            part = 1 - kept.pop(line.id) / abs(line.amount_residual_currency)
            for name, currency in (
                ("amount_residual", line.company_currency_id),
                ("amount_residual_currency", line.currency_id),
            ):
                values[name] = currency.round(values[name] * part)
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)
