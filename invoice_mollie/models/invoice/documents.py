from datetime import timedelta

from odoo import api, fields
from odoo.fields import Domain

from ..safely import safely

BATCH = 20
# For how long the PDF of an invoice is tried, that a customer has seen the page of.
DAYS = 3


class Documents:
    """The legal PDF of an invoice, for customers who get its link, but no mail from Odoo: without
    one, core shows them a "Proforma".
    """

    __slots__ = ()

    # === BUSINESS METHODS - DOCUMENT === #

    def _mollie_make_document(self):
        """Make the PDF of an invoice that has or had a link, as sending it would.

        Never fails. Where the invoice has to be reported first, to an authority or a network, the
        PDF waits for the clerk who does so.
        """
        self.ensure_one()
        if not self._mollie_needs_document():
            return
        # No lock: printing takes a second, in which the customer may press Pay. Of two who print
        # at once, PostgreSQL refuses one.
        self.env.flush_all()
        # Who wants to pay can do so without it.
        safely(self.env, self._mollie_print_document, "The PDF of %s could not be made.", self.name)

    def _mollie_print_document(self):
        self.env["account.move.send"]._generate_and_send_invoices(
            self, sending_methods=[], mollie_with_link=bool(self._get_mollie_links())
        )
        self._log_mollie("document_made", "pay")

    def _mollie_needs_document(self):
        return (
            self.state == "posted"
            and self.move_type == "out_invoice"
            and self.mollie_link_ids
            and not self.sending_data
            and not self.invoice_pdf_report_id
            and not self.env["account.move.send"]._get_default_extra_edis(self)
        )

    # === CRON === #

    @api.model
    def _cron_mollie_make_documents(self):
        """Make the PDF of invoices of which a customer has seen the page of late."""
        moves = self.search(_missing(), limit=BATCH, order="id desc")
        self.env["ir.cron"]._commit_progress(remaining=len(moves))
        for move in moves:
            move._mollie_make_document()
            self.env["ir.cron"]._commit_progress(1)


def _missing():
    old = fields.Datetime.now() - timedelta(days=DAYS)
    seen = Domain("state", "=", "active") & Domain("first_viewed", ">", old)
    return (
        Domain("mollie_link_ids", "any", seen)
        & Domain("state", "=", "posted")
        & Domain("invoice_pdf_report_file", "=", False)
    )
