import logging
from datetime import datetime, time, timedelta
from time import monotonic

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate, format_date

from ..gateway import MollieError
from ..models.databases import our_databases
from ..models.errors import error_message, payment_error_message
from ..models.transaction.recovery import NO_PLACE, NoPlace
from ..money.comparison import looks_right
from ..money.statuses import of_payment

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# How long somebody waits for a page; what is left is for the next press of the button.
SECONDS = 40
OUTCOMES = {
    "booked": _lt("Booked"),
    "found": _lt("Found again"),
    "not_booked": _lt("Not booked"),
    "no_place": _lt("No place found"),
}


class MollieRepair(models.TransientModel):
    """Finds what Mollie knows of this database's payments and this database does not: after a
    backup was restored, say.
    """

    _name = "mollie.repair"
    _description = "Reconcile with Mollie"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=31),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("new", "New"), ("under_way", "Under Way"), ("done", "Done")], default="new", readonly=True
    )
    # The id with which the next page of Mollie's list begins.
    position = fields.Char(readonly=True)
    count = fields.Integer("Payments of This Database", readonly=True)
    elsewhere_count = fields.Integer("Made Elsewhere", readonly=True)
    line_ids = fields.One2many("mollie.repair.line", "repair_id", "Found", readonly=True)
    summary = fields.Char("Result", compute="_compute_summary")

    # === COMPUTE METHODS === #

    @api.depends("state", "count", "elsewhere_count", "line_ids.outcome")
    @api.depends_context("lang")
    def _compute_summary(self):
        for repair in self:
            repair.summary = " ".join(filter(None, repair._get_sentences()))

    def _get_sentences(self):
        # A payment that may be of several companies has a line for each.
        payments = self.line_ids.grouped("mollie_reference").values()
        outcomes = [lines[:1].outcome for lines in payments]
        yield self.env._("Payments of this database looked at: %s.", self.count)
        if self.elsewhere_count:
            yield self.env._("Made elsewhere, and left alone: %s.", self.elsewhere_count)
        for outcome, label in OUTCOMES.items():
            if count := outcomes.count(outcome):
                yield self.env._("%(outcome)s: %(count)s.", outcome=self.env._(label), count=count)
        if self.state == "done" and not outcomes:
            yield self.env._("Nothing was missing.")

    # === ACTION METHODS === #

    def action_reconcile(self):
        """Look at Mollie's payments of these days, as many as there is time for.

        :raise UserError: if it can't be done now, with the way out.
        """
        self.ensure_one()
        self.check_access("write")
        end = monotonic() + SECONDS
        # In sudo mode to read the provider's API key, and to make transactions.
        for _step in self.sudo()._take_steps():
            if request:  # Else the caller's transaction is not ours to end.
                self.env.cr.commit()  # pylint: disable=invalid-commit
            if monotonic() > end:
                break
        return self._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reconcile with Mollie"),
            "res_model": "mollie.repair",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _take_steps(self):
        """Look at page after page of Mollie's list; yield after each step that can be committed.

        Must be called in sudo mode. What was found is known by then: it can be broken off anywhere.

        :raise UserError: if the company has no key, this database is a copy, there is no day to
            look at, or Mollie can't be asked.
        """
        self._check_days()
        provider = self._get_provider()
        if self.state == "done":
            self.write({"state": "new", "count": 0, "elsewhere_count": 0, "line_ids": [(5, 0, 0)]})
        while self.state != "done":
            page = self._ask_mollie(
                provider, lambda mollie: mollie.page("payments", self.position or "")
            )
            payments = [payment for payment in page.items if self._is_within(payment)]
            yield from self._look_at(payments, provider)
            self._count(payments)
            self._advance(page)
            yield

    def _check_days(self):
        if self.date_from > self.date_to:
            raise UserError(
                self.env._(
                    "The first day is later than the last: %(first)s, %(last)s. Change one of"
                    " them.",
                    first=format_date(self.env, self.date_from),
                    last=format_date(self.env, self.date_to),
                )
            )

    def _get_provider(self):
        provider = self.company_id._get_mollie_connected()
        if not provider:
            raise UserError(self._why_unconnected())
        if provider._mollie_is_copy():
            raise UserError(
                self.env._(
                    "This is a copy of the database in which Mollie's key was pasted. If it took"
                    " that one's place, an administrator says so in Settings, Invoicing."
                )
            )
        return provider

    def _why_unconnected(self):
        company, owner = self.company_id, self.company_id._get_mollie_provider().company_id
        if owner:
            return self.env._(
                "%(branch)s collects with the key of %(company)s. Choose that company at the top,"
                " then reconcile.",
                branch=company.display_name,
                company=owner.display_name,
            )
        return self.env._(
            "%s is not connected to Mollie. Paste its key in Settings, Invoicing.",
            company.display_name,
        )

    def _ask_mollie(self, provider, question):
        try:
            return question(provider._mollie_gateway())
        except MollieError as error:
            raise UserError(error_message(self.env, error)) from None

    def _is_within(self, payment):
        moment = payment.created_at
        return moment and self.date_from <= moment.date() <= self.date_to

    def _advance(self, page):
        """Note where the next page begins; none is left if it would be older than asked for."""
        is_past = page.ends_before(datetime.combine(self.date_from, time.min))
        following = "" if is_past else page.following
        self.write({"position": following, "state": "under_way" if following else "done"})

    def _count(self, payments):
        ours = our_databases(self.env)
        own = [payment for payment in payments if payment.owner and payment.owner.database in ours]
        self.count += len(own)
        self.elsewhere_count += len(payments) - len(own)

    # === BUSINESS METHODS - PAYMENTS === #

    def _look_at(self, payments, provider):
        """Make again what is missing here, and book what is behind; yield after each."""
        comparison = self.env["mollie.comparison"]._for_provider(provider)
        found = comparison._find_asked([payment.id for payment in payments])
        posted = comparison._posted_of_families(found.values())
        for payment in payments:
            tx = found.get(payment.id)
            if tx and not looks_right(payment, posted[tx]):
                self._bring_in_line(tx)
                yield
            elif not tx and _may_matter(payment) and comparison._is_ours(payment):
                self._recover(payment, provider, comparison)
                yield

    def _bring_in_line(self, tx):
        """Sync a payment that is here; of one that was right there is nothing to tell."""
        before = tx._mollie_known().booked
        error = tx._mollie_try("repair")
        if error or tx._mollie_known().booked != before:
            self._tell(tx, error)

    def _recover(self, payment, provider, comparison, company=None):
        """Make a transaction again and book it. One does that at a time: who looked before another
        one's was committed finds the row changed, and Odoo begins anew.

        :param company: a person says that it is for this company's invoice.
        :raise UserError: if somebody else is at it just now.
        """
        if not comparison.try_lock_for_update(allow_referencing=True):
            raise UserError(self.env._("Somebody else is reconciling just now. Try again later."))
        comparison.reconciled = fields.Datetime.now()
        try:
            with self.env.cr.savepoint():
                Transaction = self.env["payment.transaction"]
                tx = Transaction._mollie_recover(payment, provider, company)
        except NoPlace as error:
            self._tell_no_place(payment, comparison, *error.args)
        except psycopg2.OperationalError:
            raise  # Not the payment's fault: Odoo replays the request.
        except Exception:
            _logger.exception("Payment %s could not be made again.", payment.id)
            self._tell_no_place(payment, comparison, "unexpected")
        else:
            error = tx._mollie_try("repair")
            rows = [("mollie_reference", "=", payment.id), ("reason", "=", "no_transaction")]
            self.env["mollie.difference"].search(rows).unlink()
            self._tell(tx, error)

    # === BUSINESS METHODS - REPORT === #

    def _tell(self, tx, error):
        holder = tx._mollie_holder()
        why = holder.mollie_booking_error or (error and payment_error_message(tx, error))
        is_booked = holder._mollie_is_booked()
        self._add_line(
            mollie_reference=tx.provider_reference,
            move_id=tx.invoice_ids[:1].id,
            currency_id=holder.currency_id.id,
            amount=holder.amount,
            outcome="booked" if is_booked else "not_booked" if why else "found",
            why=why,
        )

    def _tell_no_place(self, payment, comparison, reason, *candidates):
        comparison._keep_lost([payment])
        find = comparison.provider_id._mollie_find_currency
        names = {"names": ", ".join(payment.invoices), "reference": payment.owner.reference}
        for invoices in candidates or [self.env["account.move"]]:
            company = invoices.company_id.display_name
            self._add_line(
                mollie_reference=payment.id,
                move_id=invoices[:1].id,
                currency_id=find(payment.amount.currency).id,
                amount=float(payment.amount.value),
                outcome="no_place",
                why=self.env._(NO_PLACE[reason]) % (names | {"company": company}),
            )

    def _add_line(self, **values):
        self.env["mollie.repair.line"].create({"repair_id": self.id, **values})


