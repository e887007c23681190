import re
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import fields
from odoo.tools import LazyTranslate, format_date
from odoo.tools.misc import babel_locale_parse

from ..conditions import reserved_in_vain
from ..shares import refunds_of
from ..sums import name_sums

_lt = LazyTranslate(__name__)
# Where a word stands in a sentence.
_PLACE = re.compile(r"%\((\w+)\)s")

# What is said of the link, by whether it was mailed, and viewed.
LINK = {
    (True, True): _lt("Link mailed %(mailed)s, viewed %(viewed)s."),
    (True, False): _lt("Link mailed %(mailed)s, not viewed so far."),
    (False, True): _lt("Link viewed %(viewed)s."),
    (False, False): _lt("Link made %(made)s, not viewed so far."),
}
IN_VAIN = _lt(
    "%(in_vain)s is still reserved, but only %(needed)s of it is still to be paid: give it up."
)
# What is said of each situation of `SITUATIONS`, and whether the link is worth a word then.
SENTENCES = {
    "draft": (False, _lt("The invoice is being corrected; customers read so.")),
    "cancelled": (False, _lt("The invoice was cancelled: there is nothing to pay.")),
    "held": (False, _lt("%(amount)s is at Mollie, but not in the books: see the log.")),
    "in_parts": (
        False,
        _lt(
            "%(captured)s of %(amount)s was collected, %(reserved)s is still reserved: collect it"
            " at Mollie, or release the rest."
        ),
    ),
    "unmatched": (
        False,
        _lt("%(amount)s is at Mollie and in the books, but not matched with this invoice."),
    ),
    "paid": (False, _lt("%(amount)s was paid by %(method)s on %(day)s.")),
    "paid_also": (
        False,
        _lt("%(paid)s was paid, of which %(amount)s by %(method)s on %(day)s."),
    ),
    "settled": (False, _lt("It was paid without the link.")),
    "authorized": (False, _lt("%(amount)s is reserved: capture it, or give it up.")),
    "in_vain": (False, IN_VAIN),
    "pending": (False, _lt("%(amount)s by %(method)s is on its way (%(when)s).")),
    "unbooked": (False, _lt("%(amount)s is at Mollie, but not in the books: see the log.")),
    "charged_back": (True, _lt("%(charged_back)s was charged back, %(due)s is due again.")),
    "revoked": (False, _lt("The link was revoked: nobody can pay by it.")),
    "part_paid": (True, _lt("%(paid)s of %(asked)s is paid, %(due)s is left.")),
}
# What went back of a payment, and what is going to, by the refund's state.
REFUNDS = {
    "done": _lt("%(refunded)s of %(received)s was refunded."),
    "pending": _lt("%(going_back)s is on its way back to the customer."),
}
# In which of them nothing is to be paid any more, nor waits: what is reserved is said beside.
OVER = ("cancelled", "refunded", "paid", "settled")
RELEASED = _lt("%(amount)s was reserved and given back. The customer can try again.")
# What is said of an attempt that failed, by whether it is known how it was to be paid.
FAILED = {
    True: _lt("%(method)s failed %(when)s. The customer can try again."),
    False: _lt("A payment failed %(when)s. The customer can try again."),
}
# What became of one that came to nothing otherwise, by its status at Mollie.
FAILURES = {
    "canceled": _lt("The customer cancelled %(when)s, and can try again."),
    "expired": _lt("The customer began to pay and did not finish (%(when)s), and can try again."),
}
STARTED = _lt("A payment was started %(when)s, and is not finished.")


# What the sentences speak of, in the invoice's and the payment's currency.
WORDS = {
    "made": lambda move: move._mollie_ago(move._get_mollie_newest_link().create_date),
    "mailed": lambda move: move._mollie_ago(move._get_mollie_newest_link().last_mailed),
    "viewed": lambda move: move._mollie_ago(move._get_mollie_newest_link().first_viewed),
    "when": lambda move: move._mollie_ago(move._get_mollie_payments()[:1].last_state_change),
    "method": lambda move: _method(_best(move)),
    "amount": lambda move: _best(move).currency_id.format(_best(move).amount),
    "captured": lambda move: _best(move).currency_id.format(_best(move)._mollie_get_captured()),
    "received": lambda move: name_sums(
        (tx.currency_id, tx._mollie_get_captured())
        for tx in move._get_mollie_payments()
        if tx.state == "done"
    ),
    "reserved": lambda move: move.currency_id.format(move._get_mollie_reserved()),
    "in_vain": lambda move: move.currency_id.format(_in_vain(move)["amount"]),
    "needed": lambda move: move.currency_id.format(_in_vain(move)["due"]),
    "day": lambda move: format_date(move.env, _best(move)._mollie_day()),
    "refunded": lambda move: _name_refunds(move, "done"),
    "going_back": lambda move: _name_refunds(move, "pending"),
    "charged_back": lambda move: name_sums(
        (tx.currency_id, tx.mollie_amount_charged_back)
        for tx in move._get_mollie_payments()
        if tx.mollie_amount_charged_back
    ),
    "due": lambda move: move.currency_id.format(move._get_mollie_due()),
    "paid": lambda move: move.currency_id.format(move._get_mollie_paid()),
    "asked": lambda move: move.currency_id.format(move.amount_total - move._get_mollie_credited()),
}


