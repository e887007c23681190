"""A second invoice of the same customer, and core's own payments of both."""

from hypothesis.stateful import precondition, rule

from odoo.fields import Command

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
        provider = self.case.provider
        self.try_to(
            lambda: (
                self.case.env["payment.transaction"]
                .create(
                    {
                        "provider_id": provider.id,
                        "payment_method_id": provider.payment_method_ids[:1].id,
                        "operation": "online_redirect",
                        "amount": sum(invoices.mapped("amount_residual")),
                        "currency_id": self.invoice.currency_id.id,
                        "partner_id": self.books.customer.id,
                        "invoice_ids": [Command.set(invoices.ids)],
                    }
                )
                ._get_processing_values()
            )
        )
