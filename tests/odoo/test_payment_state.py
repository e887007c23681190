"""The state of an invoice's payment: shown, searched for and filtered alike."""

from lxml import etree

from odoo.tools.safe_eval import safe_eval

from tests.odoo.cases.zoo import ZooCase

STATES = ("none", "open", "pending", "paid", "refunded", "charged_back", "closed")


class TestState(ZooCase):
    """What the list searches for is what the form shows."""

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
