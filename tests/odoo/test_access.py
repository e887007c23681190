"""Who may see and do what: every field and public method of ours × every role.

Fields and methods are found by introspection: a new one fails until it is listed here.
"""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests.common import JsonRpcException

from tests.common import TEST_KEY, MollieCase

MODULE = "invoice_mollie"
ROLES = ("public", "portal", "internal", "stranger", "auditor", "clerk", "system", "admin")
EVERYBODY = set(ROLES) - {"stranger"}
NOBODY = set()
ADMINISTRATORS = {"system", "admin"}
# Settings, users and the technical menu alone make nobody see invoices.
BILLING = {"clerk", "admin"}
READERS = BILLING | {"auditor"}
# As core has it for transactions.
TRANSACTIONS = BILLING | {"system"}

# Who reads each field of ours, and who writes it over RPC.
FIELDS = {
    "account.move": {
        "mollie_link_ids": (READERS, NOBODY),
        "mollie_log_ids": (READERS, NOBODY),
        "mollie_payment_link": (READERS, NOBODY),
        "mollie_payment_state": (READERS, NOBODY),
        "mollie_can_create_link": (BILLING, NOBODY),
        "mollie_can_refund": (READERS, NOBODY),
        "mollie_credit": (BILLING, NOBODY),
    },
    "mollie.payment.link": {
        "token": ({"admin"}, NOBODY),
        "move_id": (READERS, NOBODY),
        "company_id": (READERS, NOBODY),
        "state": (READERS, NOBODY),
        "first_viewed": (READERS, NOBODY),
        "attempt_count": (READERS, NOBODY),
    },
    "mollie.payment.log": dict.fromkeys(
        (
            "company_id",
            "move_id",
            "transaction_id",
            "event",
            "source",
            "mollie_reference",
            "mollie_status",
            "mollie_method",
            "method_name",
            "amount",
            "currency_id",
            "detail",
            "message",
        ),
        (READERS, NOBODY),
    ),
    "payment.provider": {
        "mollie_profile_name": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_methods": (ADMINISTRATORS, ADMINISTRATORS),
    },
    "payment.transaction": dict.fromkeys(
        (
            "mollie_link_id",
            "mollie_status",
            "mollie_method",
            "mollie_checkout_url",
            "mollie_expires_at",
            "mollie_fee_estimate",
            "mollie_paid_at",
            "mollie_failure",
            "mollie_transfer",
            "mollie_next_check",
            "mollie_amount_remaining",
            "mollie_amount_refunded",
            "mollie_amount_charged_back",
            "mollie_amount_captured",
        ),
        (TRANSACTIONS, NOBODY),
    ),
    # No secrets: how links are made, and whether customers may type an amount.
    "res.company": dict.fromkeys(
        ("mollie_link_creation", "mollie_other_amount", "mollie_minimum_amount"),
        (EVERYBODY, ADMINISTRATORS),
    ),
}
# Fields that only exist while the settings are open, and who opens them.
SETTINGS = {
    "mollie_link_creation",
    "mollie_api_key",
    "mollie_other_amount",
    "mollie_minimum_amount",
    "mollie_provider_id",
    "mollie_provider_state",
    "mollie_profile_name",
    "mollie_journal_id",
    "mollie_method_names",
    "mollie_is_reachable",
}
# Who may call each public method that we define or override. What core defines keeps core's
# rights; it is listed so that another override does not go unnoticed.
METHODS = {
    "account.move": {
        "action_mollie_create_payment": BILLING,
        "action_mollie_revoke_link": BILLING,
        "action_mollie_sync": BILLING,
        "action_mollie_refund": BILLING,
        "action_mollie_refund_credit": BILLING,
        "action_mollie_use_credit": BILLING,
        "button_draft": BILLING,
        "button_cancel": BILLING,
    },
    "payment.transaction": {
        "action_mollie_cancel_refund": TRANSACTIONS,
        "create": TRANSACTIONS | {"stranger"},
        "write": TRANSACTIONS,
    },
    "mollie.payment.log": {"write": NOBODY},
    "account.partial.reconcile": {"create": BILLING | {"stranger"}},
    "res.config.settings": {
        "action_mollie_connect": ADMINISTRATORS,
        "action_mollie_refresh_methods": ADMINISTRATORS,
    },
}
# Those for one record only.
FOR_ONE = {"action_mollie_refund", "action_mollie_refund_credit", "action_mollie_use_credit"}
# What moves money, in core's wizard and buttons.
MONEY_METHODS = {
    "action_refund": "paid",
    "action_capture": "authorized",
    "action_void": "authorized",
}
AUTOMATIC = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}


class AccessCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sister = cls.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        cls.users = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls.make_user("portal", "base.group_portal"),
            "internal": cls.make_user("internal", "base.group_user"),
            "stranger": cls.make_user("stranger", "account.group_account_invoice", company=sister),
            "auditor": cls.make_user("auditor", "account.group_account_readonly"),
            "clerk": cls.clerk,
            "system": cls.make_user("system", "base.group_system"),
            "admin": cls.env.ref("base.user_admin"),
        }
        # The debtor has an account of the portal, and sees the invoice there.
        cls.users["portal"].partner_id.parent_id = cls.customer

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.pay(self.invoice)
        self.records = {
            "account.move": self.invoice,
            "account.partial.reconcile": self.invoice.line_ids.matched_credit_ids,
            "mollie.payment.link": self.tx.mollie_link_id,
            "mollie.payment.log": self.invoice.mollie_log_ids[0],
            "payment.provider": self.provider,
            "payment.transaction": self.tx,
            "res.company": self.company,
        }

    def call(self, role, record, method, *args, **kwargs):
        """Call a method over RPC, as a role."""
        self.env.flush_all()
        self.env.invalidate_all()
        model = record.with_user(self.users[role]).with_context({}).browse()
        return call_kw(model, method, [record.ids, *args], kwargs)

    def may(self, role, record, method, *args, **kwargs):
        """Return whether the role may call a method; whatever it does is undone."""
        with self.env.cr.savepoint() as savepoint:
            try:
                self.call(role, record, method, *args, **kwargs)
            except AccessError:
                return False
            except Exception as error:  # The right was there, the moment was not.
                self.assertNotIn("access", str(error).lower())
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
        return True

    def who_may(self, record, method, *args, **kwargs):
        return {role for role in ROLES if self.may(role, record, method, *args, **kwargs)}


