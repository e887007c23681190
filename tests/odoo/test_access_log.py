"""The log is evidence: nobody changes it over RPC, the administrator included."""

import inspect

from odoo.tests.common import JsonRpcException

from tests.odoo.cases.roles import MODULE, AccessCase


class TestEvidence(AccessCase):
    """Nobody changes the log over RPC, the administrator included."""

    def rpc(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_the_log_can_not_be_changed_over_rpc(self):
        """ASVS 16.4.2."""
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
        private = self.our_private_methods("payment.transaction")
        self.assertLessEqual({"_mollie_sync", "_process"}, private)
        for method in private:
            with self.subTest(method), self.assertRaisesRegex(Exception, "private|AccessError"):
                self.rpc("payment.transaction", method, self.tx.ids, "user")

    def our_private_methods(self, model):
        """Return the private methods that a class of ours defines or overrides."""
        return {
            name
            for cls in type(self.env[model]).mro()
            if cls.__module__.startswith(f"odoo.addons.{MODULE}")
            for name, value in vars(cls).items()
            if inspect.isfunction(value) and name.startswith("_") and not name.startswith("__")
        }
