"""The current link by mail: to the address we know, the same answer to everybody."""

from tests.odoo.cases.pages import PageCase


class TestMailLink(PageCase):
    def ask(self, number):
        return self.url_open("/mollie/link", data={"number": number}, method="POST")

    def mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Payment link of")])

    def test_the_current_link_is_mailed_only_to_the_address_we_know(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        self.make_link(invoice)
        self.ask(invoice.name)
        self.env.invalidate_all()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(invoice.mollie_payment_link, mail.body_html)

    def test_of_a_revoked_link_nothing_is_mailed(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        self.ask(invoice.name)
        self.env.invalidate_all()
        self.assertFalse(self.mails())
        self.assertFalse(invoice.mollie_payment_link)

    def test_the_answer_is_the_same_whatever_was_typed(self):
        """Row F6."""
        invoice = self.make_invoice()
        self.make_link(invoice)
        answers = {self.ask(n).content for n in (invoice.name, "nothing", "", "'", "x" * 500)}
        self.assertEqual(len(answers), 1)

    def test_at_most_three_mails_a_day_leave_for_an_invoice(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        for _click in range(5):
            self.ask(invoice.name)
        self.env.invalidate_all()
        self.assertEqual(len(self.mails()), 3)
