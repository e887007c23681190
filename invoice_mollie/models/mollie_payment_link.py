from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .. import const
from ..gateway import MollieError, MollieRejected
from ..money.amounts import digits
from ..money.statuses import of_payment
from .crons import wake
from .days import today
from .invoice.state import SITUATIONS
from .locks import wait_for_lock
from .protected import Undefaulted
from .tokens import find_by_token, new_token
from .transaction.attempt import attempt_values, payloads_of
from .typed import WrongAmount, read_typed
from .unentered import is_unentered

# Which transaction a page is about.
ATTEMPTS = {
    "authorized": lambda tx: tx.state == "authorized",
    "pending": lambda tx: tx.state == "pending" and tx._mollie_is_under_way(),
    "charged_back": lambda tx: tx.mollie_amount_charged_back > 0,
    "paid": lambda tx: tx.state == "done",
    # Money came all the same, before or after.
    "closed": lambda tx: tx.state == "done",
}
# Which page an invoice that can be paid has: the first that is so.
PAYABLE_PAGES = {
    "reserved": lambda link: not _has_due(link.move_id) and link.move_id._get_mollie_reserved(),
    "paid": lambda link: not _has_due(link.move_id),
    "alive": lambda link: link._get_alive_attempt(),
    "unavailable": lambda link: not _can_ask(link),
    "charged_back": lambda link: link._get_attempt("charged_back"),
    "part_paid": lambda link: link.move_id._get_mollie_paid() > 0,
    "overdue": lambda link: (
        (link.move_id._get_mollie_due_day() or fields.Date.max) < today(link.company_id)
    ),
    "due": lambda link: True,
}


def _has_due(move):
    return not move.currency_id.is_zero(move._get_mollie_due())


def _is_given_back(tx):
    refunded = tx.mollie_amount_refunded
    return tx.currency_id.compare_amounts(refunded, tx._mollie_get_captured()) >= 0


def _can_ask(link):
    """Return whether Mollie can be asked for a payment of the link."""
    provider_sudo = link.company_id._get_mollie_provider()
    return bool(provider_sudo) and not provider_sudo._mollie_is_copy()


