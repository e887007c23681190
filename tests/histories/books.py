"""What Odoo's books say of one customer. Amounts in the invoices' currency.

Read from the entries, whatever the addon thinks of them.
"""

from collections import Counter, defaultdict

from odoo.fields import Domain

from tests.ledger import without_zeros


class Books:
    """The books of one customer; `Ledger` has those of the provider's account."""

    def __init__(self, case, customer):
        self.env, self.ledger, self.customer = case.env, case.ledger, customer
        self.journal = case.provider.journal_id
        self.receivable = customer.property_account_receivable_id

    # --- documents -------------------------------------------------------------------------------

    def invoices(self):
        return self._documents("out_invoice")

    def notes(self):
        return self._documents("out_refund")

    def _documents(self, kind):
        domain = [("move_type", "=", kind), ("partner_id", "=", self.customer.id)]
        return self.env["account.move"].search(domain, order="id")

    # --- payments --------------------------------------------------------------------------------

    def family(self):
        """Return the customer's transactions and all that came of them, however far away."""
        domain = [("partner_id", "=", self.customer.id)]
        found = members = self.env["payment.transaction"].search(domain, order="id")
        while members:
            members = members.child_transaction_ids - found
            found |= members
        return found

    def payments(self):
        """Return what was booked of transactions, or by hand in the same journal."""
        domain = [("partner_id", "=", self.customer.id), ("journal_id", "=", self.journal.id)]
        return self.env["account.payment"].search(domain, order="id")

    def matchings(self):
        """Return the matchings of payments in Mollie's journal with invoices."""
        return self._mollie_lines().matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.move_type == "out_invoice"
        )

    def booked(self):
        """Return the transactions of which money moved and was booked."""
        return self.family().filtered(lambda tx: tx.payment_id and tx.state == "done")

    def registered_movements(self):
        """Return ``{(Mollie's id, currency): amount}`` of the payments without an entry that count
        as paid.
        """
        found = defaultdict(float)
        for tx in self.family():
            payment = tx.payment_id
            if not payment.move_id and payment.state in ("in_process", "paid"):
                sign = 1 if payment.payment_type == "inbound" else -1
                found[tx.provider_reference, payment.currency_id.name] += sign * payment.amount
        return without_zeros(found)

    def authorized(self):
        return self.family().filtered(lambda tx: tx.state == "authorized")

    def captured_in_part(self):
        return self.family().filtered("mollie_amount_captured")

    def refundable(self):
        return self.family().payment_id.filtered("amount_available_for_refund")

    def waiting_refunds(self):
        return self.family().filtered(
            lambda tx: tx.operation == "refund" and tx.mollie_status in ("queued", "pending")
        )

    def todos(self):
        """Return the open to-dos on the customer's documents."""
        moves = self.invoices() + self.notes()
        return moves.activity_ids

    def told(self):
        """Return what the open to-dos are about, and what they say."""
        return {(todo.res_id, todo.mollie_need, str(todo.note)) for todo in self.todos()}

    # --- amounts ---------------------------------------------------------------------------------

    def settled_by_mollie(self):
        """Return what of the customer's debt is settled by what is booked of Mollie."""
        return -_sum(self._mollie_lines())

    def owed_elsewhere(self):
        """Return what the customer owes without all that is booked of Mollie."""
        lines = self.lines()
        lines -= self._of_mollie(lines)
        return _sum(lines) + self._matched_drafts() - self.registered()

    def registered(self):
        """Return what came by other ways and waits for the bank's statement to be booked."""
        return _waiting(self._registered_payments())

    def _registered_payments(self):
        domain = [("partner_id", "=", self.customer.id), ("journal_id", "!=", self.journal.id)]
        return self.env["account.payment"].search(domain)

    def arrived(self):
        """Return what of that the bank's statement brought: so far as lines of the same amount are
        matched with invoices, it counts twice in what is paid.
        """
        lines = self.lines().filtered(lambda line: line.move_id.statement_line_id)
        came = Counter(round(-line.amount_currency, 2) for line in lines)
        paid = self._registered_payments().filtered(lambda p: p.state == "paid" and not p.move_id)
        registered = Counter(round(payment.amount, 2) for payment in paid)
        return sum(amount * count for amount, count in (came & registered).items())

    def _matched_drafts(self):
        """Return what drafts settle, or have settled: core lets that be until they change."""
        drafts = self._lines("draft")
        if drafts:
            drafts -= self._of_mollie(drafts)
        return _sum(drafts) - sum(drafts.mapped("amount_residual_currency"))

    def by_hand(self):
        """Return what was booked by hand in Mollie's journal, with an entry or without."""
        return sum(max(self._brought(payment), 0) for payment in self._hand_payments())

    def by_hand_alone(self):
        """Return what of that was booked for invoices of which nothing came by what Odoo asked, and
        what a clerk has reversed of it, once or more often: that is not undone once more.
        """
        asked = self.family().filtered("payment_id").invoice_ids
        alone = self._hand_payments().filtered(
            lambda p: p.move_id.reversal_move_ids or not p.reconciled_invoice_ids & asked
        )
        return self._brought(alone)

    def _hand_payments(self):
        return self.payments().filtered(lambda payment: not payment.payment_transaction_id)

    def _brought(self, payments):
        entries = _with_reversals(payments.move_id)
        return -_sum(entries.line_ids & self.lines()) + _waiting(payments)

    def discount(self):
        """Return the early payment discounts that were granted: settled, but never received."""
        return self.discount_of(self.payments().filtered("payment_transaction_id"))

    def discount_of(self, payments):
        return _sum(self._discount_lines(payments))

    def discount_of_taxes(self):
        """Return ``{tax: what was taken off it by discounts}``."""
        lines = self._discount_lines(self.payments().filtered("payment_transaction_id"))
        by_tax = lines.filtered("tax_line_id").grouped("tax_line_id")
        return {tax: _sum(lines) for tax, lines in by_tax.items()}

    def _discount_lines(self, payments):
        # What is reversed was not granted after all.
        entries = _with_reversals(payments.move_id)
        accounts = self.ledger.account() + self.receivable
        return entries.line_ids.filtered(
            lambda line: line.account_id not in accounts and line.parent_state != "cancel"
        )

    def unused(self):
        """Return what bank payments and notes brought, but settled nothing with so far."""
        lines = self.lines()
        return self._unused(lines - self._of_mollie(lines))

    def unused_of_mollie(self):
        """Return what Mollie brought, as far as it is booked and settled nothing so far."""
        return self._unused(self._mollie_lines())

    def unused_of_drafts(self):
        """Return what Mollie brought of which a clerk is correcting the booking, unused so far."""
        return self._unused(self._of_mollie(self._lines("draft")))

    def drafted(self):
        """Return the ids at Mollie of the payments whose booking a clerk is correcting."""
        drafts = self.family().filtered(lambda tx: tx.payment_id.move_id.state == "draft")
        return drafts.mapped("provider_reference")

    def unused_by_payment(self):
        """Return ``{transaction that asked: what no invoice needed of what it brought}``."""
        found = defaultdict(float)
        for line in self._mollie_lines():
            tx = line.payment_id.payment_transaction_id
            while tx.source_transaction_id:
                tx = tx.source_transaction_id
            if tx and line.amount_residual_currency < 0:
                found[tx] -= line.amount_residual_currency
        return found

    def unmatched_outgoings(self):
        """Return the refunds and chargebacks of which a part goes with nothing else, though no
        draft of a credit note waits for it.
        """
        open_lines = self._mollie_lines().filtered(lambda line: line.amount_residual_currency > 0)
        txs = open_lines.payment_id.payment_transaction_id
        return txs.filtered(
            lambda tx: tx.state == "done" and "draft" not in tx.invoice_ids.mapped("state")
        )

    def _unused(self, lines):
        return -sum(min(line.amount_residual_currency, 0) for line in lines)

    def lines(self):
        """Return the posted items of the customer's account."""
        return self._lines("posted")

    def _lines(self, state):
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", self.receivable.id),
                ("partner_id", "=", self.customer.id),
                ("parent_state", "=", state),
            ]
        )

    def _mollie_lines(self):
        return self._of_mollie(self.lines())

    def _of_mollie(self, lines):
        """Return those of entries in Mollie's journal, or on Mollie's account."""
        accounts = self.ledger.account().ids
        on_account = [("move_id.line_ids.account_id", "in", accounts)]
        is_mollies = Domain("journal_id", "=", self.journal.id) | Domain(on_account)
        return lines.search(Domain("id", "in", lines.ids) & is_mollies)


def _with_reversals(entries):
    reversals = entries
    while reversals := reversals.reversal_move_ids - entries:
        entries |= reversals
    return entries


def _sum(lines):
    return sum(lines.mapped("amount_currency"))


def _waiting(payments):
    """Return what of payments waits for the bank's statement to be booked."""
    waiting = payments.filtered(lambda p: not p.move_id and p.state in ("in_process", "paid"))
    return sum(waiting.mapped("amount"))
