"""Electronic invoices, with the link where their readers look and validators don't mind."""

import base64
import itertools
from unittest.mock import patch

from lxml import etree

from odoo.tools.translate import code_translations

from tests.common import TEST_KEY
from tests.odoo.cases.e_invoices import (
    DOCUMENTS,
    FORMATS,
    NAMES,
    TERMS,
    EInvoiceCase,
    canonical,
    canonical_without_link,
    read,
)
from tests.odoo.cases.en16931 import broken_rules, schema_errors

# How the terms of a discount are written in an XRechnung.
SKONTO = "#SKONTO#TAGE=10#PROZENT=2.00#"


class TestElectronicInvoice(EInvoiceCase):
    def test_the_link_that_is_made_by_sending_stands_among_the_documents_and_in_the_terms(self):
        invoice = self.bill()
        self.assertFalse(invoice.mollie_payment_link)
        tree = etree.fromstring(self.send(invoice))
        self.assertTrue(invoice.mollie_payment_link)
        document = tree.find(DOCUMENTS, NAMES)
        self.assertEqual(read(document, "cbc:ID"), "payment-link")
        self.assertEqual(read(document, "cbc:DocumentDescription"), "Pay online")
        uri = "cac:Attachment/cac:ExternalReference/cbc:URI"
        self.assertEqual(read(document, uri), invoice.mollie_payment_link)
        self.assertEqual(read(tree, TERMS), f"Pay online: {invoice.mollie_payment_link}")

    def test_the_rest_of_it_is_as_core_makes_it(self):
        invoice = self.bill()
        sent, core = self.send(invoice), self.core_xml(invoice)
        self.assertEqual(canonical_without_link(sent), canonical(core))

    def test_the_rules_that_are_asked_find_what_is_wrong(self):
        xml = self.send(self.bill())
        moved, nameless = etree.fromstring(xml), etree.fromstring(xml)
        moved.insert(0, moved.find(DOCUMENTS, NAMES))
        self.assertTrue(schema_errors(etree.tostring(moved)))
        document = nameless.find(DOCUMENTS, NAMES)
        document.remove(document.find("cbc:ID", NAMES))
        self.assertEqual(broken_rules(etree.tostring(nameless), xml), [["BR-52"], []])

    def test_the_pdf_is_in_it_beside_the_link(self):
        invoice = self.bill()
        xml = self.send(invoice)
        self.assertEqual(schema_errors(xml), [])
        link, pdf = etree.fromstring(xml).findall(DOCUMENTS, NAMES)
        self.assertIs(link.getnext(), pdf)
        embedded = pdf.find("cac:Attachment/cbc:EmbeddedDocumentBinaryObject", NAMES)
        self.assertEqual(base64.b64decode(embedded.text), invoice.invoice_pdf_report_id.raw)
        self.assertNotEqual(read(link, "cbc:ID"), read(pdf, "cbc:ID"))

    def test_it_has_the_link_also_where_the_pdf_was_made_before(self):
        invoice = self.bill()
        self.customer.invoice_edi_format = False
        self.send(invoice)
        self.assertTrue(invoice.invoice_pdf_report_id)
        self.customer.invoice_edi_format = "ubl_bis3"
        self.assert_link(self.send(invoice), invoice.mollie_payment_link)

    def test_the_sentence_is_added_to_the_terms_that_are_there(self):
        terms = self.make_terms("<p>Within 30 days</p>")
        invoice = self.bill(invoice_payment_term_id=terms.id)
        tree = etree.fromstring(self.send(invoice))
        url = invoice.mollie_payment_link
        self.assertEqual(read(tree, TERMS), f"Within 30 days\nPay online: {url}")

    def test_it_speaks_the_customers_language(self):
        self.customer.lang = "nl_NL"
        dutch = {"Pay online": "Online betalen", "Pay online: %s": "Betaal online: %s"}
        translations = {("invoice_mollie", "nl_NL"): dutch}
        invoice = self.bill()
        with patch.dict(code_translations.python_translations, translations):
            tree = etree.fromstring(self.send(invoice))
        self.assertEqual(read(tree, f"{DOCUMENTS}/cbc:DocumentDescription"), "Online betalen")
        self.assertEqual(read(tree, TERMS), f"Betaal online: {invoice.mollie_payment_link}")

    def test_without_the_tick_it_has_no_link(self):
        invoice = self.bill()
        self.make_link(invoice)
        self.assert_link(self.send_without(invoice), False)

    def test_a_revoked_link_is_not_in_it(self):
        invoice = self.bill()
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        self.assert_link(self.send(invoice), False)

    def test_nothing_is_asked_where_nothing_is_due(self):
        invoice = self.bill()
        self.make_link(invoice)
        dialog = self.dialog(invoice)
        self.receive_by_bank(invoice, 121.0)
        self.assert_link(self.send(invoice, dialog), False)

    def test_nothing_is_asked_by_a_test_payment(self):
        self.connect(TEST_KEY)
        invoice = self.bill()
        self.assert_link(self.send(invoice), False)
        self.assertTrue(invoice.mollie_payment_link)
        self.assert_link(self.download(invoice), False)

    def test_a_credit_note_has_none(self):
        invoice = self.bill()
        self.send(invoice)
        note = self.make_credit_note(invoice, 10.0)
        self.assert_link(self.send(note), False)

    def test_a_format_of_other_rules_is_as_core_makes_it(self):
        """Singapore's, and Factur-X, whose file is no UBL."""
        for name in ("ubl_sg", "facturx"):
            with self.subTest(name):
                self.customer.invoice_edi_format = name
                invoice = self.bill()
                self.make_link(invoice)
                self.assertNotIn(b"/mollie/", self.send(invoice))


