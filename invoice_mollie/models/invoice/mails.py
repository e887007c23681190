import re

from lxml import html
from markupsafe import escape

# Stands for the token of a link that is made when the mail is sent: a mail that is only looked at
# makes none.
TO_COME = "made-when-sent"
# By which the button is found again in a mail that somebody has edited.
BUTTON = "o_mollie_pay_online"
# Above which the button stands: the signature, as core's template of the mail begins it.
_SIGNATURE = re.compile(r"<div[^>]*>\s*--\s*<br")


class Mails:
    """The mail by which an invoice is sent, with the button that leads to its page."""

    __slots__ = ()

    # === BUSINESS METHODS - MAIL === #

    def _mollie_is_sent_with_link(self):
        """Return whether the invoice's mail bears its link, unless the clerk says otherwise: it has
        one, or gets one by what its company chose.
        """
        self.ensure_one()
        if self._get_mollie_refusals():
            return False
        is_wanted = self.company_id.mollie_link_creation != "manual"
        return bool(self._get_mollie_links()) or (is_wanted and not self._get_mollie_revoked())

    def _get_mollie_link_to_come(self):
        """Return what stands in a mail for the link until it is sent."""
        return f"{self.company_id._get_mollie_base_url()}/mollie/pay/{TO_COME}"

    def _get_mollie_link_for_mail(self):
        """Return the address of the invoice's link, or what stands for it."""
        self.ensure_one()
        links = self._get_mollie_links()
        return links[self]._get_url() if links else self._get_mollie_link_to_come()

    def _mollie_with_button(self, body, lang):
        """Return a mail with the button; as it is, if it bears the link already.

        :param Markup body: its signature stays last.
        :param str lang: the customer's, in which the mail is.
        """
        self.check_access("read")
        url = self._get_mollie_link_for_mail()
        if not body or url in body:
            return body
        company = self.company_id
        values = {
            "url": url,
            "button": BUTTON,
            "background": company.email_secondary_color,
            "color": company.email_primary_color,
            "is_test": company._get_mollie_provider()._mollie_is_test(),
        }
        button = (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render("invoice_mollie.mail_pay_online", values)
        )
        signatures = list(_SIGNATURE.finditer(body))
        end = signatures[-1].start() if signatures else len(body)
        return body[:end] + button + body[end:]

    def _mollie_with_link_made(self, body, link):
        """Return a mail that leads to the link, now that it is made.

        :param link: the `mollie.payment.link`; None if it could not be made: then the mail leads to
            the online invoice.
        """
        base = self.company_id._get_mollie_base_url()
        url = link._get_url() if link else f"{base}{self.get_portal_url()}"
        return body and body.replace(self._get_mollie_link_to_come(), url)


def without_button(body):
    """Return the HTML of a mail without the button, whatever else somebody has changed."""
    if not body or BUTTON not in body:
        return body
    tree = html.fragment_fromstring(body, create_parent="div")
    for button in tree.find_class(BUTTON):
        button.drop_tree()
    return "".join(
        [escape(tree.text or ""), *(html.tostring(part, encoding="unicode") for part in tree)]
    )
