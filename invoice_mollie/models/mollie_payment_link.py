import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq

from ..const import CRON_MINUTES
from .payment_transaction import wait_for_lock

MAILS_PER_DAY = 3
TOKEN_BYTES = 24  # 192 random bits; 32 characters in the address.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")

# States in which pressing Pay makes an attempt, and those in which it takes a second thought.
PAYABLE_STATES = ("due", "overdue", "part_paid", "charged_back", "alive")
AGAIN_STATES = ("pending",)
# Which transaction a state is about.
ATTEMPTS = {
    "authorized": lambda tx: tx.state == "authorized",
    "pending": lambda tx: tx._mollie_is_under_way(),
    "refunded": lambda tx: tx.mollie_amount_refunded > 0,
    "charged_back": lambda tx: tx.mollie_amount_charged_back > 0,
    "paid": lambda tx: tx.state == "done",
}
# Which state the pay page is in: the first that is so.
PAGE_STATES = {
    "draft": lambda link: link.move_id.state == "draft",
    "closed": lambda link: (
        link.move_id.state == "cancel" or link.move_id.payment_state == "reversed"
    ),
    "refunded": lambda link: (
        link.move_id.currency_id.is_zero(link._get_amount()) and link._get_attempt("refunded")
    ),
    "paid": lambda link: link.move_id.currency_id.is_zero(link._get_amount()),
    "authorized": lambda link: link._get_attempt("authorized"),
    "pending": lambda link: link._get_attempt("pending"),
    "alive": lambda link: link._get_living_attempt(),
    "unavailable": lambda link: not link.company_id._get_mollie_provider(),
    "charged_back": lambda link: link._get_attempt("charged_back"),
    "part_paid": lambda link: link._get_residual() < link.move_id.amount_total,
    "overdue": lambda link: (
        (link.move_id.invoice_date_due or fields.Date.max) < fields.Date.context_today(link)
    ),
    "due": lambda link: True,
}


