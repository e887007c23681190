"""Nobody says over RPC what only Mollie may: that a payment is paid, how much, whose, for what."""

from odoo.fields import Command

from tests.odoo.cases.roles import NOBODY, ROLES, TRANSACTIONS, AccessCase

AUTOMATIC = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class TestForgedPayments(AccessCase):
    def test_no_role_writes_any_field_of_a_payment_at_mollie(self):
        """Attacks C6, D1: every field that is stored, of whatever module."""
        for name, field in self.tx._fields.items():
            if not field.store or name in AUTOMATIC:
                continue
            with self.subTest(name):
                same = field.convert_to_write(self.tx[name], self.tx)
                self.assertEqual(self.who_may(self.tx, "write", {name: same}), NOBODY)

    def test_no_role_makes_a_payment_at_mollie(self):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.tx.payment_method_id.id,
            "reference": "forged",
            "provider_reference": "tr_forged",
            "state": "done",
            "amount": 100,
            "currency_id": self.tx.currency_id.id,
            "partner_id": self.customer.id,
            "invoice_ids": [Command.set(self.make_invoice().ids)],
        }
        self.assertEqual(self.who_may(self.tx.browse(), "web_save", values, {}), NOBODY)
        self.assertEqual(self.who_may(self.tx, "copy", {"reference": "forged"}), NOBODY)

    def test_no_role_makes_another_providers_payment_mollies(self):
        provider = self.provider.copy({"name": "Elders", "code": "none"})
        other = self.tx.copy({"provider_id": provider.id, "reference": "elsewhere"})
        self.assertEqual(self.who_may(other, "write", {"provider_id": self.provider.id}), NOBODY)

    def test_another_providers_payment_is_written_as_core_has_it(self):
        provider = self.provider.copy({"name": "Elders", "code": "none"})
        other = self.tx.copy({"provider_id": provider.id, "reference": "elsewhere"})
        self.call("clerk", other, "write", {"state": "pending"})
        self.assertEqual(other.state, "pending")
        invoice = self.make_invoice()
        self.call("clerk", invoice, "write", {"transaction_ids": [Command.link(other.id)]})
        self.assertEqual(invoice.transaction_ids, other)

    def test_no_role_gives_an_invoice_a_payment_of_mollies_or_takes_it_away(self):
        """Attacks C6: also by the invoice's side."""
        invoice = self.make_invoice()
        for command in (Command.link(self.tx.id), Command.set(self.tx.ids)):
            with self.subTest(command=command):
                values = {"transaction_ids": [command]}
                self.assertEqual(self.who_may(invoice, "write", values), NOBODY)
                values["move_type"] = "out_invoice"
                self.assertEqual(self.who_may(invoice.browse(), "web_save", values, {}), NOBODY)
        for command in (
            Command.unlink(self.tx.id),
            Command.clear(),
            Command.set([]),
            Command.delete(self.tx.id),
            Command.update(self.tx.id, {"amount": 1}),
        ):
            with self.subTest(command=command):
                values = {"transaction_ids": [command]}
                self.assertEqual(self.who_may(self.invoice, "write", values), NOBODY)

    def test_no_role_says_which_payment_in_the_books_is_mollies_or_where_its_money_is(self):
        values = {"payment_transaction_id": self.tx.id}
        account = self.invoice.line_ids.account_id[0]
        by_hand = self.tx.payment_id.copy()
        self.assertFalse(by_hand.payment_transaction_id)
        self.assertEqual(self.who_may(by_hand, "write", values), NOBODY)
        self.assertEqual(self.who_may(by_hand.browse(), "web_save", values, {}), NOBODY)
        for values in (
            {"payment_transaction_id": False},
            {"outstanding_account_id": account.id},
        ):
            with self.subTest(values):
                self.assertEqual(self.who_may(self.tx.payment_id, "write", values), NOBODY)

    def test_the_button_that_books_works_for_those_who_may_write_transactions(self):
        for role in ROLES:
            with self.subTest(role):
                tx = self.start_payment(self.make_invoice())
                tx._set_done()
                self.assertEqual(self.may(role, tx, "action_post_process"), role in TRANSACTIONS)
        self.call("clerk", tx, "action_post_process")
        self.assertEqual(tx.payment_id.amount, 100)
