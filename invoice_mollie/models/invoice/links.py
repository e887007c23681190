import logging
import re

import psycopg2

from odoo import api, fields
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ...money.statuses import UNDECIDED
from ..crons import wake
from ..matching import match_safely
from ..notifications import notification
from .due import IS_OPEN

# How many invoices a number is looked for among.
GUESSES = 50
# Among how many invoices of a customer the next open one is looked for.
NEXT_LOOKED_AT = 10
_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

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
        lambda move, provider: not move.mollie_has_due,
        _lt("%(invoice)s has nothing left to pay."),
    ),
    (
        lambda move, provider: not provider,
        _lt("%(invoice)s: %(company)s is not connected to Mollie. Connect it in the settings."),
    ),
    (
        lambda move, provider: provider._mollie_is_copy(),
        _lt(
            "%(invoice)s: this database is a copy of the one that is connected to Mollie. If it"
            " took that one's place, say so in the settings."
        ),
    ),
    (
        lambda move, provider: not provider._mollie_knows(move.currency_id),
        _lt("%(invoice)s is in %(currency)s, which Mollie does not handle."),
    ),
    (
        lambda move, provider: (
            not provider._mollie_accepts(move._get_mollie_residual(), move.currency_id)
        ),
        _lt(
            "%(invoice)s: no method enabled at Mollie accepts %(amount)s."
            " Enable another method in Mollie's dashboard."
        ),
    ),
)


