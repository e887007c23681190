"""To-dos: what a person has to look at, on the invoice, in the language of who looks after it."""

from markupsafe import Markup, escape

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

TODOS = {
    "mismatch": _lt(
        "Mollie's payment %(payment)s does not match transaction %(reference)s (%(detail)s)."
        " Nothing was booked. Compare both in Mollie's dashboard."
    ),
    "other_database": _lt(
        "Mollie's payment %(payment)s of transaction %(reference)s was made by a database with"
        " another identifier (%(detail)s), so nothing was booked. If this database took that one's"
        " place, an administrator presses These payments are ours in Settings, Invoicing. If it is"
        " a copy, leave it: the original books the payment."
    ),
    "unknown": _lt(
        "Mollie does not know payment %(payment)s of transaction %(reference)s with the API key"
        " that is connected now, so nothing is heard of it. Connect a key of its own profile again"
        " in Settings, Invoicing, or press Give up on the transaction if no money can come of it."
    ),
    "other_amount": _lt(
        "Transaction %(reference)s asked for %(asked)s, but Mollie's payment %(payment)s brought"
        " %(detail)s. What came in is the customer's credit: add it to the invoice (outstanding"
        " credits, below the amounts), or press Refund this credit at its top. It was booked as"
        " %(link)s."
    ),
    "booking_failed": _lt(
        "Transaction %(reference)s is paid, but could not be booked: %(detail)s"
        " It is tried again by itself."
    ),
    "held_back": _lt(
        "Payment %(link)s stands for %(detail)s at Mollie, but is a draft, so that it is not in the"
        " books. Confirm it."
    ),
    "booked_twice": _lt(
        "Mollie's payment of %(detail)s is booked twice: by itself, and by hand as %(link)s. Press"
        " Undo the one by hand at the top of the invoice."
    ),
    "credit": _lt(
        "Payment %(link)s brought %(detail)s more than its invoice needed. It is the customer's"
        " credit now. Press Refund this credit, or Use for another invoice, at the top of the"
        " invoice."
    ),
    "chargeback": _lt(
        "The customer's bank took %(detail)s of payment %(reference)s back. The invoice is open"
        " again; contact the customer, or contest the chargeback in Mollie's dashboard."
    ),
    "difference": _lt(
        "Mollie and the books differ about payment %(payment)s for more than a day: %(detail)s at"
        " Mollie, %(booked)s booked. Invoicing, Customers, Differences with Mollie says why, and"
        " what to do."
    ),
}


def tell(tx, kind, amount=0, **values):
    """Give who looks after each invoice of a payment a to-do.

    :param str kind: a key of `TODOS`.
    :param float amount: what it is about, where that is money, in the payment's currency.
    :param dict values: what else its text names.
    """
    for invoice in tx._mollie_invoices():
        user = _responsible(invoice)
        invoice = invoice.with_context(lang=user.lang)
        names = {
            "payment": tx.provider_reference,
            "reference": tx.reference,
            "detail": tx.currency_id.with_env(invoice.env).format(amount),
        }
        invoice.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=invoice.env._("Check the online payment"),
            note=Markup(escape(invoice.env._(TODOS[kind]))) % (names | values),
            user_id=user.id,
        )


def _responsible(invoice):
    """Return who looks after an invoice: its salesperson, else who made it, else anybody in
    billing. Not people who left: nobody would read their to-dos.
    """
    Users = invoice.env["res.users"]
    candidates = Users.union(invoice.invoice_user_id, invoice.create_uid)
    at_work = candidates.filtered(lambda user: user.active and not user.share)
    return (
        at_work[:1]
        or Users.search(
            [
                ("all_group_ids", "in", invoice.env.ref("account.group_account_invoice").ids),
                ("company_ids", "in", invoice.company_id.ids),
            ],
            limit=1,
        )
        or invoice.env.ref("base.user_admin")
    )
