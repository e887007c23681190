import logging
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate, format_datetime

from ..gateway import LISTS, MollieError, MollieUnavailable
from ..money.comparison import differences, looks_right, told, told_later
from ..money.movements import RECEIPTS
from .by_hand import items_by_hand, rows_by_hand
from .crons import wake
from .databases import our_databases
from .differences import keep_rows, tell_of_old
from .errors import ERROR_MESSAGES, error_detail
from .exports import Exported
from .posted import posted_of
from .protected import Undefaulted

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# What is compared one after the other, a page at a time: Mollie's lists, then what of the books did
# not stand in them, then what belongs to no payment at all.
STEPS = [
    ("payments", "Payments"),
    ("refunds", "Refunds"),
    ("chargebacks", "Chargebacks"),
    ("booked", "Booked"),
    ("by_hand", "By Hand"),
]
# A run that was broken off goes on where it was, within the day; later it begins anew.
EACH = timedelta(hours=20)
AGAIN = timedelta(minutes=15)
# Why a comparison did not come to its end; of Mollie's other reasons, its own words.
STOPS = ERROR_MESSAGES | {
    "unexpected": _lt("Something unexpected happened. The server's log has the details.")
}
# How many payments that no list told of are asked for in one go.
BATCH = 50
# What is booked, but stood in none of Mollie's lists.
_UNSEEN = """
SELECT DISTINCT tx.id
  FROM payment_transaction AS tx
  JOIN account_payment AS payment ON payment.payment_transaction_id = tx.id
 WHERE tx.provider_id = %(provider)s
   AND tx.id > %(after)s
   AND NOT EXISTS (
       SELECT 1
         FROM mollie_comparison_seen AS seen
        WHERE seen.mollie_comparison_id = %(comparison)s
          AND seen.payment_transaction_id = tx.id
       )
 ORDER BY tx.id
 LIMIT %(limit)s
"""


