"""Invoices in foreign currencies, whose rates move, and what must be equal in the end."""

from odoo.fields import Command

from tests.common import MollieCase


class CurrencyCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.activate("USD", {"2026-11-01": 1.10})

    def activate(self, name, rates):
        """Activate a currency, with how much of it a euro is worth from which day on."""
        currency = self.env.ref(f"base.{name}")
        currency.active = True
        currency.rate_ids.unlink()
        for day, rate in rates.items():
            self.set_rate(currency, rate, day)
        return currency

    def set_rate(self, currency, rate, day):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": rate,
                "company_id": self.company.id,
            }
        )

    def move_rate(self, rate):
        """Let the dollar change today, after the invoice of the second of November."""
        today = self.env["account.move"]._fields["date"].today()
        dollar = self.env.ref("base.USD")
        dollar.rate_ids.filtered(lambda row: row.name == today).unlink()
        self.set_rate(dollar, rate, today)
        self.env.invalidate_all()

    def pay_instalments(self, *rates):
        """Pay 99.99 dollars in three instalments, each at a rate of its own.

        :return: the invoice, and the transaction of the last instalment.
        """
        parts = [(40, 0), (30, 30), (30, 60)]
        lines = [
            Command.create({"value": "percent", "value_amount": share, "nb_days": days})
            for share, days in parts
        ]
        term = self.env["account.payment.term"].create({"name": "Parts", "line_ids": lines})
        invoice = self.make_invoice(99.99, currency="USD", invoice_payment_term_id=term.id)
        path = self.make_link(invoice)
        for rate in rates:
            self.move_rate(rate)
            self.press_pay(path, choice="next")
            tx = self.last_transaction(invoice)
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
            self.deliver_webhooks()
        return invoice, tx

    # --- what must be equal ----------------------------------------------------------------------

    def owed(self):
        """Return what the customer owes, by the account in the company's currency."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def assert_settled(self, invoice, currency, held):
        """Assert that the invoice is paid, and that nothing is left on the customer's account."""
        self.env.invalidate_all()
        self.assertEqual((self.ledger.held(currency), self.ledger.booked(currency)), (held, held))
        self.assertEqual((invoice.amount_residual, self.owed()), (0, 0))

    def differences(self):
        """Return the entries that Odoo made for changed rates."""
        journal = self.company.currency_exchange_journal_id
        return self.env["account.move"].search([("journal_id", "=", journal.id)])
