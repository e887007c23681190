"""The door to Mollie, over HTTP to a sandbox, without Odoo."""

import unittest

from odoo.addons.invoice_mollie.gateway import Gateway

from tests.common import TEST_KEY
from tests.mollie_sandbox import Sandbox

BODY = {
    "amount": {"currency": "EUR", "value": "10.00"},
    "description": "INV/2026/00001",
    "redirectUrl": "https://pay.example.com/back",
}


class GatewayCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.gateway = Gateway(TEST_KEY, self.sandbox.url, "19.0.1.0.0")

    def create(self, key="key-1", **values):
        return self.gateway.create_payment(BODY | values, key)