class MollieComparison(Undefaulted, Exported, models.Model):
    """How far everything that Mollie knows was compared with the books, and with what result."""

    _name = "mollie.comparison"
    _description = "Comparison with Mollie"
    _rec_name = "company_id"
    _check_company_auto = True
    _provider_uniq = models.Constraint("UNIQUE (provider_id)", "Each provider is compared once.")

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # The last comparison that came to its end. Sums as {"EUR": "51230.40"}.
    compared = fields.Datetime("Last Compared", readonly=True)
    movement_count = fields.Integer("Movements", readonly=True)
    sums = fields.Json("Held at Mollie", readonly=True)
    elsewhere_count = fields.Integer("Of Another Profile", readonly=True)
    difference_count = fields.Integer("Differences", compute="_compute_difference_count")
    summary = fields.Char("Result", compute="_compute_summary")
    # When what is missing here was made again last: one at a time does that.
    reconciled = fields.Datetime("Last Reconciled", readonly=True)
    # The one that is under way.
    started = fields.Datetime(readonly=True)
    step = fields.Selection(STEPS, "Under Way", readonly=True)
    position = fields.Char(readonly=True)
    found_count = fields.Integer(readonly=True)
    found_sums = fields.Json(readonly=True)
    found_elsewhere = fields.Integer(readonly=True)
    # Why it stopped: a key of `STOPS`, or Mollie's reason.
    error = fields.Char("Why It Stopped", readonly=True)
    seen_ids = fields.Many2many(
        "payment.transaction", "mollie_comparison_seen", groups="base.group_system"
    )

    # === COMPUTE METHODS === #

    def _compute_difference_count(self):
        # In sudo mode: what is counted is of the comparison's own company.
        counts = dict(
            self.env["mollie.difference"]
            .sudo()
            ._read_group(
                [("provider_id", "in", self.provider_id.ids)], ["provider_id"], ["__count"]
            )
        )
        for comparison in self:
            comparison.difference_count = counts.get(comparison.provider_id, 0)

    @api.depends(
        "compared", "movement_count", "sums", "difference_count", "elsewhere_count", "error", "step"
    )
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        for comparison in self:
            comparison.summary = " ".join(filter(None, comparison._get_sentences()))

    def _get_sentences(self):
        """Return what came of the last comparison, and why a later one did not end."""
        if self.compared:
            yield self.env._(
                "Movements: %(count)s (%(sums)s). Differences: %(differences)s."
                " Compared %(moment)s.",
                count=self.movement_count,
                sums=self._format_sums(),
                differences=self.difference_count,
                moment=format_datetime(self.env, self.compared, dt_format="short"),
            )
            if self.elsewhere_count:
                yield self.env._(
                    "Payments of another Mollie profile, which its key alone can compare: %s.",
                    self.elsewhere_count,
                )
        elif not self.error:
            yield self.env._("Not compared yet.")
        if self.step or not self.started:
            yield self.env._("Another comparison is under way.")
        if self.error:
            yield self.env._("The last comparison did not come to its end: %s", self._get_reason())

    def _get_reason(self):
        reason = self.env._(STOPS.get(self.error, STOPS["rejected"]))
        return reason % {"detail": self.error}

    def _format_sums(self):
        find = self.env["payment.provider"]._mollie_find_currency
        sums = self.sums or {self.company_id.currency_id.name: "0"}
        return " + ".join(find(name).format(float(value)) for name, value in sums.items())

    # === CRON === #

    @api.model
    def _cron_mollie_compare(self):
        """Compare all providers that have a key, used or not: money stays where it was."""
        providers = self.env["payment.provider"].search([("code", "=", "mollie")])
        for provider in providers.filtered("mollie_api_key"):
            self._for_provider(provider)._begin_if_due()
        self._commit_page(remaining=1)
        for comparison in self.search([("step", "!=", False)]):
            if not comparison._go_on():
                return  # The time of this run is up: the scheduler goes on at once.
        self._commit_page()

    def _commit_page(self, remaining=0):
        return self.env["ir.cron"]._commit_progress(1 if remaining else 0, remaining=remaining)

    @api.model
    def _for_provider(self, provider):
        """Return the comparison of a provider."""
        values = {"provider_id": provider.id, "company_id": provider.company_id.id}
        return self.search([("provider_id", "=", provider.id)]) or self.create(values)

    @api.model
    def _request(self, companies):
        """Have everything of some companies compared soon, though it was compared today."""
        # In sudo mode because nobody may write comparisons but through here.
        own_sudo = self.sudo().search([("company_id", "in", companies.ids), ("step", "=", False)])
        own_sudo.started = False
        wake(self.env, "cron_mollie_compare")

    def _begin_if_due(self):
        if self.started and self.started > fields.Datetime.now() - EACH:
            return
        self._forget_seen()
        self._rows().is_confirmed = False
        self.write(
            {
                "started": fields.Datetime.now(),
                "step": STEPS[0][0],
                "position": False,
                "found_count": 0,
                "found_sums": {},
                "found_elsewhere": 0,
            }
        )

    def _go_on(self):
        """Compare page after page, each in a database transaction of its own.

        :return: whether there was time enough.
        """
        try:
            while self.step:
                self._compare_page()
                seconds = self._commit_page(remaining=1)
                self.env.invalidate_all()  # Or memory would hold all pages at once.
                if not seconds:
                    return False
        except MollieError as error:
            self.env.cr.rollback()
            self._stop(error_detail(error), is_passing=isinstance(error, MollieUnavailable))
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Provider %s could not be compared.", self.provider_id.id)
            self._stop("unexpected")
        return True

    def _stop(self, reason, is_passing=False):
        """Note why it stopped; go on soon from the same page, if that may help."""
        self.write({"error": reason, "step": self.step if is_passing else False})
        if is_passing:
            moment = fields.Datetime.now() + AGAIN
            wake(self.env, "cron_mollie_compare", moment)
        self._commit_page(remaining=1)

    # === BUSINESS METHODS - STEPS === #

    def _compare_page(self):
        """Compare one page of the step that is under way."""
        if self.step in LISTS:
            # Asked before anything is read or locked.
            page = self.provider_id._mollie_gateway().page(self.step, self.position or "")
            compare = self._compare_payments if self.step == "payments" else self._compare_later
            compare(page.items)
            position = page.following
        else:
            compare = self._compare_booked if self.step == "booked" else self._compare_items
            position = compare(int(self.position or 0))
        self._advance(position)

    def _advance(self, position):
        """Note where the next page begins; without one, the next step."""
        names = [name for name, _label in STEPS]
        following = [*names, False][names.index(self.step) + 1]
        self.write({"position": position, "step": self.step if position else following})
        if not self.step:
            self._finish()

    def _compare_payments(self, payments):
        """Compare a page of payments. A list has their sums: where those are not what is booked, or
        tell nothing of the parts, the payment is brought in line and looked at by itself.
        """
        found = self._find_asked([payment.id for payment in payments])
        posted = self._posted_of_families(found.values())
        odd = [p for p in payments if p.id in found and not looks_right(p, posted[found[p.id]])]
        for payment in odd:
            self._look_at(found[payment.id], told(payment))
        lost = [p for p in payments if p.id not in found and self._is_ours(p)]
        self._keep_lost(lost)
        ours = [p for p in payments if p.id in found or p in lost]
        brought = [payment for payment in ours if not payment.is_nothing_captured]
        self._count([movement for payment in brought for movement in told(payment)])
        family = self.env["payment.transaction"].union(*found.values())._mollie_family()
        self._note_seen(family.filtered(lambda tx: tx.mollie_kind in RECEIPTS))

    def _compare_later(self, money):
        """Compare a page of refunds or chargebacks by their own ids."""
        is_refunds = self.step == "refunds"
        owners = self._find_asked([item.payment_id for item in money])
        money = [item for item in money if item.payment_id in owners]
        listed = told_later(**{"refunds" if is_refunds else "chargebacks": money})
        records = self._search_txs(
            [("provider_reference", "in", [movement.id for movement in listed])]
        )
        posted = [entry for entries in posted_of(records).values() for entry in entries]
        odd = {
            difference.id.removesuffix("-reversed") for difference in differences(listed, posted)
        }
        for payment_id in dict.fromkeys(item.payment_id for item in money if item.id in odd):
            self._look_at(owners[payment_id])
        self._count(listed)
        self._note_seen(records)

    def _compare_booked(self, after):
        """Compare what stands in the books, but not in Mollie's lists."""
        txs = self._search_unseen(after)
        for tx in txs.mapped(lambda tx: tx._mollie_payment()):
            reason = tx._mollie_why_unknown()
            if reason == "other_profile":
                self._count_elsewhere(tx)
            elif reason == "not_known":
                self._look_at(tx)
            else:
                tx._mollie_keep_differences((), "other_mode")
        return txs[-1:].id

    def _count_elsewhere(self, tx):
        """Count a payment that Mollie tells of only with the key of its own profile, and hold what
        is posted of it against what was heard last.
        """
        family = tx._mollie_family()
        heard = [record for record in family if record.state == "done" and record.mollie_kind]
        tx._mollie_keep_differences([record._mollie_as_movement() for record in heard])
        self._note_seen(family)
        self.found_elsewhere += 1

    def _compare_items(self, after):
        """Compare what is on the account without any payment at Mollie."""
        items = items_by_hand(self.provider_id, after)
        within = self.env["mollie.difference"].search([("line_id", "in", items.ids)])
        keep_rows(self.provider_id, rows_by_hand(self.provider_id, items), within)
        return items[-1:].id

    def _look_at(self, tx, listed=()):
        """Bring one payment in line with Mollie, and keep what differs all the same.

        :param listed: what a list told of it, should Mollie give no answer about it alone.
        """
        tx._mollie_sync_in_turn()
        try:
            tx._mollie_compare()
        except MollieUnavailable:
            tx._mollie_keep_differences(listed, "unreadable")
        self._note_seen(tx._mollie_family())

    # === BUSINESS METHODS - RECORDS === #

    def _search_txs(self, domain):
        own = [("provider_id", "=", self.provider_id.id), *domain]
        return self.env["payment.transaction"].search(own, order="id")

    def _find_asked(self, payment_ids):
        """Return ``{payment's id: the transaction that asked for it}`` of those that there are."""
        asked = [
            ("provider_reference", "in", list(payment_ids)),
            ("mollie_kind", "=", "payment"),
            ("mollie_given_up", "=", False),
        ]
        return {tx.provider_reference: tx for tx in self._search_txs(asked)}

    def _posted_of_families(self, payments):
        """Return what is posted of each payment with all that came of it."""
        payments = self.env["payment.transaction"].union(*payments)
        posted = posted_of(payments._mollie_family())
        found = {payment: [] for payment in payments}
        for tx, entries in posted.items():
            found[tx._mollie_payment()] += entries
        return found

    def _is_ours(self, payment):
        """Return whether this database made a payment that no transaction here has."""
        if not payment.owner or payment.owner.database not in our_databases(self.env):
            return False
        # With the same key, another company's provider may have made it.
        elsewhere = [("provider_reference", "=", payment.id)]
        return not self.env["payment.transaction"].search_count(elsewhere, limit=1)

    def _keep_lost(self, payments):
        """Keep a row for money of this database of which it has no transaction."""
        find = self.provider_id._mollie_find_currency
        rows = [
            {
                "mollie_reference": difference.id,
                "kind": difference.kind,
                "reason": "no_transaction",
                "account_id": self.provider_id._mollie_account().id,
                "currency_id": find(difference.at_mollie.currency).id,
                "amount_mollie": float(difference.at_mollie.value),
            }
            for payment in payments
            for difference in differences(told(payment), ())
        ]
        names = [row["mollie_reference"] for row in rows]
        within = [("provider_id", "=", self.provider_id.id), ("mollie_reference", "in", names)]
        keep_rows(self.provider_id, rows, self.env["mollie.difference"].search(within))

    # === BUSINESS METHODS - FIGURES === #

    def _count(self, movements):
        """Add movements to the figures of the comparison that is under way."""
        moved = [movement for movement in movements if movement.has_moved]
        sums = {name: Decimal(value) for name, value in (self.found_sums or {}).items()}
        for movement in moved:
            name = movement.amount.currency
            sums[name] = sums.get(name, 0) + movement.amount.value
        self.found_sums = {name: str(value) for name, value in sums.items()}
        self.found_count += len(moved)

    def _note_seen(self, txs):
        """Note of which transactions a list told: in the database, for there may be many."""
        ids = self.env["payment.transaction"].union(*txs).ids
        self.env.cr.execute(
            SQL(
                "INSERT INTO mollie_comparison_seen SELECT %s, unnest(%s::int[])"
                " ON CONFLICT DO NOTHING",
                self.id,
                ids,
            )
        )

    def _forget_seen(self):
        self.env.cr.execute(
            SQL("DELETE FROM mollie_comparison_seen WHERE mollie_comparison_id = %s", self.id)
        )

    def _search_unseen(self, after):
        """Return the next transactions that are booked, but stood in none of Mollie's lists."""
        self.env.flush_all()
        names = {"provider": self.provider_id.id, "comparison": self.id, "after": after}
        self.env.cr.execute(SQL(_UNSEEN, **names, limit=BATCH))
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["payment.transaction"].browse(ids)

    def _finish(self):
        """Keep the figures, forget what is no difference any more, and tell of what stays one."""
        rows = self._rows()
        rows.filtered(lambda row: not row.is_confirmed).unlink()
        self._forget_seen()
        self.write(
            {
                "compared": fields.Datetime.now(),
                "movement_count": self.found_count,
                "sums": self.found_sums,
                "elsewhere_count": self.found_elsewhere,
                "error": False,
            }
        )
        tell_of_old(self.provider_id)

    def _rows(self):
        return self.env["mollie.difference"].search([("provider_id", "=", self.provider_id.id)])
