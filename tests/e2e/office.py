"""What clerk and administrator do, through the same calls as their browsers make."""

from functools import partial

from tests.e2e.server import anonymous

# Seconds. Installing an app takes long on a busy machine.
PATIENCE = 300


class CallError(Exception):
    """Odoo refused a call; the text is what the user reads."""


class User:
    """Somebody who is logged in to one of the servers."""

    def __init__(self, server, database, login):
        self.url, self.database, self.session = server.url, database, anonymous()
        self._post("/web/session/authenticate", {"db": database, "login": login, "password": login})

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        reply = self.session.post(self.url + path, json=body, timeout=PATIENCE).json()
        if "error" in reply:
            raise CallError(reply["error"]["data"]["message"])
        return reply.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def read(self, model, domain, *fields, order="id"):
        """Return the records of a domain as dicts, oldest first."""
        return self.call(model, "search_read", domain, fields=["id", *fields], order=order)

    # --- invoices --------------------------------------------------------------------------------

    def make_invoice(self, amount=100.0, **more):
        """Make and post an invoice without tax, with more values if given; return it."""
        [customer] = self.read("res.partner", [("name", "=", "Bakkerij De Korenaar")])
        line = {"name": "Winter tyres", "quantity": 1, "price_unit": amount, "tax_ids": []}
        values = {
            "move_type": "out_invoice",
            "partner_id": customer["id"],
            "invoice_line_ids": [[0, 0, line]],
            **more,
        }
        invoice_id = self.call("account.move", "create", values)
        self.call("account.move", "action_post", [invoice_id])
        [invoice] = self.read("account.move", [("id", "=", invoice_id)], "name")
        return Invoice(self, invoice_id, invoice["name"])

    def run_cron(self, name="invoice_mollie.cron_mollie_sync"):
        """Press the scheduled action's button; for administrators."""
        module, _, record = name.partition(".")
        domain = [("module", "=", module), ("name", "=", record)]
        [cron] = self.read("ir.model.data", domain, "res_id")
        self.call("ir.cron", "method_direct_trigger", [cron["res_id"]])


class Invoice:
    """An invoice as the clerk who made it sees it."""

    def __init__(self, clerk, invoice_id, name):
        self.clerk, self.id, self.name = clerk, invoice_id, name

    def press(self, button):
        """Press one of the form's buttons."""
        return self.clerk.call("account.move", button, [self.id])

    def make_link(self):
        """Press "Create Mollie payment"; return the address of the pay page."""
        self.press("action_mollie_create_payment")
        return self.get("mollie_payment_link")

    def get(self, field):
        """Return what a field of the form shows."""
        [values] = self.clerk.read("account.move", [("id", "=", self.id)], field)
        return values[field]

    def log(self):
        """Return the rows of the tab "Payment Log", oldest first."""
        fields = ("event", "source", "mollie_reference", "mollie_status", "message")
        return self.clerk.read("mollie.payment.log", [("move_id", "=", self.id)], *fields)

    def events(self):
        return [row["event"] for row in self.log()]


def refund(desk, invoice, amount):
    """Fill in the refund wizard; return what its button does."""
    [tx] = desk.read("payment.transaction", [("invoice_ids", "in", [invoice.id])], "payment_id")
    values = {"payment_id": tx["payment_id"][0], "amount_to_refund": amount}
    wizard = desk.call("payment.refund.wizard", "create", values)
    return partial(press, desk, "payment.refund.wizard", "action_refund", wizard)


def press(desk, model, button, record):
    """Press a button; return what the user is told if it is refused, or None."""
    try:
        desk.call(model, button, [record])
    except CallError as error:
        return str(error)
    return None
