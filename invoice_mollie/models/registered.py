"""What is looked at when an invoice is paid in Odoo, of which Mollie tells nothing."""

from .changed import note_transactions
from .todos import look_now, look_soon
from .twice import first_payment


def look_at_unentered(payments):
    """Look at what payments without an entry change: no posting or matching tells of them."""
    unentered = payments.filtered(lambda payment: not payment.move_id)
    invoices = unentered.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
    # In sudo mode because who books payments need not see transactions. Those of the invoices are
    # noted with them.
    note_transactions(unentered.sudo().payment_transaction_id - invoices.sudo().transaction_ids)
    if invoices:
        invoices._mollie_recheck_attempts()
        look_soon(invoices)
        tell_hands(unentered, invoices)


def tell_hands(payments, invoices):
    """Tell what is booked by hand in Mollie's journal: no money came by that.

    :param payments: some of those that pay the invoices.
    """
    # In sudo mode because who books payments need not see transactions.
    by_hand_sudo = payments.sudo().filtered(lambda payment: not payment.payment_transaction_id)
    if any(_is_mollies(journal) for journal in by_hand_sudo.journal_id):
        for invoice_sudo in invoices.sudo():
            look_now(first_payment(invoice_sudo), "booked_by_hand")


def _is_mollies(journal):
    providers = journal.inbound_payment_method_line_ids.payment_provider_id
    return "mollie" in providers.mapped("code")
