"""What came for one invoice, and pays another one of the customer's: a clerk moved it there."""

from functools import partial

from tests.odoo.cases.todos import ToDoCase


class MovedCreditCase(ToDoCase):
    def setUp(self):
        super().setUp()
        self.first, self.tx = self.make_paid()
        self.other = self.make_invoice(100)
        self.move_credit(self.first, self.other)
        self.receive_by_bank(self.first, 100)

    def move_credit(self, paid, other):
        """Take a payment off the invoice that it paid, and add it to another one."""
        paid.line_ids.remove_move_reconcile()
        self.use_credit(other)
        self.assert_asked({paid: 100, other: 0})

    def assert_asked(self, amounts):
        """Fail unless invoices ask for so much, and the books are Mollie's."""
        self.env.invalidate_all()
        asked = {invoice: invoice.sudo()._get_mollie_due() for invoice in amounts}
        self.assertEqual(asked, amounts)
        self.assertEqual(self.ledger.booked(), self.ledger.held())


class TestChargebacksOfMovedCredit(MovedCreditCase):
    def test_money_that_is_won_back_pays_the_invoice_again_that_the_chargeback_had_opened(self):
        chargeback = self.charge_back(self.tx)
        self.assert_asked({self.first: 0, self.other: 100})
        self.win_back(chargeback)
        self.assert_asked({self.first: 0, self.other: 0})
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.first, self.other)

    def test_what_was_asked_for_before_is_asked_for_after_it(self):
        """The invoice that the money had been taken off stays open, not the one that it paid."""
        third, self.tx = self.make_paid()
        fourth = self.make_invoice(100)
        self.move_credit(third, fourth)
        chargeback = self.charge_back(self.tx)
        self.assert_asked({third: 100, fourth: 100})
        self.win_back(chargeback)
        self.assert_asked({third: 100, fourth: 0})

    def test_it_pays_it_again_though_it_was_a_draft_meanwhile(self):
        chargeback = self.charge_back(self.tx)
        self.other.with_user(self.clerk).button_draft()
        self.win_back(chargeback)
        self.other.invoice_line_ids.price_unit = 110
        self.other.with_user(self.clerk).action_post()
        self.assert_asked({self.first: 0, self.other: 10})

    def test_what_was_moved_on_since_an_earlier_one_is_paid_and_nothing_else(self):
        self.win_back(self.charge_back(self.tx))
        third = self.make_invoice(100)
        self.move_credit(self.other, third)
        self.win_back(self.charge_back(self.tx))
        self.assert_asked({self.first: 0, self.other: 100, third: 0})

    def test_of_a_draft_nobody_reads_that_no_invoice_was_paid_with_it(self):
        self.other.with_user(self.clerk).button_draft()
        self.other.invoice_line_ids.price_unit = 110
        self.charge_back(self.tx)
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.first)
        self.assert_told(self.other, "with which this invoice had been paid")
        self.other.with_user(self.clerk).action_post()
        self.assert_asked({self.first: 0, self.other: 110})
        self.assert_told(self.other, "with which this invoice had been paid")

    def test_nor_of_the_draft_that_takes_the_place_of_one_that_was_paid_with_it(self):
        for replaced in (self.other, self.make_paid()[0]):
            with self.subTest(replaced.name):
                new = self.replace(replaced)
                tx = replaced.transaction_ids or self.tx
                chargeback = self.charge_back(tx)
                self.run_cron("cron_mollie_sync")
                self.assert_nothing_told(self.first, replaced)
                self.assert_told(new, "with which this invoice had been paid")
                self.win_back(chargeback)
                new.with_user(self.clerk).action_post()
                self.assert_asked({self.first: 0, replaced: 0, new: 0})
                self.assertEqual(self.events(new), ["replaced"])

    def replace(self, invoice):
        """Press Reverse and Create Invoice as the clerk; return the new invoice, a draft."""
        wizard = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        return self.env["account.move"].browse(wizard.modify_moves()["res_id"])


class TestMovedCreditBookedAnew(MovedCreditCase):
    """Its payment is taken out of the books, and booked again: Mollie has the money."""

    def correct(self, side):
        """Let the clerk move one side of the payment's entry to another account."""
        entry = self.tx.payment_id.move_id.with_user(self.clerk)
        account = self.env["account.account"].search(
            [("account_type", "=", "asset_current"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        entry.button_draft()
        entry.line_ids.filtered(side).account_id = account
        entry.action_post()

    def reverse(self):
        """Let another module reverse the entry."""
        self.tx.payment_id.move_id._reverse_moves([{}], cancel=True)

    def assert_paid_again(self):
        self.sync(self.first)
        self.assertIn("booking_lost", self.events(self.first))
        self.assert_asked({self.first: 0, self.other: 0})
        self.run_cron("cron_mollie_sync")
        self.assert_nothing_told(self.first, self.other)

    def test_the_invoice_that_it_paid_is_paid_again(self):
        for lose in (
            partial(self.correct, "debit"),
            partial(self.correct, "credit"),
            self.reverse,
        ):
            with self.subTest(lose):
                self.setUp()
                lose()
                self.assert_paid_again()

    def test_the_log_of_that_invoice_says_so(self):
        name = self.tx.payment_id.name
        self.correct("debit")
        self.sync(self.first)
        (row,) = self.other.mollie_log_ids.filtered(lambda row: row.event == "booking_lost")
        self.assertIn(name, row.message)

    def test_the_log_names_it_too_if_it_is_asked_for_instead_of_the_one_that_it_came_for(self):
        self.first, self.tx = self.make_paid()
        self.other = self.make_invoice(100)
        self.move_credit(self.first, self.other)
        self.correct("debit")
        self.sync(self.first)
        self.assert_asked({self.first: 0, self.other: 100})
        self.assertEqual(self.events(self.other), ["booking_lost"])

    def test_a_draft_that_it_paid_is_paid_once_it_is_posted(self):
        self.other.with_user(self.clerk).button_draft()
        self.reverse()
        self.sync(self.first)
        self.other.invoice_line_ids.price_unit = 110
        self.other.with_user(self.clerk).action_post()
        self.assert_asked({self.first: 0, self.other: 10})

    def test_one_that_a_capture_had_paid_which_fails_is_told_in_its_log_and_paid_if_it_comes(self):
        self.first = self.make_invoice(100)
        self.tx = self.pay(self.first, "authorized", method="klarna")
        written = {"currency": "EUR", "value": "100.00"}
        capture = self.sandbox.add_capture(self.tx.provider_reference, written)
        self.deliver_webhooks()
        self.other = self.make_invoice(100)
        self.move_credit(self.first, self.other)
        self.receive_by_bank(self.first, 100)
        for status, due in (("failed", 100), ("succeeded", 0)):
            self.sandbox.set_capture_status(capture["id"], status)
            self.sync(self.first)
            self.assert_asked({self.first: 0, self.other: due})
            self.assertEqual(self.events(self.other), ["capture_failed"])
