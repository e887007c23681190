"""Run in `odoo shell` on the demo's database: a Dutch company, a clerk, and telling invoices.

Reads DEMO_URL, DEMO_ENDPOINT, DEMO_SMTP_PORT and DEMO_RESULT from the environment, and writes to
the file DEMO_RESULT which invoice is which, with its payment link, for whoever drives the demo on.
"""

import json
import os
from datetime import timedelta

from odoo import Command, fields

API_KEY = "test_demoDEMOdemoDEMOdemoDEMOdemo42"
TODAY = fields.Date.today()
COMPANY = {
    "name": "Demo Installatietechniek B.V.",
    "street": "Oudegracht 112",
    "zip": "3511 AW",
    "city": "Utrecht",
    "email": "facturen@demo-installatietechniek.example",
    "phone": "+31 30 123 4567",
    "website": "https://demo-installatietechniek.example",
}
PARAMETERS = {
    "web.base.url": os.environ["DEMO_URL"],
    "web.base.url.freeze": "True",
    "invoice_mollie.public_url": os.environ["DEMO_URL"],
    "invoice_mollie.api_endpoint": os.environ["DEMO_ENDPOINT"],
    # One at a time: Debian's wkhtmltopdf prints no two documents at once.
    "account.pdf_generation_batch": "0",
}
CLERK = {
    "name": "Carla Clerk",
    "login": "clerk",
    "password": "clerk",
    "email": "carla@demo-installatietechniek.example",
}
MAIL_SERVER = {
    "name": "Mailbox of the demo",
    "smtp_host": "127.0.0.1",
    "smtp_port": int(os.environ["DEMO_SMTP_PORT"]),
}
RATES = {"USD": 1.08, "JPY": 163.0}

env = globals()["env"]
company = env.ref("base.main_company")


def set_up_company():
    """Describe the company, connect it to the sandbox, and give it rates; return its clerk."""
    company.write(COMPANY)
    for name, value in PARAMETERS.items():
        env["ir.config_parameter"].set_param(name, value)
    company._connect_mollie(API_KEY)
    env["ir.mail_server"].create(MAIL_SERVER)
    long_ago = {"name": TODAY - timedelta(days=400), "company_id": company.id}
    for name, rate in RATES.items():
        currency = env.ref(f"base.{name}")
        currency.rate_ids.create({**long_ago, "currency_id": currency.id, "company_rate": rate})
    # The clerk sends the invoices: billing, nothing more.
    groups = env.ref("base.group_user") | env.ref("account.group_account_invoice")
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {**CLERK, "group_ids": groups.ids, "company_id": company.id, "company_ids": company.ids}
        )
    )


def make_terms():
    """Make a payment term of two instalments."""
    halves = [
        Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
        for days in (0, 30)
    ]
    return env["account.payment.term"].create(
        {"name": "Half now, half in 30 days", "company_id": company.id, "line_ids": halves}
    )


def make_customer(name, city, country="base.nl", language="nl_NL"):
    """Make a customer with an e-mail address of its own."""
    slug = "".join(letter for letter in name.lower() if letter.isalnum())
    email = f"{slug}@customer.example"
    values = {"name": name, "city": city, "country_id": env.ref(country).id, "email": email}
    return env["res.partner"].create({**values, "lang": language})


def make_invoice(customer, what, price, days_ago=0, currency="EUR", **values):
    """Make and post an invoice of one line, abroad without tax; `price` is in its currency."""
    line = {"name": what, "price_unit": price}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "currency_id": env.ref(f"base.{currency}").id,
            "invoice_date": TODAY - timedelta(days=days_ago),
            "invoice_date_due": TODAY - timedelta(days=days_ago - 30),
            "invoice_line_ids": [Command.create(line)],
            "invoice_user_id": clerk.id,
            **values,
        }
    )
    if currency != "EUR":
        invoice.invoice_line_ids.tax_ids = False
    invoice.action_post()
    return invoice


def pay_by_bank(invoice, amount):
    """Book a payment that came in by bank, as a clerk does."""
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({"amount": amount, "journal_id": bank.id}).action_create_payments()


def make_invoices():
    """Make one invoice per situation and return them by the situation's name."""
    bakery = make_customer("Bakkerij De Gouden Korenaar", "Utrecht")
    school = make_customer("Basisschool De Regenboog", "Amersfoort")
    studio = make_customer("Northwind Studio Inc.", "Portland", "base.us", "en_US")
    tea = make_customer("Sakura Tea K.K.", "Kyoto", "base.jp", "en_US")
    family = make_customer("Familie Jansen", "Zeist")
    return {
        "fresh": make_invoice(bakery, "Onderhoud koelinstallatie", 245.00),
        "part paid": make_invoice(family, "Cv-ketel nakijken", 82.64, days_ago=12),
        "overdue": make_invoice(school, "Vervangen van drie kranen", 310.50, days_ago=75),
        "instalments": make_invoice(
            school, "Zonnepanelen, 12 stuks", 5400.00, invoice_payment_term_id=make_terms().id
        ),
        "paid": make_invoice(bakery, "Nieuwe thermostaat", 149.00, days_ago=5),
        "failed attempt": make_invoice(family, "Spoedbezoek lekkage", 118.00, days_ago=3),
        "in US dollars": make_invoice(studio, "Remote heating advice", 480.00, currency="USD"),
        "in Japanese yen": make_invoice(tea, "Tea room humidity control", 65000, currency="JPY"),
    }


clerk = set_up_company()
invoices = make_invoices()
pay_by_bank(invoices["part paid"], 40.00)
for situation, invoice in invoices.items():
    if situation != "fresh":
        invoice.action_mollie_create_payment()
env.cr.commit()
with open(os.environ["DEMO_RESULT"], "w") as result:
    json.dump(
        {
            situation: {"name": invoice.name, "link": invoice.mollie_payment_link}
            for situation, invoice in invoices.items()
        },
        result,
    )