class TestFields(AccessCase):
    def our_fields(self, model):
        return {
            name
            for name, field in self.env[model]._fields.items()
            if MODULE in (field._modules or ()) and name not in AUTOMATIC
        }

    def test_every_field_of_ours_is_listed(self):
        """Attacks C7."""
        # A bank statement's line has the fields of its entry, by inheritance.
        found = {model: self.our_fields(model) for model in self.env}
        found["account.bank.statement.line"] -= found["account.move"]
        found = {model: names for model, names in found.items() if names}
        listed = {model: set(fields) for model, fields in FIELDS.items()}
        self.assertEqual(found, listed | {"res.config.settings": SETTINGS})

    def test_each_role_reads_what_it_may_and_no_more(self):
        """Attacks C7: by `read`, and by the form's and the list's own requests."""
        for model, fields in FIELDS.items():
            for name, (readers, _writers) in fields.items():
                with self.subTest(model, field=name):
                    record = self.records[model]
                    self.assertEqual(self.who_may(record, "read", [name]), readers)
                    self.assertEqual(self.who_may(record, "web_read", {name: {}}), readers)

    def test_no_role_writes_what_only_mollie_or_the_addon_may_say(self):
        """Attacks C6, D3, E6: a clerk must not send customers elsewhere."""
        for model, fields in FIELDS.items():
            for name, (_readers, writers) in fields.items():
                with self.subTest(model, field=name):
                    found = {role for role in ROLES if self.writes(role, model, name)}
                    self.assertEqual(found, writers)

    def writes(self, role, model, name):
        """Return whether a role can change a field over RPC; the change is undone."""
        record = self.records[model]
        before = record[name]
        with self.env.cr.savepoint() as savepoint:
            try:
                self.call(role, record, "write", {name: self.other_value(record, name)})
                self.env.flush_all()
                self.env.invalidate_all()
                return record[name] != before
            except AccessError:
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()

    def other_value(self, record, name):
        """Return a value for the field that it has not now."""
        field = record._fields[name]
        makers = {
            "boolean": lambda: not record[name],
            "datetime": lambda: "2001-01-01 00:00:00",
            "float": lambda: record[name] + 1,
            "integer": lambda: record[name] + 1,
            "json": lambda: {"bankAccount": "NL00EVIL0000000000"},
            "many2one": lambda: self.another(record[name]).id,
            "monetary": lambda: record[name] + 1,
            "one2many": lambda: [Command.clear()],
            "selection": lambda: next(
                value for value in field.get_values(self.env) if value != record[name]
            ),
        }
        return makers.get(field.type, lambda: "https://evil.example")()

    def another(self, record):
        return record.sudo().search([("id", "not in", record.ids)], limit=1)

    def test_no_role_makes_or_deletes_what_only_the_addon_may(self):
        """Attacks C6: links and rows of the log, also through the invoice."""
        for model, name in (
            ("mollie.payment.link", "mollie_link_ids"),
            ("mollie.payment.log", "mollie_log_ids"),
        ):
            record = self.records[model]
            values = {
                "move_id": self.invoice.id,
                "company_id": self.company.id,
                "event": "booked",
                "source": "user",
            }
            values = {key: value for key, value in values.items() if key in record._fields}
            for command in (
                Command.create(values),
                Command.update(record.id, {"company_id": self.company.id}),
                Command.delete(record.id),
                Command.unlink(record.id),
            ):
                with self.subTest(model, command=command):
                    self.assertEqual(self.who_may(self.invoice, "write", {name: [command]}), NOBODY)
            with self.subTest(model):
                self.assertEqual(self.who_may(record.browse(), "web_save", values, {}), NOBODY)
                self.assertEqual(self.who_may(record, "unlink"), NOBODY)
                self.assertEqual(self.who_may(record, "copy"), NOBODY)

    def test_a_secret_cannot_be_guessed_piece_by_piece(self):
        """Attacks C7: search by prefix, also along relations; groups, order, export, names."""
        token = self.tx.mollie_link_id.token
        guesses = {
            "mollie.payment.link": ("token", token, {"admin"}),
            "account.move": ("mollie_link_ids.token", token, {"admin"}),
            "payment.transaction": ("mollie_link_id.token", token, {"admin"}),
            "payment.provider": ("mollie_api_key", TEST_KEY, ADMINISTRATORS),
        }
        for model, (path, secret, allowed) in guesses.items():
            domain = [(path, "=like", f"{secret[:8]}%")]
            with self.subTest(model):
                self.assertEqual({r for r in ROLES if self.finds(r, model, domain)}, allowed)
                for method, *args in self.questions(path):
                    told = {r for r in ROLES if secret in self.answer(r, model, method, args)}
                    self.assertLessEqual(told, allowed, method)
                    self.assertIn("admin", told, method)

    def questions(self, path):
        """Return the calls that could tell what stands in a field."""
        name, _dot, inner = path.partition(".")
        specification = {name: {"fields": {inner: {}}} if inner else {}}
        yield "web_search_read", [], specification
        if not inner:
            yield "search_read", [], [name]
            yield "formatted_read_group", [], [name], ["__count"]

    def finds(self, role, model, domain):
        """Return whether a search tells the role that the domain is true."""
        return self.answer(role, model, "search_count", [domain]) not in ("", "0")

    def answer(self, role, model, method, args):
        self.env.invalidate_all()
        try:
            return str(call_kw(self.env[model].with_user(self.users[role]), method, args, {}))
        except AccessError:
            return ""


