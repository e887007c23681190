"""A company, its clerk and its customer on one database, with the addon or without."""

import contextlib
import logging
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import Client

import odoo
from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service import server

from tests.bench.stopwatch import Stopwatch
from tests.mollie_sandbox import Sandbox
from tests.rows import copy_attempt, copy_booked, fill
from tests.visitors import STRANGERS

API_KEY = "test_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"
PUBLIC_URL = "http://127.0.0.1:8069"
# Of so many attempts that wait, one has failed at Mollie without anybody's telling.
NEWS = 500


class Office:
    """Odoo in this process, on one database, connected to the sandbox."""

    def __init__(self, database, sandbox):
        odoo.tools.config.parse_config(
            ["--database", database, "--log-level", "critical"], setup_logging=True
        )
        logging.getLogger().setLevel(logging.CRITICAL)
        server.load_server_wide_modules()
        self.registry = Registry(database)
        self.sandbox = Sandbox.attach(sandbox)
        self.stopwatch = Stopwatch(self.sandbox.url)
        self.client = Client(odoo.http.root, use_cookies=False)
        with self.env() as env:
            self._set_up(env)

    def fill(self, count):
        """Let there be so many other invoices, each with an attempt."""
        page = self.make_page()
        self.press_pay(page)
        with self.env() as env:
            [tx] = env["payment.transaction"].search([], order="id desc", limit=1)
            fill(env, tx.invoice_ids, count)

    def _set_up(self, env):
        company = env.ref("base.main_company")
        company.email = "facturen@fietsenmaker.example.com"
        for name, value in {
            "web.base.url": PUBLIC_URL,
            "web.base.url.freeze": "True",
            "invoice_mollie.public_url": "https://pay.example.com",
            "invoice_mollie.api_endpoint": self.sandbox.url,
        }.items():
            env["ir.config_parameter"].set_param(name, value)
        self.provider_id = self._connect(env, company).id
        customer = {"name": "Bakkerij De Korenaar", "email": "administratie@korenaar.example.com"}
        self.customer_id = env["res.partner"].create(customer).id
        clerk = {
            "name": "Carla Clerk",
            "login": "bench_clerk",
            "group_ids": [Command.set(env.ref("account.group_account_invoice").ids)],
        }
        self.clerk_id = env["res.users"].with_context(no_reset_password=True).create(clerk).id

    @contextlib.contextmanager
    def env(self, clerk=False):
        """Yield an environment; what was done in it is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, self.clerk_id if clerk else api.SUPERUSER_ID, {})

    # --- what is measured runs in one of these ---------------------------------------------------

    def timed(self):
        return self.stopwatch.running()

    def ask(self, method, path, data=None, body=None):
        """Send a request to this process's own Odoo, from an address nobody had before."""
        options = {"environ_overrides": {"REMOTE_ADDR": next(STRANGERS)}}
        if body is not None:
            options["json"] = {"jsonrpc": "2.0", "method": "call", "params": body}
        else:
            options["data"] = data
        answer = self.client.open(path, method=method, base_url=PUBLIC_URL, **options)
        content = answer.get_data()
        if self.stopwatch.sample is not None:
            self.stopwatch.sample["bytes"] = len(content)
        answer.close()
        return SimpleNamespace(status=answer.status_code, content=content)

    # --- invoices --------------------------------------------------------------------------------

    def make_invoices(self, count=1, post=True):
        """Make invoices of three lines; return their ids."""
        lines = [
            Command.create({"name": f"Work {number}", "quantity": 1, "price_unit": 40.0})
            for number in range(3)
        ]
        values = {
            "move_type": "out_invoice",
            "partner_id": self.customer_id,
            "invoice_date": "2026-11-02",
            "invoice_line_ids": lines,
        }
        with self.env() as env:
            invoices = env["account.move"].create([values] * count)
            if post:
                invoices.action_post()
            return invoices.ids

    def make_payment(self):
        """Return a payment of a new invoice that the customer has just paid at Mollie."""
        self.press_pay(self.make_page())
        payment = self.sandbox.payments()[-1]
        return self.sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)

    def deliver(self, payment):
        """Have Odoo hear of a payment, as Mollie's webhook does."""
        parts = urlsplit(payment["webhookUrl"])
        path = f"{parts.path}?{parts.query}".rstrip("?")
        answer = self.ask("POST", path, data={"id": payment["id"]})
        assert answer.status == 200, answer

    def make_waiting(self, count):
        """Let so many attempts wait, one in `NEWS` with news; return their ids."""
        self.press_pay(self.make_page())
        payment = self.sandbox.payments()[-1]
        with self.env() as env:
            txs = copy_attempt(env, env["payment.transaction"].search([], limit=1), count)
            payments = [_like(payment, tx.reference) for tx in txs]
            for number in range(0, count, NEWS):
                payments[number]["status"] = "failed"
            made = zip(txs, self.sandbox.add_payments(API_KEY, payments), strict=True)
            for tx, payment_id in made:
                tx.provider_reference = payment_id
            return txs.ids