class Links:
    """The clerk's buttons: payment links, made, revoked and compared with Mollie."""

    __slots__ = ()

    # === ACTION METHODS === #

    def action_mollie_create_payment(self):
        """Give each invoice a payment link; refuse those that can't have one, naming the reason.

        :return: True for one, whose form shows it; for several a dialog with what became of each.
        :raise UserError: if it is one that can't have a link.
        """
        self.check_access("write")
        refusals = self._get_mollie_refusals()
        if refusals and len(self) == 1:
            raise self._get_mollie_refusal_error(refusals[self])
        accepted = self.filtered(lambda move: move not in refusals)
        accepted._mollie_ensure_links("user", again=True)
        if len(self) == 1:
            return True
        return self.env["mollie.link.result"]._show_result(accepted, refusals)

    def _get_mollie_refusal_error(self, refusal):
        """Return the error that says why the invoice has no link, with the way to the settings for
        who may change them, if Mollie is not connected.
        """
        is_connected = bool(self.company_id._get_mollie_provider())
        if self.state != "posted" or is_connected or not self.env.user._is_system():
            return UserError(refusal)
        settings = self.env.ref("account.action_account_config").id
        return RedirectWarning(refusal, settings, self.env._("Go to the settings"))

    def action_mollie_revoke_link(self):
        """Make the invoice's links useless, and the address of its page in the portal. The next
        ones have other addresses, and only a clerk makes a link again.
        """
        self.check_access("write")
        # In sudo mode because nobody may write on links; the access to the invoice was checked.
        links_sudo = self.sudo().mollie_link_ids.filtered(lambda link: link.state == "active")
        links_sudo.state = "revoked"
        # Who has the one address has often been given the other. Core makes a new token at need.
        links_sudo.move_id.access_token = False
        links_sudo.move_id._log_mollie("link_revoked", "user")
        self._mollie_recheck_attempts()
        return True

    def action_mollie_sync(self):
        """Ask Mollie how the payments of these invoices are, and say what differs all the same."""
        self.check_access("write")
        # In sudo mode to read the provider's API key; the access to the invoice was checked.
        moves_sudo = self.sudo()
        txs_sudo = moves_sudo._get_mollie_payments()
        txs_sudo |= txs_sudo.union(*(move._get_mollie_order_payments() for move in moves_sudo))
        problems = txs_sudo._mollie_sync_all("user")
        for move in moves_sudo:
            match_safely(move._mollie_take_order_payments, move)
        # Somebody may have taken a credit note apart from its refund.
        moves_sudo.reversal_move_ids._mollie_match_payments_safely()
        problems = problems or txs_sudo._mollie_describe_differences(moves_sudo)
        if problems:
            return notification("\n".join(problems), "warning")
        return notification(self.env._("The payments were compared with Mollie."), "success")

    # === BUSINESS METHODS - LINKS === #

    def _get_mollie_refusals(self):
        """Return ``{invoice: why it can't have a link}`` for those that can't."""
        providers = {company: company._get_mollie_provider() for company in self.company_id}
        reasons = {move: move._get_mollie_refusal(providers[move.company_id]) for move in self}
        return {move: reason for move, reason in reasons.items() if reason}

    def _get_mollie_refusal(self, provider_sudo):
        self.ensure_one()
        # In sudo mode because who sees an invoice need not see what was paid of it.
        move_sudo = self.sudo()
        for is_refused, sentence in REFUSALS:
            if is_refused(move_sudo, provider_sudo):
                due = move_sudo._get_mollie_residual() if move_sudo.mollie_has_due else 0
                text = self.env._(sentence)
                return text % {
                    "invoice": self.display_name or self.env._("Invoice (* %s)", self.id),
                    "company": self.company_id.name,
                    "currency": self.currency_id.name,
                    "amount": self.currency_id.format(due),
                }
        return None

    def _get_mollie_links(self):
        """Return ``{invoice: its newest active link}`` in sudo mode."""
        # In sudo mode because only the address leaves this method, to those who see the invoice.
        links_sudo = self.sudo().mollie_link_ids.filtered(lambda link: link.state == "active")
        return {link.move_id: link for link in links_sudo}

    def _get_mollie_revoked(self):
        """Return the invoices of which a clerk has revoked the link, and made no other since."""
        # In sudo mode because who sees an invoice need not see its links.
        return self.filtered(
            lambda move: set(move.sudo().mollie_link_ids.mapped("state")) == {"revoked"}
        )

    def _mollie_ensure_links(self, source, again=False):
        """Make a link for each invoice that has none. Nothing is asked of Mollie.

        The caller has checked that the invoices can have one.

        :param bool again: also for those of which the link was revoked: a clerk wants it.
        :return: ``{invoice: link}``
        :raise ConcurrencyError: if somebody else made one just now: Odoo replays the request.
        """
        links = self._get_mollie_links()
        missing = self.filtered(lambda move: move not in links)
        if not again:
            missing -= missing._get_mollie_revoked()
        if missing:
            links |= {link.move_id: link for link in missing._mollie_make_links()}
            missing._log_mollie("link_created", source)
        return links

    def _mollie_make_links(self):
        values = [{"move_id": move.id, "company_id": move.company_id.id} for move in self]
        try:
            with self.env.cr.savepoint():
                # In sudo mode because nobody may create links but through here.
                return self.env["mollie.payment.link"].sudo().create(values)
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("Somebody else made this link just now.") from None

    def _mollie_create_links_on_confirmation(self):
        """Make links for the companies that want them when an invoice is confirmed."""
        self.filtered(
            lambda move: (
                move.is_sale_document() and move.company_id.mollie_link_creation == "confirm"
            )
        )._mollie_try_links()

    def _mollie_try_links(self, again=False):
        """Make a link for each invoice that has none, and can have one. Never fails.

        :param bool again: see `_mollie_ensure_links`.
        """
        if not self:
            return
        # What the caller left to be written is not ours to swallow the errors of.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                refusals = self._get_mollie_refusals()
                accepted = self.filtered(lambda move: move not in refusals)
                accepted._mollie_ensure_links("user", again=again)
        except Exception:
            # An invoice is worth more than its link, which can be made at any time.
            _logger.exception("No Mollie links were made for %s.", self)

    def _mollie_recheck_attempts(self):
        """Have the cron look soon at attempts under way: what is due has changed.

        Not now: nobody waits for Mollie in Odoo.
        """
        # In sudo mode because whoever changes an invoice need not see its transactions.
        txs_sudo = self.sudo().transaction_ids.filtered(
            lambda tx: tx.mollie_kind == "payment" and tx.state in UNDECIDED
        )
        if txs_sudo:
            txs_sudo._mollie_write({"mollie_next_check": fields.Datetime.now()})
            wake(self.env, "cron_mollie_sync")

    def _get_mollie_next_open(self):
        """Return the link of the customer's next open invoice, or an empty record.

        Must be called in sudo mode. Of the same contact, not of all of its company: who paid may
        see this one. And only one that a customer may have: no page makes a link.
        """
        self.ensure_one()
        moves = self.search(
            Domain("id", "!=", self.id)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("mollie_link_ids.state", "=", "active")
            & IS_OPEN,
            order="invoice_date_due, id",
            limit=NEXT_LOOKED_AT,
        )
        waiting = moves.filtered(
            lambda move: move.mollie_has_due and move.mollie_payment_state != "pending"
        )
        return next(iter(waiting[:1]._get_mollie_links().values()), self.mollie_link_ids.browse())

    # === BUSINESS METHODS - MAIL === #

    @api.model
    def _mollie_search_linked(self, number):
        """Return the invoices that a number may mean, of those that have had a link: as a rule one
        of each company, and one of several years if only its last part was typed.

        :param str number: as a visitor typed it, in capitals or not, with other signs between its
            parts, and without the first of them.
        """
        typed = _parts(number)
        # Letters and digits only: nothing of it stands for other letters.
        has_parts = [("name", "=ilike", "%" + "%".join(typed)), ("mollie_link_ids", "!=", False)]
        moves = self.search(has_parts, limit=GUESSES) if typed else self.browse()
        whole = moves.filtered(lambda move: _parts(move.name) == typed)
        return whole or moves.filtered(lambda move: _parts(move.name)[-len(typed) :] == typed)

    def _mollie_mail_current_link(self, limit):
        """Mail the current link of invoices to the addresses known for them, and nowhere else.

        Must be called in sudo mode.

        :param str limit: how often a day, a key of `LIMITS`.
        """
        refusals = self._get_mollie_refusals()
        template = self.env.ref("invoice_mollie.mail_template_current_link")
        for move in self.filtered(lambda move: move.partner_id.email)._get_mollie_links():
            if move not in refusals and self.env["mollie.limit"]._may(limit, move.id):
                template.send_mail(move.id)
                move._mollie_note_mail("link_sent", "pay")

    def _mollie_note_mail(self, event, source, **values):
        """Note that the link was mailed just now."""
        self._log_mollie(event, source, **values)
        for link_sudo in self._get_mollie_links().values():
            link_sudo.last_mailed = fields.Datetime.now()


def _parts(number):
    """Return the letters and digits of an invoice's number, whatever stands between them."""
    return re.findall(r"[^\W_]+", (number or "").casefold())