class TestMethods(AccessCase):
    def our_methods(self, model):
        """Return the public methods that a class of ours defines."""
        return {
            name
            for cls in type(self.env[model]).mro()
            if cls.__module__.startswith(f"odoo.addons.{MODULE}")
            for name, value in vars(cls).items()
            if callable(value) and not name.startswith("_")
        }

    def test_every_public_method_of_ours_is_listed(self):
        """Attacks C6: whatever is public can be called by anybody over RPC."""
        found = {model: self.our_methods(model) for model in self.env}
        found = {model: names for model, names in found.items() if names}
        self.assertEqual(found, {model: set(names) for model, names in METHODS.items()})

    def test_each_role_calls_what_it_may_and_no_more(self):
        """Attacks C6, D1."""
        credit_note = self.invoice._reverse_moves()
        credit_note.action_post()
        refund = self.make_refund()
        values = {
            "create": [{"provider_id": self.provider.id}],
            "write": [{"partner_name": "x"}],
        }
        records = self.records | {"payment.transaction": refund}
        for model, methods in METHODS.items():
            if model == "res.config.settings":
                continue
            for name, allowed in methods.items():
                with self.subTest(model, method=name):
                    record = credit_note if name == "action_mollie_refund" else records[model]
                    args = values.get(name, []) if model != "mollie.payment.log" else [{}]
                    if name == "create":
                        who = {r for r in ROLES if self.may_create(r, model)}
                    else:
                        who = self.who_may(record, name, *args)
                    self.assertEqual(who, allowed)

    def may_create(self, role, model):
        return self.env[model].with_user(self.users[role]).has_access("create")

    def make_refund(self):
        """Return the transaction of a refund that Mollie has not sent yet."""
        self.sandbox.settings(queue_refunds=True)
        self.tx.action_refund(10.0)
        self.env.invalidate_all()
        return self.tx.child_transaction_ids

    def test_only_administrators_open_the_settings(self):
        """Attacks D3."""
        for role in ROLES:
            Settings = self.env["res.config.settings"].with_user(self.users[role])
            with self.subTest(role):
                if role in ADMINISTRATORS:
                    self.assertFalse(Settings.create({}).mollie_api_key)
                    continue
                with self.assertRaises(AccessError):
                    Settings.create({"mollie_api_key": TEST_KEY}).action_mollie_connect()

    def test_only_administrators_say_where_keys_go(self):
        """Attacks D3, D5: the key itself, the endpoint, the public address."""
        Parameter = self.env["ir.config_parameter"]
        rows = Parameter.search([("key", "=like", "invoice_mollie.%")])
        self.assertEqual(len(rows), 2)
        self.assertEqual(self.who_may(rows, "write", {"value": "x"}), ADMINISTRATORS)
        self.assertEqual(self.who_may(rows, "read", ["value"]), ADMINISTRATORS)
        self.assertEqual(
            self.who_may(self.provider, "write", {"mollie_api_key": TEST_KEY}), ADMINISTRATORS
        )
        self.assertEqual(self.who_may(self.provider, "read", ["mollie_api_key"]), ADMINISTRATORS)


