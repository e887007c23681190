"""What Mollie is told of a payment, beside its amount."""

from urllib.parse import urlencode

from odoo.tools import email_normalize

from odoo.addons.payment_mollie.controllers.main import MollieController


def metadata(tx):
    """Return what traces a payment at Mollie back to its transaction."""
    company = tx.invoice_ids.company_id[:1] or tx.company_id
    return tx._mollie_owner()._asdict() | {"invoice": _names(tx), "company": str(company.id)}


def _names(tx):
    return ", ".join(tx.invoice_ids.filtered("name").mapped("name"))[:255]


def link_payload(tx):
    """Return what a payment through an invoice's link asks of Mollie."""
    base_url = tx.company_id._get_mollie_base_url()
    tx_sudo = tx.sudo()  # In sudo mode to read the tokens.
    return {
        "description": _names(tx),
        "redirectUrl": f"{base_url}/mollie/return/{tx_sudo.mollie_return_token}",
        "webhookUrl": tx.company_id._get_mollie_webhook_address() + tx_sudo.mollie_webhook_token,
    }


def core_webhook(tx):
    """Return where Mollie reports what is not paid by a link: a route of core's."""
    address = f"{tx.company_id._get_mollie_base_url()}{MollieController._webhook_url}"
    return {"webhookUrl": f"{address}?{urlencode({'ref': tx.reference})}"}


def can_pay_later(partner):
    """Return whether Mollie offers a customer the methods that want to know who it is."""
    known = (partner.email_normalized, partner.street, partner.zip, partner.city)
    is_named = " " in (partner.name or "").strip()
    return not partner.is_company and is_named and all(known) and bool(partner.country_id)


def pay_later_payload(tx):
    """Return what pay-later methods want to know before Mollie offers them: who, and for what.

    Nothing unless it is complete. From the transaction, where it stays as it was when the
    customer pressed Pay: a repeated request must be the same one.
    https://docs.mollie.com/reference/create-payment
    """
    *given_names, family_name = (tx.partner_name or "").split() or [""]
    address = {
        "givenName": " ".join(given_names),
        "familyName": family_name,
        "email": email_normalize(tx.partner_email),
        "streetAndNumber": tx.partner_address,
        "postalCode": tx.partner_zip,
        "city": tx.partner_city,
        "country": tx.partner_country_id.code,
    }
    if tx.partner_id.is_company or not all(address.values()):
        return {}
    if tx.partner_id.commercial_company_name:
        address["organizationName"] = tx.partner_id.commercial_company_name
    amount = tx._mollie_amount().write()
    line = {"description": tx.reference, "quantity": 1}
    return {
        "billingAddress": address,
        "lines": [line | {"unitPrice": amount, "totalAmount": amount}],
    }
