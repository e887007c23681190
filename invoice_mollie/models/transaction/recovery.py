from datetime import datetime, timedelta

from odoo import api
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ..core import HAS_KEY
from ..provider.profile import is_live
from .attempt import attempt_values

_lt = LazyTranslate(__name__)

# How much Mollie's clock and ours may differ.
CLOCKS = timedelta(minutes=1)
# Why a payment at Mollie finds no place in the books.
NO_PLACE = {
    "no_invoice": _lt(
        "It was not made for an invoice. Look for %(reference)s in your orders, and register the"
        " payment there."
    ),
    "missing": _lt(
        "There is no invoice %(names)s here. Enter it again with this number, then reconcile once"
        " more."
    ),
    "newer": _lt(
        "Invoice %(names)s was made after the payment: it was entered again, or its number was"
        " given to another one. If it is the one that was paid, press Book on it."
    ),
    "several": _lt(
        "Several companies collect with this key, so it is not certain whose invoice %(names)s was"
        " paid. If it is this one, of %(company)s, press Book on it. If it is none of them, enter"
        " that one again with this number, then reconcile once more."
    ),
    "currency": _lt("Its currency is not active in Odoo. Activate it, then reconcile once more."),
    "unexpected": _lt("Something unexpected happened. The server's log has the details."),
}


class NoPlace(Exception):
    """Nothing here tells what a payment was for.

    Its arguments: why, a key of `NO_PLACE`; and for each company with invoices that it may be for,
    if a person says so, these invoices.
    """


class Recovery:
    """Transactions that this database made and lost, while Mollie still has their payments."""

    __slots__ = ()

    # === BUSINESS METHODS - REPAIR === #

    @api.model
    def _mollie_recover(self, payment, provider, company=None):
        """Make the transaction of a payment again, as if nothing had been heard of it so far.

        Must be called in sudo mode.

        :param Payment payment: one that this database made, without a transaction here.
        :param provider: with the key that opens it.
        :param company: a person says that it is for the invoices that have these numbers now, of
            this company.
        :return: the transaction; what became of the payment, the sync finds.
        :raise NoPlace: if nothing here tells what it was for.
        """
        providers = _with_same_profile(provider)
        candidates = _search_candidates(payment, providers.company_id)
        named = _named_company(payment, self.env)
        invoices = _chosen(candidates, company) if company else _certain(candidates, payment, named)
        provider = _provider_of(invoices.company_id, providers)
        tx = _search_unanswered(payment, invoices) or _make(payment, invoices, provider)
        tx._mollie_adopt(payment, provider._mollie_gateway())
        tx._mollie_log("recovered", "repair")
        return tx


def _with_same_profile(provider):
    """Return a provider, and those of other companies that see the same payments: by its key, or
    another one of its profile and mode.
    """
    same = Domain("mollie_api_key", "=", provider.mollie_api_key)
    if provider.mollie_profile_id:
        same |= Domain("mollie_profile_id", "=", provider.mollie_profile_id)
    mode = is_live(provider.mollie_api_key)
    found = provider.search(HAS_KEY & same)
    return provider | found.filtered(lambda other: is_live(other.mollie_api_key) == mode)


def _provider_of(company, providers):
    """Return the company's provider, or that of the parent whose key a branch uses."""
    above = providers.filtered(lambda provider: provider.company_id in company.parent_ids)
    return above.sorted(lambda provider: len(provider.company_id.parent_ids), reverse=True)[:1]


def _search_candidates(payment, companies):
    """Return the invoices that a payment may have been made for: those of each company that has all
    their numbers, one with the key or a branch of it.

    :raise NoPlace: if it was made for none.
    """
    if not payment.invoices:
        raise NoPlace("no_invoice")
    found = companies.env["account.move"].search(
        [
            ("name", "in", payment.invoices),
            ("move_type", "=", "out_invoice"),
            ("company_id", "child_of", companies.ids),
        ]
    )
    return [own for own in found.grouped("company_id").values() if _are_all(own, payment)]


def _are_all(invoices, payment):
    return set(invoices.mapped("name")) == set(payment.invoices)


def _chosen(candidates, company):
    """Return the invoices of a company.

    :raise NoPlace: if it does not have them any more.
    """
    for invoices in candidates:
        if invoices.company_id == company:
            return invoices
    raise NoPlace("missing")


def _certain(candidates, payment, named):
    """Return the invoices that a payment was made for, if that is certain.

    :param named: the company that the payment names, if it names one.
    :raise NoPlace: if they are not here, other ones have their numbers by now, or nothing tells
        which of several companies' they are.
    """
    if named:
        candidates = [invoices for invoices in candidates if invoices.company_id == named]
    if not candidates:
        raise NoPlace("missing")
    if len(candidates) > 1:
        raise NoPlace("several", *candidates)
    # As in a restored database, which counts on from where it was then.
    moment = (payment.created_at or datetime.min) + CLOCKS
    certain = candidates[0].filtered(lambda move: move.create_date <= moment)
    if not _are_all(certain, payment):
        raise NoPlace("newer", *candidates)
    return certain


def _named_company(payment, env):
    """Return the company that a payment names, if it is still there: nobody else's invoice was
    paid then.
    """
    named = payment.company.isdecimal() and int(payment.company)
    return env["res.company"].search([("id", "=", named)])


def _search_unanswered(payment, invoices):
    """Return the transaction that asked for a payment, if just Mollie's answer was lost."""
    txs = invoices.transaction_ids.filtered(
        lambda tx: tx.reference == payment.owner.reference and not tx.provider_reference
    )
    return txs.filtered(lambda tx: tx.invoice_ids == invoices and tx._mollie_is_of(payment.amount))


def _make(payment, invoices, provider):
    tx = provider.env["payment.transaction"].create(_values(payment, invoices, provider))
    values = {"is_live": payment.mode == "live"}  # Also if the provider is off by now.
    if tx.reference != payment.owner.reference:
        values["mollie_made_as"] = payment.owner.reference
    tx._mollie_write(values)
    return tx


def _values(payment, invoices, provider):
    currency = provider._mollie_find_currency(payment.amount.currency)
    if not currency.active:
        raise NoPlace("currency")
    is_free = not provider.env["payment.transaction"].search_count(
        [("reference", "=", payment.owner.reference)], limit=1
    )
    return attempt_values(invoices, provider, invoices.mollie_link_ids[:1]) | {
        "reference": payment.owner.reference if is_free else False,
        "amount": float(payment.amount.value),
        "currency_id": currency.id,
    }
