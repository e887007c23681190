"""Who is told that a person has to look: once, and somebody who can act."""

from tests.ledger import chargebacks_of, refunds_of

from .mollie import UNDER_WAY, held_of, leaving_of, reserved_of

BILLING = "account.group_account_invoice"


class ToDoLaws:
    def people_are_told(self):
        """Each need has a to-do, no to-do is there twice, and none without any need."""
        todos = self.books.todos()
        for user in todos.user_id:
            assert user.active and not user.share and user.has_group(BILLING), user.name
            assert self.case.company in user.company_ids, user.name
        told = [(todo.res_id, str(todo.note)) for todo in todos]
        assert len(told) == len(set(told)), f"told twice: {told}"
        texts = " ".join(text for _document, text in told)
        for names in self.needs():
            assert any(name in texts for name in names), f"nobody is told of {names}: {texts}"
        if todos:
            assert self.has_needs(), f"nothing is left to do, but told: {texts}"

    def needs(self):
        """Yield by which names each need may be told of."""
        yield from self.needs_of_lost()
        for tx in self.books.unmatched_outgoings():
            yield tx.provider_reference, tx.reference
        yield from self.needs_of_credit()
        for tx in self.books.authorized() if self.has_entries else ():
            if not sum(tx.invoice_ids.mapped("amount_residual")):
                yield tx.provider_reference, tx.reference

    def needs_of_lost(self):
        """Yield the payments of which the bank took money back, while their invoice asks for money;
        and the refunds that must not leave of it.
        """
        for tx in self.books.family().filtered(lambda tx: tx.mollie_kind == "payment"):
            payments = [p for p in self.mollie.payments("paid") if p["id"] == tx.provider_reference]
            if any(map(_standing, payments)) and self._ask_for_money(tx.invoice_ids):
                yield tx.provider_reference, tx.reference
        for payment in filter(_standing, self.mollie.payments("paid")):
            waiting = [r for r in refunds_of(payment) if r["status"] in UNDER_WAY[:2]]
            if held_of(payment) - leaving_of(payment) < -0.005:
                yield from ([refund["id"]] for refund in waiting)

    def needs_of_credit(self):
        """Yield the payments that brought what nobody needed."""
        for tx, amount in self.books.unused_by_payment().items():
            payment = next(p for p in self.mollie.payments() if p["id"] == tx.provider_reference)
            if amount > leaving_of(payment) + 0.005:
                # What did not reach the customer is told of that refund.
                refunds = [refund["id"] for refund in refunds_of(payment)]
                children = tx.child_transaction_ids
                payments = (tx + children + children.child_transaction_ids).payment_id
                yield tx.provider_reference, tx.reference, *refunds, *payments.mapped("name")

    def _ask_for_money(self, invoices):
        """Return whether something is left to pay of invoices, beside what no entry shows, what can
        still be captured, and what Mollie brought, but settles nothing so far: of that one is told
        to use it.
        """
        paid, others = self.mollie.payments("paid"), self.others
        hidden = [p for p in paid if not self.has_entries or p["id"] in others]
        unused = self.books.unused_by_payment().items()
        loose = sum(amount for tx, amount in unused if tx.provider_reference not in others)
        # Where more went than came, no invoice asks for it: that is the customer's account.
        held = sum(max(held_of(payment), 0) for payment in hidden)
        hidden_amount = held + loose + sum(map(reserved_of, paid)) + self.books.registered()
        if not self.has_entries:
            # Of a note that no entry settles so far: what was given back for it counts as given.
            notes = self.books.notes().filtered(lambda note: note.state == "posted")
            hidden_amount += sum(notes.mapped("amount_residual"))
        return sum(invoices.mapped("amount_residual")) - hidden_amount > 0.005

    def has_needs(self):
        """Return whether there may be anything that a person has to look at."""
        return bool(
            self.others
            or self.books.unused_by_payment()
            # No entry shows what of it is unused.
            or (not self.has_entries and self.mollie.payments("paid"))
            or self.mollie.payments("authorized")
            or self.mollie.capturable()
            or self.mollie.refunds("failed")
            or self.mollie.standing_chargebacks()
            or self.mollie.refunds("processing", "refunded")
        )


def _standing(payment):
    return [c for c in chargebacks_of(payment) if not c.get("reversedAt")]
