"""Payments shown with the wrong token, in the wrong mode, company or database: nothing is paid."""

import itertools

from odoo.exceptions import UserError

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.odoo.cases.bad_input import BadInputCase


class TestCrossedPayments(BadInputCase):
    """Attacks A1, A7, A9: every webhook token × every payment at Mollie, twice each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.make_company()

    @classmethod
    def make_company(cls):
        company = cls.env["res.company"].create(
            {"name": "Tweede B.V.", "currency_id": cls.company.currency_id.id}
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        cls.connect(OTHER_KEY, company)
        return company

    def make_attempts(self):
        """Return 12 transactions: three amounts, two of them alike, in two companies and modes."""
        txs = [self.start_payment(self.make_invoice(amount)) for amount in (100, 100, 100, 50, 200)]
        euro = self.other_company.currency_id.name
        for amount in (100, 100, 50):
            invoice = self.make_invoice(amount, company_id=self.other_company.id, currency=euro)
            path = f"/mollie/pay/{self.link_of(invoice).token}"
            self.assertEqual(self.press_pay(path).status_code, 303)
            txs.append(self.last_transaction(invoice))
        self.connect(LIVE_KEY)
        txs += [self.start_payment(self.make_invoice(amount)) for amount in (100, 100)]
        self.connect(TEST_KEY, all_the_same=True)
        self.sandbox.map_key(LIVE_KEY, self.sandbox.profile_of(TEST_KEY))
        txs += [self.start_payment(self.make_invoice(amount)) for amount in (100, 100)]
        return txs

    def link_of(self, invoice):
        invoice.action_mollie_create_payment()
        return invoice.mollie_link_ids

    def test_only_the_diagonal_pays(self):
        txs = self.make_attempts()
        self.assertEqual(len(txs), 12)
        self.assertEqual(len({tx.provider_reference for tx in txs}), 12)
        for tx in txs:
            self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)

        def cross():
            for tx, other in itertools.permutations(txs, 2):
                for _ in range(2):
                    path, payment_id = self.webhook_path(tx), other.provider_reference
                    answer = self.post_webhook(path, payment_id)
                    self.assertEqual((answer.status_code, answer.text), (200, ""))

        self.assert_nothing_happens(cross)
        self.assertEqual({tx.state for tx in txs}, {"draft"})
        for tx in txs[:8] + txs[10:]:
            for _ in range(2):
                answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
                self.assertEqual(answer.status_code, 200)
                self.env.invalidate_all()
                self.assertEqual((tx.state, tx.payment_id.amount), ("done", tx.amount))
                self.assertEqual(tx.invoice_ids.amount_residual, 0)

    def test_a_payment_of_another_amount_company_profile_or_mode_pays_nothing(self):
        """Also where the row itself names the wrong payment: the metadata is compared."""
        txs = self.make_attempts()
        victim, others = txs[0], txs[1:]
        own, path = victim.provider_reference, self.webhook_path(victim)
        for other in others:
            with self.subTest(other.reference):
                self.sandbox.set_status(other.provider_reference, "paid", webhook=False)
                # As if a clerk or an import had mixed the rows up.
                victim.provider_reference = other.provider_reference
                self.env.flush_all()
                answer = self.post_webhook(path, other.provider_reference)
                # 503 where Mollie does not know it with our key: it shall send again.
                self.assertIn(answer.status_code, (200, 503))
                self.env.invalidate_all()
                self.assertNotEqual(victim.state, "done")
                self.assertEqual(victim.invoice_ids.amount_residual, 100)
        victim.provider_reference = own
        self.sandbox.set_status(own, "paid", method="ideal", webhook=False)
        self.post_webhook(path, own)
        self.env.invalidate_all()
        self.assertEqual(victim.state, "done")

    def test_a_copy_of_the_database_leaves_the_originals_payments_alone(self):
        """Attacks A9: the same key, the same rows, another database id."""
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "open", method="banktransfer")
        self.env["ir.config_parameter"].set_param("database.uuid", "11111111-copy")
        self.receive_by_bank(invoice, 100)
        for _ in range(3):
            self.assertEqual(
                self.post_webhook(self.webhook_path(tx), tx.provider_reference).status_code, 200
            )
        self.run_cron("cron_mollie_sync")
        self.assertEqual(self.sandbox.payment(tx.provider_reference)["status"], "open")
        self.assertEqual(tx.state, "draft")
        self.assertEqual(self.events(invoice).count("mismatch"), 1)

    def test_a_copy_of_the_database_refunds_nothing(self):
        """Attacks A9: the payment is compared before money is sent off."""
        tx = self.pay(self.make_invoice())
        self.env["ir.config_parameter"].set_param("database.uuid", "11111111-copy")
        wizard = self.env["payment.refund.wizard"].with_user(self.clerk)
        wizard = wizard.create({"payment_id": tx.payment_id.id, "amount_to_refund": 40})
        with self.assertRaisesRegex(UserError, "does not match"):
            wizard.action_refund()
        self.assertEqual(self.sandbox.requests(method="POST", path=r"/refunds$"), [])
