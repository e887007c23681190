from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL, Query

from ...money.payment import TRANSFER
from ..shares import is_of_credit


class Situation(NamedTuple):
    """Where an invoice's online payment stands.

    domain    what is so, beside that nothing of the situations before it is
    badge     the `mollie_payment_state` that the clerk sees
    progress  the `mollie_progress`, which tells more apart; empty if nothing has begun
    page      the state of the customer's page; empty if it depends on what is due, reserved, and
              for how long
    """

    domain: Domain
    badge: str
    progress: str
    page: str = ""


def _has_payment(domain):
    ours = Domain("mollie_kind", "=", "payment") & domain
    # Without access check: auditors see the invoice's state, not the transactions.
    return Domain("transaction_ids", "any!", ours)


def _has_amount(field, domain=Domain.TRUE):
    return Domain("transaction_ids", "any!", Domain(field, ">", 0) & domain)


def _of_credit_to_sql(model, alias, _query):
    amount, of_credit = (
        SQL.identifier(alias, name, to_flush=model._fields[name])
        for name in ("amount", "mollie_of_credit")
    )
    return SQL("ABS(%s) <= %s", amount, of_credit)


def _has_refund(domain):
    ours = Domain("mollie_kind", "=", "refund") & Domain(
        "state", "in", ("draft", "pending", "done")
    )
    return Domain("child_transaction_ids", "any!", ours & domain)


_ANY_MONEY = ("pending", "authorized", "done")
_IS_DONE = Domain("state", "=", "done")
_HAS_DUE = Domain("mollie_has_due", "=", True)
# What core does not know to be paid, neither by its entries nor as being in payment.
_IS_UNPAID = Domain("amount_residual", ">", 0) & Domain(
    "payment_state", "not in", ("paid", "in_payment")
)
# What became of an attempt by a link of before is nothing of the new one.
_IS_OF_NOW = Domain("mollie_link_id", "=", False) | Domain("mollie_link_id.state", "=", "active")
# The customer has done their part: as `_mollie_is_under_way` says of each payment.
_IS_PENDING = (
    Domain("state", "=", "pending")
    & (Domain("mollie_status", "!=", "open") | Domain("mollie_method", "=", TRANSFER))
    & Domain("child_transaction_ids", "not any", [("mollie_kind", "=", "other_amount")])
)
_CLAIMANT = Domain("move_type", "=", "out_refund") & Domain("state", "!=", "cancel")
# In SQL, as `is_of_credit` says of each refund.
_IS_OF_CREDIT = Domain.custom(to_sql=_of_credit_to_sql, predicate=is_of_credit) & Domain(
    "invoice_ids", "not any!", _CLAIMANT
)
# Who gets back what came in twice has paid the invoice all the same.
_GAVE_BACK_CREDIT = _has_refund(_IS_OF_CREDIT) & ~_has_refund(~_IS_OF_CREDIT)
# An invoice is in the first situation whose domain it fulfils. Badge and page come from the same
# row, so that clerk and customer are never told different things.
SITUATIONS = {
    "no_link": Situation(
        Domain("mollie_link_ids", "=", False) & ~_has_payment(Domain("state", "in", _ANY_MONEY)),
        "none",
        "",
    ),
    "draft": Situation(Domain("state", "=", "draft"), "closed", "draft", "draft"),
    "cancelled": Situation(
        Domain("state", "=", "cancel") | Domain("payment_state", "=", "reversed"),
        "closed",
        "cancelled",
        "closed",
    ),
    # Mollie holds what is due, though the books don't show it: not booked so far or any more, or
    # matched with nothing. Or it reserves some of it.
    "held": Situation(~_HAS_DUE & _IS_UNPAID, "pending", "pending"),
    "refunded": Situation(
        ~_HAS_DUE & _has_amount("mollie_amount_refunded", ~_GAVE_BACK_CREDIT),
        "refunded",
        "refunded",
        "refunded",
    ),
    "paid": Situation(~_HAS_DUE & _has_payment(_IS_DONE), "paid", "paid", "paid"),
    "settled": Situation(~_HAS_DUE, "closed", "settled", "paid"),
    "authorized": Situation(
        _has_payment(Domain("state", "=", "authorized")), "pending", "pending", "authorized"
    ),
    "pending": Situation(_has_payment(_IS_PENDING), "pending", "pending", "pending"),
    # A part is paid, but not booked so far: what is due knows it already.
    "unbooked": Situation(
        _has_payment(_IS_DONE & Domain("is_post_processed", "=", False)), "pending", "pending"
    ),
    "charged_back": Situation(
        _has_amount("mollie_amount_charged_back"), "charged_back", "charged_back"
    ),
    # As one made in place of another: its payments are those of that one's link.
    "never_linked": Situation(Domain("mollie_link_ids", "=", False), "none", ""),
    "revoked": Situation(~Domain("mollie_link_ids.state", "=", "active"), "closed", "revoked"),
    "failed": Situation(
        _has_payment(Domain("state", "=", "cancel") & _IS_OF_NOW)
        & ~_has_payment(Domain("state", "in", ("draft", "done"))),
        "open",
        "failed",
    ),
    "part_paid": Situation(Domain("payment_state", "=", "partial"), "open", "part_paid"),
    # As far as Odoo knows: who was shown it by chat may have opened it.
    "not_sent": Situation(
        Domain("mollie_link_ids.last_mailed", "=", False)
        & Domain("mollie_link_ids.first_viewed", "=", False)
        & ~_has_payment(_IS_OF_NOW),
        "open",
        "not_sent",
    ),
    "open": Situation(Domain.TRUE, "open", "open"),
}


