"""Somebody in each role, and a paid invoice that they may look at or not."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw

from tests.common import MollieCase

MODULE = "invoice_mollie"
ROLES = (
    "public",
    "portal",
    "neighbour",
    "internal",
    "stranger",
    "auditor",
    "clerk",
    "system",
    "admin",
)
EVERYBODY = set(ROLES) - {"stranger"}
NOBODY = set()
ADMINISTRATORS = {"system", "admin"}
# Settings, users and the technical menu alone make nobody see invoices.
BILLING = {"clerk", "admin"}
READERS = BILLING | {"auditor"}
# Billing administrators; of what only they open, each has their own.
MANAGERS = {"admin"}
# As core has it for transactions.
TRANSACTIONS = BILLING | {"system"}


class AccessCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sister = cls.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        cls.users = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls.make_user("portal", "base.group_portal"),
            # Another customer of the same company.
            "neighbour": cls.make_user("neighbour", "base.group_portal"),
            "internal": cls.make_user("internal", "base.group_user"),
            # A clerk of another company.
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
        repair = self.env["mollie.repair"].with_user(self.users["admin"]).create({})
        self.records = {
            "account.move": self.invoice,
            "account.payment": self.tx.payment_id,
            "mollie.comparison": self.env["mollie.comparison"]._for_provider(self.provider),
            "mollie.difference": self.make_difference(),
            **self.look_at_setup(),
            "account.partial.reconcile": self.invoice.line_ids.matched_credit_ids,
            "mail.activity": self.invoice.activity_schedule(
                note="Look!", mollie_need="credit", mollie_transaction_id=self.tx.id
            ),
            "mollie.link.request": self.env["mollie.link.request"].create({"visitor": "x"}),
            "mollie.notice": self.env["mollie.notice"].create({"transaction_id": self.tx.id}),
            "mollie.limit": self.env["mollie.limit"].search([], limit=1),
            "mollie.payment.link": self.tx.mollie_link_id,
            **self.make_links_of_many(),
            "mollie.credit.use": self.env["mollie.credit.use"]
            .with_user(self.clerk)
            .create({"move_id": self.invoice.id}),
            "mollie.link.share": self.env["mollie.link.share"]
            .with_user(self.clerk)
            .create({"move_id": self.invoice.id}),
            "mollie.repair": repair,
            "mollie.repair.line": self.env["mollie.repair.line"].create({"repair_id": repair.id}),
            "mollie.payment.log": self.invoice.mollie_log_ids[0],
            "account.move.send.wizard": self.env["account.move.send.wizard"].create(
                {"move_id": self.invoice.id}
            ),
            "payment.provider": self.provider,
            "payment.refund.wizard": self.env["payment.refund.wizard"].create(
                {"payment_id": self.tx.payment_id.id, "mollie_invoice_id": self.invoice.id}
            ),
            "res.lang": self.env.ref("base.lang_en"),
            "ir.config_parameter": self.env["ir.config_parameter"].search(
                [("key", "=", "invoice_mollie.public_url")]
            ),
            "payment.transaction": self.tx,
            "res.company": self.company,
        }

    def make_links_of_many(self):
        """Return what the clerk is shown who makes many links, by model."""
        invoices = self.make_invoice() + self.make_invoice(post=False)
        action = invoices.with_user(self.clerk).action_mollie_create_payment()
        result = self.env[action["res_model"]].browse(action["res_id"])
        return {"mollie.link.result": result, "mollie.link.result.row": result.row_ids[0]}

    def look_at_setup(self):
        """Return what the administrator is shown at "Check set-up", by model."""
        action = self.settings().action_mollie_check_setup()
        health = self.env[action["res_model"]].browse(action["res_id"])
        return {"mollie.health": health, "mollie.health.row": health.row_ids[0]}

    def make_difference(self):
        """Return a row about the paid invoice, as if something differed."""
        return self.env["mollie.difference"].create(
            {
                "company_id": self.company.id,
                "provider_id": self.provider.id,
                "mollie_reference": self.tx.provider_reference,
                "kind": "payment",
                "reason": "not_booked",
                "transaction_id": self.tx.id,
                "move_id": self.invoice.id,
                "payment_id": self.tx.payment_id.id,
                "line_id": self.tx.payment_id.move_id.line_ids[0].id,
                "currency_id": self.tx.currency_id.id,
                "amount_mollie": 100,
                "since": "2026-11-02",
                "compared": "2026-11-02",
            }
        )

    def our_methods(self, model):
        """Return the public methods that a class of ours defines."""
        return {
            name
            for cls in type(self.env[model]).mro()
            if cls.__module__.startswith(f"odoo.addons.{MODULE}")
            for name, value in vars(cls).items()
            if callable(value) and not name.startswith("_")
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
