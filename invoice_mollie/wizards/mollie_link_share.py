import base64
import logging
from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html

_logger = logging.getLogger(__name__)

TEMPLATE = "invoice_mollie.mail_template_share_link"
QR_CODE_PIXELS = 300


class MollieLinkShare(models.TransientModel):
    """The dialog by which a clerk gives an invoice's link to a customer: on a screen, by chat, text
    message or mail. Nothing is sent from here; the clerk's own programs do it.
    """

    _name = "mollie.link.share"
    _description = "Share a Payment Link"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    # All by the clerk's own rights: who names an invoice need not see it.
    url = fields.Char("Link", compute="_compute_url")
    phone = fields.Char(compute="_compute_phone")
    # To be edited where it is sent from: a link that is pressed at once would bear the old one.
    text = fields.Text("Message", compute="_compute_text")
    qr_code = fields.Binary("QR Code", compute="_compute_qr_code")
    # Links, for what opens programs on phones is no address that Odoo's actions take.
    ways = fields.Html(compute="_compute_ways", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("move_id")
    def _compute_url(self):
        for share in self:
            share.move_id.check_access("read")
            share.url = share.move_id.mollie_payment_link

    @api.depends("move_id")
    def _compute_phone(self):
        for share in self:
            share.phone = share.move_id.partner_id.phone

    @api.depends("move_id")
    def _compute_text(self):
        for share in self:
            share.text = share._get_text("body_html")

    @api.depends("url")
    def _compute_qr_code(self):
        for share in self:
            share.qr_code = share.url and share._draw()

    @api.depends("text", "phone")
    def _compute_ways(self):
        for share in self:
            number, text = share._get_number(), quote(share.text or "", safe="")
            values = {
                "whatsapp": f"https://wa.me/{number.removeprefix('+')}?text={text}",
                # As both kinds of phones understand it.
                "sms": f"sms:{number}?&body={text}",
            }
            share.ways = self.env["ir.qweb"]._render("invoice_mollie.share_ways", values)

    # === ACTION METHODS === #

    def action_mail(self):
        """Open Odoo's own dialog for a mail with the text."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mail the Payment Link"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "account.move",
                "default_res_ids": self.move_id.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.move_id.partner_id.ids,
                "default_subject": self._get_text("subject"),
                "default_body": plaintext2html(self.text or ""),
                "mollie_is_shared": True,
            },
        }

    # === BUSINESS METHODS === #

    def _get_text(self, name):
        """Return a text of the template, in the customer's language, as plain text."""
        # Whoever calls fills in the fields, also those that are computed: they prove nothing.
        self.move_id.check_access("read")
        if not self.url:
            return ""
        # In sudo mode because templates read what the clerk need not see, as the company's details.
        template_sudo = self.sudo().env.ref(TEMPLATE, raise_if_not_found=False)
        if not template_sudo:
            return self.url  # Somebody has deleted it.
        texts = template_sudo._render_field(name, self.move_id.ids, compute_lang=True)
        return html2plaintext(texts[self.move_id.id], include_references=False)

    def _get_number(self):
        """Return the phone's number as the whole world dials it; empty if it is none."""
        if not self.phone:
            return ""
        partner = self.move_id.partner_id
        country = partner.country_id or self.move_id.company_id.country_id
        return partner._phone_format(number=self.phone, country=country) or ""

    def _draw(self):
        """Return the link's QR code as a picture, in base64; None where Odoo can't draw any."""
        try:
            size = {"width": QR_CODE_PIXELS, "height": QR_CODE_PIXELS}
            picture = self.env["ir.actions.report"].barcode("QR", self.url, **size)
        except ValueError:
            _logger.warning("QR codes can't be drawn: see the Python package rl_renderPM.")
            return None
        return base64.b64encode(picture)
