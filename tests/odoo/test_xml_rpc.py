"""Our buttons over XML-RPC, which can't carry None: it would be an error after the work was done.

Methods are found by introspection: a new one fails until there is a case for it.
"""

from tests.common import OTHER_KEY, TEST_KEY
from tests.odoo.cases.roles import MODULE, AccessCase

OF_ADMINISTRATORS = (
    "res.config.settings",
    "mollie.health.row",
    "mollie.repair",
    "mollie.repair.line",
)


class TestXmlRpc(AccessCase):
    """Row C6: each public method of ours that is none of core's."""

    def setUp(self):
        super().setUp()
        # What each method is called on, by model; administrators call those of the settings.
        self.cases = {
            "account.move": {
                "action_mollie_create_payment": self.make_invoice,
                "action_mollie_revoke_link": self.make_linked,
                "action_mollie_sync": lambda: self.invoice,
                "action_mollie_refund": lambda: self.make_credit_note(self.invoice, 10.0),
                "action_mollie_refund_credit": self.make_credit,
                "action_mollie_use_credit": self.make_credit,
                "action_mollie_use_credit_here": self.make_credit,
                "action_mollie_take_credit": self.make_settled_by_credit,
                "action_mollie_undo_hand_payment": self.make_booked_by_hand,
            },
            "mollie.link.result": dict.fromkeys(
                ("action_send", "action_open_refused"),
                lambda: self.records["mollie.link.result"],
            ),
            "mollie.link.result.row": {
                "action_open": lambda: self.records["mollie.link.result.row"]
            },
            "mollie.link.share": {"action_mail": lambda: self.records["mollie.link.share"]},
            "mollie.repair": {"action_reconcile": self.make_repair},
            "mollie.repair.line": {"action_place": self.make_found},
            "mollie.difference": dict.fromkeys(
                (
                    "action_check",
                    "action_compare",
                    "action_open_comparisons",
                    "action_open_entry",
                    "action_open_invoice",
                    "action_open_payment",
                ),
                self.make_difference,
            ),
            "payment.transaction": {
                "action_mollie_cancel_refund": self.make_queued_refund,
                "action_mollie_release_rest": self.make_reserved,
                "action_mollie_give_up": self.make_unknown,
            },
            "mollie.health.row": {
                "action_mend": self.make_wrong_mode,
                "action_open": self.make_archived_journal,
            },
            "res.config.settings": {
                "action_mollie_connect": lambda: self.settings(mollie_api_key=TEST_KEY),
                "action_mollie_switch_on": self.settings,
                "action_mollie_take_over_payments": self.settings,
                "action_mollie_reverse_test_payments": self.settings,
                "action_mollie_refresh_methods": self.settings,
                "action_mollie_take_place": self.settings,
                "action_mollie_use_address": self.settings,
                "action_mollie_check_setup": self.settings,
                "action_mollie_renew_monitoring": self.settings,
                # The last: nothing works any more after it.
                "action_mollie_disconnect": self.settings,
            },
        }

    def test_every_button_of_ours_answers(self):
        for model, cases in self.cases.items():
            login = "admin" if model in OF_ADMINISTRATORS else "mollie_clerk"
            for method, make in cases.items():
                with self.subTest(model, method=method):
                    record = make()
                    self.env.flush_all()
                    self.assertTrue(self.ask(login, record, method))
                    self.env.invalidate_all()

    def test_several_invoices_at_once_answer_too(self):
        invoices = self.make_invoice() + self.make_invoice() + self.make_invoice(post=False)
        for method in ("action_mollie_create_payment", "action_mollie_revoke_link"):
            self.assertTrue(self.ask("mollie_clerk", invoices, method))

    def test_there_is_a_case_for_each(self):
        found = {model: self.own_methods(model) for model in self.env}
        listed = {model: set(cases) for model, cases in self.cases.items()}
        self.assertEqual({model: names for model, names in found.items() if names}, listed)

    def own_methods(self, model):
        """Return the public methods that only classes of ours define."""
        ours = f"odoo.addons.{MODULE}"
        cores = {
            name
            for cls in type(self.env[model]).mro()
            if not cls.__module__.startswith(ours) and cls is not type(self.env[model])
            for name in vars(cls)
        }
        return self.our_methods(model) - cores

    def ask(self, login, record, method):
        user = self.env["res.users"].search([("login", "=", login)])
        # Of which invoice the credit is that is used.
        context = {"mollie_credit_of": record.env.context.get("mollie_credit_of", False)}
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            user.id,
            login,
            record._name,
            method,
            [record.ids],
            {"context": context},
        )

    # --- what there is to press --------------------------------------------------------------

    def make_linked(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        return invoice

    def make_repair(self):
        return self.env["mollie.repair"].with_user(self.users["admin"]).create({})

    def make_found(self):
        values = {
            "repair_id": self.make_repair().id,
            "mollie_reference": self.tx.provider_reference,
        }
        return self.env["mollie.repair.line"].create(values)

    def make_credit(self):
        """Return an invoice that was paid by bank while the customer was at Mollie's checkout."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 40.0)
        self.become_paid(tx)
        return invoice

    def make_settled_by_credit(self):
        source = self.make_credit()
        return self.make_invoice().with_context(mollie_credit_of=source.id)

    def become_paid(self, tx):
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()

    def make_booked_by_hand(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        journal = self.provider.journal_id
        method = journal.inbound_payment_method_line_ids.filtered(lambda m: m.code == "manual")
        method.payment_account_id = journal.default_account_id
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {"amount": 100.0, "journal_id": journal.id, "payment_method_line_id": method.id}
        wizard.create(values)._create_payments()
        self.become_paid(tx)
        return invoice

    def make_queued_refund(self):
        self.sandbox.settings(queue_refunds=True)
        tx = self.pay(self.make_invoice())
        tx.action_refund(10.0)
        self.env.invalidate_all()
        return tx.child_transaction_ids

    def make_reserved(self):
        tx = self.pay(self.make_invoice(160.0), "authorized", method="klarna")
        self.sandbox.add_capture(tx.provider_reference, {"currency": "EUR", "value": "60.00"})
        self.deliver_webhooks()
        return tx

    def make_wrong_mode(self):
        self.provider.state = "enabled"
        return self.look_at("Mode")

    def make_archived_journal(self):
        self.provider.journal_id.active = False
        return self.look_at("Journal and account")

    def look_at(self, check):
        """Return what the administrator is shown of a check of the set-up."""
        action = self.settings().action_mollie_check_setup()
        rows = self.env[action["res_model"]].browse(action["res_id"]).row_ids
        return rows.filtered(lambda row: row.name == check)

    def make_unknown(self):
        """Return an attempt that Mollie does not know with the key of now."""
        tx = self.start_payment(self.make_invoice())
        self.connect(OTHER_KEY, all_the_same=True)
        self.addCleanup(self.connect, TEST_KEY, all_the_same=True)
        return tx
