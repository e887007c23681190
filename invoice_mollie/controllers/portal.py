from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import str2bool

from odoo.addons.account_payment.controllers.portal import PortalAccount


class MolliePortal(PortalAccount):
    """The customer portal, with the same link that the clerk sends."""

    def _prepare_my_invoices_values(self, *args, **kwargs):
        """Override of `account` to give the list of invoices their pay links."""
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        get_page = values["invoices"]

        def invoices_with_links(pager_offset):
            return _with_links(get_page(pager_offset))

        return values | {"invoices": invoices_with_links}

    @http.route()
    def portal_my_overdue_invoices(self, access_token=None, **kwargs):
        """Override of `account_payment` to lead to the pay page; to the list, if there are several
        to choose from.
        """
        Move = request.env["account.move"]
        may_read = Move.has_access("read")
        moves = Move.search(self._get_overdue_invoices_domain()) if may_read else Move
        if not any(company._get_mollie_provider() for company in moves.company_id):
            return super().portal_my_overdue_invoices(access_token, **kwargs)
        if len(moves) == 1 and (links := _pay_links(moves)):
            return request.redirect(links[moves.id]["mollie_pay_url"], local=False)
        return request.redirect("/my/invoices?filterby=overdue_invoices")

    @http.route()
    def portal_my_invoice_detail(self, invoice_id, **kw):
        """Override of `account_payment` to show who has the link the invoice itself, not a
        "Proforma": it is posted, only nobody sent it from Odoo.
        """
        if kw.get("report_type"):
            self._make_document(invoice_id, kw.get("access_token"))
        return super().portal_my_invoice_detail(invoice_id, **kw)

    def _make_document(self, invoice_id, access_token):
        try:
            invoice_sudo = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return  # The page itself answers.
        invoice_sudo._mollie_make_document()

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Override of `account_payment` to give the invoice's page its pay link."""
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        link = _pay_links(invoice).get(invoice.id, {})
        return (_without_mollie(values) if link else values) | link


def _with_links(rows):
    moves = request.env["account.move"].browse([row["invoice"].id for row in rows])
    links = _pay_links(moves)
    return [row | links.get(row["invoice"].id, {}) for row in rows]


def _pay_links(moves):
    """Return ``{invoice id: values for the button}`` for those that can be paid by link."""
    # In sudo mode because customers read neither settings, providers nor links; the caller has
    # checked that they may see these invoices.
    moves_sudo = moves.sudo()
    parameters_sudo = moves_sudo.env["ir.config_parameter"]
    if not str2bool(parameters_sudo.get_param("account_payment.enable_portal_payment")):
        return {}
    refusals = moves_sudo._get_mollie_refusals()
    payable = moves_sudo.filtered(lambda move: move not in refusals)
    return {
        move.id: {
            "mollie_pay_url": link._get_url(),
            "mollie_is_under_way": move.mollie_payment_state == "pending",
        }
        for move, link in payable._mollie_ensure_links("pay").items()
    }


def _without_mollie(values):
    """Leave to core's dialog the other ways to pay, if there are any."""
    providers_sudo = values.get("providers_sudo")
    others_sudo = providers_sudo and providers_sudo.filtered(lambda p: p.code != "mollie")
    if not others_sudo:
        return values
    return values | {
        "providers_sudo": others_sudo,
        "payment_methods_sudo": values["payment_methods_sudo"].filtered(
            lambda method: method.provider_ids & others_sudo
        ),
        "tokens_sudo": values["tokens_sudo"].filtered(lambda t: t.provider_id in others_sudo),
    }
