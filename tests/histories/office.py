"""What administrators and accountants change around the invoices."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.rows import forget

from .customer import ANY, PARTS, pick

# The hard one stays: Odoo never opens again what it has closed.
LOCKS = ("fiscalyear", "tax", "sale", "hard")


class OfficeRules:
    @rule(lock=st.sampled_from(LOCKS), locked=st.booleans())
    def move_lock_date(self, lock, locked):
        yesterday = self.case.clock.now().date() - timedelta(days=1)
        self.try_to(lambda: self.case.company.write({f"{lock}_lock_date": locked and yesterday}))
        self.closed = max(self.closed or yesterday, yesterday)

    @rule(part=PARTS)
    @precondition(lambda self: self.is_in_euros() and self.invoice.amount_residual > 0)
    def match_bank_line(self, part):
        """Match a line of the bank's statement with the invoice."""
        amount = min(self.part(part), self.invoice.amount_residual)
        self.try_to(lambda: match_bank_line(self.invoice, amount, self.case.clock.now().date()))

    def is_in_euros(self):
        return self.invoice.currency_id == self.invoice.company_currency_id

    @precondition(lambda self: not self.is_copy and self.open_attempts())
    @rule(index=ANY)
    def lose_reference(self, index):
        """Forget which payment an attempt is, as if Mollie's answer had been lost."""
        tx = pick(self.open_attempts(), index)
        tx.write({"provider_reference": False, "mollie_checkout_url": False})

    @precondition(lambda self: not self.is_copy and self.open_attempts())
    @rule(index=ANY)
    def lose_attempt(self, index):
        """Go back to a backup in which there was no such attempt."""
        tx = pick(self.open_attempts(), index)
        self.heard.lost.add(tx.provider_reference)
        forget(tx)

    def reconcile(self):
        """Have what a backup lost made again."""
        if self.heard.lost:
            days = {"date_from": "2026-01-01", "date_to": "2030-01-01"}
            repair = self.case.env["mollie.repair"].with_user(self.case.manager).create(days)
            repair.action_reconcile()
            assert repair.state == "done", repair.summary

    def has_lost_attempts(self):
        is_complete = all(self.books.family().mapped("provider_reference"))
        return bool(self.heard.lost or not is_complete)

    def open_attempts(self):
        return self.books.family().filtered(
            lambda tx: tx.mollie_link_id and tx.state == "draft" and tx.provider_reference
        )


def match_bank_line(invoice, amount, day):
    """Match a new line of the bank's statement with an invoice, as far as it goes."""
    env, customer = invoice.env, invoice.partner_id
    journal = env["account.journal"].search([("type", "=", "bank")], order="id", limit=1)
    line = env["account.bank.statement.line"].create(
        {
            "journal_id": journal.id,
            "date": day,
            "payment_ref": invoice.name,
            "amount": amount,
            "partner_id": customer.id,
        }
    )
    _liquidity, suspense, _other = line._seek_for_lines()
    suspense.account_id = customer.property_account_receivable_id
    terms = invoice.line_ids.filtered(lambda item: item.display_type == "payment_term")
    (suspense + terms.filtered(lambda item: not item.reconciled)).reconcile()
