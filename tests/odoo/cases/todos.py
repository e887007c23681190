"""What a person finds to do on an invoice."""

from tests.common import MollieCase


class ToDoCase(MollieCase):
    def todos(self, invoice):
        """Return the open to-dos of an invoice."""
        self.env.invalidate_all()
        return invoice.activity_ids

    def texts(self, invoice):
        """Return what the open to-dos of an invoice say."""
        return [todo.note.striptags().replace("\xa0", " ") for todo in self.todos(invoice)]

    def assert_told(self, invoice, *words):
        """Fail unless there is one open to-do, in which all words stand."""
        (text,) = self.texts(invoice)
        for word in words:
            self.assertIn(word, text)

    def assert_nothing_told(self, *invoices):
        for invoice in invoices:
            self.assertEqual(self.texts(invoice), [])

    def closings(self, invoice):
        """Return what stands in the chatter about to-dos that are over, newest first."""
        done = self.env.ref("mail.mt_activities")
        messages = invoice.message_ids.filtered(lambda message: message.subtype_id == done)
        return [message.body.striptags().replace("\xa0", " ") for message in messages]

    def sync(self, *invoices):
        """Press Check with Mollie, twice: the second time nothing may be written."""
        for invoice in invoices:
            invoice.with_user(self.clerk).action_mollie_sync()
        self.env.invalidate_all()

    def pay_too_much(self):
        """Pay by the bank while the customer is at Mollie's checkout; return the transaction."""
        invoice = self.make_invoice(100.0)
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 100.0)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        return tx

    def charge_back(self, tx, value="100.00"):
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, value)
        self.deliver_webhooks()
        return chargeback

    def win_back(self, chargeback):
        self.sandbox.reverse_chargeback(chargeback["id"], webhook=True)
        self.deliver_webhooks()

    def refund_in_dashboard(self, tx, value="100.00", status="refunded"):
        refund = self.sandbox.add_refund(tx.provider_reference, value, status=status)
        self.deliver_webhooks()
        return refund

    def set_refund(self, refund, status):
        self.sandbox.set_refund_status(refund["id"], status)
        self.deliver_webhooks()

    def refund_by_note(self, invoice, amount):
        """Refund a new credit note of an invoice with Mollie; return the note and the refund."""
        note = self.make_credit_note(invoice, amount)
        note.with_user(self.clerk).action_mollie_refund()
        (refund,) = note.transaction_ids
        return note, {"id": refund.provider_reference}

    def use_credit(self, invoice, kind="outstanding_credits"):
        """Add what the customer has to an invoice, as the clerk does below its amounts."""
        widget = invoice.invoice_outstanding_credits_debits_widget
        for line in widget["content"]:
            invoice.js_assign_outstanding_line(line["id"])
        self.env.invalidate_all()
