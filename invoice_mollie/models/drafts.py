"""What drafts may need of what came: until somebody finishes them, it is nobody's credit."""


def beyond_drafts(tx, amount):
    """Return what of the money of a payment that nothing is matched with is the customer's credit,
    whatever becomes of drafts: nothing, as long as an invoice is corrected that it had paid.

    Must be called in sudo mode.

    :param tx: the payment, or what else brought its money.
    """
    if not amount:
        return amount
    invoices = _invoices(tx)
    if any(move.state == "draft" and move.posted_before for move in invoices):
        return 0.0
    return tx.currency_id.round(max(amount - _settled(tx, invoices), 0))


def settling_drafts(tx):
    """Return the payments of others that settle invoices of a payment though they are drafts: core
    keeps their matching.
    """
    return _drafts(tx, _invoices(tx)).credit_move_id.payment_id


def _invoices(tx):
    """Return the invoices that a payment was made for, or had paid before they were corrected."""
    payments = tx | tx.source_transaction_id | tx.source_transaction_id.source_transaction_id
    payers = [("mollie_payer_ids", "in", payments.ids)]
    found = payments.invoice_ids | tx.env["account.move"].search(payers)
    return found.filtered(lambda move: move.move_type == "out_invoice")


def _settled(tx, invoices):
    return sum(_drafts(tx, invoices).mapped("debit_amount_currency"))


def _drafts(tx, invoices):
    """Return by what drafts settle invoices of the payment's currency. Of Mollie's own that are
    drafts the money is there: they need nobody else's.
    """
    own = invoices.filtered(lambda move: move.currency_id == tx.currency_id)
    return own.line_ids.matched_credit_ids.filtered(
        lambda partial: (
            (payment := partial.credit_move_id.payment_id)
            and partial.credit_move_id.parent_state == "draft"
            and not payment.payment_transaction_id
        )
    )