class MolliePaymentLink(Undefaulted, models.Model):
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
        default=lambda self: new_token(),
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
    last_mailed = fields.Datetime(readonly=True)
    attempt_count = fields.Integer("Number of Attempts", readonly=True)

    _token_uniq = models.UniqueIndex("(token)")
    _active_uniq = models.UniqueIndex("(move_id) WHERE state = 'active'")

    # === BUSINESS METHODS === #

    @api.model
    def _find_by_token(self, token):
        """Return the link of a token, active or revoked, or an empty recordset.

        Must be called in sudo mode: the token is the visitor's only right.
        """
        return find_by_token(self, "token", token)

    def _get_url(self):
        self.ensure_one()
        # In sudo mode to read the token: who may see the invoice's link may see this one.
        return f"{self.company_id._get_mollie_base_url()}/mollie/pay/{self.sudo().token}"

    def _mark_viewed(self):
        """Note the first view of the page. Nothing may depend on it: mail scanners look too."""
        self.ensure_one()
        if not self.first_viewed and self.try_lock_for_update(allow_referencing=True):
            self.first_viewed = fields.Datetime.now()
            self.move_id._log_mollie("page_viewed", "pay")
            if not self.move_id.invoice_pdf_report_id:
                wake(self.env, "cron_mollie_make_documents")

    # === BUSINESS METHODS - PAYING === #

    def _start_payment(self, visitor, lang, again=False, choice="all", typed=""):
        """Return a transaction that the customer can pay now: one that is alive, or a new one.

        Must be called in sudo mode, from a request: the attempt is committed before Mollie is
        asked, so that no answer of Mollie's can be lost together with the row it belongs to.

        :param str visitor: where the customer comes from, see `controllers/visitor.py`.
        :param str lang: what the customer reads, for Mollie's checkout and the way back.
        :param bool again: make a new attempt although one is alive or under way, unless there are
            as many as may be: then the newest is given. None is taken from whoever is paying it.
        :param str choice: how much to pay, see `_choose_amount`, as is `typed`.
        :return: the transaction, empty if there is nothing to pay (any more).
        :raise WrongAmount: if the typed amount can't be paid.
        :raise TooOften: if too many were started.
        :raise LockError: if somebody else is paying this invoice just now.
        :raise MollieError: if Mollie can't be asked.
        """
        self.ensure_one()
        self.move_id._mollie_lock_to_pay()
        self._sync_undecided()
        amount = self._choose_amount(choice, typed)
        alive = self._get_alive_attempt(amount)
        if alive and not (again and self.move_id._mollie_has_room()):
            return alive
        if not self._can_start(again):
            return alive.browse()
        tx = self._get_lost_attempt(amount) or self._create_attempt(amount, visitor, lang)
        # Before the commit, after which all that it says of the invoice would be read anew.
        payloads = payloads_of(tx)
        self._commit_attempt()
        if not tx.provider_reference:
            tx._mollie_create_payment(payloads)
        return tx

    def _can_start(self, again):
        """Return whether a new attempt can be made: there is something to pay, and nothing reserved
        or, unless the customer wants another one all the same, on its way.
        """
        in_the_way = self.move_id._get_mollie_payments().filtered(
            lambda tx: tx.state == "authorized" or (tx._mollie_is_under_way() and not again)
        )
        return not in_the_way and _can_ask(self) and self.move_id._get_mollie_due() > 0

    def _commit_attempt(self):
        """Make the attempt durable, and lock the invoice again.

        Somebody who came meanwhile is not in the way for long: they find the attempt, or are
        replayed. Should we die after Mollie made the payment, the next press of the button finds
        the row and asks with the same idempotency key.
        """
        self.env.cr.commit()  # pylint: disable=invalid-commit
        wait_for_lock(self.move_id)

    def _create_attempt(self, amount, visitor, lang):
        move = self.move_id
        move._mollie_count_attempt(visitor)
        provider_sudo = self.company_id._get_mollie_provider()
        values = attempt_values(move, provider_sudo, self)
        tx = self.env["payment.transaction"].create(
            values | {"amount": amount, "currency_id": move.currency_id.id}
        )
        tx._mollie_write({"partner_lang": lang})  # Core takes that of the contact.
        return tx

    def _sync_undecided(self):
        """Hear how the attempts ended that Mollie may have decided; of as many as there may be at
        most, for somebody waits.

        One that Mollie does not know, because another key is connected now, stands in nobody's way
        once its checkout is over.

        :raise MollieError: if Mollie can't say of one that the customer may have paid just now.
        """
        # Once more: when the invoice was posted, a payment may have been locked.
        self.move_id._mollie_take_over()
        for tx in self.move_id._get_mollie_undecided()[: const.UNDECIDED_ATTEMPTS]:
            try:
                tx._mollie_sync("pay")
            except MollieRejected as error:
                if not error.is_unknown or not tx._mollie_is_over():
                    raise
            if tx._mollie_is_disputed():
                raise MollieError("mismatch")
        self.move_id._mollie_take_order_payments()

    def _look(self):
        """Hear for who opens the page how an attempt ended: one of those that Mollie may have
        decided, that of which nothing was heard for longest.

        :return: whether the page can say how things are; else nobody knows yet.
        :raise LockError: if somebody else is at one of the payments just now.
        """
        self.move_id._mollie_take_over()
        undecided = self.move_id._get_mollie_undecided()
        is_known = not undecided or undecided[0]._mollie_look("pay")
        self.move_id._mollie_take_order_payments()
        return is_known and not any(tx._mollie_is_disputed() for tx in undecided)

    def _get_lost_attempt(self, amount):
        """Return the link's attempt of an amount of which we don't know whether Mollie made it. Not
        another link's: what that one asked for is called off once it is revoked.
        """
        return self.move_id._get_mollie_payments().filtered(
            lambda tx: (
                tx.mollie_link_id == self
                and tx.state == "draft"
                and not tx.provider_reference
                and tx.currency_id.compare_amounts(tx.amount, amount) == 0
                and tx.provider_id == self.company_id._get_mollie_provider()
            )
        )[:1]

    def _get_alive_attempt(self, amount=None):
        """Return the attempt that the customer can go on with.

        :param float amount: only one of this amount; else any that asks no more than is due.
        """
        currency = self.move_id.currency_id
        wanted = (0,) if amount else (-1, 0)
        limit = amount or self.move_id._get_mollie_due()
        return self.move_id._get_mollie_payments().filtered(
            lambda tx: (
                tx._mollie_is_alive() and currency.compare_amounts(tx.amount, limit) in wanted
            )
        )[:1]

    # === BUSINESS METHODS - AMOUNT === #

    def _choose_amount(self, choice, typed):
        """Return the amount that the customer chose.

        :param str choice: `next` for the next instalment, `other` for the typed amount, `alive`
            for that of the attempt under way; anything else means everything due.
        :param str typed: another amount, as the customer typed it.
        :raise WrongAmount: if it can't be paid.
        """
        if choice == "other" and self.company_id.mollie_other_amount:
            return self._check_typed(typed)
        chosen = {
            "next": self.move_id._get_mollie_instalment,
            "alive": lambda: self._get_alive_attempt().amount,
        }
        choose = chosen.get(choice, self.move_id._get_mollie_due)
        return choose() or self.move_id._get_mollie_due()

    def _check_typed(self, typed):
        currency = self.move_id.currency_id
        most = self.move_id._get_mollie_due()
        least = self.move_id._get_mollie_minimum() or most
        amount = read_typed(typed, currency)
        is_exact = currency.compare_amounts(amount, self.move_id._mollie_round_down(amount)) == 0
        if is_exact and least <= amount <= most:
            return amount
        raise WrongAmount

    def _get_amount_advice(self):
        """Return which amounts can be typed, and how, in the language of the environment."""
        currency, most = self.move_id.currency_id, self.move_id._get_mollie_due()
        least = self.move_id._get_mollie_minimum() or most
        return self.env._(
            "Type an amount from %(least)s to %(most)s in digits only, without a thousands"
            " separator, for example %(example)s.",
            least=currency.format(least),
            most=currency.format(most),
            example=formatLang(self.env, most, digits=digits(currency.name), grouping=False),
        )

    # === BUSINESS METHODS - PAGE === #

    def _get_page_state(self):
        """Return which page the invoice has, see `SITUATIONS` and `PAYABLE_PAGES`."""
        self.ensure_one()
        page = SITUATIONS[self.move_id._get_mollie_situation()].page
        return page or next(name for name, is_so in PAYABLE_PAGES.items() if is_so(self))

    def _get_page_seconds(self):
        """Return for how long the page may be shown again as it is: until Mollie can be asked of
        an attempt. Not where money counts that stands in other rows than the invoice's and its
        payments'.
        """
        move = self.move_id
        if (
            move.mollie_replaced_id
            or move._get_mollie_order_payments()
            or any(map(is_unentered, move.matched_payment_ids))
        ):
            return 0
        undecided = move._get_mollie_undecided()
        return min((tx._mollie_unasked_for() for tx in undecided), default=const.PAGE_SECONDS)

    def _get_news(self, tx):
        """Return which page who comes back from Mollie sees, and of which transaction: how the
        payment ended, or how the invoice stands, once that is later news.
        """
        if tx._mollie_is_under_way():
            return "pending", tx
        went_back = tx.mollie_amount_charged_back or tx.mollie_amount_refunded
        newest = self.move_id._get_mollie_payments()[:1]
        if went_back or (tx.state in ("draft", "cancel") and tx != newest):
            page = self._get_page_state()
            return page, self._get_attempt(page)
        if tx.mollie_status == "open" and not tx.mollie_method:
            # Nobody has chosen how to pay: nothing can have been taken.
            return "alive" if tx._mollie_is_alive() else "expired", tx
        return of_payment(tx.mollie_status).page, tx

    def _get_attempt(self, page):
        """Return the transaction that a page speaks about, if any."""
        if page == "alive":
            return self._get_alive_attempt()
        payments = self.move_id._get_mollie_payments()
        # What was given back, as what came in twice, is not what paid the invoice.
        found = payments.filtered(ATTEMPTS.get(page, lambda tx: False))
        return found.sorted(_is_given_back)[:1]
