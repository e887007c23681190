import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

GROUPS = "account.group_account_invoice,account.group_account_readonly"


def _has_transaction(states):
    ours = Domain("mollie_link_id", "!=", False) & Domain("state", "in", states)
    # Without access check: auditors see the invoice's state, not the transactions.
    return Domain("transaction_ids", "any!", ours)


def _has_amount(field):
    return Domain("transaction_ids", "any!", Domain(field, ">", 0))


_HAS_DUE = Domain("state", "=", "posted") & Domain("payment_state", "in", ("not_paid", "partial"))
# Which state an invoice is in: the first whose domain it fulfils.
STATE_DOMAINS = {
    "none": Domain("mollie_link_ids", "=", False),
    "pending": _has_transaction(("pending", "authorized")),
    "charged_back": _has_amount("mollie_amount_charged_back") & _HAS_DUE,
    "open": Domain("mollie_link_ids.state", "=", "active") & _HAS_DUE,
    "refunded": _has_amount("mollie_amount_refunded"),
    "paid": _has_transaction(("done",)),
    "closed": Domain.TRUE,
}
# Why an invoice can't have a link: a check that finds it, and what to say.
REFUSALS = (
    (
        lambda move, provider: move.move_type != "out_invoice",
        _lt("%(invoice)s is not a customer invoice. Only customer invoices are paid by link."),
    ),
    (
        lambda move, provider: move.state == "draft",
        _lt("%(invoice)s is a draft. Confirm it first."),
    ),
    (lambda move, provider: move.state == "cancel", _lt("%(invoice)s is cancelled.")),
    (
        lambda move, provider: (
            move.currency_id.is_zero(move.amount_residual)
            or move.payment_state in ("paid", "in_payment", "reversed")
        ),
        _lt("%(invoice)s has nothing left to pay."),
    ),
    (
        lambda move, provider: not provider,
        _lt("%(invoice)s: %(company)s is not connected to Mollie. Connect it in the settings."),
    ),
    (
        lambda move, provider: not provider._mollie_knows(move.currency_id),
        _lt("%(invoice)s is in %(currency)s, which Mollie does not handle."),
    ),
    (
        lambda move, provider: not provider._mollie_accepts(move.amount_residual, move.currency_id),
        _lt(
            "%(invoice)s: no method enabled at Mollie accepts %(amount)s."
            " Enable another method in Mollie's dashboard."
        ),
    ),
)