class MollieRepairLine(models.TransientModel):
    """A payment of which something was missing."""

    _name = "mollie.repair.line"
    _description = "Payment Found at Mollie"
    _order = "id"

    repair_id = fields.Many2one("mollie.repair", required=True, ondelete="cascade", index=True)
    mollie_reference = fields.Char("Mollie ID", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    outcome = fields.Selection(
        lambda self: [(name, self.env._(label)) for name, label in OUTCOMES.items()], readonly=True
    )
    why = fields.Text("What to Do", readonly=True)

    def action_place(self):
        """Book the payment on the invoice that has its number now: a person says that it is the one
        that was paid.
        """
        self.ensure_one()
        repair = self.repair_id
        repair.check_access("write")
        self.move_id.check_access("read")
        self.sudo()._place()  # In sudo mode to make the transaction.
        return repair._get_action()

    def _place(self):
        repair = self.repair_id
        provider = repair._get_provider()
        comparison = self.env["mollie.comparison"]._for_provider(provider)
        payment = repair._ask_mollie(
            provider, lambda mollie: mollie.get_payment(self.mollie_reference)
        )
        others = repair.line_ids.filtered(
            lambda line: line.mollie_reference == self.mollie_reference
        )
        if comparison._is_ours(payment):
            repair._recover(payment, provider, comparison, self.move_id.company_id)
        others.unlink()


def _may_matter(payment):
    """Return whether money came by a payment, or still may."""
    return bool(payment.amount) and of_payment(payment.status).becomes != "cancel"
