from odoo import http
from odoo.http import content_disposition, request

from ..models.mollie_limit import TooOften
from ..models.transaction.receipts import REPORT
from .languages import page_language
from .page_values import site_values_of, wait_text
from .public import gone_page, public_route, render, respond, site_values


class ReceiptController(http.Controller):
    """The receipt of a payment, for who has its address."""

    @public_route("/mollie/receipt", "/mollie/receipt/<path:token>", methods=("GET", "HEAD"))
    def receipt(self, token="", **_params):
        """Return a page as PDF, as long as receipts are offered.

        :param str token: the transaction's receipt token.
        """
        Transaction = request.env["payment.transaction"].sudo()
        tx_sudo = Transaction._mollie_find_by_token("receipt", token)
        if not tx_sudo or not tx_sudo._mollie_has_receipt():
            return gone_page()
        of_customer, of_company = tx_sudo.partner_id.lang, tx_sudo.company_id.partner_id.lang
        lang = page_language(request.env, of_customer, of_company)
        tx_sudo = tx_sudo.with_context(lang=lang, mollie_page_lang=lang)
        try:
            request.env["mollie.limit"].sudo()._take(("receipt", tx_sudo.id))
        except TooOften as error:
            return _refuse(tx_sudo, error.seconds)
        return _print(tx_sudo)


def _print(tx_sudo):
    # To be kept, not shown: what browsers show PDFs with, our headers forbid.
    disposition = content_disposition(f"{tx_sudo._mollie_receipt_name()}.pdf")
    Report = tx_sudo.env["ir.actions.report"].with_company(tx_sudo.company_id)
    content, kind = Report._render_qweb_pdf(REPORT, tx_sudo.ids)
    headers = {"Content-Disposition": disposition}
    return respond(content, headers=headers, content_type=f"application/{kind}")


def _refuse(tx_sudo, seconds):
    link_sudo = tx_sudo.mollie_link_id
    values = (
        site_values_of(link_sudo, tx_sudo)
        if link_sudo
        else site_values(tx_sudo.env, tx_sudo.company_id)
    )
    wait = wait_text(values["env"], seconds)
    return render("receipt_too_often", values | {"wait": wait}, 429, {"Retry-After": str(seconds)})
