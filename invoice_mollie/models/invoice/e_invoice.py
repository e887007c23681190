from lxml import etree

from odoo.addons.account.tools import dict_to_xml

_NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
# How the identifiers begin of the formats whose rules were looked at: Peppol BIS Billing, NLCIUS,
# XRechnung. What goes to the authority of a country has rules of its own; Factur-X is a PDF, too.
_FORMATS = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:",
    "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_",
)
# Before what stands what is added, in UBL 2.1's order; the last of each is in every invoice.
_NEXT = {
    "cac:AdditionalDocumentReference": (
        "cac:ProjectReference",
        "cac:Signature",
        "cac:AccountingSupplierParty",
    ),
    "cac:PaymentTerms": (
        "cac:PrepaidPayment",
        "cac:AllowanceCharge",
        "cac:TaxExchangeRate",
        "cac:PricingExchangeRate",
        "cac:PaymentExchangeRate",
        "cac:PaymentAlternativeExchangeRate",
        "cac:TaxTotal",
        "cac:WithholdingTaxTotal",
        "cac:LegalMonetaryTotal",
    ),
}


class EInvoice:
    """The electronic invoice, with the link where its readers look: among its documents, for
    programs (BT-124), and in the terms of payment, for people (BT-20).

    Not in the means of payment, where EN 16931 has no place for it.
    """

    __slots__ = ()

    # === BUSINESS METHODS - ELECTRONIC INVOICE === #

    def _mollie_with_link_in_xml(self, xml):
        """Return an electronic invoice that leads to the page of this one; as it is, if its format
        is another one, or there is nothing to be paid by a link.

        :param bytes xml: as core has made it, and nobody has got it yet.
        """
        self.ensure_one()
        url = self._get_mollie_link_for_xml()
        tree = etree.fromstring(xml) if url else None
        if tree is None or not _is_known(tree):
            return xml
        env = self.with_context(lang=self.partner_id.lang).env
        _add_document(tree, url, env._("Pay online"))
        _add_terms(tree, env._("Pay online: %s", url))
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")

    def _get_mollie_link_for_xml(self):
        """Return the address of the invoice's link, or None if nothing can be paid by it.

        None in test mode, either: mails say so beside their button, but programs don't read.
        """
        link = self._get_mollie_links().get(self)
        is_test = self.company_id._get_mollie_provider()._mollie_is_test()
        if not link or is_test or self._get_mollie_refusals():
            return None
        return link._get_url()


def _is_known(tree):
    identifier = tree.findtext("cbc:CustomizationID", "", _NAMESPACES)
    return tree.tag == _INVOICE and identifier.startswith(_FORMATS)


def _add_document(tree, url, description):
    values = {
        "cbc:ID": {"_text": "payment-link"},
        "cbc:DocumentDescription": {"_text": description},
        "cac:Attachment": {"cac:ExternalReference": {"cbc:URI": {"_text": url}}},
    }
    _add(tree, "cac:AdditionalDocumentReference", values)


def _add_terms(tree, sentence):
    """Add a sentence to the terms of payment: on a line of its own, as XRechnung has to have it
    after those about a discount.
    """
    note = tree.find("cac:PaymentTerms/cbc:Note", _NAMESPACES)
    if note is None:
        _add(tree, "cac:PaymentTerms", {"cbc:Note": {"_text": sentence}})
    else:
        note.text = f"{note.text}\n{sentence}"


def _add(tree, tag, values):
    found = (tree.find(name, _NAMESPACES) for name in _NEXT[tag])
    following = next(element for element in found if element is not None)
    following.addprevious(dict_to_xml(values, nsmap=_NAMESPACES, tag=tag))
