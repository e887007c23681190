from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Book Mollie's payments on the account of its journal, unless somebody chose another one.

    What is booked already stays where it is: with the outstanding receipts.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["payment.provider"].search([("code", "=", "mollie")])._mollie_use_journals_account()
