"""The plain values that the templates of the public pages show. No records reach them."""

from datetime import timedelta
from math import ceil

from babel.dates import format_timedelta

from odoo.fields import Domain
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse

from ..models.core import IS_ON
from ..models.days import in_words, zone_of
from ..models.errors import failure_message
from ..models.shares import is_of_credit, refunds_of
from ..models.sums import name_sums
from ..models.transaction.payload import can_pay_later
from ..money.payment import TRANSFER
from .languages import in_chosen_language, page_language
from .public import site_values

# How long the name may be of what is paid for.
SUBJECT_LENGTH = 60
# Which providers core's payment dialog offers beside Mollie.
IS_OTHER = IS_ON & Domain("is_published", "=", True) & Domain("code", "not in", ("none", "mollie"))
# Where no line of an invoice is touched.
LINES_STAY = {"skip_invoice_sync": True, "check_move_validity": False, "tracking_disable": True}
# For how long who has begun to pay is offered the customer's next invoice.
NEXT_OPEN = timedelta(hours=1)


def page_values(link_sudo, tx_sudo=None):
    """Return the values of a page about an invoice, in the language of who reads it.

    :param link_sudo: the `mollie.payment.link`, in sudo mode.
    :param tx_sudo: the transaction that the page speaks about, if any.
    """
    values, lang = site_values_of(link_sudo, tx_sudo), _payers_choice(tx_sudo)
    link_sudo = link_sudo.with_env(values["env"])
    move = link_sudo.move_id
    due = move._get_mollie_due()
    values.update(
        invoice=_invoice_values(move, due),
        bank=_bank_values(move),
        methods=_method_values(move, due),
        pay_url=in_chosen_language(f"/mollie/pay/{link_sudo.token}", lang),
        other_ways_url=_other_ways_url(move, due),
        refund=_refund_values(move),
        tx=_transaction_values(tx_sudo.with_env(link_sudo.env), lang) if tx_sudo else {},
    )
    return values


def site_values_of(link_sudo, tx_sudo=None):
    """Return what the layout needs, in the language of who reads it, and nothing of the invoice."""
    link_sudo = in_page_language(link_sudo, tx_sudo).with_company(link_sudo.company_id)
    move, company = link_sudo.move_id, link_sudo.company_id
    # What is still due is paid with the key of now, whatever was paid before.
    of_next = company._get_mollie_provider()._mollie_is_test()
    is_test = of_next if move.mollie_has_due else move._mollie_is_test()
    return site_values(link_sudo.env, company) | {"is_test": is_test}


def in_page_language(link_sudo, tx_sudo=None):
    """Return the link in the language in which the visitor reads its page.

    :param tx_sudo: the transaction of who comes back from Mollie, which knows how they read.
    """
    of_payer = _payers_language(tx_sudo)
    of_customer = link_sudo.move_id.partner_id.lang
    of_company = link_sudo.company_id.partner_id.lang
    lang = page_language(link_sudo.env, of_payer, of_customer, of_company)
    return link_sudo.with_context(lang=lang)


def _payers_language(tx_sudo):
    """Return in which language a page of ours was read by who paid, as Odoo names it, or False."""
    return bool(tx_sudo and tx_sudo.mollie_link_id) and tx_sudo.partner_lang


def _payers_choice(tx_sudo):
    """Return the language that somebody chose before paying, as it stands in addresses; "" if it
    was the customer's own.
    """
    of_payer = _payers_language(tx_sudo)
    return of_payer[:2] if of_payer and of_payer != tx_sudo.partner_id.lang else ""


def wait_text(env, seconds):
    """Return after how long something can be tried again, for example "in 7 minutes"."""
    unit = 60 if seconds <= 3600 else 3600
    wait = timedelta(seconds=ceil(seconds / unit) * unit)
    locale = babel_locale_parse(env.lang)
    return format_timedelta(wait, threshold=1, add_direction=True, locale=locale)


