"""The account of the Mollie journal is the balance at Mollie."""

from tests.common import TEST_KEY, MollieCase


class JournalAccountCase(MollieCase):
    def line(self):
        """Return the provider's payment method line in its journal."""
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        return lines.filtered(lambda line: line.payment_provider_id == self.provider)

    def account(self):
        return self.provider.journal_id.default_account_id

    def balance(self, account):
        return sum(
            self.env["account.move.line"]
            .search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
            .mapped("balance")
        )

    def outstanding(self):
        """Return the company-wide account that core would book on."""
        chart = self.env["account.chart.template"].with_company(self.company)
        return chart.ref("account_journal_payment_debit_account_id")


class TestJournalAccount(JournalAccountCase):
    def test_payments_are_booked_on_the_journals_own_account(self):
        self.assertEqual(self.line().payment_account_id, self.account())
        before = self.balance(self.account())
        tx = self.pay(self.make_invoice(100))
        self.assertEqual(self.balance(self.account()) - before, 100)
        self.assertEqual(tx.payment_id.state, "paid")

    def test_after_refunds_and_chargebacks_its_balance_is_what_mollie_holds(self):
        before = self.balance(self.account())
        tx = self.pay(self.make_invoice(100))
        other = self.pay(self.make_invoice(70))
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        won = self.sandbox.add_chargeback(other.provider_reference, "70.00")
        self.deliver_webhooks()
        self.assertEqual(self.balance(self.account()) - before, 70)
        self.sandbox.reverse_chargeback(won["id"])
        self.deliver_webhooks()
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.balance(self.account()) - before, 140)

    def test_an_account_that_somebody_chose_is_kept(self):
        chosen = self.account().copy({"name": "Mollie, clearing"})
        self.line().payment_account_id = chosen
        self.connect(TEST_KEY)
        self.provider._mollie_use_journals_account()
        self.assertEqual(self.line().payment_account_id, chosen)

    def test_no_account_at_all_is_kept_too(self):
        """As in companies whose payments are booked by the bank statement only."""
        self.line().payment_account_id = False
        self.provider._mollie_use_journals_account()
        self.assertFalse(self.line().payment_account_id)

    def test_cores_default_of_before_gives_way(self):
        self.line().payment_account_id = self.outstanding()
        self.provider._mollie_use_journals_account()
        self.assertEqual(self.line().payment_account_id, self.account())

    def test_another_journal_brings_its_own_account(self):
        journal = self.env["account.journal"].create({"name": "Mollie NL", "type": "bank"})
        self.provider.journal_id = journal
        self.assertEqual(self.line().payment_account_id, journal.default_account_id)

    def test_nothing_looks_as_if_it_had_arrived_at_the_companys_bank(self):
        """A journal that is a bank account, or has statements, is not Mollie's alone."""
        chart = self.env["account.chart.template"].with_company(self.company)
        numbered, used = self.env["account.journal"].create(
            [
                {"name": "Rekening", "type": "bank", "bank_acc_number": "NL91ABNA0417164300"},
                {"name": "Spaarrekening", "type": "bank"},
            ]
        )
        self.env["account.bank.statement.line"].create(
            {"journal_id": used.id, "payment_ref": "Interest", "amount": 1, "date": "2026-11-02"}
        )
        for journal in (numbered, used, chart.ref("bank")):
            with self.subTest(journal.name):
                self.provider.journal_id = journal
                self.assertEqual(self.line().payment_account_id, self.outstanding())

    def test_what_leaves_goes_from_the_account_on_which_it_came_in(self):
        """Also when another one is used since."""
        self.line().payment_account_id = self.outstanding()
        before = self.balance(self.outstanding()), self.balance(self.account())
        tx = self.pay(self.make_invoice(100))
        self.provider._mollie_use_journals_account()
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.sandbox.add_chargeback(tx.provider_reference, "20.00")
        self.deliver_webhooks()
        self.assertEqual(self.balance(self.outstanding()) - before[0], 50)
        self.assertEqual(self.balance(self.account()), before[1])
        self.pay(self.make_invoice(70))
        self.assertEqual(self.balance(self.account()) - before[1], 70)

    def test_what_comes_of_a_payment_stays_in_its_journal_when_another_one_is_chosen(self):
        old = self.provider.journal_id
        tx = self.pay(self.make_invoice(100))
        before = self.balance(self.account())
        self.provider.journal_id = self.env["account.journal"].create(
            {"name": "Mollie 2", "type": "bank"}
        )
        self.sandbox.add_refund(tx.provider_reference, "30.00", status="refunded")
        self.sandbox.add_chargeback(tx.provider_reference, "20.00")
        self.deliver_webhooks()
        booked = tx.child_transaction_ids.payment_id
        self.assertEqual(booked.move_id.mapped("state"), ["posted", "posted"])
        self.assertEqual(booked.journal_id, old)
        self.assertEqual(self.balance(old.default_account_id) - before, -50)

    def test_an_account_of_another_company_is_nobodys_choice(self):
        """Core takes it from any line of Mollie's, whosever it is."""
        other = self.env["res.company"].create({"name": "Tweede B.V."})
        self.env["account.chart.template"].try_loading("generic_coa", other, install_demo=False)
        foreign = self.env["account.account"].search([("company_ids", "=", other.id)], limit=1)
        self.env.cr.execute(
            "UPDATE account_payment_method_line SET payment_account_id = %s WHERE id = %s",
            [foreign.id, self.line().id],
        )
        self.env.invalidate_all()
        self.provider._mollie_use_journals_account()
        self.assertEqual(self.line().payment_account_id, self.account())
