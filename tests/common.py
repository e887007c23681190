"""The base case of the addon's tests: a company connected to a sandbox that plays Mollie."""

import functools
import re
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import HttpCase, tagged
from odoo.tests.common import get_db_name

from odoo.addons.invoice_mollie import const

from tests.ledger import Ledger
from tests.mollie_sandbox import Sandbox
from tests.visitors import STRANGERS, coming_from

TEST_KEY = "test_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"
LIVE_KEY = "live_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"
OTHER_KEY = "test_" + "9fWq2Ls8RtYhB3VnKx5ZpM7cDgJ4aE"
PARAMETERS = {
    "invoice_mollie.api_endpoint": "",
    # A public host, so that the addon sends a webhook address; nothing is ever sent there, the
    # tests take the webhooks from the sandbox and post them themselves.
    "invoice_mollie.public_url": "https://pay.example.com",
}
# How often Mollie may be asked, and how long it may take on a machine that is busy.
UNHURRIED = {
    "PAGE_SECONDS": 0,
    "PAGE_TIMEOUT": 30,
    "ASKS_A_MINUTE": 1000,
    "SILENT_FAILURES": 1000,
}


@tagged("post_install", "-at_install")
class MollieCase(HttpCase):
    """A Dutch company connected to Mollie's test mode, a clerk, and a customer."""

    @classmethod
    def setUpClass(cls):
        office = _office()
        super().setUpClass()
        # What comes in seconds here takes minutes elsewhere; `test_asking` has the real figures.
        for name, value in UNHURRIED.items():
            cls.startClassPatcher(patch.object(const, name, value))
        cls.company = cls.env.ref("base.main_company")
        cls.sandbox = Sandbox.attach()
        cls.sandbox.reset()
        for name, record in office.items():
            setattr(cls, name, record.with_env(cls.env))

    def setUp(self):
        super().setUp()
        self.start_afresh()
        self.http_request_allow_all = True

    def start_afresh(self):
        """Let Mollie forget everything, and count what is booked from here on."""
        self.sandbox.reset()
        self.ledger = Ledger(self.provider, self.sandbox)

    # --- the administrator -----------------------------------------------------------------------

    @classmethod
    def settings(cls, company=None, **values):
        """Return what the settings show to the administrator of a company."""
        company = company or cls.company
        user = cls.env.ref("base.user_admin")
        user.company_ids |= company
        env = cls.env(user=user, context={"allowed_company_ids": company.ids})
        return env["res.config.settings"].create({"company_id": company.id, **values})

    @classmethod
    def connect(cls, key, company=None, all_the_same=False):
        """Paste a key into the settings and press Connect; return the provider."""
        values = {"mollie_api_key": key, "mollie_connect_anyway": all_the_same}
        cls.settings(company, **values).action_mollie_connect()
        return cls.settings(company).mollie_provider_id.with_env(cls.env)

    # --- records ---------------------------------------------------------------------------------

    @classmethod
    def make_user(cls, login, *groups, company=None):
        company = company or cls.company
        return cls.env["res.users"].create(
            {
                "name": login.capitalize(),
                "login": f"mollie_{login}",
                "password": f"mollie_{login}",
                "email": f"{login}@example.com",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
            }
        )

    def make_invoice(self, amount=100.0, post=True, currency="EUR", **values):
        """Return a customer invoice of one line without tax, posted unless told otherwise."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-02",
                "currency_id": self.env.ref(f"base.{currency}").id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def make_credit_note(self, invoice, amount):
        """Return a posted credit note of an invoice, for a part of it."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "reason": "Returned"})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    def make_link(self, invoice):
        """Press the clerk's button; return the path of the pay page."""
        invoice.with_user(self.clerk).action_mollie_create_payment()
        return path_of(invoice.mollie_payment_link)

    def receive_by_bank(self, invoice, amount):
        """Book a payment of the invoice that did not come through Mollie."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"amount": amount})._create_payments()

    # --- the customer ----------------------------------------------------------------------------

    def get(self, path, **kwargs):
        return self.url_open(path, method="GET", allow_redirects=False, **kwargs)

    def press_pay(self, path, visitor=None, **data):
        """Press the button of the pay page; return the answer, redirects not followed.

        :param str visitor: the address of who presses it, 127.x.y.z; else a new one each time, for
            from one address one can't press it as often as these tests do.
        """
        with coming_from(self.opener, visitor or next(STRANGERS)):
            return self.url_open(path, data=data, method="POST", allow_redirects=False)

    def start_core_payment(self, *invoices, amount=None):
        """Begin a payment in core's own dialog, of all the invoices; return the transaction."""
        invoices = self.env["account.move"].union(*invoices)
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "operation": "online_redirect",
                "amount": sum(invoices.mapped("amount_total")) if amount is None else amount,
                "currency_id": invoices.currency_id.id,
                "partner_id": invoices.partner_id.id,
                "invoice_ids": [Command.set(invoices.ids)],
            }
        )
        tx._get_processing_values()
        return tx

    def start_payment(self, invoice):
        """Make a link, press Pay, and return the transaction."""
        response = self.press_pay(self.make_link(invoice))
        self.assertEqual(response.status_code, 303, response.text)
        return self.last_transaction(invoice)

    def last_transaction(self, invoice):
        invoice.invalidate_recordset()
        return invoice.transaction_ids.sorted("id")[-1:]

    def pay(self, invoice, status="paid", method="ideal", **kwargs):
        """Pay an invoice at the sandbox's checkout and deliver what Mollie sends."""
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, status, method=method, **kwargs)
        self.deliver_webhooks()
        return tx

    def make_paid(self, amount=100.0):
        """Return an invoice that was paid, and the transaction."""
        invoice = self.make_invoice(amount)
        return invoice, self.pay(invoice)

    def deliver_webhooks(self):
        """Post the webhooks that are due, as Mollie would; return the statuses answered."""
        statuses = []
        for webhook in self.sandbox.due_webhooks():
            response = self.post_webhook(webhook.path, webhook.payment_id)
            webhook.answer(response.status_code)
            statuses.append(response.status_code)
        self.env.invalidate_all()
        return statuses

    def post_webhook(self, path, payment_id):
        return self.url_open(path, data={"id": payment_id}, method="POST", allow_redirects=False)

    def return_path(self, tx):
        """Return where Mollie sends the customer back to."""
        return path_of(self.sandbox.payment(tx.provider_reference)["redirectUrl"])

    def webhook_path(self, tx):
        """Return where Mollie sends its webhooks to."""
        return path_of(self.sandbox.payment(tx.provider_reference)["webhookUrl"])

    def run_cron(self, name):
        """Let a scheduled action of the addon run, as the scheduler would."""
        action = self.env.ref(f"invoice_mollie.{name}")
        action.method_direct_trigger()
        self.env.invalidate_all()
        # Odoo keeps to its log what was raised.
        self.assertFalse(action.failure_count)

    # --- what one sees ---------------------------------------------------------------------------

    def text_of(self, response):
        """Return what a visitor reads on a page."""
        body = re.sub(r"<(style|title)[^>]*>.*?</\1>", " ", response.text, flags=re.S)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body).replace("\xa0", " ")).strip()

    def events(self, invoice):
        """Return the events of the invoice's log, oldest first."""
        self.env.invalidate_all()
        return invoice.mollie_log_ids.sorted("id").mapped("event")


@functools.cache
def _office():
    """Connect the company and hire a clerk, once for all classes: for each it would take a second.

    :return: records of a database transaction that has ended
    """
    sandbox = Sandbox.attach()
    sandbox.reset()
    with Registry(get_db_name()).cursor() as cr:
        MollieCase.env = env = Environment(cr, SUPERUSER_ID, {})
        own = {"web.base.url": MollieCase.base_url()}
        for name, value in (PARAMETERS | own).items():
            env["ir.config_parameter"].set_param(name, value or sandbox.url)
        MollieCase.company = env.ref("base.main_company")
        customer = {"name": "Bakkerij De Korenaar", "email": "administratie@korenaar.example.com"}
        return {
            "provider": MollieCase.connect(TEST_KEY),
            "customer": env["res.partner"].create(customer),
            "clerk": MollieCase.make_user("clerk", "account.group_account_invoice"),
        }


def path_of(url):
    return urlsplit(url).path
