"""What clerks do to an invoice, and what Odoo does by itself."""

import contextlib

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.exceptions import RedirectWarning, UserError

from .customer import ANY, PARTS, pick

ORDERS = st.sampled_from(["fifo", "lifo"])
RATES = st.sampled_from([0.5, 1.07, 1.25, 160.0])


class ClerkRules:
    def is_posted(self):
        return self.invoice.state == "posted"

    @precondition(lambda self: self.is_posted() and self.invoice.amount_residual > 0)
    @rule(part=PARTS)
    def bank_payment(self, part):
        amount = min(self.part(part), self.invoice.amount_residual)
        self.case.receive_by_bank(self.invoice, amount)

    @precondition(lambda self: self.books.refundable())
    @rule(part=PARTS, index=ANY)
    def refund_from_payment(self, part, index):
        payment = pick(self.books.refundable(), index)
        amount = min(self.part(part), payment.amount_available_for_refund)
        wizard = self.case.env["payment.refund.wizard"].with_user(self.case.clerk)
        wizard = wizard.create({"payment_id": payment.id, "amount_to_refund": amount})
        if self.try_to(wizard.action_refund):  # What is heard of a refusal goes with it.
            self.heard.of(payment.payment_transaction_id.provider_reference)

    @precondition(lambda self: self.books.waiting_refunds())
    @rule(index=ANY)
    def cancel_refund(self, index):
        refund = pick(self.books.waiting_refunds(), index).with_user(self.case.clerk)
        self.try_to(refund.action_mollie_cancel_refund)

    @precondition(lambda self: self.books.authorized())
    @rule(button=st.sampled_from(["payment_action_capture", "payment_action_void"]))
    def capture_or_void(self, button):
        reserved = self.books.authorized().mapped("provider_reference")
        self.try_to(getattr(self.invoice.with_user(self.case.clerk), button))
        self.heard.of(*reserved)
        self.case.clock.advance(minutes=2)

    @precondition(lambda self: self.books.captured_in_part())
    @rule(index=ANY)
    def release_rest(self, index):
        """Give back what Mollie still reserves."""
        tx = pick(self.books.captured_in_part(), index).with_user(self.case.clerk)
        if self.try_to(tx.action_mollie_release_rest):
            self.heard.of(tx.provider_reference)

    @precondition(is_posted)
    @rule(percent=st.sampled_from([100, 120, 70]))
    def reset_to_draft(self, percent):
        self.try_to(self.invoice.button_draft)
        if self.is_posted():
            return  # Its period is locked.
        if percent != 100:
            for line in self.invoice.invoice_line_ids:
                price = line.price_unit * percent / 100
                line.price_unit = self.invoice.currency_id.round(price)
            self.set_total()

    @precondition(lambda self: self.invoice.state == "draft")
    @rule()
    def confirm_again(self):
        self.confirm(self.invoice, self.invoice)

    @rule(again=st.booleans())
    def revoke_link(self, again):
        self.invoice.with_user(self.case.clerk).action_mollie_revoke_link()
        if again:
            self.create_link()

    @rule()
    def create_link(self):
        for invoice in self.books.invoices():
            with contextlib.suppress(UserError):  # Nothing to pay, or a draft.
                self.paths[invoice] = self.case.make_link(invoice)

    @rule()
    def check_with_mollie(self):
        self.books.invoices().with_user(self.case.clerk).action_mollie_sync()
        self.heard.of_all()

    def finish(self):
        """Finish what was begun: nothing can be compared with a draft."""
        if self.invoice.state == "draft":
            self.confirm_again()

    def try_to(self, button):
        """Press a button that Mollie, or what happened meanwhile, may forbid; return whether it
        was allowed.
        """
        with contextlib.suppress(UserError, RedirectWarning), self.case.env.cr.savepoint():
            button()
            return True
        return False


class OdooRules:
    """Scheduled actions, rates, time, and the delivery of webhooks."""

    @rule()
    def cron_looks_for_attempts(self):
        txs = self.books.family().filtered(lambda tx: tx.mollie_kind == "payment")
        txs.mollie_next_check = "2026-01-01"
        self.case.run_cron("cron_mollie_sync")
        self.heard.of_unfinished(txs)

    @rule()
    def cron_looks_for_aftercare(self):
        self.case.run_cron("cron_mollie_aftercare")
        self.heard.of_behind(self.books.family())

    @precondition(lambda self: self.invoice.currency_id != self.invoice.company_currency_id)
    @rule(rate=RATES)
    def rate_moves(self, rate):
        self.case.set_rate(self.invoice.currency_id, rate, self.case.clock.now().date())

    @rule(order=ORDERS, copies=st.sampled_from([1, 2]), old=st.booleans())
    def deliver(self, order, copies, old):
        webhooks = self.due_webhooks()
        if old:
            # One of each attempt, for repeats of repeats would double them each time.
            attempts = self.invoice.transaction_ids.filtered("provider_reference")
            webhooks += [(self.case.webhook_path(tx), tx.provider_reference) for tx in attempts]
        if order == "lifo":
            webhooks.reverse()
        self.post(webhooks * copies)

    @rule()
    def lose_webhooks(self):
        self.case.sandbox.drop_webhooks()

    @rule(minutes=st.sampled_from([1, 16, 61, 60 * 24, 15 * 60 * 24]))
    def time_passes(self, minutes):
        self.case.clock.advance(minutes=minutes)
