"""Payments that Mollie has of this database, and the database does not know (any more)."""

from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError

from tests.common import OTHER_KEY, MollieCase, path_of
from tests.rows import forget


class RecoveryCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("manager", "account.group_account_manager")

    def lose(self, status="paid", amount=100.0, **changes):
        """Return an invoice, and the id of its payment of which there is no transaction."""
        invoice = self.make_invoice(amount, **changes)
        tx = self.start_payment(invoice)
        payment_id = tx.provider_reference
        if status != "open":
            self.sandbox.set_status(payment_id, status, method="ideal", webhook=False)
        forget(tx)
        return invoice, payment_id

    def reconcile(self, user=None, **values):
        """Press Reconcile until all is done; return the wizard."""
        repair = self.env["mollie.repair"].with_user(user or self.manager).create(values)
        while repair.state != "done":
            repair.action_reconcile()
        self.env.invalidate_all()
        return repair

    def lines(self, repair):
        return {
            line.mollie_reference: (line.outcome, line.amount, line.move_id)
            for line in repair.line_ids
        }


class TestRecovery(RecoveryCase):
    def test_what_was_paid_is_booked_and_not_asked_for_again(self):
        """What was seen: the row gone, Mollie paid, and the page asks once more."""
        invoice, payment_id = self.lose()
        path = path_of(invoice.mollie_payment_link)
        self.assertIn("Pay", self.text_of(self.get(path)))
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        self.assertEqual((invoice.amount_residual, self.ledger.booked()), (0, 100))
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertIn("is paid", self.text_of(self.get(path)))
        self.assertEqual(self.events(invoice)[-3:], ["recovered", "status", "booked"])
        self.assertIn("Booked: 1.", repair.summary)

    def test_another_run_finds_nothing_more(self):
        self.lose()
        self.reconcile()
        repair = self.reconcile()
        self.assertFalse(repair.line_ids)
        self.assertIn("Nothing was missing.", repair.summary)
        self.assertEqual(self.ledger.booked(), 100)

    def test_all_that_came_of_it_is_booked_too(self):
        invoice, payment_id = self.lose()
        self.sandbox.add_refund(payment_id, "30.00", status="refunded", webhook=False)
        self.sandbox.add_chargeback(payment_id, "20.00", webhook=False)
        self.reconcile()
        self.assertEqual((self.ledger.booked(), self.ledger.held()), (50, 50))
        self.assertEqual(self.ledger.booked_movements(), self.ledger.movements())
        self.assertEqual(invoice.amount_residual, 20)

    def test_who_paid_again_meanwhile_has_a_credit(self):
        """After the restore the page asked again, under the same reference."""
        invoice, payment_id = self.lose()
        again = self.pay(invoice)
        reference = self.sandbox.payment(payment_id)["metadata"]["reference"]
        self.assertEqual(again.reference, reference)
        repair = self.reconcile()
        self.assertEqual(self.lines(repair)[payment_id][0], "booked")
        self.assertEqual((self.ledger.booked(), invoice.amount_residual), (200, 0))
        found = invoice.transaction_ids - again
        self.assertEqual(found.mollie_made_as, reference)
        self.assertNotEqual(found.reference, reference)
        self.assertTrue(found.reference.startswith(invoice.name), found.reference)
        # It is followed as any other.
        self.sandbox.add_chargeback(payment_id, "100.00", webhook=False)
        self.run_cron("cron_mollie_aftercare")
        self.assertEqual(self.ledger.booked(), 100)

    def test_once_the_database_has_another_identifier_the_settings_offer_it_all_the_same(self):
        """Though it bears another reference than Mollie was given."""
        invoice, payment_id = self.lose()
        again = self.pay(invoice)
        self.reconcile()
        Parameter = self.env["ir.config_parameter"]
        former = Parameter.get_param("database.uuid")
        Parameter.set_param("database.uuid", "44444444-restored-again")
        found = invoice.transaction_ids - again
        self.post_webhook(self.webhook_path(again), again.provider_reference)
        found._mollie_sync("cron")
        self.env.invalidate_all()
        self.assertEqual(found.mollie_mismatch, again.mollie_mismatch)
        self.assertEqual(self.settings().mollie_other_databases, former)

    def test_an_attempt_that_can_still_be_paid_is_found_and_followed(self):
        invoice, payment_id = self.lose("open")
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("found", 100, invoice)})
        self.assertEqual(invoice.amount_residual, 100)
        self.sandbox.set_status(payment_id, "paid", method="ideal", webhook=False)
        invoice.transaction_ids.mollie_next_check = "2026-01-01"
        self.run_cron("cron_mollie_sync")
        self.assertEqual(invoice.amount_residual, 0)

    def test_attempts_of_which_nothing_came_are_left_out(self):
        invoice, _payment_id = self.lose("expired")
        self.assertFalse(self.reconcile().line_ids)
        self.assertFalse(invoice.transaction_ids)

    def test_an_attempt_of_which_only_the_answer_was_lost_gets_its_payment(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        payment_id = tx.provider_reference
        self.sandbox.set_status(payment_id, "paid", method="ideal", webhook=False)
        tx.write({"provider_reference": False, "state": "cancel"})
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        self.assertEqual((invoice.transaction_ids, tx.state), (tx, "done"))

    def test_one_of_another_amount_whose_answer_was_lost_too_is_left_as_it_is(self):
        """After a restore, under the same reference."""
        invoice, payment_id = self.lose()
        self.receive_by_bank(invoice, 40)
        self.sandbox.fault("close", method="POST")
        self.press_pay(path_of(invoice.mollie_payment_link))
        unanswered = self.last_transaction(invoice)
        self.assertEqual((unanswered.amount, unanswered.provider_reference), (60, False))
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        found = invoice.transaction_ids - unanswered
        self.assertEqual((found.provider_reference, found.amount), (payment_id, 100))

    def test_what_is_here_but_behind_is_booked_as_well(self):
        invoice = self.make_invoice()
        tx = self.start_payment(invoice)
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal", webhook=False)
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {tx.provider_reference: ("booked", 100, invoice)})
        self.assertEqual(invoice.amount_residual, 0)

    def test_one_payment_of_several_invoices_pays_them_all(self):
        invoices = self.make_invoice(60) + self.make_invoice(40)
        metadata = self.metadata(", ".join(invoices.mapped("name")))
        (payment_id,) = self.add({"value": "100.00"}, metadata)
        self.reconcile()
        self.assertEqual(invoices.mapped("amount_residual"), [0, 0])
        self.assertEqual(invoices.transaction_ids.mapped("provider_reference"), [payment_id])

    def test_payments_that_were_made_elsewhere_are_left_alone(self):
        invoice = self.make_invoice()
        ours = self.metadata(invoice.name)
        self.add({}, ours | {"database": "a shop's"})
        self.add({}, {"order_id": 7})
        self.add({}, None)
        repair = self.reconcile()
        self.assertFalse(repair.line_ids)
        self.assertEqual((repair.count, repair.elsewhere_count), (0, 3))
        self.assertIn("Made elsewhere, and left alone: 3.", repair.summary)
        self.assertFalse(invoice.transaction_ids)

    def test_only_payments_of_the_days_asked_for_are_looked_at(self):
        invoice, _payment_id = self.lose()
        today = fields.Date.today()
        yesterday = fields.Date.subtract(today, days=2)
        self.assertFalse(self.reconcile(date_from="2026-01-01", date_to=yesterday).line_ids)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertTrue(self.reconcile(date_from=today, date_to="2099-12-31").line_ids)

    def test_a_first_day_that_is_later_than_the_last_is_told(self):
        self.lose()
        for _press in range(2):
            with self.assertRaisesRegex(UserError, "The first day is later than the last"):
                self.reconcile(date_from="2026-11-30", date_to="2026-11-01")
        self.assertFalse(self.sandbox.requests(path=r"/v2/payments$", method="GET"))

    def metadata(self, invoice, reference="X-1"):
        owner = self.env["payment.transaction"]._mollie_owner().database
        return {"database": owner, "reference": reference, "invoice": invoice}

    def add(self, amount, metadata):
        fields = {"amount": {"currency": "EUR", "value": "100.00"} | amount, "metadata": metadata}
        return self.sandbox.add_payments(self.provider.mollie_api_key, [fields])

    # --- what finds no place ---------------------------------------------------------------------

    def assert_no_place(self, payment_id, *words):
        repair = self.reconcile()
        (line,) = repair.line_ids
        self.assertEqual((line.mollie_reference, line.outcome), (payment_id, "no_place"))
        for word in words:
            self.assertIn(word, line.why)
        self.assertEqual(self.ledger.booked(), 0)
        row = self.env["mollie.difference"].search([("mollie_reference", "=", payment_id)])
        self.assertEqual(row.reason, "no_transaction")
        return line

    def test_an_invoice_that_is_not_here_is_named(self):
        (payment_id,) = self.add({}, self.metadata("INV/2026/99999"))
        self.assert_no_place(payment_id, "INV/2026/99999", "Enter it again")

    def test_a_payment_of_something_else_than_an_invoice_is_named(self):
        (payment_id,) = self.add({}, self.metadata("", "S00012-1"))
        self.assert_no_place(payment_id, "S00012-1")

    def test_a_currency_that_is_not_active_is_said(self):
        invoice = self.make_invoice()
        self.env.ref("base.CHF").active = False
        (payment_id,) = self.add({"currency": "CHF"}, self.metadata(invoice.name))
        self.assert_no_place(payment_id, "currency")

    def test_an_invoice_that_got_the_number_later_is_not_taken_for_the_one_that_was_paid(self):
        """After a restore, numbers are given again."""
        invoice, payment_id = self.lose()
        self.env.cr.execute(
            "UPDATE account_move SET create_date = create_date + interval '1 day' WHERE id = %s",
            [invoice.id],
        )
        self.env.invalidate_all()
        line = self.assert_no_place(payment_id, invoice.name, "Book on it")
        self.assertEqual((line.move_id, invoice.amount_residual), (invoice, 100))
        # A person may say that it is the same one, entered again.
        repair = line.repair_id
        line.action_place()
        self.env.invalidate_all()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.env["mollie.difference"].search([]))

    def test_what_cannot_be_booked_says_why_and_is_tried_again(self):
        invoice, payment_id = self.lose()
        self.customer.property_account_receivable_id.active = False
        with self.assertLogs("odoo.addons.invoice_mollie", "ERROR"):
            repair = self.reconcile()
        self.assertEqual(self.lines(repair)[payment_id][0], "not_booked")
        self.assertTrue(repair.line_ids.why)
        accounts = self.env["account.account"].with_context(active_test=False)
        accounts.search([("account_type", "=", "asset_receivable")]).active = True
        self.assertEqual(self.lines(self.reconcile()), {payment_id: ("booked", 100, invoice)})