class TestFormats(EInvoiceCase):
    """Each format, with terms of payment and without: with the link, and the same without."""

    def setUp(self):
        super().setUp()
        cases = itertools.product(FORMATS.items(), (False, SKONTO))
        self.pairs = [self.make_pair(country, *of, note) for (country, of), note in cases]

    def make_pair(self, country, vat, builder, note):
        country = self.env.ref(f"base.{country}")
        self.customer.write({"country_id": country.id, "vat": vat})
        terms = note and self.make_terms(note).id
        invoice = self.bill(invoice_payment_term_id=terms)
        self.make_link(invoice)
        ours, core = self.download(invoice), self.core_xml(invoice, builder)
        self.assert_link(ours, invoice.mollie_payment_link)
        self.assert_link(core, False)
        return ours, core

    def test_nothing_else_is_other_than_in_cores(self):
        for ours, core in self.pairs:
            self.assertEqual(canonical_without_link(ours), canonical(core))

    def test_the_schema_finds_nothing(self):
        for ours, core in self.pairs:
            self.assertEqual((schema_errors(ours), schema_errors(core)), ([], []))

    def test_no_rule_finds_more_than_in_cores(self):
        found = broken_rules(*itertools.chain(*self.pairs))
        self.assertEqual(found[::2], found[1::2])


class TestDownload(EInvoiceCase):
    def test_one_that_is_only_downloaded_has_the_link_that_is_there(self):
        invoice = self.bill()
        self.make_link(invoice)
        self.assert_link(self.download(invoice), invoice.mollie_payment_link)

    def test_downloading_makes_no_link(self):
        invoice = self.bill()
        self.assert_link(self.download(invoice), False)
        self.assertFalse(invoice.mollie_link_ids)

    def test_one_that_was_sent_stays_as_it_was(self):
        invoice = self.bill()
        sent = self.send_without(invoice)
        self.make_link(invoice)
        self.assertEqual(self.download(invoice), sent)


class TestReceiver(EInvoiceCase):
    def test_odoo_reads_it_as_a_vendor_bill(self):
        """The customer's company has Odoo, too: it reads the link in the bill's terms."""
        invoice = self.bill(invoice_payment_term_id=False)
        xml = self.send(invoice)
        receiver = self.env["res.company"].create({"name": "Bakkerij De Korenaar"})
        self.env["account.chart.template"].try_loading("nl", receiver, False)
        env = self.env(context={"allowed_company_ids": receiver.ids})
        journal = env["account.journal"].search([("type", "=", "purchase")], limit=1)
        file = env["ir.attachment"].create({"name": "invoice.xml", "raw": xml})
        bill = journal._create_document_from_attachment(file.ids)
        self.assertEqual((bill.move_type, bill.amount_total), ("in_invoice", 121.0))
        self.assertEqual(bill.ref, invoice.name)
        self.assertIn(invoice.mollie_payment_link, bill.narration)
        self.assertEqual(
            bill.attachment_ids.mapped("mimetype").count(invoice.invoice_pdf_report_id.mimetype), 1
        )