class TestMoney(AccessCase):
    """Attacks D1: every role × what moves money."""

    def make_payment(self, status):
        tx = self.pay(self.make_invoice(), status, method="klarna")
        self.assertEqual(tx.mollie_status, status)
        return tx

    def test_only_billing_users_move_money(self):
        for method, status in MONEY_METHODS.items():
            tx = self.make_payment(status)
            for role in ROLES:
                with self.subTest(method, role=role):
                    self.sandbox.clear_requests()
                    if role in TRANSACTIONS:
                        self.call(role, self.make_payment(status), method)
                        continue
                    with self.assertRaises(AccessError):
                        self.call(role, tx, method)
                    self.assertEqual(self.sandbox.requests(), [])

    def test_only_billing_users_refund_through_the_wizard(self):
        for role in ROLES:
            tx = self.make_payment("paid")
            with self.subTest(role):
                self.sandbox.clear_requests()
                if role in BILLING:
                    self.refund_by_wizard(role, tx.payment_id)
                    self.assertTrue(self.sandbox.requests(method="POST"))
                    continue
                with self.assertRaises(AccessError):
                    self.refund_by_wizard(role, tx.payment_id)
                self.assertEqual(self.sandbox.requests(), [])

    def refund_by_wizard(self, role, payment):
        self.env.flush_all()
        self.env.invalidate_all()
        Wizard = self.env["payment.refund.wizard"].with_user(self.users[role])
        wizard = Wizard.create({"payment_id": payment.id})
        self.call(role, wizard, "action_refund")

    def test_a_clerk_works_on_the_own_companys_invoices_only(self):
        """Attacks C9: ids of another company among one's own."""
        own = self.make_invoice()
        sister = self.users["stranger"].company_id
        self.env["account.chart.template"].try_loading("generic_coa", sister, False)
        self.env.user.company_ids |= sister
        theirs = self.make_invoice(company_id=sister.id)
        for name in METHODS["account.move"]:
            with self.subTest(name), self.assertRaises(AccessError):
                self.call("clerk", theirs if name in FOR_ONE else own + theirs, name)
        self.assertFalse(theirs.mollie_link_ids)


class TestEvidence(AccessCase):
    """Nobody changes the log over RPC, the administrator included."""

    def rpc(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_the_log_can_not_be_changed_over_rpc(self):
        row = self.invoice.mollie_log_ids[0]
        values = {"company_id": self.company.id, "event": "booked", "source": "user"}
        calls = {
            "create": ([values],),
            "write": (row.ids, {"detail": "forged"}),
            "unlink": (row.ids,),
            "copy": (row.ids,),
            "web_save": (row.ids, {"detail": "forged"}, {}),
            "load": (["event", "source", "company_id/.id"], [["booked", "user", self.company.id]]),
        }
        count = self.env["mollie.payment.log"].search_count([])
        for login, password in (("admin", "admin"), ("mollie_clerk", "mollie_clerk")):
            self.authenticate(login, password)
            for method, args in calls.items():
                with self.subTest(login, method=method):
                    self.assert_refused("mollie.payment.log", method, *args)
        self.env.invalidate_all()
        self.assertEqual(self.env["mollie.payment.log"].search_count([]), count)
        self.assertNotEqual(row.detail, "forged")

    def assert_refused(self, model, method, *args):
        """Assert that RPC answers with an error; an import answers with a message instead."""
        try:
            answer = self.rpc(model, method, *args)
        except Exception as error:
            self.assertIn("AccessError", str(error))
        else:
            self.assertEqual(method, "load")
            self.assertFalse(answer["ids"])
            self.assertTrue(answer["messages"])

    def test_a_transaction_of_which_the_log_speaks_can_not_be_deleted(self):
        """Its rows would lose what they are about."""
        self.authenticate("admin", "admin")
        self.assert_rows_stay("payment.transaction", self.tx)
        self.assert_rows_stay("account.move", self.invoice)

    def assert_rows_stay(self, model, record):
        rows = self.invoice.mollie_log_ids
        with self.assertRaises(JsonRpcException):
            self.rpc(model, "unlink", record.ids)
        self.env.invalidate_all()
        self.assertTrue(record.exists())
        self.assertEqual(rows.transaction_id, self.tx)

    def test_private_methods_can_not_be_called_over_rpc(self):
        self.authenticate("admin", "admin")
        for method in ("_mollie_sync", "_mollie_token", "_process", "_mollie_log"):
            with self.subTest(method), self.assertRaisesRegex(Exception, "private|AccessError"):
                self.rpc("payment.transaction", method, self.tx.ids, "user")