class TestReconciling(RecoveryCase):
    """Who may, and when."""

    def test_only_accountants_may(self):
        for user in (self.clerk, self.make_user("auditor", "account.group_account_readonly")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["mollie.repair"].with_user(user).create({})

    def test_a_company_without_a_key_says_how_to_connect(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})
        with self.assertRaisesRegex(UserError, "Paste its key"):
            self.reconcile()

    def test_a_copy_of_the_database_makes_nothing_again(self):
        invoice, _payment_id = self.lose()
        self.provider.mollie_place = "elsewhere/1"
        with self.assertRaisesRegex(UserError, "copy"):
            self.reconcile()
        self.assertFalse(invoice.transaction_ids)

    def test_a_silent_mollie_is_told_and_one_may_go_on(self):
        invoice, _payment_id = self.lose()
        repair = self.env["mollie.repair"].with_user(self.manager).create({})
        self.sandbox.fault("503")
        with self.assertRaises(UserError):
            repair.action_reconcile()
        repair.action_reconcile()
        self.env.invalidate_all()
        self.assertEqual((repair.state, invoice.amount_residual), ("done", 0))

    def test_two_at_once_make_nothing_twice(self):
        invoice, _payment_id = self.lose()
        Comparison = type(self.env["mollie.comparison"])
        # With one connection, as here, nobody else can have the row.
        busy = patch.object(Comparison, "try_lock_for_update", lambda rows, **_how: rows.browse())
        with busy, self.assertRaisesRegex(UserError, "Somebody else"):
            self.reconcile()
        self.assertFalse(invoice.transaction_ids)
        self.reconcile()
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_takes_long_goes_on_with_the_next_press(self):
        lost = [self.lose() for _ in range(3)]
        self.startPatcher(patch("odoo.addons.invoice_mollie.wizards.mollie_repair.SECONDS", -1))
        repair = self.env["mollie.repair"].with_user(self.manager).create({})
        for count in (1, 2, 3):
            repair.action_reconcile()
            self.assertEqual(len(repair.line_ids), count)
        while repair.state != "done":
            repair.action_reconcile()
        self.env.invalidate_all()
        self.assertEqual([invoice.amount_residual for invoice, _id in lost], [0, 0, 0])
        self.assertEqual(repair.count, 3)

    def test_pages_are_looked_at_until_the_first_day(self):
        invoice, _payment_id = self.lose()
        key = self.provider.mollie_api_key
        amount = {"amount": {"currency": "EUR", "value": "1.00"}}
        self.sandbox.add_payments(key, [amount] * 260)
        self.sandbox.clear_requests()
        repair = self.reconcile()
        self.assertEqual(len(self.sandbox.requests(path=r"/v2/payments$")), 2)
        self.assertEqual((repair.elsewhere_count, invoice.amount_residual), (260, 0))
        self.sandbox.clear_requests()
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        self.reconcile(date_from=tomorrow, date_to=date(2099, 12, 31))
        self.assertEqual(len(self.sandbox.requests(path=r"/v2/payments$")), 1)

    def test_another_companys_payments_are_found_by_the_key_they_share(self):
        company = self.env["res.company"].create({"name": "Branch"})
        self.env["account.chart.template"].try_loading("generic_coa", company)
        other = self.connect(self.provider.mollie_api_key, company)
        self.assertEqual(other.company_id, company)
        invoice, payment_id = self.lose()
        self.manager.company_ids |= company
        repair = self.reconcile(company_id=company.id)
        self.assertEqual(self.lines(repair)[payment_id], ("booked", 100, invoice))
        self.assertEqual(invoice.transaction_ids.provider_id, self.provider)

    def test_payments_of_another_profile_are_not_looked_at(self):
        invoice, _payment_id = self.lose()
        self.connect(OTHER_KEY, all_the_same=True)
        self.assertFalse(self.reconcile().line_ids)
        self.assertFalse(invoice.transaction_ids)