class Core(Office):
    """Odoo's own Mollie provider."""

    def _connect(self, env, company):
        provider = env["payment.provider"].search(
            [("code", "=", "mollie"), ("company_id", "=", company.id)], limit=1
        )
        provider.write({"mollie_api_key": API_KEY, "state": "test", "is_published": True})
        method = env.ref("payment.payment_method_ideal")
        method.active = True
        self.method_id = method.id
        return provider

    def make_page(self):
        """Return the address of the portal page of a new invoice."""
        [invoice_id] = self.make_invoices()
        with self.env() as env:
            return env["account.move"].browse(invoice_id).get_portal_url()

    def set_link_creation(self, creation):
        """Core makes no links."""

    def link(self, invoices):
        for invoice in invoices:
            invoice._get_portal_payment_link()

    def press_pay(self, page, around=contextlib.nullcontext):
        """Ask for a transaction, as core's payment form does.

        :param around: makes the block in which that is done and nothing else.
        """
        parts = urlsplit(page)
        invoice_id = int(parts.path.rpartition("/")[2])
        with self.env() as env:
            amount = env["account.move"].browse(invoice_id).amount_residual
        wishes = {
            "access_token": dict(parse_qsl(parts.query))["access_token"],
            "provider_id": self.provider_id,
            "payment_method_id": self.method_id,
            "token_id": None,
            "amount": amount,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": page,
        }
        with around():
            answer = self.ask("POST", f"/invoice/transaction/{invoice_id}", body=wishes)
        assert b"redirect_form_html" in answer.content, answer

    def hear(self, payment):
        """Have the payment booked: core does so when the scheduler or the customer comes."""
        self.deliver(payment)
        with self.env() as env:
            tx = env["payment.transaction"].search(
                [("provider_reference", "=", payment["id"])], limit=1
            )
            tx._post_process()

    def look(self, waiting):
        """Ask Mollie for each attempt, as core's webhook does."""
        with self.env() as env:
            for tx in env["payment.transaction"].browse(waiting):
                payment = tx._send_api_request("GET", f"/payments/{tx.provider_reference}")
                tx._process("mollie", payment)


class Addon(Office):
    """This addon."""

    def _connect(self, env, company):
        return company._connect_mollie(API_KEY)

    def make_page(self):
        """Return the address of the pay page of a new invoice."""
        [invoice_id] = self.make_invoices()
        with self.env() as env:
            invoice = env["account.move"].browse(invoice_id)
            invoice.action_mollie_create_payment()
            return urlsplit(invoice.mollie_payment_link).path

    def set_link_creation(self, creation):
        """Say when links are made, as in the settings."""
        with self.env() as env:
            env.ref("base.main_company").mollie_link_creation = creation

    def link(self, invoices):
        invoices.action_mollie_create_payment()

    def press_pay(self, page, around=contextlib.nullcontext):
        with around():
            answer = self.ask("POST", page)
        assert answer.status == 303, answer

    def hear(self, payment):
        """Have the payment booked: the webhook does so at once."""
        self.deliver(payment)

    def make_waiting(self, count):
        """Have the scheduler ask for them the next time."""
        waiting = super().make_waiting(count)
        with self.env() as env:
            env["payment.transaction"].browse(waiting).mollie_next_check = "2026-01-01"
        return waiting

    def make_booked(self, count):
        """Let there be so many payments more that are paid, at Mollie and in the books."""
        payment = self.make_payment()
        self.hear(payment)
        with self.env() as env:
            tx = env["payment.transaction"].search([("provider_reference", "=", payment["id"])])
            payments = [
                _like(payment, f"COPY-{number}") | {"status": "paid"}
                for number in range(1, count + 1)
            ]
            copy_booked(env, tx, self.sandbox.add_payments(API_KEY, payments))

    def look(self, waiting):
        """Let the scheduler look."""
        with self.env() as env:
            env["payment.transaction"]._cron_mollie_sync()


def _like(payment, reference):
    """Return the fields of a payment at Mollie that is as another one, of another attempt."""
    fields = {name: payment[name] for name in ("amount", "description", "redirectUrl", "metadata")}
    if fields["metadata"]:
        fields["metadata"] = fields["metadata"] | {"reference": reference}
    return fields | {"status": "open"}
