from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ..gateway import MollieError
from .by_hand import rows_by_hand
from .differences import close_told, keep_rows, tell_of_loose
from .errors import payment_error_message
from .exports import Exported
from .notifications import notification
from .payment_transaction import KINDS
from .protected import Undefaulted

_lt = LazyTranslate(__name__)

BOOKER = "account.group_account_invoice"
_LOOK_AND_BOOK = _lt(
    "Press Book it now. If the row stays, the payment log says what is in the way."
)
# Why Mollie and the books differ, and what to do about it. The keys are those of money/comparison.
REASONS = {
    "not_booked": (_lt("Not booked"), _LOOK_AND_BOOK),
    "capture_missing": (_lt("Capture not booked"), _LOOK_AND_BOOK),
    "refund_missing": (_lt("Refund not booked"), _LOOK_AND_BOOK),
    "chargeback_missing": (_lt("Chargeback not booked"), _LOOK_AND_BOOK),
    "reversal_missing": (_lt("Reversed chargeback not booked"), _LOOK_AND_BOOK),
    "draft": (
        _lt("Payment is a draft"),
        _lt("Open the payment, finish the correction and confirm it."),
    ),
    "canceled": (
        _lt("Payment is cancelled"),
        _lt("Open the payment, reset it to draft and confirm it: Mollie has the money."),
    ),
    "reversed": (
        _lt("Reversed by hand"),
        _lt("Open the payment's entry and reverse the reversal: Mollie has the money."),
    ),
    "twice": (
        _lt("Booked twice"),
        _lt("Cancel one of the two payments of this transaction: Mollie moved it once."),
    ),
    "other_amount": (
        _lt("Booked with another amount"),
        _LOOK_AND_BOOK,
    ),
    "other_currency": (
        _lt("Booked in another currency"),
        _LOOK_AND_BOOK,
    ),
    "not_at_mollie": (
        _lt("Booked, but not at Mollie"),
        _lt(
            "Look for the ID in Mollie's dashboard. If Mollie did not move this money, reverse the"
            " entry; if it did, the API key is one of another profile."
        ),
    ),
    "no_transaction": (
        _lt("No transaction here"),
        _lt(
            "Mollie says this database made the payment, but there is no record of it: restored"
            " from a backup, or deleted. Press Reconcile with Mollie, which makes it again."
        ),
    ),
    "other_database": (
        _lt("Of another database"),
        _lt(
            "At Mollie the payment bears the name of another database. If this one took its place,"
            " an administrator presses These payments are ours in Settings, Invoicing. If it is a"
            " copy, leave it."
        ),
    ),
    "other_mode": (
        _lt("Of the other mode"),
        _lt(
            "It was made with a test key and the key is live now, or the reverse, so it can't be"
            " compared. Reverse test payments in Settings, Invoicing: no money moved. Real ones are"
            " compared once a live key is connected again."
        ),
    ),
    "mismatch": (
        _lt("Not what was asked for"),
        _lt("Compare transaction and payment in Mollie's dashboard; nothing more is booked of it."),
    ),
    "unknown_status": (
        _lt("Unknown status"),
        _lt("Mollie uses a word that this version does not know. Look in Mollie's dashboard."),
    ),
    "unreadable": (
        _lt("No clear answer"),
        _lt("Mollie gave no usable answer about this payment. Press Check with Mollie later."),
    ),
    "by_hand": (
        _lt("Booked by hand"),
        _lt(
            "Only what Mollie moved belongs on this account. Open the entry and move the amount to"
            " another account, or reverse it."
        ),
    ),
    "twice_by_hand": (
        _lt("Booked twice, once by hand"),
        _lt("The same payment was booked by itself, too. Open the entry and reverse it."),
    ),
}
# What a sync may mend.
CAN_BOOK = {name for name, (_label, advice) in REASONS.items() if advice is _LOOK_AND_BOOK}


