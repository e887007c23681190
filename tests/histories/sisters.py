"""A second invoice of the same customer, and core's own payments of both."""

from hypothesis.stateful import precondition, rule

from .customer import PARTS


class SisterRules:
    @precondition(lambda self: self.is_posted() and len(self.paths) == 1)
    @precondition(lambda self: self.has_entries)
    @precondition(lambda self: self.case.provider.payment_method_ids)
    @rule(part=PARTS)
    def bill_once_more(self, part):
        currency, customer = self.invoice.currency_id, self.books.customer
        values = {"currency": currency.name, "partner_id": customer.id}
        sister = self.case.make_invoice(self.part(part), **values)
        self.paths[sister] = self.case.make_link(sister)
        self.case.get(self.paths[sister])

    @precondition(lambda self: sum(self.books.invoices().mapped("amount_residual")) > 0)
    @precondition(lambda self: self.case.provider.payment_method_ids)
    @rule()
    def start_payment_of_all_by_core(self):
        """As in core's own dialog, of the portal or a shop."""
        invoices = self.books.invoices().filtered(lambda move: move.state == "posted")
        amount = sum(invoices.mapped("amount_residual"))
        if invoices:
            self.try_to(lambda: self.case.start_core_payment(*invoices, amount=amount))
