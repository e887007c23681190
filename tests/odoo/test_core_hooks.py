"""What the addon overrides and calls in Odoo's core is still reached.

Core renames its hooks between versions. An override that nobody calls any more fails silently in
production; here it fails loudly. That each hook is still there, with the same parameters, is looked
at without loading anything in tests/structure/test_core_contract.py.
"""

from contextlib import ExitStack
from functools import wraps
from unittest.mock import patch

from tests.common import TEST_KEY, MollieCase
from tests.odoo.test_core_routes import core_payment
from tests.structure.core_contract import OVERRIDDEN, STEPS, USED

INSTALLATION = "_auto_init"


def hooks():
    """Return ``{(model, method)}`` of the contract that invoices meet in their lives.

    `base` is every model, and none of its own; `_auto_init` runs when the addon is installed.
    """
    return {
        (place, name)
        for table in (OVERRIDDEN, USED, STEPS)
        for place, names in table.items()
        for name, signature in names.items()
        if signature.startswith("(")
        and not place.startswith(("odoo", "base"))
        and name != INSTALLATION
    }


class TestHooks(MollieCase):
    maxDiff = None

    def test_core_still_reaches_every_hook(self):
        """Every override and every method called, counted while invoices live their lives."""
        reached = set()
        with ExitStack() as stack:
            for model, name in hooks():
                self.spy(stack, model, name, reached)
            self.live()
        self.assertEqual(hooks() - reached, set())

    def spy(self, stack, model, name, reached):
        """Count calls of a method; patched, for nothing else sees who calls whom."""
        cls = type(self.env[model])
        original = getattr(cls, name)
        function = getattr(original, "__func__", original)

        @wraps(function)
        def spied(*args, **kwargs):
            reached.add((model, name))
            return function(*args, **kwargs)

        is_of_class = isinstance(getattr(original, "__self__", None), type)
        stack.enter_context(patch.object(cls, name, classmethod(spied) if is_of_class else spied))

    def live(self):
        """Let invoices be sent, paid, refunded, captured, voided, corrected and shown."""
        self.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", True)
        self.provider.journal_id = self.env["account.journal"].create(
            {"name": "Another journal", "type": "bank", "company_id": self.company.id}
        )
        self.connect(TEST_KEY)
        self.make_invoice(post=False).unlink()
        sent, paid = self.make_invoice(), self.make_invoice()
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=sent.ids
        )
        wizard.create({"sending_methods": ["manual"]}).action_send_and_print()
        sent.search([])._read_group([], ["mollie_progress"])
        sent._get_portal_payment_link()
        self.env["res.lang"]._activate_lang("pl_PL")
        sent._get_invoice_legal_documents("pdf")
        many = (sent + paid).with_user(self.clerk).action_mollie_create_payment()
        self.env[many["res_model"]].browse(many["res_id"]).action_send()
        tx = self.pay(paid)
        self.get(f"/mollie/receipt/{tx.mollie_receipt_token}")
        self.refund_in_vain(tx)
        for button in ("payment_action_capture", "payment_action_void"):
            invoice = self.make_invoice()
            self.pay(invoice, "authorized", method="klarna")
            getattr(invoice.with_user(self.clerk), button)()
        transfer = self.make_invoice()
        tx = self.start_payment(transfer)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.get(self.return_path(tx))
        transfer.button_draft()
        transfer.button_cancel()
        self.run_cron("cron_mollie_sync")
        self.pay_twice()
        self.pay_early()
        self.get(sent.get_portal_url())
        tx.with_user(self.clerk).fields_get()
        self.pay_by_core(self.make_invoice())
        self.replace(sent)
        tx.action_post_process()
        self.get("/mollie/none")
        self.set_up_anew()

    def set_up_anew(self):
        """Say where customers reach Odoo, and take it back; make a company and a provider."""
        self.env["res.company"].create({"name": "Zusterbedrijf B.V."}).name = "Zusterbedrijf N.V."
        for value in ("https://a.example.com", False, "https://b.example.com"):
            self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", value)
        self.provider.copy()

    def replace(self, invoice):
        """Reverse an invoice and make another one in its place."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"journal_id": invoice.journal_id.id}).modify_moves()

    def pay_early(self):
        """Pay with a discount."""
        values = {"early_discount": True, "discount_percentage": 2, "discount_days": 3650}
        term = self.env["account.payment.term"].create({"name": "2 %", **values})
        invoice = self.make_invoice(invoice_payment_term_id=term.id)
        self.get(self.return_path(self.pay(invoice)))

    def pay_twice(self):
        """Pay by bank, too: the credit that is left links to its payment, and can be used."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.receive_by_bank(invoice, 100)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        invoice.action_mollie_refund_credit()
        invoice.action_mollie_use_credit()
        self.assertTrue(self.make_invoice().invoice_outstanding_credits_debits_widget)
        self.make_credit_note(invoice, 10)
        (invoice.reconciled_payment_ids - tx.payment_id).action_cancel()

    def refund_in_vain(self, tx):
        """Refund by core's wizard; the money comes back."""
        wizard = self.env["payment.refund.wizard"].with_context(active_id=tx.payment_id.id)
        wizard = wizard.create({"payment_id": tx.payment_id.id, "amount_to_refund": 40})
        self.assertEqual(wizard.support_refund, "partial")
        wizard.action_refund()
        for status in ("refunded", "failed"):
            self.sandbox.set_refund_status(tx.child_transaction_ids.provider_reference, status)
            self.deliver_webhooks()

    def pay_by_core(self, invoice):
        """Pay by core's dialog, at the second try: Mollie refuses the first."""
        self.sandbox.fault("422", method="POST")
        core_payment(self, invoice)
        self.sandbox.clear_faults()
        tx = core_payment(self, invoice)[0]
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
