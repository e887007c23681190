"""What no invoice needed: it is refunded, or used for another invoice, but not both."""

from hypothesis.stateful import precondition, rule

from .customer import ANY, PARTS, pick
from .laws import NOTHING


class CreditRules:
    @precondition(lambda self: self.is_posted())
    @rule(part=PARTS)
    def refund_credit(self, part):
        """Press Refund this credit, where it is offered."""
        invoice = self.invoice.with_user(self.case.clerk)
        if not invoice.mollie_can_refund_credit:
            return
        action = invoice.action_mollie_refund_credit()
        Wizard = self.case.env[action["res_model"]].with_user(self.case.clerk)
        wizard = Wizard.with_context(**action["context"]).create({})
        wizard.amount_to_refund = min(self.part(part), wizard.amount_to_refund)
        tx, before = wizard.transaction_id, self.books.family()
        if self.try_to(wizard.action_refund):
            self.heard.of(tx.provider_reference)
            self.of_credit |= self.books.family() - before

    @precondition(lambda self: self.sister_uses())
    @rule(index=ANY)
    def use_credit_for_sister(self, index):
        """Add an outstanding credit, as the clerk does below the amounts: what is on its way back
        is not there to pay with.
        """
        sister, lines = self.sister_uses()
        line, before = pick(lines, index), self.books.unused_by_payment()
        self.try_to(lambda: sister.with_user(self.case.clerk).js_assign_outstanding_line(line.id))
        left = self.books.unused_by_payment()
        for tx, amount in self.leaving_of_credit().items():
            kept = min(before.get(tx, 0), amount)
            assert left.get(tx, 0) > kept - NOTHING, f"of {kept} that is refunded, {left} is left"

    def leaving_of_credit(self):
        """Return ``{payment's transaction: what of its credit is on its way back}``."""
        under_way = self.of_credit.filtered(lambda tx: tx.state == "pending")
        by_payment = under_way.grouped("source_transaction_id").items()
        return {tx: -sum(refunds.mapped("amount")) for tx, refunds in by_payment}

    def sister_uses(self):
        """Return the second invoice and the credits that it could use, or nothing."""
        sister = self.books.invoices()[1:]
        lines = self.books.lines().filtered(lambda line: line.amount_residual_currency < 0)
        return (sister, lines) if sister.amount_residual and lines else ()
