"""What somebody booked by hand in Mollie's journal, where Mollie's payments book themselves."""

from .matching import paid_invoices
from .transaction.entries import is_draft, is_reversed


def by_hand(invoices):
    """Return the payments of invoices, in whichever journals, that belong to no transaction."""
    return invoices.reconciled_payment_ids.filtered(
        lambda payment: (
            payment.payment_type == "inbound"
            and payment.state in ("draft", "in_process", "paid")
            and not payment.payment_transaction_id
            and not _is_over(payment, invoices)
        )
    )


def _is_over(payment, invoices):
    """Return whether a payment was reversed, or is a draft, and settles none of the invoices any
    more: core goes on naming it, but may have kept its matching.
    """
    is_out = is_draft(payment) or is_reversed(payment)
    return is_out and not paid_invoices(payment.move_id.line_ids) & invoices


def twins(invoices, payments):
    """Return what settles invoices in place of payments of Mollie's: the same amount in the same
    journal, booked by hand. In one that is a bank's, too, only what was booked as Mollie's: else
    it is what came by the bank.

    :return: ``{payment: the one by hand}``; each that is by hand stands for one.
    """
    providers = payments.payment_transaction_id.provider_id
    own = _own_journals(providers)
    candidates = by_hand(invoices).filtered(
        lambda payment: (
            payment.journal_id in own
            or payment.payment_method_line_id.payment_provider_id in providers
        )
    )
    candidates = candidates.sorted("id").grouped(_kind)
    found = {}
    for payment in payments:
        taken = payments.browse().union(*found.values())
        if twin := (candidates.get(_kind(payment), taken) - taken)[:1]:
            found[payment] = twin
    return found


def hand_payments(invoice):
    """Return what pays an invoice in a journal that is Mollie's alone, but is none of the payments
    that Mollie brought for it: that money is not at Mollie.

    Must be called in sudo mode.
    """
    payments = by_hand(invoice)
    if not payments:
        return payments
    own = _own_journals(_that_brought_money(invoice).provider_id)
    return payments.filtered(lambda payment: payment.journal_id in own)


def paid_by_hand(invoice):
    """Return what of an invoice is settled by that, in the invoice's currency."""
    lines = hand_payments(invoice).move_id.line_ids
    settled = lines.matched_debit_ids.filtered(
        lambda partial: partial.debit_move_id.move_id == invoice
    )
    return sum(settled.mapped("debit_amount_currency"))


def first_payment(invoice):
    """Return the first of an invoice's payments that brought money: of what is told of the invoice,
    and not of one of them.
    """
    return _that_brought_money(invoice)[-1:]


def brought_money(tx):
    """Return whether a payment at Mollie brought money, if only for a while: its capture may have
    failed after it had succeeded.
    """
    holder = tx._mollie_holder()
    return holder.state == "done" or (bool(holder.payment_id) and not tx.mollie_given_up)


def _that_brought_money(invoice):
    return invoice._get_mollie_payments().filtered(brought_money)


def _own_journals(providers):
    """Return the journals of providers that are Mollie's alone."""
    return providers.filtered(lambda provider: provider._mollie_owns_journal()).journal_id


def _kind(payment):
    return payment.journal_id, payment.payment_type, payment.currency_id, payment.amount
