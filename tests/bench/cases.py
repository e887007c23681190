"""What is measured: each case takes one sample of one side, after it has made what it needs."""

import os
from typing import NamedTuple

from lxml import etree

from tests.rows import copy_invoice

LINKS = int(os.environ.get("LINKS") or 1000)
WAITING = int(os.environ.get("WAITING") or 1000)


class Case(NamedTuple):
    """A row of the table.

    take       takes a sample of an office, core's or the addon's
    what       is measured of the addon
    against    what of core
    time       how much of core's time it may take at most
    queries    how many queries, beside core's; empty: no target
    """

    take: object
    what: str
    against: str
    time: float
    queries: str = ""


def post(office, creation="manual"):
    office.set_link_creation(creation)
    drafts = office.make_invoices(10, post=False)
    with office.timed(), office.env(clerk=True) as env:
        env["account.move"].browse(drafts).action_post()
    # As the other cases have it.
    office.set_link_creation("manual")


def post_with_links(office):
    post(office, "confirm")


def make_links(office):
    """For many invoices that are posted and have none."""
    [invoice_id] = office.make_invoices()
    with office.env() as env:
        invoice = env["account.move"].browse(invoice_id)
        before = copy_invoice(env, invoice, LINKS, str(invoice.partner_id.id))
    with office.timed(), office.env() as env:
        office.link(env["account.move"].browse(range(before + 1, before + 1 + LINKS)))


def press_pay(office):
    office.press_pay(office.make_page(), office.timed)


def hear_paid(office):
    payment = office.make_payment()
    with office.timed():
        office.hear(payment)


def hear_again(office):
    payment = office.make_payment()
    office.hear(payment)
    with office.timed():
        office.deliver(payment)


def view_page(office):
    page = office.make_page()
    with office.timed():
        assert office.ask("GET", page).status == 200


def view_again(office):
    page = office.make_page()
    office.ask("GET", page)
    with office.timed():
        assert office.ask("GET", page).status == 200


def open_form(office):
    [invoice_id] = office.make_invoices()
    with office.env(clerk=True) as env:
        fields = fields_of(env["account.move"], "form")
    with office.timed(), office.env(clerk=True) as env:
        env["account.move"].browse(invoice_id).web_read(fields)


def open_list(office):
    with office.env() as env:
        missing = 80 - env["account.move"].search_count([("state", "=", "posted")], limit=80)
    office.make_invoices(missing)
    with office.env(clerk=True) as env:
        fields = fields_of(env["account.move"], "list")
    with office.timed(), office.env(clerk=True) as env:
        domain = [("move_type", "in", ["out_invoice", "out_refund"])]
        env["account.move"].web_search_read(domain, fields, limit=80)


def find_news(office):
    waiting = office.make_waiting(WAITING)
    with office.timed():
        office.look(waiting)


def fields_of(model, kind):
    """Return what a view asks for of each record, as the web client does."""
    view = {"form": "account.view_move_form", "list": "account.view_out_invoice_tree"}[kind]
    views = model.get_views([(model.env.ref(view).id, kind)])["views"]
    return _asked(etree.fromstring(views[kind]["arch"]), model)


def _asked(node, model):
    asked = {}
    for field in _own_fields(node):
        name = field.get("name")
        comodel = model._fields[name].comodel_name
        asked[name] = {}
        if comodel:
            inner = field.find("list")
            more = {} if inner is None else _asked(inner, model.env[comodel])
            asked[name] = {"fields": more or {"display_name": {}}}
    return asked


def _own_fields(node):
    for child in node:
        if child.tag == "field":
            yield child
        else:
            yield from _own_fields(child)


CASES = {
    "make_links": Case(
        make_links, "links for many invoices at once", "core's link, for each", 1 / 80, "0.02 each"
    ),
    "post": Case(post, "posting 10 invoices, links by hand", "without the addon", 1.03),
    "post_with_links": Case(
        post_with_links, "posting 10 invoices, with links", "without the addon", 1.03
    ),
    "press_pay": Case(press_pay, "pressing Pay", "core's transaction route", 1.0),
    "hear_paid": Case(
        hear_paid, 'webhook "paid", booked', "core's, then post-processed", 1.0, "× 0.90"
    ),
    "hear_again": Case(hear_again, "the webhook again", "core's", 0.5),
    "open_form": Case(open_form, "an invoice's form", "without the addon", 1.03, "+ 3"),
    "open_list": Case(open_list, "a list of 80 invoices", "without the addon", 1.03, "+ 3"),
    "view_page": Case(view_page, "the pay page", "core's portal page", 0.25),
    "find_news": Case(find_news, "news of many waiting attempts", "one request each", 0.1),
    "view_again": Case(view_again, "the pay page again", "core's portal page", 0.25),
}