def _invoice_values(move, due):
    currency = move.currency_id
    paid, credited = move._get_mollie_paid(), move._get_mollie_credited()
    return {
        "name": move.name,
        "customer": move.partner_id.commercial_partner_id.name,
        "purpose": _purpose(move),
        "date": in_words(move.env, move.invoice_date),
        "due_date": in_words(move.env, move._get_mollie_due_day()),
        "total": currency.format(move.amount_total),
        "paid": currency.format(paid),
        "has_paid": not currency.is_zero(paid),
        "credited": _positive(credited, currency),
        "saved": _positive(move._get_mollie_saved(), currency),
        # What was asked for in the end.
        "asked": currency.format(move.amount_total - credited),
        "reserved": _positive(move._get_mollie_reserved(), currency),
        "due": currency.format(due),
        **_discount_values(move, due),
        "plan": _plan_values(move),
        "instalment": _positive(move._get_mollie_instalment(), currency),
        "minimum": _positive(move._get_mollie_minimum(), currency),
        "has_due": move.state == "posted" and not currency.is_zero(due),
        "is_settled": move.state == "posted" and not move.mollie_has_due,
        "surplus": _surplus(move),
        "url": _invoice_url(move),
    }


def _purpose(move):
    """Return who gets the money, and for what."""
    company, subject = move.company_id.name, _subject(move)
    if not subject:
        return move.env._("To %s", company)
    return move.env._("To %(company)s for %(subject)s", company=company, subject=subject)


def _subject(move):
    """Return what is paid for: the first line, and how many more there are; "" if none is named."""
    lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
    name = (lines[:1].name or "").strip().partition("\n")[0]
    if len(name) > SUBJECT_LENGTH:
        name = f"{name[: SUBJECT_LENGTH - 1].rstrip()}…"
    more = len(lines) - 1
    if not name or more < 1:
        return name
    return move.env._("%(name)s and %(count)s more", name=name, count=more)


def _discount_values(move, due):
    """Return what is saved by paying early, until when, and the terms; "" each if nothing is."""
    discount, currency = move._get_mollie_discount(), move.currency_id
    if currency.compare_amounts(discount, 0) <= 0:
        return dict.fromkeys(("discount", "discount_day", "discount_terms"), "")
    day = in_words(move.env, move._get_mollie_discount_day())
    terms = move.env._(
        "if you pay by %(day)s, else %(amount)s by %(due_day)s",
        day=day,
        amount=currency.format(due + discount),
        due_day=in_words(move.env, move._get_mollie_due_day()),
    )
    return {"discount": currency.format(discount), "discount_day": day, "discount_terms": terms}


def _surplus(move):
    """Return what came in that a settled invoice did not need; "" if nothing did, or a clerk booked
    by hand what came: that is no second payment.
    """
    if move.mollie_has_due or move._get_mollie_hand_payments():
        return ""
    found, needed = [], move.amount_residual  # What settles it is not matched with it so far.
    for tx, amount in move._get_mollie_credits().items():
        used = min(amount, needed) if tx.currency_id == move.currency_id else 0
        needed -= used
        if tx.currency_id.compare_amounts(amount, used) > 0:
            found.append((tx.currency_id, amount - used))
    return name_sums(found)


def _method_values(move, due):
    """Return with which methods of the Mollie account the customer can pay the invoice."""
    if not move.mollie_has_due:
        return {}  # Who has paid need not wait for icons.
    provider_sudo = move.company_id._get_mollie_provider()
    later = can_pay_later(move.partner_id)
    listed = provider_sudo and provider_sudo._mollie_list_methods(due, move.currency_id, later)
    return listed or {}


def _plan_values(move):
    """Return the instalments: on which day how much, and what is left of each."""
    currency = move.currency_id
    return [
        {
            "day": in_words(move.env, instalment.day),
            "amount": currency.format(instalment.amount),
            "left": _positive(instalment.left, currency),
            "is_touched": instalment.left < instalment.amount,
        }
        for instalment in move._get_mollie_plan()
    ]


def _invoice_url(move):
    """Return the address of the online invoice, or "" if it has none now."""
    # The first time, core writes a token on the invoice: it must not wait for somebody who is
    # paying it and waits for Mollie, nor work lines out again, of which none changes.
    if move.access_token or move.try_lock_for_update(allow_referencing=True):
        move = move.with_context(**LINES_STAY)
        return move.get_portal_url() if move.state != "draft" else ""
    return ""


