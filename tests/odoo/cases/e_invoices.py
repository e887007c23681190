"""A company and a customer in the Netherlands who exchange electronic invoices, for real money.

Odoo's module that makes them, `account_edi_ubl_cii`, installs itself with `account`.
"""

from lxml import etree

from odoo.fields import Command
from odoo.tests import Form

from tests.common import LIVE_KEY, MollieCase

BIS = "account.edi.xml.ubl_bis3"
# What core makes of an invoice to be downloaded, by the customer's country and VAT number.
FORMATS = {
    "be": ("BE0477472701", BIS),
    "de": ("DE123456788", "account.edi.xml.ubl_de"),
    "nl": ("NL123456782B90", "account.edi.xml.ubl_nl"),
}
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
DOCUMENTS = "cac:AdditionalDocumentReference"
TERMS = "cac:PaymentTerms/cbc:Note"


class EInvoiceCase(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connect(LIVE_KEY)
        cls.company.mollie_link_creation = "send"
        cls.settle(cls.company.partner_id, "NL000099998B57", "77777677")
        cls.settle(cls.customer, "NL123456782B90", "82777822")
        cls.company.partner_id.write({"phone": "+31 76 123 4567", "email": "post@example.com"})
        cls.customer.invoice_edi_format = "ubl_bis3"
        Bank = cls.env["res.partner.bank"]
        ours = {"partner_id": cls.company.partner_id.id, "acc_number": "NL91 ABNA 0417 1643 00"}
        theirs = {"partner_id": cls.customer.id, "acc_number": "NL20 INGB 0001 2345 67"}
        cls.bank, _theirs = Bank.create([ours, theirs])

    @classmethod
    def settle(cls, partner, vat, registry):
        """Give a company in the Netherlands what an electronic invoice says of it."""
        address = {"street": "Kade 1", "zip": "4811 AA", "city": "Breda"}
        country = cls.env.ref("base.nl")
        partner.write({**address, "country_id": country.id, "vat": vat, "is_company": True})
        partner.company_registry = registry
        partner.write({"peppol_eas": "0106", "peppol_endpoint": registry})

    def bill(self, **values):
        """Return a posted invoice with VAT, to be paid by bank, too."""
        line = {"name": "Work", "quantity": 1, "price_unit": 100.0}
        line["tax_ids"] = [Command.set(self.company.account_sale_tax_id.ids)]
        values = {
            "partner_bank_id": self.bank.id,
            "invoice_line_ids": [Command.create(line)],
        } | values
        return self.make_invoice(**values)

    def dialog(self, invoice):
        """Open the dialog that sends an invoice, as the clerk's browser does."""
        Wizard = self.env["account.move.send.wizard"].with_user(self.clerk)
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        return Form(Wizard.with_context(**context))

    def send(self, invoice, dialog=None):
        """Press Send in the dialog; return the electronic invoice."""
        (dialog or self.dialog(invoice)).save().action_send_and_print()
        self.env.invalidate_all()
        return invoice.ubl_cii_xml_id.raw

    def send_without(self, invoice):
        """Take the tick out that sends an invoice with its link; return the electronic invoice."""
        dialog = self.dialog(invoice)
        dialog.mollie_with_link = False
        return self.send(invoice, dialog)

    def download(self, invoice):
        """Return the electronic invoice as *Print, Export XML* gives it."""
        self.authenticate("mollie_clerk", "mollie_clerk")
        return self.get(f"/account/download_invoice_documents/{invoice.id}/ubl").content

    def core_xml(self, invoice, builder=BIS):
        """Return the electronic invoice as core makes it, without our doing."""
        return self.env[builder]._export_invoice(invoice)[0]

    def make_terms(self, note):
        return self.env["account.payment.term"].create({"name": "Terms", "note": note})

    def assert_link(self, xml, url):
        """Check where an electronic invoice names an address: nowhere, if it is False."""
        tree = etree.fromstring(xml)
        found = [element.text for element in tree.iterfind(".//cbc:URI", NAMES)]
        self.assertEqual(found, [url] if url else [])
        self.assertEqual(xml.count(b"/mollie/"), 2 if url else 0)
        if url:
            self.assertEqual(read(tree, TERMS).splitlines()[-1], f"Pay online: {url}")


def read(tree, path):
    return tree.findtext(path, namespaces=NAMES)


def canonical(xml):
    """Return an electronic invoice as text that can be compared with another one's, without the
    documents that are in it.
    """
    return _canonical(etree.fromstring(xml, etree.XMLParser(remove_blank_text=True)))


def canonical_without_link(xml):
    """The same, without what the addon may add."""
    tree = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    note = tree.find(TERMS, NAMES)
    note.text, _, _sentence = note.text.rpartition("\n")
    if not note.text:
        tree.remove(note.getparent())
    return _canonical(tree)


def _canonical(tree):
    for document in tree.findall(DOCUMENTS, NAMES):
        tree.remove(document)
    return etree.canonicalize(etree.tostring(tree, encoding="unicode"))
