"""Invoices with an early payment discount, and a calendar on which Odoo and Mollie agree."""

from contextlib import contextmanager

from freezegun import freeze_time

from odoo.fields import Command

from tests.odoo.cases.currencies import CurrencyCase


class DiscountCase(CurrencyCase):
    @contextmanager
    def on(self, moment):
        """Let it be another moment, in UTC, for Odoo and for Mollie."""
        self.sandbox.set_clock(moment)
        with freeze_time(moment, tick=True):
            yield
        self.sandbox.set_clock(self.env["account.move"]._fields["date"].today().isoformat())

    def pay_on(self, moment, tx, status="paid"):
        """Let a payment become something at Mollie at a moment in UTC, without a word to Odoo."""
        self.sandbox.set_clock(moment)
        self.sandbox.set_status(tx.provider_reference, status, method="ideal", webhook=False)

    def hear_of(self, tx):
        """Let Odoo hear of a payment, now."""
        path = self.webhook_path(tx)
        self.assertEqual(self.post_webhook(path, tx.provider_reference).status_code, 200)
        self.env.invalidate_all()

    def make_term(self, computation="included", days=3650):
        """Return a payment term with a discount of 2 % for some days."""
        return self.env["account.payment.term"].create(
            {
                "name": f"2 % {computation}",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": days,
                "early_pay_discount_computation": computation,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )

    def make_taxes(self, *rates, **values):
        """Return a sales tax for each rate, with tags of its own for base and tax."""
        return self.env["account.tax"].concat(*(self._make_tax(rate, values) for rate in rates))

    def on_payment(self):
        """Return what makes a tax due when its invoice is paid."""
        self.company.tax_exigibility = True
        account = self.env["account.account"].create(
            {
                "name": "VAT to come",
                "code": "251998",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        return {
            "tax_exigibility": "on_payment",
            "cash_basis_transition_account_id": account.id,
        }

    def _make_tax(self, rate, values):
        lines = {
            f"{document}_repartition_line_ids": [
                Command.create(
                    {"repartition_type": kind, "tag_ids": self._tag(rate, document, kind)}
                )
                for kind in ("base", "tax")
            ]
            for document in ("invoice", "refund")
        }
        common = {"amount": rate, "type_tax_use": "sale", "company_id": self.company.id}
        return self.env["account.tax"].create({"name": f"{rate} %", **common, **lines, **values})

    def _tag(self, *names):
        name = " ".join(str(part) for part in names)
        values = {"name": name, "applicability": "taxes", "country_id": self.company.country_id.id}
        return [Command.set(self.env["account.account.tag"].create(values).ids)]

    def make_discounted(self, term, taxes=(), prices=(100.0,), **values):
        """Return an invoice with a line for each price, each with its tax."""
        taxes = list(taxes) or [self.env["account.tax"]] * len(prices)
        lines = [
            Command.create({"name": "Work", "quantity": 1, "price_unit": price, "tax_ids": tax.ids})
            for price, tax in zip(prices, taxes, strict=True)
        ]
        return self.make_invoice(invoice_payment_term_id=term.id, invoice_line_ids=lines, **values)
