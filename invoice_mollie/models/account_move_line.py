from odoo import models

from .kept import kept, pays_invoices
from .locks import wait_for_lock
from .shares import holders_of


class AccountMoveLine(models.Model):
    """A journal item of which a part may be kept for something else."""

    _inherit = "account.move.line"

    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """Override of `account` to leave alone what of items is on its way back to the customer."""
        lines = plan["amls"]
        if not self.env.su and pays_invoices(lines):
            _take_turns(lines)
        # Not again, when core comes by with the differences of exchange rates.
        is_exchange = lines.journal_id & lines.company_id.currency_exchange_journal_id
        for line, amount in {} if is_exchange else kept(lines).items():
            if line in amls_values_map:
                _keep(amls_values_map[line], amount)
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)


def _take_turns(lines):
    """Let whoever refunds money of Mollie's that is being matched by hand see that it is used, or
    see here that it is on its way back: what is matched is on other rows than what is refunded.

    :raise LockError: if somebody else is at it just now.
    """
    # In sudo mode because who matches items need not see transactions.
    for holder in holders_of(lines.sudo()):
        payment = holder._mollie_payment()
        wait_for_lock(payment)
        # Whoever waits for the lock finds the row changed, and looks again.
        payment._mollie_write({"mollie_next_check": payment._mollie_next_moment()})


def _keep(values, amount):
    """Take an amount out of what core is about to match of a journal item."""
    line = values["aml"]
    part = 1 - amount / abs(line.amount_residual_currency)
    for name, currency in (
        ("amount_residual", line.company_currency_id),
        ("amount_residual_currency", line.currency_id),
    ):
        values[name] = currency.round(values[name] * part)
