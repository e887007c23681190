"""Invoices to which everything has happened that can happen to one."""

from tests.e2e.crowd import deliver, press_pay


class Histories:
    """Invoices with a history each, by name."""

    def __init__(self, server, sandbox, clerk):
        self.server, self.sandbox, self.clerk = server, sandbox, clerk
        self.invoices = {}

    def begin(self, name, status="paid", method="ideal", **tampered):
        """Make an invoice of 100.00 and pay it; return the payment at Mollie."""
        if name not in self.invoices:
            self.invoices[name] = self.clerk.make_invoice(100.00)
        invoice = self.invoices[name]
        press_pay(self.server, invoice.make_link(), again="1")
        payment = self.sandbox.payments()[-1]
        if tampered:
            self.sandbox.tamper(payment["id"], tampered)
        self.sandbox.set_status(payment["id"], status, method=method, webhook=False)
        assert deliver(self.server, payment).status_code == 200
        return payment

    def live(self):
        """Let each invoice have its history."""
        self.begin("paid")
        self.begin("authorized", "authorized", "klarna")
        self.begin("open", "open")
        for name, status in (("refunded in part", "refunded"), ("refund under way", "queued")):
            payment = self.begin(name)
            self.sandbox.add_refund(payment["id"], "30.00", status=status, webhook=False)
            deliver(self.server, payment)
        for name in ("charged back", "won back"):
            payment = self.begin(name)
            chargeback = self.sandbox.add_chargeback(payment["id"], "100.00", webhook=False)
            deliver(self.server, payment)
            if name == "won back":
                self.sandbox.reverse_chargeback(chargeback["id"])
                deliver(self.server, payment)
        payment = self.begin("another amount", amount={"currency": "EUR", "value": "60.00"})
        self.sandbox.add_refund(payment["id"], "20.00", status="refunded", webhook=False)
        deliver(self.server, payment)
        for payment in [self.begin("paid twice", "open"), self.begin("paid twice", "open")]:
            self.sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
            deliver(self.server, payment)

    def capture_in_parts(self):
        """Capture 40.00 of an authorized payment, and then the rest."""
        payment = self.begin("captured in parts", "authorized", "klarna")
        for amount in ("40.00", "60.00"):
            written = {"currency": "EUR", "value": amount}
            self.sandbox.add_capture(payment["id"], written, webhook=False)
            deliver(self.server, payment)
        self.invoices["captured in parts"].press("action_mollie_sync")


def family_of(invoice):
    """Return the domain of an invoice's transactions, and all that came of them."""
    paths = ("invoice_ids", "source_transaction_id.invoice_ids")
    paths += ("source_transaction_id.source_transaction_id.invoice_ids",)
    return ["|", "|", *((path, "in", [invoice.id]) for path in paths)]