class AccountMove(models.Model):
    _inherit = "account.move"

    mollie_link_ids = fields.One2many("mollie.payment.link", "move_id", groups=GROUPS)
    mollie_log_ids = fields.One2many("mollie.payment.log", "move_id", groups=GROUPS)
    mollie_payment_link = fields.Char(
        "Payment Link", compute="_compute_mollie_payment_link", groups=GROUPS
    )
    mollie_payment_state = fields.Selection(
        [
            ("none", "No Link"),
            ("open", "Open"),
            ("pending", "Pending"),
            ("paid", "Paid"),
            ("refunded", "Refunded"),
            ("charged_back", "Charged Back"),
            ("closed", "Closed"),
        ],
        string="Online Payment",
        compute="_compute_mollie_payment_state",
        search="_search_mollie_payment_state",
        compute_sudo=True,
        groups=GROUPS,
    )
    mollie_can_create_link = fields.Boolean(
        compute="_compute_mollie_can_create_link", groups="account.group_account_invoice"
    )

    # === COMPUTE METHODS === #

    @api.depends("mollie_link_ids.state")
    def _compute_mollie_payment_link(self):
        links = self._get_mollie_links()
        for move in self:
            move.mollie_payment_link = links[move]._get_url() if move in links else False

    @api.depends("mollie_link_ids.state", "transaction_ids.state", "state", "payment_state")
    def _compute_mollie_payment_state(self):
        remaining = self
        self.mollie_payment_state = "none"
        for state, domain in STATE_DOMAINS.items():
            found = remaining.filtered_domain(domain)
            found.mollie_payment_state = state
            remaining -= found

    @api.depends(
        "mollie_link_ids.state",
        "move_type",
        "state",
        "payment_state",
        "amount_residual",
        "currency_id",
        "company_id",
    )
    def _compute_mollie_can_create_link(self):
        refusals, links = self._get_mollie_refusals(), self._get_mollie_links()
        for move in self:
            move.mollie_can_create_link = move not in refusals and move not in links

    def _search_mollie_payment_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted, earlier = Domain.FALSE, Domain.FALSE
        for state, domain in STATE_DOMAINS.items():
            if state in value:
                wanted |= domain & ~earlier
            earlier |= domain
        return wanted

    # === CRUD METHODS === #

    def _post(self, soft=True):
        """Override of `account` to make links for companies that want one at confirmation."""
        posted = super()._post(soft)
        posted._mollie_create_links_for("confirm")
        return posted

    @api.ondelete(at_uninstall=False)
    def _unlink_except_online_payments(self):
        """Keep invoices that Mollie may send money for: it would have nowhere to go."""
        for move in self.sudo():
            if move.transaction_ids.filtered(lambda t: t.mollie_link_id and t.provider_reference):
                raise UserError(
                    self.env._(
                        "Invoice %(invoice)s has online payments. Cancel it instead of deleting.",
                        invoice=move.display_name,
                    )
                )

    def button_draft(self):
        """Override of `account` to look at attempts that may ask too much now."""
        result = super().button_draft()
        self._mollie_recheck_attempts()
        return result

    def button_cancel(self):
        """Override of `account` to look at attempts that may ask too much now."""
        result = super().button_cancel()
        self._mollie_recheck_attempts()
        return result

    # === ACTION METHODS === #

    def action_mollie_create_payment(self):
        """Give each invoice a payment link; refuse those that can't have one, naming the reason.

        :return: a notification if some were refused and others not.
        :raise UserError: if none of the invoices can have a link.
        """
        self.check_access("write")
        refusals = self._get_mollie_refusals()
        accepted = self.filtered(lambda move: move not in refusals)
        accepted._mollie_ensure_links("user")
        if refusals and not accepted:
            raise UserError("\n".join(refusals.values()))
        return accepted._mollie_links_notification(refusals)

    def _mollie_links_notification(self, refusals):
        if not refusals and len(self) == 1:
            return None  # The form shows the link.
        message = (
            self.env._("The payment link of %s is ready.", self.name)
            if len(self) == 1
            else self.env._("%s payment links are ready.", len(self))
        )
        return self._mollie_notification(
            "\n".join([message, *refusals.values()]), "warning" if refusals else "success"
        )

    def _mollie_notification(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind != "success",
                "className": "text-prewrap",  # One line for each refusal.
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_mollie_revoke_link(self):
        """Make the invoice's links useless. The next one has another address."""
        self.check_access("write")
        # In sudo mode because nobody may write on links; the access to the invoice was checked.
        links_sudo = self.sudo().mollie_link_ids.filtered(lambda link: link.state == "active")
        links_sudo.state = "revoked"
        links_sudo.move_id._mollie_log("link_revoked", "user")
        self._mollie_recheck_attempts()

    def action_mollie_sync(self):
        """Ask Mollie how the payments of these invoices are."""
        self.check_access("write")
        # In sudo mode to read the provider's API key; the access to the invoice was checked.
        txs_sudo = self.sudo().transaction_ids.filtered("mollie_link_id")
        errors = txs_sudo._mollie_sync_all("user")
        if errors:
            return self._mollie_notification("\n".join(errors), "warning")
        return self._mollie_notification(
            self.env._("The payments were compared with Mollie."), "success"
        )

    # === BUSINESS METHODS === #

    def _mollie_recheck_attempts(self):
        """Have the cron look soon at attempts under way: what is due has changed.

        Not now: nobody waits for Mollie in Odoo.
        """
        # In sudo mode because whoever changes an invoice need not see its transactions.
        txs_sudo = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("invoice_ids", "in", self.ids),
                    ("mollie_link_id", "!=", False),
                    ("state", "in", ("draft", "pending")),
                ]
            )
        )
        if txs_sudo:
            txs_sudo.mollie_next_check = fields.Datetime.now()
            self.env.ref("invoice_mollie.cron_mollie_sync")._trigger()

    def _get_mollie_responsible(self):
        """Return who looks after the invoice: its salesperson, else who made it, else anybody in
        billing. Not people who left: nobody would read their to-dos.
        """
        self.ensure_one()
        Users = self.env["res.users"]
        candidates = Users.union(self.invoice_user_id, self.create_uid)
        at_work = candidates.filtered(lambda user: user.active and not user.share)
        return (
            at_work[:1]
            or Users.search(
                [
                    ("all_group_ids", "in", self.env.ref("account.group_account_invoice").ids),
                    ("company_ids", "in", self.company_id.ids),
                ],
                limit=1,
            )
            or self.env.ref("base.user_admin")
        )

    def _get_mollie_refusals(self):
        """Return ``{invoice: why it can't have a link}`` for those that can't."""
        providers = {company: company._get_mollie_provider() for company in self.company_id}
        reasons = {move: move._get_mollie_refusal(providers[move.company_id]) for move in self}
        return {move: reason for move, reason in reasons.items() if reason}

    def _get_mollie_refusal(self, provider_sudo):
        self.ensure_one()
        for is_refused, sentence in REFUSALS:
            if is_refused(self, provider_sudo):
                text = self.env._(sentence)
                return text % {
                    "invoice": self.display_name or self.env._("Invoice (* %s)", self.id),
                    "company": self.company_id.name,
                    "currency": self.currency_id.name,
                    "amount": self.currency_id.format(self.amount_residual),
                }
        return None

    def _get_mollie_links(self):
        """Return ``{invoice: its newest active link}`` in sudo mode."""
        # In sudo mode because only the address leaves this method, to those who see the invoice.
        links_sudo = (
            self.env["mollie.payment.link"]
            .sudo()
            .search([("move_id", "in", self.ids), ("state", "=", "active")], order="id")
        )
        return {link.move_id: link for link in links_sudo}

    def _mollie_ensure_links(self, source):
        """Make a link for each invoice that has none. Nothing is asked of Mollie.

        The caller has checked that the invoices can have one.

        :return: ``{invoice: link}``
        """
        links = self._get_mollie_links()
        missing = self.filtered(lambda move: move not in links)
        if missing:
            # In sudo mode because nobody may create links but through here.
            created_sudo = (
                self.env["mollie.payment.link"]
                .sudo()
                .create(
                    [{"move_id": move.id, "company_id": move.company_id.id} for move in missing]
                )
            )
            missing._mollie_log("link_created", source)
            links |= {link.move_id: link for link in created_sudo}
        return links

    def _mollie_create_links_for(self, moment):
        """Make links for the companies that want them at this moment. Never fails.

        :param str moment: `confirm` or `send`
        """
        moves = self.filtered(
            lambda move: move.is_sale_document() and move.company_id.mollie_link_creation == moment
        )
        if not moves:
            return
        # What the caller left to be written is not ours to swallow the errors of.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                refusals = moves._get_mollie_refusals()
                moves.filtered(lambda move: move not in refusals)._mollie_ensure_links("user")
        except Exception:
            # An invoice is worth more than its link, which can be made at any time.
            _logger.exception("No Mollie links were made for %s.", moves)

    def _get_portal_payment_link(self):
        """Override of `account_payment` to lead to our page, also from the QR code on the PDF."""
        self.ensure_one()
        if self._get_mollie_refusals():
            return super()._get_portal_payment_link()
        return self._mollie_ensure_links("user")[self]._get_url()

    def _mollie_log(self, event, source, **values):
        """Write one row of the log for each invoice."""
        return (
            self.env["mollie.payment.log"]
            .sudo()
            .create(
                [
                    {
                        "company_id": move.company_id.id,
                        "move_id": move.id,
                        "event": event,
                        "source": source,
                        **values,
                    }
                    for move in self
                ]
            )
        )
