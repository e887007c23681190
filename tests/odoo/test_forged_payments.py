"""Nobody says over RPC what only Mollie may: that a payment is paid, how much, whose, for what."""

import json

from odoo.exceptions import AccessError
from odoo.fields import Command

from tests.odoo.cases.roles import NOBODY, ROLES, TRANSACTIONS, AccessCase

AUTOMATIC = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class TestForgedPayments(AccessCase):
    def test_no_role_writes_any_field_of_a_payment_at_mollie(self):
        """Attacks C6, D1: every field that is stored, of whatever module. ASVS 15.3.3."""
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
            {"move_id": False},
        ):
            with self.subTest(values):
                self.assertEqual(self.who_may(self.tx.payment_id, "write", values), NOBODY)
        entry = self.tx.payment_id.move_id
        self.assertEqual(self.who_may(entry, "write", {"origin_payment_id": False}), NOBODY)
        mollies = {"origin_payment_id": self.tx.payment_id.id}
        self.assertEqual(self.who_may(self.invoice, "write", mollies), NOBODY)

    def test_the_button_that_books_works_for_those_who_may_write_transactions(self):
        for role in ROLES:
            with self.subTest(role):
                tx = self.start_payment(self.make_invoice())
                tx._set_done()
                self.assertEqual(self.may(role, tx, "action_post_process"), role in TRANSACTIONS)
        self.call("clerk", tx, "action_post_process")
        self.assertEqual(tx.payment_id.amount, 100)


class TestDefaults(AccessCase):
    """What a user sends as a default with a request, or keeps as one, counts in sudo mode, too."""

    def make_by_clerk(self, model, values, **defaults):
        """Make a record as a clerk's browser does, with defaults of the request; return it."""
        context = {f"default_{name}": value for name, value in defaults.items()}
        found = self.call("clerk", self.env[model], "web_save", values, {}, context=context)
        return self.env[model].browse(found[0]["id"])

    def keep_default(self, model, name, value):
        field = self.env["ir.model.fields"]._get(model, name)
        values = {"field_id": field.id, "user_id": self.clerk.id, "json_value": json.dumps(value)}
        self.env["ir.default"].with_user(self.clerk).create(values)

    def elsewhere(self):
        """Return the values of a transaction of another provider."""
        return {
            "provider_id": self.provider.copy({"name": "Elders", "code": "none"}).id,
            "payment_method_id": self.tx.payment_method_id.id,
            "reference": "elsewhere",
            "amount": 100,
            "currency_id": self.tx.currency_id.id,
            "partner_id": self.customer.id,
        }

    def test_another_providers_payment_gets_nothing_of_mollies_by_a_default(self):
        """Attacks C6."""
        sent = {"mollie_kind": "payment", "mollie_link_id": self.tx.mollie_link_id.id}
        self.keep_default("payment.transaction", "mollie_status", "paid")
        tx = self.make_by_clerk("payment.transaction", self.elsewhere(), **sent)
        self.assertFalse(tx.mollie_kind or tx.mollie_link_id or tx.mollie_status)

    def test_another_providers_payment_is_no_part_of_one_of_mollies(self):
        """Attacks C6: a refund that Mollie never made lowers what can be refunded."""
        values, source = self.elsewhere(), {"source_transaction_id": self.tx.id}
        for given, sent in ((source, {}), ({}, source)):
            with self.subTest(sent=sent), self.assertRaises(AccessError):
                self.make_by_clerk("payment.transaction", values | given, **sent)
        other = self.make_by_clerk("payment.transaction", values)
        self.assertEqual(self.who_may(other, "write", source), NOBODY)

    def test_a_kept_default_does_not_decide_what_became_of_a_refund(self):
        """Attacks C6: the clerk's own button, which works in sudo mode."""
        self.keep_default("payment.transaction", "state", "done")
        self.keep_default("payment.transaction", "mollie_paid_at", "2026-01-01 00:00:00")
        Wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard = Wizard.create({"payment_id": self.tx.payment_id.id, "amount_to_refund": 30})
        wizard.with_context(default_provider_reference="re_forged").action_refund()
        refund = self.tx.child_transaction_ids
        [made] = self.sandbox.payment(self.tx.provider_reference)["_embedded"]["refunds"]
        self.assertEqual((refund.state, refund.provider_reference), ("pending", made["id"]))
        self.assertEqual(refund.mollie_paid_at.year, refund.create_date.year)

    def test_links_and_log_get_nothing_by_a_default(self):
        """A token of one's own could be guessed, a row of one's own is no evidence."""
        self.keep_default("mollie.payment.link", "token", "chosen-by-the-clerk-0000000000000")
        self.keep_default("mollie.payment.link", "attempt_count", 77)
        self.keep_default("mollie.payment.log", "detail", "forged")
        self.keep_default("mollie.payment.log", "mollie_status", "paid")
        invoice = self.make_invoice().with_user(self.clerk)
        invoice.with_context(default_first_viewed="2020-01-01").action_mollie_create_payment()
        link, row = invoice.sudo().mollie_link_ids, invoice.mollie_log_ids
        self.assertNotIn("chosen", link.token)
        self.assertFalse(link.attempt_count or link.first_viewed)
        self.assertEqual((row.event, row.detail, row.mollie_status), ("link_created", False, False))

    def test_no_document_gets_a_payment_of_mollies_by_a_default(self):
        invoice = {"move_type": "out_invoice", "partner_id": self.customer.id}
        payment = {"amount": 100, "partner_id": self.customer.id}
        for model, values, name in (
            ("account.move", invoice, "transaction_ids"),
            ("account.payment", payment, "payment_transaction_id"),
        ):
            is_many = self.env[model]._fields[name].type == "many2many"
            value = self.tx.ids if is_many else self.tx.id
            with self.subTest(model), self.assertRaises(AccessError):
                self.make_by_clerk(model, values, **{name: value})
            self.keep_default(model, name, value)
            with self.subTest(f"{model}, kept"), self.assertRaises(AccessError):
                self.make_by_clerk(model, values)

    def test_nobody_says_whose_credit_paid_an_invoice(self):
        values = {"mollie_payer_ids": self.tx.ids}
        draft = self.make_invoice(post=False)
        with self.assertRaises(AccessError):
            draft.with_user(self.clerk).write(values)

    def test_an_invoice_takes_over_no_payments_of_one_that_was_not_reversed(self):
        values = {"move_type": "out_invoice", "partner_id": self.customer.id}
        values["mollie_replaced_id"] = self.invoice.id
        line = {"name": "Work", "quantity": 1, "price_unit": 100, "tax_ids": []}
        values["invoice_line_ids"] = [Command.create(line)]
        invoice = self.make_by_clerk("account.move", values)
        invoice.action_post()
        self.assertFalse(invoice.transaction_ids)
        self.assertEqual(invoice.amount_residual, 100)
