"""Core's own Mollie payments, by the dialog of the portal: they are as safe as those by link."""

from unittest.mock import patch
from urllib.parse import quote

import requests

from odoo.http import root
from odoo.tests.common import JsonRpcException

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from tests.common import TEST_KEY, MollieCase, path_of


def core_payment(case, invoice):
    """Pay an invoice by core's dialog, as the portal does; return transaction and answer."""
    route = f"/invoice/transaction/{invoice.id}"
    answer = case.make_jsonrpc_request(route, core_values(case, invoice))
    case.env.invalidate_all()
    return case.last_transaction(invoice), answer


def core_values(case, invoice):
    """Return what core's dialog sends to pay an invoice."""
    return {
        "access_token": invoice._portal_ensure_token(),
        "provider_id": case.provider.id,
        "payment_method_id": case.provider.payment_method_ids[:1].id,
        "token_id": None,
        "amount": invoice.amount_residual,
        "flow": "redirect",
        "tokenization_requested": False,
        "landing_route": "/my/invoices",
    }


class TestCoreRoutes(MollieCase):
    """Core's own Mollie payments, which know nothing of links."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.sandbox.clear_requests()

    def notify(self, tx, **data):
        data = {"id": tx.provider_reference} | data
        path = f"/payment/mollie/webhook?ref={tx.reference}"
        response = self.url_open(path, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def come_back(self, tx):
        path = f"/payment/mollie/return?ref={tx.reference}"
        response = self.url_open(path, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def fetches(self):
        return len(self.sandbox.requests(method="GET", path=r"/v2/payments/tr_"))

    def pay_at_mollie(self, tx):
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")

    def test_a_payment_by_cores_dialog_goes_through_the_gateway_to_the_books(self):
        """From the dialog to Mollie's checkout, webhook, booked and reconciled."""
        tx, answer = core_payment(self, self.invoice)
        self.assertFalse(tx.mollie_link_id)
        self.assertIn(f"{self.sandbox.url}/checkout/{tx.provider_reference}", str(answer))
        (request,) = self.sandbox.requests(method="POST")
        self.assertEqual(request["body"]["amount"], {"currency": "EUR", "value": "100.00"})
        reference = quote(tx.reference, safe="")
        self.assertEqual(
            request["body"]["webhookUrl"],
            f"https://pay.example.com/payment/mollie/webhook?ref={reference}",
        )
        self.assertIn("OdooInvoiceMollie", request["headers"]["User-Agent"])
        self.pay_at_mollie(tx)
        self.assertEqual(self.deliver_webhooks(), [200])
        self.assertEqual((tx.state, tx.is_post_processed), ("done", True))
        self.assertEqual(self.invoice.amount_residual, 0)

    def test_no_webhook_address_is_sent_when_mollie_cannot_reach_it(self):
        self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", "")
        self.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.local")
        core_payment(self, self.invoice)
        (request,) = self.sandbox.requests(method="POST")
        self.assertNotIn("webhookUrl", request["body"])

    def test_the_customers_return_finds_the_result_without_a_webhook(self):
        tx = self.pay_with_session()
        self.pay_at_mollie(tx)
        response = self.come_back(tx)
        self.assertEqual(path_of(response.headers["Location"]), "/payment/status")
        self.assertEqual((tx.state, self.invoice.amount_residual), ("done", 0))

    def pay_with_session(self):
        """Pay by core's dialog in the browser that comes back."""
        session = self.authenticate(None, None)
        tx = core_payment(self, self.invoice)[0]
        session[PaymentPostProcessing.MONITORED_TX_ID_KEY] = tx.id
        root.session_store.save(session)
        return tx

    def test_a_stranger_with_a_guessed_reference_triggers_nothing(self):
        """Attacks A4, F4: core's `?ref=`."""
        tx = core_payment(self, self.invoice)[0]
        self.pay_at_mollie(tx)
        self.authenticate(None, None)
        self.come_back(tx)
        for data in ({"id": ""}, {"id": "tr_other"}, {"id": f"{tx.provider_reference}/refunds"}):
            answer = self.notify(tx, **data)
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.url_open(f"/payment/mollie/webhook?ref={tx.reference}", data={"x": "1"})
        self.assertEqual(self.fetches(), 0)
        self.assertEqual(tx.state, "draft")

    def test_payments_by_link_are_not_touched_by_cores_routes(self):
        tx = self.start_payment(self.invoice)
        self.pay_at_mollie(tx)
        self.assertEqual(self.notify(tx).status_code, 200)
        self.come_back(tx)
        self.assertEqual(self.fetches(), 0)
        self.assertEqual((tx.state, self.invoice.amount_residual), ("draft", 100))

    def test_a_mismatch_is_refused_each_time(self):
        """Attacks A8: core alone accepts the second delivery."""
        for lie in (
            {"amount": {"currency": "EUR", "value": "1.00"}},
            {"amount": {"currency": "USD", "value": "100.00"}},
            {"mode": "live"},
            {"id": "tr_other"},
        ):
            with self.subTest(lie):
                invoice = self.make_invoice()
                tx = core_payment(self, invoice)[0]
                self.sandbox.tamper(tx.provider_reference, lie | {"status": "paid"})
                for _ in range(3):
                    self.assertEqual(self.notify(tx).status_code, 200)
                    self.assertEqual((tx.state, invoice.amount_residual), ("draft", 100))

    def test_mollie_shall_try_again_when_it_could_not_be_asked(self):
        tx = core_payment(self, self.invoice)[0]
        self.pay_at_mollie(tx)
        for fault in ("429", "503", "502", "html", "broken-json", "close", "401", "404", "410"):
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault)
                self.assertEqual(self.notify(tx).status_code, 503)
        self.assertEqual(self.notify(tx).status_code, 200)
        self.assertEqual((tx.state, self.invoice.amount_residual), ("done", 0))

    def test_a_payment_that_mollie_refuses_says_so_in_the_dialog(self):
        for fault in ("503", "422", "html"):
            with self.subTest(fault):
                self.sandbox.clear_faults()
                self.sandbox.fault(fault, method="POST")
                invoice = self.make_invoice()
                try:
                    tx, _answer = core_payment(self, invoice)
                except JsonRpcException:
                    self.fail("The dialog crashed.")
                self.assertEqual(tx.state, "error")
                self.assertIn("Mollie", tx.state_message)
                self.assertNotIn(TEST_KEY, tx.state_message)

    def test_the_dialog_leads_nowhere_but_to_mollie(self):
        """Attacks E6."""
        links = {"_links": {"checkout": {"href": "https://evil.example/"}}}
        self.sandbox.fault("lie", method="POST", fields=links)
        tx, answer = core_payment(self, self.invoice)
        self.assertEqual(tx.state, "error")
        self.assertNotIn("evil", str(answer))

    def test_every_status_of_a_core_payment(self):
        states = {
            "open": "draft",
            "pending": "pending",
            "authorized": "authorized",
            "paid": "done",
            "failed": "cancel",
            "canceled": "cancel",
            "expired": "cancel",
        }
        for status, state in states.items():
            with self.subTest(status):
                tx = core_payment(self, self.make_invoice())[0]
                self.sandbox.tamper(tx.provider_reference, {"status": status, "method": "klarna"})
                self.assertEqual(self.notify(tx).status_code, 200)
                self.assertEqual(tx.state, state)
        self.sandbox.tamper(tx.provider_reference, {"status": "paid"})
        self.notify(tx)
        self.assertEqual((tx.state, tx.invoice_ids.amount_residual), ("done", 0))

    def test_a_refund_in_the_dashboard_reaches_the_books(self):
        tx = core_payment(self, self.invoice)[0]
        self.pay_at_mollie(tx)
        self.deliver_webhooks()
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.assertEqual(set(self.deliver_webhooks()), {200})
        self.assertEqual(tx.child_transaction_ids.mapped("amount"), [-30])
        self.assertEqual(tx.child_transaction_ids.payment_id.amount, 30)

    def test_other_providers_are_asked_as_before(self):
        """Only Mollie's requests go through the gateway."""
        other = self.env["payment.provider"].search([("code", "!=", "mollie")], limit=1)
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"{}"
        # Patched, for the sandbox plays Mollie only.
        with patch.object(requests, "request", return_value=answer) as sent:
            other._send_api_request("GET", "https://example.invalid/x")
        sent.assert_called_once()
        self.assertEqual(self.sandbox.requests(), [])