class MolliePaymentLink(models.Model):
    """A payment link. Its address stays the same however often the customer tries to pay."""

    _name = "mollie.payment.link"
    _description = "Mollie Payment Link"
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(TOKEN_BYTES),
        groups="base.group_system",
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("active", "Active"), ("revoked", "Revoked")],
        default="active",
        required=True,
        readonly=True,
    )
    first_viewed = fields.Datetime(readonly=True)
    attempt_count = fields.Integer("Number of Attempts", readonly=True)

    _token_uniq = models.UniqueIndex("(token)")

    # === BUSINESS METHODS === #

    @api.model
    def _find_by_token(self, token):
        """Return the link of a token, active or revoked, or an empty recordset.

        Must be called in sudo mode: the token is the visitor's only right.
        """
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return self.browse()
        link = self.search([("token", "=", token)], limit=1)
        return link if link and consteq(link.token, token) else self.browse()

    def _get_url(self):
        self.ensure_one()
        # In sudo mode to read the token: who may see the invoice's link may see this one.
        return f"{self.company_id._get_mollie_base_url()}/mollie/pay/{self.sudo().token}"

    def _mark_viewed(self):
        """Note the first view of the page. Nothing may depend on it: mail scanners look too."""
        self.ensure_one()
        if not self.first_viewed and self.try_lock_for_update(allow_referencing=True):
            self.first_viewed = fields.Datetime.now()
            self.move_id._mollie_log("page_viewed", "pay")

    # === BUSINESS METHODS - PAYING === #

    def _start_payment(self, again=False, choice="all", typed=""):
        """Return a transaction that the customer can pay now: a living attempt or a new one.

        Must be called in sudo mode, from a request: the attempt is committed before Mollie is
        asked, so that no answer of Mollie's can be lost together with the row it belongs to.

        :param bool again: make a new attempt although one is alive or under way.
        :param str choice: how much to pay, see `_choose_amount`, as is `typed`.
        :return: the transaction, empty if there is nothing to pay (any more).
        :raise UserError: if the typed amount can't be paid.
        :raise LockError: if somebody else is paying this invoice just now.
        :raise MollieError: if Mollie can't be asked.
        """
        self.ensure_one()
        self._lock()
        self._get_undecided()._mollie_sync("pay")
        amount = self._choose_amount(choice, typed)
        living = self._get_living_attempt(amount)
        if living and not again:
            return living
        if self._get_page_state() not in PAYABLE_STATES + (AGAIN_STATES if again else ()):
            return living.browse()
        tx = self._get_lost_attempt(amount) or self._create_attempt(amount)
        self._commit_attempt()
        if not tx.provider_reference:
            tx._mollie_create_payment()
        return tx

    def _lock(self):
        """Lock the invoice for whoever wants to pay it, without waiting.

        Its links too: each new attempt changes them. Who read the database before that attempt was
        committed would not see it; PostgreSQL reports a serialization failure then, and Odoo
        replays the request.
        """
        self.move_id.lock_for_update(allow_referencing=True)
        self.move_id.mollie_link_ids.lock_for_update(allow_referencing=True)

    def _commit_attempt(self):
        """Make the attempt durable, and lock the invoice again.

        Somebody who came meanwhile is not in the way for long: they find the attempt, or are
        replayed. Should we die after Mollie made the payment, the next press of the button finds
        the row and asks with the same idempotency key.
        """
        self.env.cr.commit()  # pylint: disable=invalid-commit
        wait_for_lock(self.move_id)

    def _create_attempt(self, amount):
        move = self.move_id
        provider_sudo = self.company_id._get_mollie_provider()
        for link in move.mollie_link_ids:
            link.attempt_count += 1  # See `_lock`.
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider_sudo.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "operation": "online_redirect",
                "amount": amount,
                "currency_id": move.currency_id.id,
                "partner_id": move.partner_id.id,
                "invoice_ids": [fields.Command.set(move.ids)],
                "mollie_link_id": self.id,
                "mollie_next_check": fields.Datetime.now() + timedelta(minutes=CRON_MINUTES),
            }
        )

    def _get_transactions(self):
        """Return the payments of the invoice by this link or another one of ours, newest first."""
        return self.move_id.transaction_ids.filtered("mollie_link_id").sorted("id", reverse=True)

    def _get_undecided(self):
        """Return the attempts that Mollie may have decided without our hearing of it."""
        return self._get_transactions().filtered(
            lambda tx: tx.provider_reference and tx.state in ("draft", "pending", "authorized")
        )

    def _get_lost_attempt(self, amount):
        """Return the attempt of an amount of which we don't know whether Mollie made it."""
        return self._get_transactions().filtered(
            lambda tx: (
                tx.state == "draft"
                and not tx.provider_reference
                and tx.currency_id.compare_amounts(tx.amount, amount) == 0
                and tx.provider_id == self.company_id._get_mollie_provider()
            )
        )[:1]

    def _get_living_attempt(self, amount=None):
        """Return the attempt that the customer can go on with.

        :param float amount: only one of this amount; else any that asks no more than is due.
        """
        currency = self.move_id.currency_id
        wanted = (0,) if amount else (-1, 0)
        limit = amount or self._get_amount()
        return self._get_transactions().filtered(
            lambda tx: (
                tx._mollie_is_alive() and currency.compare_amounts(tx.amount, limit) in wanted
            )
        )[:1]

    # === BUSINESS METHODS - PAGE === #

    def _in_customer_language(self):
        """Return the link in the customer's language, whatever the visitor's browser asks for."""
        self.ensure_one()
        lang = self.move_id.partner_id.lang or self.company_id.partner_id.lang
        return self.with_context(lang=lang)

    def _get_page_state(self):
        """Return which state of the pay page the invoice is in, a key of `PAGE_STATES`."""
        self.ensure_one()
        return next(state for state, is_so in PAGE_STATES.items() if is_so(self))

    def _get_attempt(self, state):
        """Return the transaction that the page of a state speaks about, if any."""
        if state == "alive":
            return self._get_living_attempt()
        txs = self._get_transactions()
        return txs.filtered(ATTEMPTS[state])[:1] if state in ATTEMPTS else txs.browse()

    # === BUSINESS METHODS - MAIL === #

    @api.model
    def _mail_current_link(self, number):
        """Mail the current link of an invoice to the address known for it, and nowhere else.

        Must be called in sudo mode. Whoever asks learns nothing from it: at most three mails a
        day leave for an invoice.

        :param str number: the invoice's number, as a visitor typed it.
        """
        moves = self.search([("move_id.name", "=", number)], limit=5).move_id
        yesterday = fields.Datetime.now() - timedelta(days=1)
        for move in moves.filtered(lambda move: move.partner_id.email):
            sent = move.mollie_log_ids.filtered(
                lambda row: row.event == "link_sent" and row.create_date > yesterday
            )
            if len(sent) < MAILS_PER_DAY and not move._get_mollie_refusals():
                move._mollie_ensure_links("pay")
                template = self.env.ref("invoice_mollie.mail_template_current_link")
                template.send_mail(move.id)
                move._mollie_log("link_sent", "pay")