class MollieDifference(Undefaulted, Exported, models.Model):
    """Money of which Mollie and the books tell different amounts.

    Rows come and go with what is compared. Nobody writes them by hand.
    """

    _name = "mollie.difference"
    _description = "Difference with Mollie"
    _order = "since, id"
    _rec_name = "mollie_reference"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, index=True, ondelete="cascade"
    )
    mollie_reference = fields.Char("Mollie ID", readonly=True)
    kind = fields.Selection([*KINDS, ("item", "Journal Item")], readonly=True, required=True)
    reason = fields.Selection(
        lambda self: [(reason, self.env._(texts[0])) for reason, texts in REASONS.items()],
        readonly=True,
        required=True,
    )
    advice = fields.Text("What to Do", compute="_compute_advice")
    summary = fields.Char(compute="_compute_summary")
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    line_id = fields.Many2one(
        "account.move.line", "Item", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    account_id = fields.Many2one("account.account", readonly=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_mollie = fields.Monetary("At Mollie", readonly=True)
    amount_booked = fields.Monetary("Booked", readonly=True)
    difference = fields.Monetary(
        compute="_compute_difference", store=True, help="What the books lack; below zero: too much."
    )
    since = fields.Datetime(readonly=True, required=True, help="When it was first seen.")
    compared = fields.Datetime("Last Compared", readonly=True, required=True)
    told = fields.Boolean(readonly=True, help="Whether somebody has a to-do about it.")
    is_confirmed = fields.Boolean(
        readonly=True, help="Whether the comparison that is under way has found it again so far."
    )
    can_book = fields.Boolean(compute="_compute_can_book")

    # === COMPUTE METHODS === #

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_advice(self):
        for row in self:
            row.advice = self.env._(REASONS[row.reason][1]) if row.reason in REASONS else ""

    @api.depends("reason", "amount_mollie", "amount_booked", "mollie_reference", "move_id")
    @api.depends_context("lang")
    def _compute_summary(self):
        for row in self:
            row.summary = self.env._(
                "%(name)s: %(reason)s (at Mollie %(at_mollie)s, booked %(booked)s). %(advice)s",
                name=row.mollie_reference or row.move_id.display_name or row.line_id.display_name,
                reason=row._get_reason(),
                at_mollie=row._format(row.amount_mollie),
                booked=row._format(row.amount_booked),
                advice=row.advice,
            )

    @api.depends("amount_mollie", "amount_booked")
    def _compute_difference(self):
        for row in self:
            row.difference = row.amount_mollie - row.amount_booked

    @api.depends("reason", "transaction_id")
    def _compute_can_book(self):
        for row in self:
            row.can_book = row.reason in CAN_BOOK and bool(row.transaction_id)

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=True)
    def _unlink_with_its_to_do(self):
        close_told(self)
        for provider, rows in self.grouped("provider_id").items():
            tell_of_loose(provider, gone=rows)

    # === ACTION METHODS === #

    @api.model
    def get_empty_list_help(self, help_message):
        """Override of `base` to say with date and figures why no row is shown."""
        companies = [("company_id", "in", self.env.companies.ids)]
        comparisons = self.env["mollie.comparison"].search(companies)
        heading = Markup('<p class="%s">%s</p>') % self._get_empty_heading(comparisons)
        figures = Markup().join(
            Markup("<p><b>%s</b><br/>%s</p>") % (comparison.company_id.name, comparison.summary)
            for comparison in comparisons
        )
        return heading + super().get_empty_list_help(help_message) + figures

    def _get_empty_heading(self, comparisons):
        """Return which picture and words stand over a list without rows."""
        if self.search_count([], limit=1):
            return "o_view_nocontent_empty_folder", self.env._(
                "None of the differences is like that"
            )
        if not comparisons or any(not row.compared or row.error for row in comparisons):
            return "o_view_nocontent_empty_folder", self.env._("Not compared to the end so far")
        return "o_view_nocontent_smiling_face", self.env._("Mollie and the books agree")

    def action_open_comparisons(self):
        """Show the figures of the last comparisons."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Last Comparisons with Mollie"),
            "res_model": "mollie.comparison",
            "views": [(False, "list")],
            "target": "new",
        }

    def action_compare(self):
        """Have everything compared now, in the background: it may take minutes."""
        self._ensure_booker()
        self.env["mollie.comparison"]._request(self.env.companies)
        return notification(self.env._("Comparing with Mollie. Open this page again in a moment."))

    def action_check(self):
        """Bring these payments in line with Mollie, book what is missing, and compare again."""
        self._ensure_booker()
        # In sudo mode to read the provider's API key; rows are only of the user's companies.
        left = self.sudo()._check_payments().sudo(False)
        if left:
            return notification("\n".join(left.mapped("summary")), "warning")
        return notification(self.env._("Mollie and the books agree about it now."), "success")

    def _check_payments(self):
        """Return what is left of these rows, and what else there is of their payments.

        :raise UserError: if Mollie can't say.
        """
        payments = self.transaction_id.mapped(lambda tx: tx._mollie_payment())
        errors = payments._mollie_sync_all("user")
        if errors:
            raise UserError("\n".join(errors))
        # Nothing can be asked about those without a transaction: the night's lists tell.
        left = self.filtered(lambda row: not row.transaction_id and not row.line_id)
        for provider, rows in self.filtered("line_id").grouped("provider_id").items():
            left |= keep_rows(provider, rows_by_hand(provider, rows.line_id), rows)
        try:
            return left | payments._mollie_compare()
        except MollieError as error:
            raise UserError(payment_error_message(payments[:1], error)) from None

    def action_open_invoice(self):
        """Open the invoice."""
        return self.move_id.get_formview_action()

    def action_open_payment(self):
        """Open the payment in Odoo."""
        return self.payment_id.get_formview_action()

    def action_open_entry(self):
        """Open the journal entry of an item that was booked by hand."""
        return self.line_id.move_id.get_formview_action()

    # === BUSINESS METHODS === #

    def _ensure_booker(self):
        self.check_access("read")
        if not self.env.user.has_group(BOOKER):
            raise AccessError(self.env._("Only who books payments can have them compared."))

    def _format(self, amount):
        return self.currency_id.format(amount) if self.currency_id else str(amount)

    def _get_reason(self):
        return self.env._(REASONS[self.reason][0]) if self.reason in REASONS else ""
