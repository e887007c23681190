"""A second invoice of the same customer, one in place of the first, and core's own payments."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from .customer import PARTS


class SisterRules:
    @precondition(lambda self: self.is_posted() and len(self.books.invoices()) == 1)
    @precondition(lambda self: self.has_entries)
    @precondition(lambda self: self.case.provider.payment_method_ids)
    @rule(part=PARTS)
    def bill_once_more(self, part):
        currency, customer = self.invoice.currency_id, self.books.customer
        values = {"currency": currency.name, "partner_id": customer.id}
        sister = self.case.make_invoice(self.part(part), **values)
        self.paths[sister] = self.case.make_link(sister)
        self.case.get(self.paths[sister])

    @precondition(lambda self: self.is_posted() and len(self.books.invoices()) == 1)
    @precondition(lambda self: self.has_entries)
    @precondition(lambda self: self.case.provider.payment_method_ids)
    @rule(percent=st.sampled_from([100, 120, 70]))
    def reverse_and_create_invoice(self, percent):
        if self.try_to(lambda: self._replace(percent)):
            self.create_link()

    def _replace(self, percent):
        """Credit the invoice and enter it again, with another price."""
        wizard = self.case.env["account.move.reversal"].with_user(self.case.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=self.invoice.ids)
        wizard = wizard.create({"journal_id": self.invoice.journal_id.id})
        new = self.case.env["account.move"].browse(wizard.modify_moves()["res_id"])
        for line in new.invoice_line_ids:
            line.price_unit = new.currency_id.round(line.price_unit * percent / 100)
        new.with_user(self.case.clerk).action_post()
        self.note_discount(new)

    @precondition(lambda self: sum(self.books.invoices().mapped("amount_residual")) > 0)
    @precondition(lambda self: self.case.provider.payment_method_ids)
    @rule()
    def start_payment_of_all_by_core(self):
        """As in core's own dialog, of the portal or a shop."""
        invoices = self.books.invoices().filtered(lambda move: move.state == "posted")
        amount = sum(invoices.mapped("amount_residual"))
        if invoices:
            self.try_to(lambda: self.case.start_core_payment(*invoices, amount=amount))
