"""What it costs: queries per invoice, in bulk and where people look."""

from odoo.tools import SQL

from tests.common import MollieCase
from tests.rows import copy_invoice

QUERIES_PER_INVOICE = 0.05
# What our button, link, state and log may add to reading an invoice's form.
FORM_QUERIES = 8
# Of the first view of a page, which notes that there was one.
PAGE_QUERIES = 33
# Of a webhook of which nothing comes.
WEBHOOK_QUERIES = 23


class TestQueries(MollieCase):
    def copies_of(self, invoice, count):
        """Return copies of an invoice without lines.

        All that a link is made from stands in the invoice's own row.
        """
        self.env.flush_all()
        before = copy_invoice(self.env, invoice, count, str(invoice.partner_id.id))
        self.env.cr.execute("ANALYZE account_move")
        return invoice.browse(range(before + 1, before + 1 + count))

    def queries(self, function):
        """Return how many queries a function makes, flushed, from a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def versions(self, moves):
        """Return the place of each row in the table: any update moves it."""
        self.env.cr.execute(
            SQL("SELECT id, ctid::text FROM account_move WHERE id IN %s", moves._ids)
        )
        return set(self.env.cr.fetchall())

    def test_links_for_many_invoices_cost_a_twentieth_of_a_query_each(self):
        first = self.make_invoice()
        self.make_link(self.make_invoice())  # What is read once per process was read.
        found = {count: self.press_for(self.copies_of(first, count)) for count in (200, 1000)}
        self.assertLessEqual(found[1000], QUERIES_PER_INVOICE * 1000)
        self.assertLessEqual(found[1000] - found[200], QUERIES_PER_INVOICE * 800)

    def press_for(self, invoices):
        """Make links for all, and return the number of queries; nothing else may happen."""
        versions = self.versions(invoices)
        self.sandbox.clear_requests()
        found = self.queries(invoices.with_user(self.clerk).action_mollie_create_payment)
        self.assertFalse(self.versions(invoices) - versions, "invoices were written")
        self.assertEqual(self.sandbox.requests(), [])
        for model in ("mollie.payment.link", "mollie.payment.log"):
            made = self.env[model].search_count([("move_id", "in", invoices.ids)])
            self.assertEqual(made, len(invoices))
        return found

    def test_pressing_again_for_many_costs_no_more_than_looking(self):
        invoices = self.copies_of(self.make_invoice(), 200).with_user(self.clerk)
        invoices.action_mollie_create_payment()
        # With the two of the dialog that says so.
        self.assertLessEqual(self.queries(invoices.action_mollie_create_payment), 12)

    def test_the_list_of_80_invoices_shows_links_and_states_with_as_many_queries_as_of_20(self):
        tx = self.pay(self.make_invoice())
        invoices = self.copies_of(tx.invoice_ids, 20) + self.copies_of(self.make_invoice(), 60)
        self.env["mollie.payment.link"].create(
            [{"move_id": move.id, "company_id": self.company.id} for move in invoices[:50]]
        )
        shown = {f"mollie_{name}": {} for name in ("payment_state", "payment_link", "summary")}
        specification = {"name": {}, "mollie_progress": {}, **shown}
        Move = self.env["account.move"].with_user(self.clerk)

        def read(count):
            domain = [("id", "in", invoices[:: 80 // count].ids)]  # Some of each kind.
            return Move.web_search_read(domain, specification, limit=200)

        self.assertEqual(len(read(80)["records"]), 80)
        found = {count: self.queries(lambda count=count: read(count)) for count in (20, 80)}
        self.assertEqual(found[20], found[80])

    def test_who_opens_a_list_waits_for_no_search_in_all_invoices(self):
        """Among a million it took ten seconds: Odoo asked whether lists can be grouped by it."""
        Move = self.env["account.move"].with_user(self.clerk)
        views = Move.get_views([(False, "list"), (False, "search")])  # Kept by Odoo from now on.
        described = views["models"]["account.move"]["fields"]["mollie_progress"]
        self.assertTrue(described["groupable"] and described["sortable"])
        fields = {"ours": ["mollie_progress"], "core": ["payment_state"]}
        found = {
            side: self.queries(lambda names=names: Move.fields_get(names))
            for side, names in fields.items()
        }
        self.assertEqual(found["ours"], found["core"])

    def test_the_form_costs_few_queries_more_than_cores(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        specification = self.specification()
        ours = {name for name in specification if name.startswith("mollie_")}
        self.assertGreaterEqual(len(ours), 4)
        core = {name: spec for name, spec in specification.items() if name not in ours}
        record = invoice.with_user(self.clerk)
        record.web_read(specification)
        found = {
            name: self.queries(lambda fields=fields: record.web_read(fields))
            for name, fields in {"core": core, "ours": specification}.items()
        }
        self.assertLessEqual(found["ours"] - found["core"], FORM_QUERIES)

    def test_the_methods_are_not_copied_for_each_invoice_that_asks_for_them(self):
        for name in ("mollie_methods", "mollie_icons"):
            self.assertTrue(self.provider[name])
            self.assertIs(self.provider[name], self.provider[name])

    def test_the_first_view_of_a_page_works_nothing_of_the_invoice_out_again(self):
        paths = [self.make_link(self.make_invoice()) for _ in range(2)]
        self.get(paths[0])
        self.assertLessEqual(self.queries(lambda: self.get(paths[1])), PAGE_QUERIES)

    def test_a_webhook_that_tells_nothing_new_looks_and_writes_that_it_asked(self):
        tx = self.pay(self.make_invoice())
        path, payment_id = self.webhook_path(tx), tx.provider_reference
        self.post_webhook(path, payment_id)
        found = self.queries(lambda: self.post_webhook(path, payment_id))
        self.assertLessEqual(found, WEBHOOK_QUERIES)

    def specification(self):
        """Return what the web client reads for the clerk's invoice form, without sublists' rows
        of core's.
        """
        views = self.env["account.move"].with_user(self.clerk).get_views([(False, "form")])
        names = views["models"]["account.move"]["fields"]
        arch = views["views"]["form"]["arch"]
        log = {name: {} for name in ("create_date", "source", "message", "amount", "mollie_status")}
        return {
            name: {"fields": log} if name == "mollie_log_ids" else {}
            for name in names
            if f'name="{name}"' in arch
        }
