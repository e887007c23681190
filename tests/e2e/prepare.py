"""Run in `odoo shell`: a company connected to the sandbox, a clerk, and customers.

Reads E2E_URL, E2E_ENDPOINT and E2E_SMTP_PORT from the environment.
"""

import os

from odoo import Command

API_KEY = "test_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"
PARAMETERS = {
    "web.base.url": os.environ["E2E_URL"],
    "web.base.url.freeze": "True",
    "invoice_mollie.public_url": os.environ["E2E_URL"],
    "invoice_mollie.api_endpoint": os.environ["E2E_ENDPOINT"],
    # One at a time: Debian's wkhtmltopdf prints no two documents at once.
    "account.pdf_generation_batch": "0",
}

# Beside English and Dutch, which the template has.
LANGUAGES = ["de_DE", "fr_FR", "es_ES", "it_IT"]

env = globals()["env"]
for lang in LANGUAGES:
    env["res.lang"]._activate_lang(lang)
env["ir.module.module"]._load_module_terms(["invoice_mollie"], LANGUAGES)
company = env.ref("base.main_company")
company.write(
    {
        "name": "Fietsenmaker Van Dijk",
        "email": "facturen@fietsenmaker.example.com",
        "logo": False,  # Not "Your logo", which every new company has.
    }
)
for name, value in PARAMETERS.items():
    env["ir.config_parameter"].set_param(name, value)
company._connect_mollie(API_KEY)
company.partner_id.bank_ids = [Command.create({"acc_number": "NL91ABNA0417164300"})]
env["ir.mail_server"].create(
    {"name": "Mailbox", "smtp_host": "127.0.0.1", "smtp_port": int(os.environ["E2E_SMTP_PORT"])}
)
env["res.users"].with_context(no_reset_password=True).create(
    {
        "name": "Carla Clerk",
        "login": "clerk",
        "password": "clerk",
        "email": "carla@fietsenmaker.example.com",
        "notification_type": "inbox",
        "group_ids": [Command.set(env.ref("account.group_account_invoice").ids)],
        "company_id": company.id,
        "company_ids": [Command.set(company.ids)],
    }
)
env["res.partner"].create(
    {
        "name": "Bakkerij De Korenaar",
        "email": "administratie@korenaar.example.com",
        "lang": "en_US",
    }
)
# What others would wait for, or count: tests press them. No receipts of all that is paid here.
for name in ("cron_mollie_make_documents", "cron_mollie_mail_receipts"):
    cron = env.ref(f"invoice_mollie.{name}", raise_if_not_found=False)
    if cron:  # The version before has none.
        cron.active = False
        company.mollie_mail_receipt = False
env.cr.commit()
