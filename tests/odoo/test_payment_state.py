"""The state of an invoice's payment: shown, searched for and filtered alike."""

from lxml import etree

from odoo.tools.safe_eval import safe_eval

from tests.common import MollieCase

STATES = ("none", "open", "pending", "paid", "refunded", "charged_back", "closed")


class TestState(MollieCase):
    """What the list searches for is what the form shows."""

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

    def test_each_invoice_is_in_its_state_and_search_and_compute_agree(self):
        zoo = self.make_zoo()
        everything = self.env["account.move"].union(*zoo.values()).with_user(self.clerk)
        for state, invoices in zoo.items():
            for invoice in invoices.with_user(self.clerk):
                self.assertEqual(invoice.mollie_payment_state, state, invoice.name)
        subsets = [[state] for state in STATES] + [["open", "pending"], ["none", "paid", "closed"]]
        for states in subsets:
            for operator, belongs in (("in", True), ("not in", False)):
                domain = [("id", "in", everything.ids), ("mollie_payment_state", operator, states)]
                expected = everything.filtered(
                    lambda move: (move.mollie_payment_state in states) == belongs  # noqa: B023
                )
                with self.subTest(operator=operator, states=states):
                    self.assertEqual(everything.search(domain).sorted("id"), expected.sorted("id"))

    def test_the_filter_in_the_list_finds_what_is_open(self):
        zoo = self.make_zoo()
        arch = (
            self.env["account.move"]
            .with_user(self.clerk)
            .get_view(self.env.ref("account.view_account_invoice_filter").id, "search")["arch"]
        )
        (domain,) = etree.fromstring(arch).xpath("//filter[@name='mollie_open']/@domain")
        invoices = self.env["account.move"].union(*zoo.values())
        found = invoices & invoices.search(safe_eval(domain))
        self.assertEqual(found.sorted("id"), (zoo["open"] + zoo["pending"]).sorted("id"))

    def test_two_invoices_never_share_a_link(self):
        invoices = self.make_invoice() + self.make_invoice()
        invoices.with_user(self.clerk).action_mollie_create_payment()
        self.assertEqual(len(set(invoices.mapped("mollie_payment_link"))), 2)

    def test_a_copy_of_an_invoice_starts_without_link_and_log(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        copy = invoice.copy()
        self.assertFalse(copy.mollie_link_ids)
        self.assertFalse(copy.mollie_log_ids)
        self.assertEqual(copy.mollie_payment_state, "none")
