from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .changed import note_changed, note_transactions
from .conditions import reserved_in_vain
from .grouped import GroupedSelection
from .invoice.attempts import Attempts
from .invoice.claims import Claims
from .invoice.credit import Credit, refundable
from .invoice.credit_use import CreditUse
from .invoice.discount import Discount
from .invoice.documents import Documents
from .invoice.due import IS_OPEN, Due
from .invoice.e_invoice import EInvoice
from .invoice.instalments import Instalments
from .invoice.links import Links
from .invoice.logged import Logged
from .invoice.mails import Mails
from .invoice.matching import Matching
from .invoice.notes import Notes
from .invoice.orders import Orders
from .invoice.replaced import Replaced
from .invoice.state import SITUATIONS, State
from .invoice.summary import Summary
from .invoice.twice import Twice
from .matching import paid_invoices
from .mollie_payment_log import NOISE
from .needs import NEEDS
from .protected import refuse_changes, refuse_linked, refuse_links, refuse_users
from .registered import look_at_unentered
from .todos import look_soon

GROUPS = "account.group_account_invoice,account.group_account_readonly"


# Which of Mollie's payments are an invoice's, and whose credit paid it.
PAYMENTS = ("transaction_ids", "mollie_payer_ids")


class AccountMove(
    Attempts,
    Twice,
    Links,
    Mails,
    Documents,
    EInvoice,
    Notes,
    Summary,
    Orders,
    Claims,
    Replaced,
    CreditUse,
    Credit,
    State,
    Matching,
    Due,
    Instalments,
    Discount,
    Logged,
    models.Model,
):
    """An invoice that is paid online, or the credit note of one.

    See the package `invoice` for what it does.
    """

    _inherit = "account.move"

    mollie_link_ids = fields.One2many("mollie.payment.link", "move_id", groups=GROUPS)
    mollie_log_ids = fields.One2many("mollie.payment.log", "move_id", groups=GROUPS)
    # The log without what only experts want to know.
    mollie_story_ids = fields.One2many(
        "mollie.payment.log", "move_id", domain=[("event", "not in", NOISE)], groups=GROUPS
    )
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
    # Where it stands, in more detail, for lists.
    mollie_progress = GroupedSelection(
        [
            ("not_sent", "Not Sent"),
            ("open", "Open"),
            ("pending", "Under Way"),
            ("failed", "Failed"),
            ("part_paid", "Partly Paid"),
            ("paid", "Paid"),
            ("settled", "Paid Otherwise"),
            ("refunded", "Refunded"),
            ("charged_back", "Charged Back"),
            ("revoked", "Revoked"),
            ("draft", "Being Corrected"),
            ("cancelled", "Cancelled"),
        ],
        string="Online Progress",
        compute="_compute_mollie_payment_state",
        search="_search_mollie_progress",
        compute_sudo=True,
        groups=GROUPS,
    )
    # A key of `SITUATIONS`: found once for all that is said of it.
    mollie_situation = fields.Char(
        compute="_compute_mollie_payment_state", compute_sudo=True, groups=GROUPS
    )
    mollie_summary = fields.Char(
        "Where It Stands", compute="_compute_mollie_summary", compute_sudo=True, groups=GROUPS
    )
    mollie_is_test = fields.Boolean(
        compute="_compute_mollie_is_test", compute_sudo=True, groups=GROUPS
    )
    # Whether anything is due, as `_get_mollie_due` says. Not what the books show as open.
    mollie_has_due = fields.Boolean(
        compute="_compute_mollie_has_due",
        search="_search_mollie_has_due",
        compute_sudo=True,
        groups=GROUPS,
    )
    mollie_can_create_link = fields.Boolean(
        compute="_compute_mollie_can_create_link", groups="account.group_account_invoice"
    )
    # For example "€ 40.00"; empty if there is none.
    mollie_credit = fields.Char(
        "Unused Online Payment",
        compute="_compute_mollie_credit",
        groups="account.group_account_invoice",
    )
    # The name of what was booked by hand in Mollie's journal; empty if there is nothing.
    mollie_hand_payment = fields.Char(
        "Booked by Hand",
        compute="_compute_mollie_credit",
        groups="account.group_account_invoice",
    )
    # The name of the payment that brought the same money; empty if none is booked, too.
    mollie_twin_payment = fields.Char(
        "Booked by Itself",
        compute="_compute_mollie_credit",
        groups="account.group_account_invoice",
    )
    mollie_can_refund_credit = fields.Boolean(
        compute="_compute_mollie_credit", groups="account.group_account_invoice"
    )
    mollie_replaced_id = fields.Many2one(
        "account.move",
        "Replaced Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=GROUPS,
        help="The invoice that was reversed when this one was made in its place.",
    )
    # Whose rest settles it again, though it asks for none of their money.
    mollie_payer_ids = fields.Many2many(
        "payment.transaction",
        "mollie_payer_rel",
        string="Paid with the Credit of",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Payments for other invoices that had paid this one when it was last corrected.",
    )
    mollie_can_refund = fields.Boolean(
        compute="_compute_mollie_can_refund", compute_sudo=True, groups=GROUPS
    )

    # Of a credit note: what goes back, or went back; empty if nothing does.
    mollie_refund_words = fields.Char(
        "Refund with Mollie", compute="_compute_mollie_refund_words", groups=GROUPS
    )
    mollie_is_refunding = fields.Boolean(compute="_compute_mollie_refund_words", groups=GROUPS)
    mollie_refund_log_ids = fields.Many2many(
        "mollie.payment.log", compute="_compute_mollie_refund_words", groups=GROUPS
    )

    # === COMPUTE METHODS === #

    @api.depends("mollie_link_ids.state")
    @api.depends_context("mollie_link_to_come")
    def _compute_mollie_payment_link(self):
        links = self._get_mollie_links()
        is_to_come = self.env.context.get("mollie_link_to_come")
        for move in self:
            missing = is_to_come and move._get_mollie_link_to_come()
            move.mollie_payment_link = links[move]._get_url() if move in links else missing

    @api.depends(
        "mollie_link_ids.state",
        "mollie_link_ids.first_viewed",
        "mollie_link_ids.last_mailed",
        "transaction_ids.state",
        "transaction_ids.is_post_processed",
        "transaction_ids.mollie_amount_refunded",
        "transaction_ids.mollie_amount_charged_back",
        "transaction_ids.child_transaction_ids.state",
        "transaction_ids.child_transaction_ids.invoice_ids",
        "state",
        "payment_state",
        "mollie_has_due",
    )
    def _compute_mollie_payment_state(self):
        for name, moves in self._get_mollie_situations().items():
            moves.mollie_situation = name
            moves.mollie_payment_state = SITUATIONS[name].badge
            moves.mollie_progress = SITUATIONS[name].progress

    @api.depends("mollie_situation", "mollie_link_ids.last_mailed", "mollie_link_ids.first_viewed")
    @api.depends_context("lang")
    def _compute_mollie_summary(self):
        for move in self:
            move.mollie_summary = move._get_mollie_summary(move.mollie_situation)

    @api.depends("transaction_ids.state", "transaction_ids.is_live")
    def _compute_mollie_is_test(self):
        for move in self:
            move.mollie_is_test = move._mollie_is_test()

    @api.depends(
        "state",
        "amount_residual",
        "matched_payment_ids.state",
        "transaction_ids.state",
        "transaction_ids.mollie_reserved_until",
        "transaction_ids.mollie_unknown",
        "transaction_ids.payment_id.state",
        "transaction_ids.child_transaction_ids.payment_id.state",
    )
    def _compute_mollie_has_due(self):
        is_open = self.filtered_domain(IS_OPEN)
        has_due = is_open - is_open._mollie_filter_covered()
        for move in self:
            move.mollie_has_due = move in has_due

    @api.depends(
        "mollie_link_ids.state",
        "move_type",
        "state",
        "mollie_has_due",
        "currency_id",
        "company_id",
    )
    def _compute_mollie_can_create_link(self):
        links = self._get_mollie_links()
        # Of those that have one, nobody asks whether they could.
        without = self.filtered(lambda move: move not in links)
        refusals = without._get_mollie_refusals()
        for move in self:
            move.mollie_can_create_link = move in without and move not in refusals

    @api.depends("transaction_ids.payment_id", "line_ids.reconciled", "payment_state", "state")
    def _compute_mollie_credit(self):
        for move in self:
            # In sudo mode because who sees an invoice need not see its transactions.
            credits_sudo = move.sudo()._get_mollie_credits()
            sums = defaultdict(float)
            for tx_sudo, amount in credits_sudo.items():
                sums[tx_sudo.currency_id] += amount
            move.mollie_credit = " + ".join(currency.format(sums[currency]) for currency in sums)
            move.mollie_can_refund_credit = bool(refundable(credits_sudo))
            by_hand_sudo = move.sudo()._get_mollie_hand_payments()
            move.mollie_hand_payment = ", ".join(by_hand_sudo.mapped("name"))
            # Of money that is being refunded nobody says that it is booked twice.
            is_twice = by_hand_sudo and move.sudo()._get_mollie_unused()
            twins_sudo = move.sudo()._get_mollie_twins() if is_twice else {}
            move.mollie_twin_payment = ", ".join(payment.name for payment in twins_sudo)

    @api.depends("state", "amount_residual", "reversed_entry_id.transaction_ids.state")
    def _compute_mollie_can_refund(self):
        for move in self:
            move.mollie_can_refund = bool(
                move.move_type == "out_refund"
                and move.state == "posted"
                and move._get_mollie_refund_amount() > 0
                and move._get_mollie_refundable()
            )

    @api.depends("state", "amount_residual", "transaction_ids.state")
    def _compute_mollie_refund_words(self):
        for move in self:
            # In sudo mode because who sees a credit note need not see its transactions.
            refunds_sudo = move.sudo()._get_mollie_refunds()
            move.mollie_refund_words = move._get_mollie_refund_words(refunds_sudo)
            # Also what arrived, for somebody may have taken it apart from the note.
            goes_back = bool({"pending", "done"} & {*refunds_sudo.mapped("state")})
            move.mollie_is_refunding = goes_back and move.sudo()._get_mollie_refund_amount() <= 0
            move.mollie_refund_log_ids = self.env["mollie.payment.log"].search(
                [("mollie_reference", "in", refunds_sudo.mapped("provider_reference"))]
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to refuse users to say which of Mollie's payments are for it."""
        for vals in vals_list:
            _refuse_links(self, vals)
        moves = super().create(vals_list)
        for name in PAYMENTS:
            refuse_linked(moves, name)
        return moves

    def write(self, vals):
        """Override of `account` to refuse users to say which payments of Mollie's pay an invoice,
        its own or those of the one that it replaces, and of which an entry is; and to look at what
        a clerk registers without an entry.
        """
        _refuse_links(self, vals)
        if "mollie_replaced_id" in vals:
            refuse_users(self.env)
        if "origin_payment_id" in vals:
            payments = self.origin_payment_id
            payments |= payments.browse(vals["origin_payment_id"])
            refuse_changes(self.env, payments.payment_transaction_id)
        result = super().write(vals)
        if "matched_payment_ids" in vals:
            look_at_unentered(self.matched_payment_ids)
        return result

    def unlink(self):
        """Override of `account` to match what credit notes or other payments settled with the
        payment, and to look at what is told of the money that had paid an invoice.
        """
        opened = self._get_mollie_settled() - self
        # In sudo mode because who deletes an invoice need not see transactions.
        payers_sudo = self.sudo().mollie_payer_ids
        result = super().unlink()
        note_transactions(payers_sudo)
        opened.sudo().transaction_ids._mollie_earn_discounts()
        opened._mollie_match_payments_safely()
        return result

    def _post(self, soft=True):
        """Override of `account` to match what was paid online before an invoice was corrected or
        replaced, and what was given back before its credit note; to make links for companies that
        want one at confirmation; and to look at what is told of them.
        """
        again = self.filtered("posted_before")
        posted = super()._post(soft)
        posted._mollie_take_over_payments()
        posted.sudo().transaction_ids._mollie_earn_discounts()
        posted._mollie_match_payments_safely()
        posted.origin_payment_id._mollie_match_again()
        posted._mollie_settle_posted_notes()
        posted._mollie_create_links_on_confirmation()
        # Of those that were never posted nothing was told so far.
        note_changed(posted - again)
        corrected = posted & again
        look_soon(corrected | corrected._get_mollie_settled())
        return posted

    @api.ondelete(at_uninstall=False)
    def _unlink_except_online_payments(self):
        """Keep invoices that Mollie may send money for, which would have nowhere to go, and entries
        by which its money stands in the books.
        """
        self.origin_payment_id._mollie_refuse_to_lose()
        for move in self.sudo():
            if move._get_mollie_payments().filtered("provider_reference"):
                raise UserError(
                    self.env._(
                        "Invoice %(invoice)s has online payments. Cancel it instead of deleting.",
                        invoice=move.display_name,
                    )
                )

    def button_draft(self):
        """Override of `account` to keep what was reversed beside its reversal, to remember what
        pays what, and to look at attempts that may ask too much now.
        """
        self.origin_payment_id._mollie_refuse_to_part()
        self._mollie_keep_payers()
        result = super().button_draft()
        self._mollie_recheck_attempts()
        look_soon(self | self._get_mollie_settled())
        return result

    def button_cancel(self):
        """Override of `account` to keep in the books what is at Mollie, to match what was given
        back of it with what is left, what a credit note or another payment settled with the
        payment, and to look at attempts that may ask too much now.
        """
        self.origin_payment_id._mollie_refuse_to_lose()
        opened = self._get_mollie_settled()
        result = super().button_cancel()
        opened.sudo().transaction_ids._mollie_earn_discounts()
        (self | opened)._mollie_match_payments_safely()
        self._mollie_recheck_attempts()
        look_soon(self)
        return result

    # === BUSINESS METHODS === #

    def _get_mollie_settled(self):
        """Return the invoices that are settled by entries which are none of Mollie's."""
        others = self.filtered(lambda move: not move.origin_payment_id.payment_transaction_id)
        return self.reversed_entry_id | paid_invoices(others.line_ids)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to remember what pays invoices that are replaced, or what was paid
        with an entry: what they are matched with is what reverses them, from here on.
        """
        if cancel:
            self._mollie_keep_payers()
        return super()._reverse_moves(default_values_list, cancel)

    def _message_post_after_hook(self, new_message, message_values):
        """Override of `account` to log to whom a clerk has mailed the link."""
        result = super()._message_post_after_hook(new_message, message_values)
        emails = ", ".join(filter(None, new_message.partner_ids.mapped("email")))
        links = self._get_mollie_links() if self.env.context.get("mollie_is_shared") else {}
        if emails and any(link._get_url() in new_message.body for link in links.values()):
            self._mollie_note_mail("link_mailed", "user", detail=emails)
        return result

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        """Override of `account` to put the link into an electronic invoice that is made to be
        downloaded; one that was sent stays as it was.

        Where `account_edi_ubl_cii` was installed after this addon it answers before us, until Odoo
        is started again: then such a file is as core makes it.
        """
        document = super()._get_invoice_legal_documents(filetype, allow_fallback=allow_fallback)
        # Only what is made just now has them.
        if document and filetype == "ubl" and "errors" in document:
            document["content"] = self._mollie_with_link_in_xml(document["content"])
        return document

    def payment_action_capture(self):
        """Override of `account_payment` to say so if nothing is reserved any more, or more than the
        invoice needs: from the transaction that is collected all the same.
        """
        self.check_access("write")
        # In sudo mode because who sees an invoice need not see its transactions.
        _refuse_in_vain(self.sudo().authorized_transaction_ids.filtered("mollie_kind"))
        if self.sudo().transaction_ids.filtered("mollie_kind") and not (
            self.sudo().authorized_transaction_ids
        ):
            raise UserError(
                self.env._(
                    "%s: nothing is reserved any more that could be captured. The log says what"
                    " became of it.",
                    self.display_name,
                )
            )
        return super().payment_action_capture()

    def payment_action_void(self):
        """Override of `account_payment` to say what became of it."""
        # In sudo mode because who sees an invoice need not see its transactions.
        txs_sudo = self.sudo().authorized_transaction_ids.filtered("mollie_kind")
        result = super().payment_action_void()
        return txs_sudo._build_action_feedback_notification() if txs_sudo else result

    def _has_to_be_paid(self):
        """Override of `account_payment` to ask customers for what is due, not for what the books
        show as open, and for nothing once the link was revoked.
        """
        # In sudo mode because customers look at this, too.
        is_offered = super()._has_to_be_paid() and not self._get_mollie_revoked()
        return is_offered and self.sudo().mollie_has_due

    def _get_portal_payment_link(self):
        """Override of `account_payment` to lead to our page, also from the QR code on the PDF."""
        self.ensure_one()
        if self._get_mollie_refusals():
            return super()._get_portal_payment_link()
        links = self._mollie_ensure_links("user")
        return links[self]._get_url() if self in links else super()._get_portal_payment_link()


def _refuse_links(moves, vals):
    for name in PAYMENTS:
        refuse_links(moves, name, vals)


def _refuse_in_vain(txs):
    for tx in txs:
        if facts := reserved_in_vain(tx):
            names = {name: tx.currency_id.format(facts[name]) for name in ("amount", "due")}
            names["link"] = tx.provider_reference
            text = NEEDS["reserved_in_vain"].text
            sentence = tx.env._(text)
            raise UserError(sentence % names)
