"""Invoices of all kinds, by where their online payment stands."""

from tests.common import MollieCase


class ZooCase(MollieCase):
    def make_zoo(self):
        """Return invoices of all kinds, by the state they should be in."""
        made = {
            "none": self.make_invoice() + self.make_invoice(post=False),
            "open": self.make_invoice(),
            "pending": self.make_invoice(),
            "paid": self.make_invoice(),
            "closed": self.make_invoice(),
        }
        made["none"] += self.make_invoice(move_type="in_invoice")
        self.make_link(made["open"])
        self.pay(made["pending"], "pending", method="paypal")
        self.get(self.return_path(self.last_transaction(made["pending"])))
        self.pay(made["paid"])
        made["refunded"] = self.make_invoice()
        refunded = self.pay(made["refunded"])
        self.sandbox.add_refund(refunded.provider_reference, "100.00", status="refunded")
        made["charged_back"] = self.make_invoice()
        charged_back = self.pay(made["charged_back"])
        self.sandbox.add_chargeback(charged_back.provider_reference, "100.00")
        self.deliver_webhooks()
        self.make_link(made["closed"])
        self.receive_by_bank(made["closed"], 100.0)
        for status in ("canceled", "expired", "failed"):
            again = self.make_invoice()
            self.pay(again, status)
            made["open"] += again
        partly = self.make_invoice(100.0)
        self.make_link(partly)
        self.receive_by_bank(partly, 40.0)
        made["open"] += partly
        revoked = self.make_invoice()
        self.make_link(revoked)
        revoked.action_mollie_revoke_link()
        cancelled = self.make_invoice()
        self.make_link(cancelled)
        cancelled.button_draft()
        redrafted = self.make_invoice()
        self.make_link(redrafted)
        redrafted.button_draft()
        cancelled.button_cancel()
        reversed_ = self.make_invoice()
        self.make_link(reversed_)
        reversed_._reverse_moves(cancel=True)
        made["closed"] += revoked + cancelled + redrafted + reversed_
        self.env.invalidate_all()
        return made
