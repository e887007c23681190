from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """The sending of invoices, one by one or many at once, with their payment links."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        """Override of `account` to show the link, though it is made only when the mail is sent."""
        # Core writes it in sudo mode, for whoever names an invoice.
        move.check_access("read")
        with_link = self.env.context.get("mollie_with_link", move._mollie_is_sent_with_link())
        if not with_link:
            return super()._get_default_mail_body(move, mail_template, mail_lang)
        template = mail_template.with_context(mollie_link_to_come=True)
        body = super()._get_default_mail_body(move, template, mail_lang)
        return move._mollie_with_button(body, mail_lang)

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        """Override of `account` to say whether the invoice is sent with its link."""
        values = super()._get_default_sending_settings(move, from_cron, **custom_settings)
        chosen = custom_settings.get("mollie_with_link")
        values["mollie_with_link"] = move._mollie_is_sent_with_link() if chosen is None else chosen
        return values

    @api.model
    def _generate_invoice_documents(self, invoices_data, *args, **kwargs):
        """Override of `account` to make the links before PDF and mail, which show them."""
        moves = self.env["account.move"].union(
            *(move for move, values in invoices_data.items() if values["mollie_with_link"])
        )
        # Also where a link was revoked: then nobody but a clerk who wants another one ticked it.
        moves._mollie_try_links(again=True)
        links = moves._get_mollie_links()
        for move in moves:
            values = invoices_data[move]
            values["mail_body"] = move._mollie_with_link_made(
                values.get("mail_body"), links.get(move)
            )
        return super()._generate_invoice_documents(invoices_data, *args, **kwargs)

    @api.model
    def _call_web_service_before_invoice_pdf_render(self, invoices_data):
        """Override of `account` to put the links into electronic invoices, now that these are made
        and before anybody has got them.

        `account_edi_ubl_cii`, which makes them, is not depended on: where it is not installed there
        are none. It makes them in the hook before this one and adds the PDF in the one after, so
        it does not matter whether its classes come after ours or, until Odoo is started again
        once it was installed later, before.
        """
        for move, values in invoices_data.items():
            e_invoice = values.get("ubl_cii_xml_attachment_values")
            if e_invoice and values.get("mollie_with_link"):
                e_invoice["raw"] = move._mollie_with_link_in_xml(e_invoice["raw"])
        return super()._call_web_service_before_invoice_pdf_render(invoices_data)

    @api.model
    def _send_mails(self, moves_data):
        """Override of `account` to log to whom the links were mailed."""
        result = super()._send_mails(moves_data)
        links = self.env["account.move"].union(*moves_data)._get_mollie_links()
        for move, link in links.items():
            values = moves_data[move]
            partners = self.env["res.partner"].browse(values.get("mail_partner_ids"))
            if partners and link._get_url() in values["mail_body"]:
                emails = ", ".join(partners.mapped("email"))
                move._mollie_note_mail("link_mailed", "user", detail=emails)
        return result
