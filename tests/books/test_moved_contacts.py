"""The payer's contact moves to another company: its money stays where it was booked."""

from tests.common import MollieCase


class TestMovedContacts(MollieCase):
    def setUp(self):
        super().setUp()
        Partner = self.env["res.partner"]
        self.old, self.new = Partner.create(
            [{"name": name, "is_company": True} for name in ("Oud B.V.", "Nieuw B.V.")]
        )
        self.contact = Partner.create({"name": "J. Jansen", "parent_id": self.old.id})
        self.invoice = self.make_invoice(partner_id=self.contact.id)
        self.tx = self.pay(self.invoice)

    def move(self):
        self.contact.parent_id = self.new
        self.env.invalidate_all()

    def open_lines(self, partner):
        return self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )

    def test_a_chargeback_goes_to_the_partner_of_the_payment(self):
        self.move()
        self.sandbox.add_chargeback(self.tx.provider_reference, "100.00")
        self.deliver_webhooks()
        chargeback = self.tx.child_transaction_ids.payment_id
        self.assertEqual(chargeback.partner_id, self.old)
        self.assertEqual(chargeback.move_id.line_ids.partner_id, self.old)
        self.assertEqual(self.invoice.amount_residual, 100)
        self.assertEqual(self.open_lines(self.old).move_id, self.invoice)
        self.assertFalse(self.open_lines(self.new))

    def test_so_does_a_refund(self):
        self.move()
        note = self.make_credit_note(self.invoice, 30)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.sandbox.set_refund_status(refund["id"], "refunded")
        self.deliver_webhooks()
        self.assertEqual(note.amount_residual, 0)
        refund = self.tx.child_transaction_ids.payment_id
        self.assertEqual(refund.move_id.line_ids.partner_id, self.old)

    def test_a_corrected_invoice_is_still_paid(self):
        self.move()
        self.invoice.with_user(self.clerk).button_draft()
        # As the form writes it: the invoice is the new company's from now on.
        self.invoice.partner_id = self.new
        self.invoice.partner_id = self.contact
        self.invoice.invoice_line_ids.price_unit = 120
        self.invoice.with_user(self.clerk).action_post()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.commercial_partner_id, self.new)
        self.assertEqual(self.invoice.amount_residual, 20)

    def test_a_person_who_joins_a_company_takes_their_money_along(self):
        """Core moves what was booked on the contact itself."""
        self.contact.parent_id = False
        invoice = self.make_invoice(partner_id=self.contact.id)
        self.tx = self.pay(invoice)
        self.move()
        self.sandbox.add_chargeback(self.tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.assertEqual(self.tx.payment_id.move_id.line_ids.partner_id, self.new)
        lines = self.tx.child_transaction_ids.payment_id.move_id.line_ids
        self.assertEqual(lines.partner_id, self.new)
        self.assertEqual(invoice.amount_residual, 40)
