"""Who may call what: every public method of ours × every role.

Methods are found by introspection: a new one fails until it is listed here.
"""

from odoo.exceptions import AccessError

from tests.common import TEST_KEY
from tests.odoo.cases.roles import (
    ADMINISTRATORS,
    BILLING,
    MANAGERS,
    NOBODY,
    READERS,
    ROLES,
    TRANSACTIONS,
    AccessCase,
)

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
        "action_mollie_use_credit_here": BILLING,
        "action_mollie_take_credit": BILLING,
        "action_mollie_undo_hand_payment": BILLING,
        "button_draft": BILLING,
        "payment_action_capture": BILLING,
        "payment_action_void": BILLING,
        "button_cancel": BILLING,
        "create": BILLING | {"stranger"},
        "unlink": BILLING,
        "write": BILLING,
    },
    "payment.transaction": {
        "action_mollie_cancel_refund": TRANSACTIONS,
        "action_mollie_give_up": TRANSACTIONS,
        "action_mollie_release_rest": TRANSACTIONS,
        "action_post_process": TRANSACTIONS,
        # Those of other providers.
        "create": TRANSACTIONS | {"stranger"},
        "write": NOBODY,
    },
    "mollie.difference": {
        "action_check": BILLING,
        "action_compare": BILLING,
        "action_open_comparisons": READERS,
        "action_open_entry": READERS,
        "action_open_invoice": READERS,
        "action_open_payment": READERS,
        "create": NOBODY,
        "get_empty_list_help": READERS | {"stranger"},
    },
    # Whose dialog it is.
    "mollie.link.share": {"action_mail": {"clerk"}},
    "mollie.link.result": dict.fromkeys(("action_send", "action_open_refused"), {"clerk"}),
    "mollie.link.result.row": {"action_open": {"clerk"}},
    "mollie.repair": {"action_reconcile": MANAGERS},
    "mollie.repair.line": {"action_place": MANAGERS},
    "mollie.health.row": dict.fromkeys(("action_mend", "action_open"), {"admin"}),
    "mail.activity": {"unlink": BILLING},
    "mollie.comparison": {"create": NOBODY},
    "mollie.link.request": {"create": NOBODY},
    "mollie.notice": {"create": NOBODY},
    "mollie.payment.link": {"create": NOBODY},
    "mollie.payment.log": {"create": NOBODY, "write": NOBODY},
    "ir.config_parameter": dict.fromkeys(("create", "write", "unlink"), ADMINISTRATORS),
    "res.lang": {"write": ADMINISTRATORS},
    "res.company": dict.fromkeys(("create", "write"), ADMINISTRATORS),
    "payment.provider": dict.fromkeys(("create", "write"), ADMINISTRATORS),
    "account.payment": {
        "action_cancel": BILLING,
        "create": BILLING | {"stranger"},
        "write": BILLING,
    },
    "account.partial.reconcile": {"create": BILLING | {"stranger"}, "unlink": BILLING},
    "payment.refund.wizard": {"action_refund": BILLING},
    "res.config.settings": {
        "action_mollie_check_setup": ADMINISTRATORS,
        "action_mollie_connect": ADMINISTRATORS,
        "action_mollie_disconnect": ADMINISTRATORS,
        "action_mollie_renew_monitoring": ADMINISTRATORS,
        "action_mollie_switch_on": ADMINISTRATORS,
        "action_mollie_take_over_payments": ADMINISTRATORS,
        "action_mollie_take_place": ADMINISTRATORS,
        "action_mollie_use_address": ADMINISTRATORS,
        "action_mollie_reverse_test_payments": ADMINISTRATORS,
        "action_mollie_refresh_methods": ADMINISTRATORS,
    },
}
# Those for one record only.
FOR_ONE = {
    "action_mollie_refund",
    "action_mollie_refund_credit",
    "action_mollie_undo_hand_payment",
    "action_mollie_take_credit",
    "action_mollie_use_credit",
    "payment_action_capture",
}

# Those for no record, and by which right on the model.
OF_MODEL = {"create": "create", "get_empty_list_help": "read"}


class TestMethods(AccessCase):
    def test_every_public_method_of_ours_is_listed(self):
        """Attacks C6: whatever is public can be called by anybody over RPC."""
        found = {model: self.our_methods(model) for model in self.env}
        found = {model: names for model, names in found.items() if names}
        self.assertEqual(found, {model: set(names) for model, names in METHODS.items()})

    def test_each_role_calls_what_it_may_and_no_more(self):
        """Attacks C6, D1. ASVS 8.2.1."""
        credit_note = self.invoice._reverse_moves()
        credit_note.action_post()
        refund = self.make_refund()
        texts = {
            "account.move": "ref",
            "account.payment": "memo",
            "mollie.payment.log": "detail",
            "ir.config_parameter": "value",
            "payment.provider": "name",
        }
        records = self.records | {"payment.transaction": refund}
        for model, methods in METHODS.items():
            if model == "res.config.settings":
                continue
            for name, allowed in methods.items():
                with self.subTest(model, method=name):
                    record = credit_note if name == "action_mollie_refund" else records[model]
                    text = texts.get(model, "partner_name")
                    args = [{text: "x"}] if name == "write" else []
                    if name in OF_MODEL:
                        who = {r for r in ROLES if self.may_use(r, model, OF_MODEL[name])}
                    else:
                        who = self.who_may(record, name, *args)
                    self.assertEqual(who, allowed)

    def may_use(self, role, model, right):
        return self.env[model].with_user(self.users[role]).has_access(right)

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
        names = {"api_endpoint", "public_url", "technical_log_months"}
        self.assertEqual({row.key.partition(".")[2] for row in rows}, names)
        self.assertEqual(self.who_may(rows, "write", {"value": "x"}), ADMINISTRATORS)
        self.assertEqual(self.who_may(rows, "read", ["value"]), ADMINISTRATORS)
        self.assertEqual(
            self.who_may(self.provider, "write", {"mollie_api_key": TEST_KEY}), ADMINISTRATORS
        )
        self.assertEqual(self.who_may(self.provider, "read", ["mollie_api_key"]), ADMINISTRATORS)

    def test_a_clerk_works_on_the_own_companys_invoices_only(self):
        """Attacks C9: ids of another company among one's own. ASVS 8.4.1."""
        own = self.make_invoice()
        sister = self.users["stranger"].company_id
        self.env["account.chart.template"].try_loading("generic_coa", sister, False)
        self.env.user.company_ids |= sister
        theirs = self.make_invoice(company_id=sister.id)
        for name in METHODS["account.move"].keys() - OF_MODEL.keys():
            args = [{"ref": "x"}] if name == "write" else []
            with self.subTest(name), self.assertRaises(AccessError):
                self.call("clerk", theirs if name in FOR_ONE else own + theirs, name, *args)
        self.assertFalse(theirs.mollie_link_ids)
