"""What Mollie and the books differ in is a row, with its reason, until it is gone."""

from lxml import etree

from tests.common import LIVE_KEY, OTHER_KEY, TEST_KEY
from tests.odoo.cases.comparison import ComparisonCase


class TestDifferences(ComparisonCase):
    def assert_rows(self, *rows):
        """Fail unless the night finds these: (id, reason, at Mollie, booked)."""
        self.compare()
        self.assertEqual(self.rows(), {row[:2]: row[2:] for row in rows})

    def test_books_that_are_mollies_have_no_rows_and_figures_that_say_so(self):
        _invoice, tx = self.make_paid(121.0)
        self.sandbox.add_refund(tx.provider_reference, "21.00", status="refunded")
        self.sandbox.add_chargeback(tx.provider_reference, "40.00")
        self.deliver_webhooks()
        self.start_payment(self.make_invoice())
        self.assert_rows()
        comparison = self.comparison()
        self.assertEqual((comparison.movement_count, comparison.sums), (3, {"EUR": "60.00"}))
        self.assertIn("Movements: 3 (€\xa060.00). Differences: 0. Compared", comparison.summary)
        self.assertEqual(self.ledger.booked(), 60)

    def test_what_no_webhook_told_is_booked_in_the_night_and_leaves_no_row(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.add_refund(tx.provider_reference, "30.00", "refunded", webhook=False)
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "10.00", webhook=False)
        self.assert_rows()
        self.sandbox.reverse_chargeback(chargeback["id"])
        self.assert_rows()
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())

    def test_a_payment_that_cannot_be_booked(self):
        tx = self.start_payment(self.make_invoice())
        self.break_booking()
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
            self.assert_rows((tx.provider_reference, "not_booked", 100, 0))
        self.assertEqual(self.row().move_id, tx.invoice_ids)
        self.mend_booking()
        self.as_clerk(self.row()).action_check()
        self.assertEqual((self.rows(), self.ledger.booked()), ({}, 100))

    def test_what_came_of_a_payment_that_cannot_be_booked(self):
        _invoice, tx = self.make_paid()
        self.break_booking()
        add = {"webhook": False}
        refund = self.sandbox.add_refund(tx.provider_reference, "30.00", "refunded", **add)
        chargeback = self.sandbox.add_chargeback(tx.provider_reference, "10.00", **add)
        with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
            self.assert_rows(
                (refund["id"], "refund_missing", -30, 0),
                (chargeback["id"], "chargeback_missing", -10, 0),
            )
        self.mend_booking()
        self.assert_rows()

    def test_the_button_books_what_came_of_a_payment(self):
        invoice, tx = self.make_paid()
        self.break_booking()
        self.sandbox.add_refund(tx.provider_reference, "30.00", "refunded", webhook=False)
        self.sandbox.add_chargeback(tx.provider_reference, "10.00", webhook=False)
        with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
            self.compare()
        self.mend_booking()
        rows = self.as_clerk(self.env["mollie.difference"].search([]))
        self.assertEqual(rows.mapped("can_book"), [True, True])
        self.assertIn("agree", rows.action_check()["params"]["message"])
        self.assertEqual((self.rows(), self.ledger.booked()), ({}, 60))
        self.assertNotIn("error", self.events(invoice))

    def break_booking(self):
        self.customer.property_account_receivable_id.active = False

    def mend_booking(self):
        accounts = self.env["account.account"].with_context(active_test=False)
        accounts.search([("account_type", "=", "asset_receivable")]).active = True

    def test_money_of_this_database_without_a_transaction(self):
        """As after a backup was restored."""
        owner = self.env["payment.transaction"]._mollie_owner().database
        metadata = {"database": owner, "reference": "INV/2026/00099"}
        amount = {"currency": "EUR", "value": "75.00"}
        (ours, *_others) = self.sandbox.add_payments(
            self.provider.mollie_api_key,
            [
                {"amount": amount, "metadata": metadata},
                {"amount": amount, "metadata": metadata | {"database": "a shop's"}},
                {"amount": amount},
                {"amount": amount, "metadata": metadata, "status": "expired"},
            ],
        )
        self.assert_rows((ours, "no_transaction", 75, 0))
        self.assertEqual(self.comparison().movement_count, 1)

    def test_a_payment_that_names_another_database(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.env["ir.config_parameter"].set_param("database.uuid", "copy")
        self.assert_rows((tx.provider_reference, "other_database", 100, 0))

    def test_a_payment_of_another_mode_than_asked_for(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.tamper(tx.provider_reference, {"mode": "live"})
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.assert_rows((tx.provider_reference, "mismatch", 100, 0))

    def test_a_word_that_this_version_does_not_know(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.tamper(tx.provider_reference, {"status": "reviewed"})
        self.assert_rows((tx.provider_reference, "unknown_status", 100, 0))
        self.sandbox.tamper(tx.provider_reference)
        self.assert_rows()

    def test_money_that_mollie_does_not_know(self):
        _invoice, tx = self.make_paid()
        self.sandbox.reset()
        self.assert_rows((tx.provider_reference, "not_at_mollie", 0, 100))

    def test_test_payments_in_live_books(self):
        _invoice, tx = self.make_paid()
        self.connect(LIVE_KEY)
        self.sandbox.clear_requests()
        self.assert_rows((tx.provider_reference, "other_mode", 0, 100))
        self.assertEqual(self.sandbox.requests(path=tx.provider_reference), [])

    def test_payments_of_another_profile_are_counted_and_only_what_hands_changed_is_a_row(self):
        _invoice, tx = self.make_paid()
        _other, changed = self.make_paid()
        self.connect(OTHER_KEY, all_the_same=True)
        changed.payment_id.action_draft()
        self.sandbox.clear_requests()
        self.assert_rows((changed.provider_reference, "draft", 100, 0))
        self.assertIn("another Mollie profile, which its key alone can compare: 2", self.figures())
        self.assertEqual(self.sandbox.requests(path=tx.provider_reference), [])
        self.assertFalse(tx.invoice_ids.activity_ids)
        changed.payment_id.action_post()
        self.connect(TEST_KEY)
        self.assert_rows()
        self.assertNotIn("another Mollie profile", self.figures())

    def figures(self):
        return self.comparison().with_user(self.clerk).summary

    def test_the_empty_list_says_whether_that_is_because_nothing_differs(self):
        Difference = self.env["mollie.difference"].with_user(self.clerk)
        help_text = self.env.ref("invoice_mollie.mollie_difference_action").help
        self.assertIn("Not compared", Difference.get_empty_list_help(help_text))
        self.compare()
        self.assertIn("the books agree", Difference.get_empty_list_help(help_text))
        _invoice, tx = self.make_paid()
        tx.payment_id.action_draft()
        self.compare()
        shown = Difference.get_empty_list_help(help_text)
        self.assertIn("None of the differences", shown)
        self.assertNotIn("the books agree", shown)
        tx.payment_id.action_post()
        self.sandbox.revoke_key(self.provider.mollie_api_key)
        self.env["mollie.difference"].search([]).unlink()
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        shown = Difference.get_empty_list_help(help_text)
        self.assertNotIn("the books agree", shown)
        self.assertIn("did not come to its end", shown)

    def test_a_payment_about_which_mollie_gives_no_clear_answer_stops_nothing(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.sandbox.fault("html", path=f"{tx.provider_reference}$", times=None)
        self.assert_rows((tx.provider_reference, "unreadable", 100, 0))
        self.assertTrue(self.comparison().compared)
        self.sandbox.clear_faults()
        self.assert_rows()

    def test_a_key_that_is_refused_meanwhile_ends_no_difference(self):
        """It does not say that Mollie has no such payment."""
        _invoice, tx = self.make_paid()
        tx.payment_id.action_draft()
        self.compare()
        self.sandbox.fault("401", path=f"{tx.provider_reference}$", times=None)
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        self.assertEqual(self.comparison().error, "key")
        self.assertEqual(self.rows(), {(tx.provider_reference, "draft"): (100, 0)})

    def test_since_is_when_it_was_first_seen(self):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.tamper(tx.provider_reference, {"status": "reviewed"})
        self.compare()
        row = self.row()
        row.since = row.compared = "2026-01-01"
        self.compare()
        self.assertEqual((str(row.since), row.exists()), ("2026-01-01 00:00:00", row))
        self.assertGreater(str(row.compared), "2026-01-01")


class TestHands(ComparisonCase):
    """What a person made of the books."""

    def setUp(self):
        super().setUp()
        self.invoice, self.tx = self.make_paid()
        self.key = self.tx.provider_reference

    def assert_row(self, reason, booked):
        self.compare()
        self.assertEqual(self.rows(), {(self.key, reason): (100, booked)})
        message = self.as_clerk(self.invoice).action_mollie_sync()["params"]
        self.assertEqual(message["type"], "warning")
        self.assertIn(self.key, message["message"])

    def test_a_draft(self):
        self.tx.payment_id.action_draft()
        self.assert_row("draft", 0)
        self.tx.payment_id.with_user(self.clerk).action_post()
        self.assertEqual(self.rows(), {})
        self.tx.payment_id.action_post()
        self.compare()
        self.assertEqual(self.rows(), {})

    def test_what_got_lost_and_cannot_be_booked_again(self):
        for how, reason, booked in (
            (self.cancel, "canceled", 0),
            (self.reverse, "reversed", 0),
            (self.delete, "not_booked", 0),
        ):
            with self.subTest(reason), self.env.cr.savepoint() as savepoint:
                how(self.tx.payment_id)
                self.env.invalidate_all()
                self.customer.property_account_receivable_id.active = False
                with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
                    self.assert_row(reason, booked)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_got_lost_is_booked_again_in_the_night_and_leaves_no_row(self):
        for how in (self.cancel, self.reverse, self.delete):
            with self.subTest(how.__name__):
                how(self.tx.payment_id)
                self.compare()
                self.assertEqual((self.rows(), self.ledger.booked()), ({}, 100))

    def cancel(self, payment):
        """Let it be cancelled as it was possible before it was refused."""
        self.tx._mollie_write({"payment_id": False})
        payment.action_cancel()
        self.tx._mollie_write({"payment_id": payment.id})

    def reverse(self, payment):
        payment.move_id._reverse_moves([{}], cancel=True)

    def delete(self, payment):
        self.tx._mollie_write({"payment_id": False})
        payment.action_draft()
        payment.unlink()

    def test_a_reversed_reversal_is_as_if_nothing_had_happened(self):
        reversal = self.tx.payment_id.move_id._reverse_moves([{}], cancel=True)
        reversal._reverse_moves([{}], cancel=True)
        before = self.tx.payment_id
        self.compare()
        self.assertEqual((self.rows(), self.tx.payment_id), ({}, before))

    def test_check_with_mollie_finds_it_before_the_night_and_drops_the_row_when_it_is_mended(self):
        self.tx.payment_id.action_draft()
        self.as_clerk(self.invoice).action_mollie_sync()
        self.assertEqual(self.rows(), {(self.key, "draft"): (100, 0)})
        self.tx.payment_id.action_post()
        message = self.as_clerk(self.invoice).action_mollie_sync()["params"]
        self.assertEqual((message["type"], self.rows()), ("success", {}))

    def test_a_payment_by_hand_of_the_same_money(self):
        payment = self.book_the_same()
        self.compare()
        self.assertEqual(self.rows(), {("", "twice_by_hand"): (0, 100)})
        row = self.row()
        self.assertEqual((row.transaction_id, row.payment_id), (self.tx, payment))
        payment.move_id._reverse_moves(cancel=True)
        self.as_clerk(row).action_check()
        self.assertEqual(self.rows(), {})

    def test_of_two_by_hand_the_to_do_stays_until_both_are_gone(self):
        first, second = self.book_the_same(), self.book_the_same()
        told = self.be_told()
        first.action_cancel()
        self.compare()
        self.assertEqual(self.invoice.activity_ids, told)
        self.assertEqual(len(self.rows()), 1)
        second.action_cancel()
        self.compare()
        self.assertFalse(self.invoice.activity_ids)
        self.assertEqual(self.rows(), {})

    def test_a_new_one_is_told_once_the_one_before_is_gone(self):
        first = self.book_the_same()
        self.be_told()
        first.action_cancel()
        self.compare()
        self.assertFalse(self.invoice.activity_ids)
        self.book_the_same()
        self.be_told()

    def test_a_to_do_is_over_when_what_is_by_hand_turns_out_to_pay_something_else(self):
        """It is told on the journal then; and anew, should it pay nothing else after all."""
        payment, other = self.book_the_same(), self.make_invoice()
        self.be_told()
        lines = payment.move_id.line_ids.filtered(lambda line: line.account_id.reconcile)
        terms = other.line_ids.filtered(lambda line: line.display_type == "payment_term")
        (lines.filtered("credit") + terms).reconcile()
        self.compare()
        self.assertEqual(list(self.rows()), [("", "by_hand")])
        self.assertFalse(self.invoice.activity_ids)
        self.assertTrue(self.provider.journal_id.activity_ids)
        terms.remove_move_reconcile()
        self.compare()
        self.assertTrue(self.invoice.activity_ids)
        self.assertFalse(self.provider.journal_id.activity_ids)

    def be_told(self):
        """Let a day pass; return the to-do."""
        self.compare()
        self.env["mollie.difference"].search([]).since = "2026-01-01"
        self.compare()
        (told,) = self.invoice.activity_ids
        return told

    def book_the_same(self):
        payment = self.env["account.payment"].create(
            {
                "journal_id": self.provider.journal_id.id,
                "partner_id": self.customer.id,
                "amount": 100,
                "payment_type": "inbound",
                "payment_method_line_id": self.tx.payment_id.payment_method_line_id.id,
            }
        )
        payment.action_post()
        return payment

    def test_an_entry_by_hand(self):
        entry = self.book_by_hand(12.5, "income")
        self.compare()
        self.assertEqual(self.rows(), {("", "by_hand"): (0, 12.5)})
        self.assertEqual(self.as_clerk(self.row()).action_open_entry()["res_id"], entry.id)

    def test_a_payment_by_hand_of_as_much_for_another_invoice_is_not_the_same_money(self):
        self.pay_by_hand(self.make_invoice())
        self.compare()
        self.assertEqual(self.rows(), {("", "by_hand"): (0, 100)})

    def test_nor_is_one_while_mollies_is_not_in_the_books(self):
        self.pay_by_hand(self.make_invoice())
        self.tx.payment_id.action_draft()
        self.compare()
        self.assertEqual(self.rows()["", "by_hand"], (0, 100))

    def test_check_tells_of_it_until_it_is_gone(self):
        """On the invoice that was paid twice, and not on others of the same customer."""
        invoice, other = self.make_invoice(), self.make_invoice(30)
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        self.pay_by_hand(invoice)
        by_hand = invoice.reconciled_payment_ids
        said = self.as_clerk(invoice).action_mollie_sync()["params"]
        self.assertEqual((said["type"], self.ledger.booked()), ("warning", 300))
        self.assertIn("Booked twice, once by hand", said["message"])
        self.assertEqual(self.rows(), {("", "twice_by_hand"): (0, 100)})
        for untouched in (other, self.invoice):
            said = self.as_clerk(untouched).action_mollie_sync()["params"]
            self.assertEqual(said["type"], "success")
        self.as_clerk(by_hand).action_cancel()
        said = self.as_clerk(invoice).action_mollie_sync()["params"]
        self.assertEqual((said["type"], self.rows()), ("success", {}))

    def test_check_tells_of_what_pays_an_invoice_that_mollie_brought_nothing_for(self):
        invoice = self.make_invoice(30)
        self.pay_by_hand(invoice)
        said = self.as_clerk(invoice).action_mollie_sync()["params"]
        self.assertEqual(said["type"], "warning")
        self.assertIn("Only what Mollie moved belongs on this account", said["message"])

    def pay_by_hand(self, invoice):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        line = self.tx.payment_id.payment_method_line_id
        values = {"journal_id": self.provider.journal_id.id, "payment_method_line_id": line.id}
        wizard.create(values)._create_payments()

    def test_phones_offer_what_the_list_offers(self):
        """What was seen: the advice named a button that was not there."""
        manager = self.make_user("manager", "account.group_account_manager")
        rows = self.env["mollie.difference"].with_user(manager)
        names = {}
        for kind in ("list", "kanban"):
            view = etree.fromstring(rows.get_view(view_type=kind)["arch"])
            buttons = view.xpath("//button[not(ancestor::header)]")
            names[kind] = {
                (button.get("name"), button.get("string") or button.get("title"))
                for button in buttons
            }
        self.assertEqual(names["kanban"], names["list"])

    def test_payouts_and_fees_are_no_differences(self):
        self.book_by_hand(-80, "asset_cash")
        self.book_by_hand(-1.5, "expense")
        # Mollie's own invoice, paid from the balance.
        self.book_by_hand(-2.5, "liability_payable")
        self.compare()
        self.assertEqual(self.rows(), {})