class TestSharedKeys(RecoveryCase):
    """Two companies have one key, and an invoice of the same number each."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Zusterbedrijf B.V."})
        self.env["account.chart.template"].try_loading("generic_coa", self.other)
        self.connect(self.provider.mollie_api_key, self.other)
        self.clerk.company_ids |= self.other
        self.manager.company_ids |= self.other

    def make_namesake(self, invoice):
        namesake = self.make_invoice(post=False, company_id=self.other.id)
        namesake.name = invoice.name
        namesake.action_post()
        self.assertEqual(namesake.name, invoice.name)
        return namesake

    def lose_unnamed(self):
        """Return two invoices, and the id of a payment of one of them that names no company."""
        invoice = self.make_invoice()
        namesake = self.make_namesake(invoice)
        owner = self.env["payment.transaction"]._mollie_owner().database
        metadata = {"database": owner, "reference": "X-1", "invoice": invoice.name}
        amount = {"currency": "EUR", "value": "100.00"}
        (payment_id,) = self.sandbox.add_payments(
            self.provider.mollie_api_key, [{"amount": amount, "metadata": metadata}]
        )
        return invoice, namesake, payment_id

    def assert_open(self, *invoices):
        for invoice in invoices:
            self.assertEqual((invoice.amount_residual, invoice.transaction_ids.ids), (100, []))

    def test_a_payment_is_booked_where_it_was_made_whoever_presses_the_button(self):
        invoice = self.make_invoice()
        namesake, payment_id = self.lose(company_id=self.other.id, name=invoice.name)
        self.assertEqual(namesake.name, invoice.name)
        for company in (self.company, self.other):
            repair = self.reconcile(company_id=company.id)
        self.assertFalse(repair.line_ids)
        self.assert_open(invoice)
        self.assertEqual(namesake.amount_residual, 0)
        self.assertEqual(namesake.transaction_ids.provider_id.company_id, self.other)
        self.assertEqual(namesake.transaction_ids.provider_reference, payment_id)

    def test_one_whose_company_lost_the_invoice_too_is_not_booked_on_another_ones(self):
        invoice = self.make_invoice()
        namesake, payment_id = self.lose(company_id=self.other.id, name=invoice.name)
        namesake.button_draft()
        namesake.with_context(force_delete=True).unlink()
        (line,) = self.reconcile().line_ids
        self.assertEqual((line.mollie_reference, line.outcome), (payment_id, "no_place"))
        self.assertFalse(line.move_id)
        self.assert_open(invoice)
        # Entered again, it is the one.
        again = self.make_namesake(invoice)
        (line,) = self.reconcile().line_ids
        self.assertEqual(line.move_id, again)

    def test_one_made_with_another_key_of_the_same_profile_is_booked_where_it_was_made(self):
        other_key = self.provider.mollie_api_key[:-1] + "Z"
        self.sandbox.map_key(other_key, self.sandbox.profile_of(self.provider.mollie_api_key))
        self.connect(other_key, self.other)
        self.provider._mollie_learn_profile()
        invoice = self.make_invoice()
        namesake, payment_id = self.lose(company_id=self.other.id, name=invoice.name)
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, namesake)})
        self.assert_open(invoice)

    def test_of_one_that_names_no_company_a_person_says_which_it_was(self):
        """As payments of before did not."""
        invoice, namesake, payment_id = self.lose_unnamed()
        repair = self.reconcile()
        self.assertEqual(repair.line_ids.mapped("outcome"), ["no_place", "no_place"])
        self.assertIn("No place found: 1.", repair.summary)
        self.assert_open(invoice, namesake)
        lines = repair.line_ids.grouped("move_id")
        for move, line in lines.items():
            self.assertIn(move.company_id.name, line.why)
        lines[namesake].action_place()
        self.env.invalidate_all()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, namesake)})
        self.assertEqual(namesake.amount_residual, 0)
        self.assertEqual(namesake.transaction_ids.provider_id.company_id, self.other)
        self.assert_open(invoice)

    def test_only_who_may_see_an_invoice_says_that_it_was_the_one(self):
        invoice, namesake, _payment_id = self.lose_unnamed()
        self.manager.company_ids -= self.other
        lines = self.reconcile().line_ids.grouped(lambda line: line.sudo().move_id)
        with self.assertRaises(AccessError):
            lines[namesake].action_place()
        self.assert_open(invoice, namesake)
        lines[invoice].action_place()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)


class TestBranches(RecoveryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"name": "Filiaal Zuid", "parent_id": cls.company.id}
        cls.branch = cls.env["res.company"].create(values)
        cls.clerk = cls.make_user("south", "account.group_account_invoice", company=cls.branch)

    def test_a_payment_of_a_branch_that_uses_its_parents_key_is_found_again(self):
        invoice, payment_id = self.lose(company_id=self.branch.id)
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        self.assertEqual(invoice.transaction_ids.provider_id, self.provider)
        self.assertEqual((invoice.amount_residual, self.ledger.booked()), (0, 100))

    def test_who_presses_in_a_branch_is_told_which_company_has_the_key(self):
        self.manager.company_ids |= self.branch
        with self.assertRaisesRegex(UserError, "Filiaal Zuid collects with the key of"):
            self.reconcile(company_id=self.branch.id)

    def test_one_of_a_branch_that_got_the_same_key_meanwhile_is_made_again_there(self):
        invoice, payment_id = self.lose(company_id=self.branch.id)
        own = self.connect(self.provider.mollie_api_key, self.branch)
        repair = self.reconcile()
        self.assertEqual(self.lines(repair), {payment_id: ("booked", 100, invoice)})
        self.assertEqual(invoice.transaction_ids.provider_id, own)
