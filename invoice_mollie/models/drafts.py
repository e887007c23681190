"""What drafts may need of what came: until somebody finishes them, it is nobody's credit."""


def beyond_drafts(tx, amount):
    """Return what of the money of a payment that nothing is matched with is the customer's credit,
    whatever becomes of drafts: nothing, as long as an invoice is corrected that it had paid.

    Must be called in sudo mode.

    :param tx: the payment, or what else brought its money.
    """
    is_needed = amount and any(
        move.state == "draft" and move.posted_before for move in _invoices(tx)
    )
    return 0.0 if is_needed else amount


def _invoices(tx):
    """Return the invoices that a payment was made for, or had paid before they were corrected."""
    payments = tx | tx.source_transaction_id | tx.source_transaction_id.source_transaction_id
    payers = [("mollie_payer_ids", "in", payments.ids)]
    found = payments.invoice_ids | tx.env["account.move"].search(payers)
    return found.filtered(lambda move: move.move_type == "out_invoice")
