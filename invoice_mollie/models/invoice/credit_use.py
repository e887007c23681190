from odoo.exceptions import UserError
from odoo.fields import Domain

from ..notifications import CLOSE, notification


class CreditUse:
    """The buttons by which a clerk settles invoices with money that another one did not need."""

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_use_credit_here(self):
        """Settle the invoice itself with it: somebody had taken it off."""
        self.check_access("write")
        self._mollie_match_payments()
        return True

    def action_mollie_use_credit(self):
        """Open the dialog that settles another invoice of the customer with it.

        :raise UserError: if there is no other.
        """
        self.ensure_one()
        self.check_access("write")
        if not self._get_mollie_other_open():
            raise UserError(
                self.env._(
                    "%(customer)s has no other open invoice. Refund the credit, or leave it: the"
                    " next invoice offers it below its amounts.",
                    customer=self.commercial_partner_id.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use for Another Invoice"),
            "res_model": "mollie.credit.use",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_mollie_take_credit(self):
        """Settle the invoice with what came in by another one's link, and was not needed there.

        Which one, says the context's `mollie_credit_of`: the dialog has a button for each invoice.

        :raise UserError: if it is another customer's, or used up meanwhile.
        """
        self.ensure_one()
        source = self.browse(self.env.context.get("mollie_credit_of")).exists()
        (self | source).check_access("write")
        if not source or self not in source._get_mollie_other_open():
            raise UserError(self._get_mollie_no_credit_message())
        due = self.amount_residual
        # In sudo mode because who sees an invoice need not see its transactions.
        for line in source.sudo()._get_mollie_credit_lines().sudo(False):
            if self.amount_residual:
                self.js_assign_outstanding_line(line.id)
        used = self.currency_id.round(due - self.amount_residual)
        if not used:
            raise UserError(self._get_mollie_no_credit_message())
        values = {"amount": used, "currency_id": self.currency_id.id}
        source._log_mollie("credit_used", "user", detail=self.name, **values)
        self._log_mollie("credit_taken", "user", detail=source.name, **values)
        text = self.env._(
            "%(amount)s was used for %(invoice)s.",
            amount=self.currency_id.format(used),
            invoice=self.display_name,
        )
        return notification(text, "success", CLOSE)

    # === BUSINESS METHODS - CREDIT === #

    def _get_mollie_no_credit_message(self):
        return self.env._(
            "%s: nothing is left that could be used for it. Reload the page.", self.display_name
        )

    def _get_mollie_other_open(self):
        """Return the customer's other open invoices that money on its account can settle, those
        that are due first first.
        """
        domain = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self.id)
        )
        return self.search(domain, order="invoice_date_due, id")