def _name_refunds(move, state):
    refunds = refunds_of(move._get_mollie_payments()).filtered(lambda tx: tx.state == state)
    return name_sums((refund.currency_id, abs(refund.amount)) for refund in refunds)


def _in_vain(move):
    """Return how much of a payment is reserved, and how much of that its invoices need, if that is
    less; else None.
    """
    reserved = move._get_mollie_payments().filtered(lambda tx: tx.state == "authorized")
    return next(filter(None, map(reserved_in_vain, reserved)), None)


def _best(move):
    """Return the newest payment that brought money, or else the newest."""
    payments = move._get_mollie_payments()
    return payments.filtered(lambda tx: tx.state == "done")[:1] or payments[:1]


def _has_more_than(move, tx):
    """Return whether more was paid of an invoice than by one payment in its currency."""
    compare, amounts = move.currency_id.compare_amounts, (move.amount_total, tx.amount)
    # What was paid of it is found out with queries: not where one payment was for all.
    may_be = tx.currency_id == move.currency_id and compare(*amounts) > 0
    return may_be and compare(move._get_mollie_paid(), tx.amount) > 0


def _method(tx):
    return tx.provider_id._mollie_method_name(tx.mollie_method) or "Mollie"


# What tells more of a situation than its name: ``{situation: {key of `SENTENCES`: when}}``
FINER = {
    "authorized": {"in_vain": lambda move: bool(_in_vain(move))},
    "paid": {"paid_also": lambda move: _has_more_than(move, _best(move))},
    "held": {
        "in_parts": lambda move: move._get_mollie_reserved() > 0,
        "unmatched": lambda move: _best(move)._mollie_is_booked(),
    },
}


class Summary:
    """Where an invoice's online payment stands, in a sentence or two, for the clerk."""

    __slots__ = ()

    # === BUSINESS METHODS - SUMMARY === #

    def _get_mollie_summary(self, situation):
        """Return the summary of a situation, a key of `SITUATIONS`; empty if nothing has begun.

        Must be called in sudo mode: who sees an invoice need not see its transactions.
        """
        self.ensure_one()
        if not self.mollie_link_ids and not self.transaction_ids:
            return ""
        sentences = self._get_mollie_sentences(situation)
        if situation in OVER and _in_vain(self):
            sentences.append(IN_VAIN)
        return " ".join(self._fill_mollie_sentence(self.env._(text)) for text in sentences)

    def _fill_mollie_sentence(self, sentence):
        """Return a sentence with its words, of which only those are found out."""
        words = {name: WORDS[name](self) for name in _PLACE.findall(sentence)}
        return sentence % words

    def _get_mollie_sentences(self, situation):
        about_refunds = situation in ("refunded", "paid") and self._mollie_say_of_refunds()
        if situation == "refunded":
            return about_refunds
        finer = FINER.get(situation, {}).items()
        situation = next((name for name, is_so in finer if is_so(self)), situation)
        attempts = self._get_mollie_attempts_of_now()
        has_link, sentence = SENTENCES.get(situation) or (True, self._mollie_say_of(attempts[:1]))
        about_link = has_link and self._mollie_say_of_link(attempts)
        return [text for text in (about_link, sentence, *(about_refunds or ())) if text]

    def _mollie_say_of_refunds(self):
        """Return what is said of what goes back: of the invoice, or of what came in too much."""
        states = refunds_of(self._get_mollie_payments()).mapped("state")
        return [text for state, text in REFUNDS.items() if state in states]

    def _mollie_say_of_link(self, attempts):
        """Return what is said of the newest link, if there is one."""
        link = self._get_mollie_newest_link()
        # Who tried to pay has seen the page, whatever was noted.
        is_worth_it = link and (link.first_viewed or not attempts)
        return is_worth_it and LINK[bool(link.last_mailed), bool(link.first_viewed)]

    def _mollie_say_of(self, tx):
        """Return what is said of the newest attempt, if no money came of it so far."""
        if tx.state == "cancel":
            steps = self.mollie_log_ids.filtered(lambda row: row.transaction_id == tx)
            if "released" in steps.mapped("event"):
                return RELEASED
            return FAILURES.get(tx.mollie_status) or FAILED[bool(tx.mollie_method)]
        return STARTED if tx.state == "draft" and tx.provider_reference else None

    def _mollie_ago(self, moment):
        """Return how long ago a moment was, as readers say it: "2 days ago"."""
        if not moment:
            return ""
        past = max(fields.Datetime.now() - moment, timedelta(seconds=1))
        locale = babel_locale_parse(self.env.context.get("lang") or "en_US")
        return format_timedelta(-past, add_direction=True, locale=locale)
