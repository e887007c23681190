from odoo.http import request

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

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Override of `account_payment` to give the invoice's page its pay link."""
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        return values | {"mollie_pay_url": _pay_urls(invoice).get(invoice.id)}


def _with_links(rows):
    moves = request.env["account.move"].browse([row["invoice"].id for row in rows])
    urls = _pay_urls(moves)
    return [row | {"mollie_pay_url": urls.get(row["invoice"].id)} for row in rows]


def _pay_urls(moves):
    """Return ``{invoice id: address of its pay page}`` for those that can be paid."""
    # In sudo mode because customers read neither providers nor links; the caller has checked that
    # they may see these invoices.
    moves_sudo = moves.sudo()
    refusals = moves_sudo._get_mollie_refusals()
    payable = moves_sudo.filtered(lambda move: move not in refusals)
    return {move.id: link._get_url() for move, link in payable._mollie_ensure_links("pay").items()}
