"""Mollie's lists, page by page."""

from odoo.addons.invoice_mollie.gateway import MollieRejected, MollieUnavailable

from tests.common import OTHER_KEY, TEST_KEY
from tests.odoo.cases.gateway import GatewayCase

TEN_EURO = {"amount": {"currency": "EUR", "value": "10.00"}}


class TestLists(GatewayCase):
    def add(self, count, key=TEST_KEY):
        return self.sandbox.add_payments(key, [TEN_EURO] * count)

    def list(self, name="payments", start=""):
        return [[item.id for item in page.items] for page in self.gateway.pages(name, start)]

    def test_all_payments_come_in_pages_of_250_newest_first_each_once(self):
        made = self.add(600)
        pages = self.list()
        self.assertEqual([len(page) for page in pages], [250, 250, 100])
        self.assertEqual(sum(pages, []), made[::-1])
        queries = [call["query"] for call in self.sandbox.requests(path=r"/v2/payments$")]
        self.assertEqual(
            [query.get("from") for query in queries], [None, made[349], made[99]], queries
        )

    def test_an_empty_list_is_one_empty_page(self):
        for name in ("payments", "refunds", "chargebacks"):
            self.assertEqual(self.list(name), [[]])

    def test_a_list_goes_on_where_it_was_left(self):
        made = self.add(600)
        self.assertEqual(sum(self.list(start=made[99]), []), made[99::-1])

    def test_refunds_and_chargebacks_are_listed_with_their_payments(self):
        (payment_id,) = self.add(1)
        refund = self.sandbox.add_refund(payment_id, "4.00")
        chargeback = self.sandbox.add_chargeback(payment_id, "3.00")
        for name, expected in (("refunds", refund), ("chargebacks", chargeback)):
            (page,) = self.gateway.pages(name)
            self.assertEqual(
                [(item.id, item.payment_id) for item in page.items], [(expected["id"], payment_id)]
            )

    def test_what_another_key_made_is_not_listed(self):
        self.add(3, OTHER_KEY)
        self.assertEqual(self.list(), [[]])

    def test_a_page_that_is_not_as_mollie_promises_ends_the_list(self):
        self.add(300)
        for fields in (
            {"_links": {"next": {"href": "https://elsewhere.example/?from=x/../methods"}}},
            {"_links": {"next": {"href": "https://elsewhere.example/"}}},
            {"_links": {"next": "tr_abc"}},
            {"_links": None},
            {"_embedded": None},
            {"_embedded": {"payments": {}}},
        ):
            with self.subTest(fields), self.assertRaises(MollieUnavailable):
                self.sandbox.fault("lie", path="/v2/payments$", fields=fields)
                self.list()
            self.sandbox.clear_faults()

    def test_a_page_that_leads_back_to_itself_ends_the_list(self):
        made = self.add(300)
        href = f"{self.sandbox.url}/v2/payments?from={made[49]}"
        self.sandbox.fault("lie", times=None, fields={"_links": {"next": {"href": href}}})
        with self.assertRaises(MollieUnavailable):
            self.list()

    def test_an_address_in_an_answer_is_not_followed(self):
        made = self.add(300)
        href = f"https://elsewhere.example/v2/payments?from={made[49]}"
        self.sandbox.fault("lie", fields={"_links": {"next": {"href": href}}})
        self.assertEqual(sum(self.list(), []), made[::-1])

    def test_what_is_no_id_is_not_asked_for(self):
        with self.assertRaises(MollieRejected):
            self.gateway.page("payments", "tr_x&testmode=true")
        self.assertEqual(self.sandbox.requests(), [])
