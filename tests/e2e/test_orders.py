"""Orders that are paid by their own payment link, in a database with Odoo's sales."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.crowd import view
from tests.e2e.office import Invoice, User
from tests.e2e.server import OdooServer, anonymous, install, prepare

PATIENCE = 60


@pytest.fixture
def shop(bare_database, running_sandbox, mailbox):
    """A server whose database has the addon, and orders."""
    running_sandbox.reset()
    install("--init", "invoice_mollie,sale")
    server = OdooServer("orders")
    prepare(server, running_sandbox, mailbox)
    with server.running():
        yield Shop(server, running_sandbox, User(server, bare_database, "admin"))


class Shop:
    """Who sells, and who buys."""

    def __init__(self, server, sandbox, admin):
        self.server, self.sandbox, self.admin = server, sandbox, admin
        [provider] = admin.read("payment.provider", [("state", "=", "test")], "payment_method_ids")
        self.paid_by = {
            "provider_id": provider["id"],
            "payment_method_id": provider["payment_method_ids"][0],
        }

    def make_order(self):
        """Return a confirmed order of ten pieces, of € 10.00 each."""
        [customer] = self.admin.read("res.partner", [("name", "=", "Bakkerij De Korenaar")])
        product = {"name": "Tyre", "type": "service", "invoice_policy": "order", "taxes_id": []}
        product_id = self.admin.call("product.product", "create", product)
        line = {"product_id": product_id, "product_uom_qty": 10, "price_unit": 10, "tax_ids": []}
        values = {"partner_id": customer["id"], "order_line": [[0, 0, line]]}
        order_id = self.admin.call("sale.order", "create", values)
        self.admin.call("sale.order", "action_confirm", [order_id])
        return order_id

    def make_invoice(self, order_id, pieces):
        """Return an invoice of some pieces of what is not invoiced so far, posted, with a link."""
        context = {"active_model": "sale.order", "active_ids": [order_id]}
        wizard = self.admin.call("sale.advance.payment.inv", "create", {}, context=context)
        self.admin.call("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        drafts = [("state", "=", "draft"), ("move_type", "=", "out_invoice")]
        [draft] = self.admin.read("account.move", drafts, "invoice_line_ids")
        lines = [[1, line, {"quantity": pieces}] for line in draft["invoice_line_ids"]]
        self.admin.call("account.move", "write", [draft["id"]], {"invoice_line_ids": lines})
        self.admin.call("account.move", "action_post", [draft["id"]])
        [move] = self.admin.read("account.move", [("id", "=", draft["id"])], "name")
        invoice = Invoice(self.admin, draft["id"], move["name"])
        invoice.make_link()
        return invoice

    def pay_order(self, order_id, amount=100):
        """Pay an order on its own page; return the payment at Mollie, not heard of so far."""
        action = self.admin.call("sale.order", "action_preview_sale_order", [order_id])
        address = urlsplit(action["url"])
        params = {
            "access_token": parse_qs(address.query)["access_token"][0],
            "amount": amount,
            "flow": "redirect",
            "token_id": None,
            "tokenization_requested": False,
            "landing_route": address.path,
            **self.paid_by,
        }
        url = f"{self.server.url}/my/orders/{order_id}/transaction"
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = anonymous().post(url, json=body, timeout=PATIENCE).json()
        assert "error" not in answer, answer
        [payment] = self.sandbox.payments()
        self.sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
        return payment

    def invoices(self, order_id):
        """Return the invoices of an order."""
        [order] = self.admin.read("sale.order", [("id", "=", order_id)], "invoice_ids")
        found = self.admin.read("account.move", [("id", "in", order["invoice_ids"])], "name")
        return [Invoice(self.admin, move["id"], move["name"]) for move in found]

    def lose(self, payment):
        """Move what a payment brought to another account, where it is not Mollie's."""
        admin, [tx] = self.admin, self._transactions(payment)
        [booked] = admin.read("account.payment", [("id", "=", tx["payment_id"][0])], "move_id")
        other = [("account_type", "=", "asset_current")]
        account = admin.read("account.account", other)[0]["id"]
        entry = [booked["move_id"][0]]
        debit = [("move_id", "in", entry), ("debit", ">", 0)]
        [line] = admin.read("account.move.line", debit)
        admin.call("account.move", "button_draft", entry)
        admin.call("account.move.line", "write", [line["id"]], {"account_id": account})
        admin.call("account.move", "action_post", entry)
        return tx["payment_id"]

    def booked(self, payment):
        [tx] = self._transactions(payment)
        return tx["payment_id"]

    def _transactions(self, payment):
        named = [("provider_reference", "=", payment["id"])]
        return self.admin.read("payment.transaction", named, "payment_id")


def notify(payment):
    """Send the webhook of a payment to core's address, of which the query is a part."""
    data = {"id": payment["id"]}
    return anonymous().post(payment["webhookUrl"], data=data, timeout=PATIENCE)


def left(*invoices):
    """Return what is left to pay of invoices."""
    return [invoice.get("amount_residual") for invoice in invoices]


def test_what_an_order_is_paid_settles_all_of_its_invoices(shop):
    """Whoever hears of it first: the webhook, a page, the clerk."""
    hears = {
        "webhook": lambda payment, first: notify(payment),
        "page": lambda payment, first: view(shop.server, first.get("mollie_payment_link")),
        "clerk": lambda payment, first: first.press("action_mollie_sync"),
    }
    for hear in hears.values():
        shop.sandbox.reset()
        order = shop.make_order()
        first, second = shop.make_invoice(order, 6), shop.make_invoice(order, 4)
        assert left(first, second) == [60, 40]
        hear(shop.pay_order(order), first)
        assert left(first, second) == [0, 0]
        page = view(shop.server, second.get("mollie_payment_link"))
        assert "nothing more you need to do" in page.text


def test_a_payment_of_an_order_that_is_booked_once_more_makes_no_second_invoice(shop):
    """Odoo makes the order's invoice when the payment comes, of a part one of a down payment."""
    shop.admin.call("ir.config_parameter", "set_param", "sale.automatic_invoice", "True")
    for amount in (40, 100):
        shop.sandbox.reset()
        order = shop.make_order()
        payment = shop.pay_order(order, amount)
        notify(payment)
        [invoice] = shop.invoices(order)
        assert (invoice.get("amount_total"), invoice.get("amount_residual")) == (amount, 0)
        lost = shop.lose(payment)
        invoice.press("action_mollie_sync")
        assert invoice.events().count("booking_lost") == 1
        assert shop.booked(payment) not in (lost, False)
        assert [found.id for found in shop.invoices(order)] == [invoice.id]
        assert left(invoice) == [0]
