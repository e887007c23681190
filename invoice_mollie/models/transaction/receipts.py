from datetime import timedelta

from odoo import api, fields
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..crons import wake
from ..days import in_words, zone_of
from ..safely import safely

REPORT = "invoice_mollie.report_receipt"
BATCH = 100
# For how long the mail with a receipt is tried.
MAIL_DAYS = 3


class Receipts:
    """What a customer gets for a payment that came in: a page on paper, on the web and by mail."""

    __slots__ = ()

    # === BUSINESS METHODS - RECEIPT === #

    def _mollie_has_receipt(self):
        """Return whether customers can get a receipt of the payment now: for some time, and not by
        a link that was revoked.
        """
        self.ensure_one()
        # In sudo mode because tokens are nobody's to read.
        return (
            bool(self.sudo().mollie_receipt_token)
            and self.mollie_kind == "payment"
            and self.state == "done"
            and self.mollie_link_id.state != "revoked"
            and self._mollie_day() >= self.company_id._get_mollie_oldest_receipt()
        )

    def _mollie_receipt_path(self):
        """Return where customers get the receipt; empty if there is none."""
        # In sudo mode because tokens are nobody's to read: who sees the page may have this one.
        return f"/mollie/receipt/{self.sudo().mollie_receipt_token}" * self._mollie_has_receipt()

    def _mollie_receipt_name(self):
        """Return how the receipt's file is called, without its ending."""
        receipt = self.env._("Receipt %s", self.reference)
        return receipt.replace("/", "_")

    def _mollie_receipt_lang(self):
        """Return the language of the receipt: that of the page from which it was asked for, else
        the customer's.
        """
        of_page = self.env.context.get("mollie_page_lang")
        return of_page or self.partner_id.lang or self.company_id.partner_id.lang

    def _mollie_receipt_values(self):
        """Return what the receipt says, in the language of the environment.

        Must be called in sudo mode: who gets it need not see the transaction.
        """
        self.ensure_one()
        zone, company = zone_of(self.company_id), self.company_id.partner_id
        back = self.mollie_amount_refunded + self.mollie_amount_charged_back
        saved = sum(move._get_mollie_saved() for move in self.invoice_ids)
        return {
            "amount": self.currency_id.format(self._mollie_get_captured()),
            "method": self.provider_id._mollie_method_name(self.mollie_method),
            "moment": format_datetime(
                self.env, self.mollie_paid_at or self.last_state_change, tz=zone
            ),
            "day": in_words(self.env, self._mollie_day()),
            "reference": self.reference,
            "mollie_reference": self.provider_reference,
            "back": self.currency_id.format(back) if back > 0 else "",
            "saved": self.currency_id.format(saved) if saved > 0 else "",
            "is_test": not self.is_live,
            "seller_vat": company.vat or "",
            "customer_vat": self.partner_id.commercial_partner_id.vat or "",
            "invoices": self.invoice_ids.sorted("invoice_date"),
        }

    # === BUSINESS METHODS - MAIL === #

    def _set_done(self, **kwargs):
        """Override of `payment` to have the receipt mailed soon: nobody waits for it."""
        done = super()._set_done(**kwargs)
        # Not by the token, which those who set other providers' transactions done may not read.
        if any(tx.mollie_kind == "payment" for tx in done):
            wake(self.env, "cron_mollie_mail_receipts")
        return done

    def _mollie_receipt_email(self):
        """Return to which address the receipt is mailed; empty if to none.

        A copy of the database mails none: the customer gets that of the original.
        """
        self.ensure_one()
        is_wanted = self.company_id.mollie_mail_receipt and self._mollie_has_receipt()
        is_wanted = is_wanted and not self.provider_id._mollie_is_copy()
        return self.partner_id.email_normalized or "" if is_wanted else ""

    @api.model
    def _cron_mollie_mail_receipts(self):
        """Mail the receipts of what came in of late."""
        domain = self._mollie_receipts_to_mail()
        txs = self.search(domain, limit=BATCH, order="id desc")
        self.env["ir.cron"]._commit_progress(remaining=len(txs))
        for tx in txs:
            sentence = "The receipt of %s could not be mailed."
            safely(tx.env, tx._mollie_mail_receipt, sentence, tx.reference)
            self.env["ir.cron"]._commit_progress(1)
        # Its reader has just paid.
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _mollie_receipts_to_mail(self):
        old = fields.Datetime.now() - timedelta(days=MAIL_DAYS)
        return (
            Domain("mollie_kind", "=", "payment")
            & Domain("state", "=", "done")
            & Domain("mollie_receipt_token", "!=", False)
            & Domain("mollie_receipt_mailed", "=", False)
            & Domain("last_state_change", ">", old)
            & Domain("company_id.mollie_mail_receipt", "=", True)
            & Domain("partner_id.email_normalized", "!=", False)
        )

    def _mollie_mail_receipt(self):
        """Mail the receipt, once. Not while somebody else is at the payment: then the next time."""
        email = self._mollie_receipt_email()
        if not email or not self.try_lock_for_update(allow_referencing=True):
            return
        self._mollie_write({"mollie_receipt_mailed": fields.Datetime.now()})
        self.env.ref("invoice_mollie.mail_template_receipt").send_mail(self.id)
        amount = self._mollie_get_captured()
        self._mollie_log("receipt_mailed", "cron", amount=amount, detail=email)