def _positive(amount, currency):
    """Return an amount as customers read it; empty if there is none."""
    return currency.format(amount) if currency.compare_amounts(amount, 0) > 0 else ""


def _bank_values(move):
    """Return where to pay without Mollie, or an empty dict."""
    account = move.partner_bank_id or move.company_id.partner_id.bank_ids[:1]
    if not account:
        return {}
    return {
        "number": account.acc_number,
        "name": account.acc_holder_name or move.company_id.name,
        "reference": move.payment_reference or move.name,
    }


def _other_ways_url(move, due):
    """Return the address of core's payment dialog if it offers more than Mollie, else ""."""
    Provider, company = move.env["payment.provider"], move.company_id
    here = IS_OTHER & Domain(Provider._check_company_domain(company))
    if not Provider.search_count(here, limit=1) or not move._has_to_be_paid():
        return ""
    customer, currency = move.partner_id.commercial_partner_id, move.currency_id
    offered = Provider._get_compatible_providers(
        company.id, customer.id, due, currency_id=currency.id
    )
    others = offered.filtered_domain(IS_OTHER)
    return move.get_portal_url(query_string="&payment=True") if others else ""


def _transaction_values(tx, lang):
    zone = zone_of(tx.company_id)
    amount = tx._mollie_get_captured() if tx.state == "done" else tx.amount
    return {
        "amount": tx.currency_id.format(amount),
        "method": tx.provider_id._mollie_method_name(tx.mollie_method),
        "is_transfer": tx.mollie_method == TRANSFER,
        "started": format_datetime(tx.env, tx.create_date, tz=zone, dt_format="HH:mm"),
        "paid_on": in_words(tx.env, tx._mollie_day()),
        "failure": failure_message(tx.env, tx.mollie_failure),
        "transfer": tx.mollie_transfer or {},
        "receipt_url": in_chosen_language(tx._mollie_receipt_path(), lang),
        "receipt_email": _masked(tx._mollie_receipt_email()),
    }


def _masked(email):
    """Return an address as its owner knows it, and nobody else learns it: "j***@example.com"."""
    name, _at, host = email.rpartition("@")
    return name and f"{name[0]}***@{host}"


def next_values(link_sudo, tx_sudo):
    """Return the customer's next open invoice to who has just paid one, else an empty dict.

    :param tx_sudo: with which the one before was paid.
    """
    # Addresses are kept, and passed on: this one is not to show what the customer buys later.
    is_fresh = tx_sudo._mollie_age() < NEXT_OPEN
    next_sudo = is_fresh and link_sudo.move_id._get_mollie_next_open()
    if not next_sudo:
        return {}
    move = in_page_language(next_sudo, tx_sudo).move_id
    return {
        "name": move.name,
        "due_date": in_words(move.env, move._get_mollie_due_day()),
        "due": move.currency_id.format(move._get_mollie_due()),
        "url": in_chosen_language(f"/mollie/pay/{next_sudo.token}", _payers_choice(tx_sudo)),
    }


def _refund_values(move):
    """Return what went back of all payments of the invoice, when it did last, and what will; in
    `too_much` the same of what the invoice did not need.
    """
    payments = move._get_mollie_payments()
    refunds = refunds_of(payments)
    too_much = refunds.filtered(is_of_credit)
    return {
        "is_any": not {"pending", "done"}.isdisjoint(refunds.mapped("state")),
        "is_part": bool(refunds) and _is_less(refunds, payments),
        "too_much": _back_values(too_much),
        **_back_values(refunds - too_much),
    }


def _back_values(refunds):
    by_state = refunds.grouped("state")
    sent = by_state.get("done", refunds.browse())
    days = [refund._mollie_day() for refund in sent]
    return {
        "sent": _name_refunds(sent),
        "sent_on": in_words(refunds.env, max(days)) if days else "",
        "under_way": _name_refunds(by_state.get("pending", ())),
    }


def _is_less(refunds, payments):
    """Return whether refunds give back less than payments brought."""
    came = sum(tx._mollie_get_captured() for tx in payments if tx.state == "done")
    return round(came + sum(refunds.mapped("amount")), 2) > 0


def _name_refunds(refunds):
    return name_sums((refund.currency_id, abs(refund.amount)) for refund in refunds)