class State:
    """Where an invoice's online payment stands, for the clerk's badge and the customer's page."""

    __slots__ = ()

    def _get_mollie_situations(self):
        """Return ``{name of a situation: the invoices in it}``."""
        # The transactions of all invoices are read at once; else first those of the open ones.
        self.transaction_ids.mapped("state")
        remaining, found = self, {}
        for name, situation in SITUATIONS.items():
            found[name] = remaining.filtered_domain(situation.domain)
            remaining -= found[name]
        return found

    def _get_mollie_situation(self):
        """Return in which situation the invoice is, a key of `SITUATIONS`."""
        self.ensure_one()
        return next(name for name, moves in self._get_mollie_situations().items() if moves)

    def _mollie_is_test(self):
        """Return whether no money comes of the invoice's online payments: of those that it has, or
        else of the next one.
        """
        payments = self._get_mollie_payments().filtered(lambda tx: tx.state in _ANY_MONEY)
        if payments:
            return not any(payments.mapped("is_live"))
        return self.company_id._get_mollie_provider()._mollie_is_test()

    def _search_mollie_payment_state(self, operator, value):
        return self._mollie_search_situations(lambda situation: situation.badge, operator, value)

    def _search_mollie_progress(self, operator, value):
        return self._mollie_search_situations(lambda situation: situation.progress, operator, value)

    def _mollie_search_situations(self, column, operator, value):
        """Return the domain of the situations that have one of the values in a column."""
        if operator != "in":
            return NotImplemented
        # No value is an empty one.
        value = {key or "" for key in value}
        wanted, earlier = Domain.FALSE, Domain.FALSE
        for situation in SITUATIONS.values():
            if column(situation) in value:
                wanted |= situation.domain & ~earlier
            earlier |= situation.domain
        # Asked for once, not for each situation that has it.
        return _with_answers(wanted, self._search_mollie_has_due("in", [True]))

    def _mollie_progress_to_sql(self, alias):
        """Return the SQL of `mollie_progress`, by which lists are grouped: nothing of it is stored,
        for invoices are not written at each event.
        """
        # In sudo mode because who sees an invoice need not see its transactions.
        model = self.sudo()
        # What is asked for stands in the invoice, or in queries of their own: nothing is joined.
        query = Query(self.env, alias, SQL.identifier(self._table))
        has_due = model._search_mollie_has_due("in", [True])
        cases = [
            SQL(
                "WHEN %s THEN %s",
                _with_answers(situation.domain, has_due)
                .optimize_full(model)
                ._to_sql(model, alias, query),
                situation.progress or None,
            )
            for situation in SITUATIONS.values()
        ]
        return SQL("CASE %s END", SQL(" ").join(cases))


def _with_answers(domain, has_due):
    """Return a domain in which it is found out already whether anything is due."""
    return domain.map_conditions(lambda leaf: _with_answer(leaf, has_due))


def _with_answer(leaf, has_due):
    """Return a condition, or what was found out about it, if it is whether anything is due."""
    if leaf.field_expr != "mollie_has_due":
        return leaf
    return has_due if leaf.operator == "=" else ~has_due
