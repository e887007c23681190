"""Payments of other providers go on as if the addon were not there."""

from odoo.fields import Command

from tests.common import MollieCase


class TestOtherProviders(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["payment.provider"].create(
            {"name": "Another", "state": "test", "company_id": cls.company.id}
        )

    def make_transaction(self):
        """Return a transaction of the other provider that is done."""
        invoice = self.make_invoice()
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.other.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": 100,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": [Command.set(invoice.ids)],
            }
        )
        tx._set_done()
        return tx

    def test_each_is_asked_what_core_asks(self):
        """What core makes is a transaction of its own, for the whole amount or for a part."""
        asked = {"_capture": 1, "_void": 1, "_refund": -1}
        for method, sign in asked.items():
            for amount in (None, 40):
                with self.subTest(method, amount=amount):
                    tx = self.make_transaction()
                    child = getattr(tx, method)(amount)
                    expected = (tx, sign * (amount or 100))
                    self.assertEqual((child.source_transaction_id, child.amount), expected)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertFalse(tx.invoice_ids.mollie_log_ids)
