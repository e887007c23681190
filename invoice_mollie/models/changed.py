"""Payments of which something was changed in the books since people were told about them."""

# In the context while a payment is brought in line with Mollie: its id, for in the end what is told
# of it is compared anyway.
SYNCED = "mollie_synced"


def note_changed(moves):
    """Have what is told of the payments compared soon that journal entries have to do with.

    Who changes them neither waits for that nor for the payments' own rows, which may be locked.
    """
    # In sudo mode because who books need not see transactions.
    documents_sudo = moves.sudo() | moves.sudo().reversed_entry_id
    payers_sudo = documents_sudo.transaction_ids | documents_sudo.mollie_payer_ids
    note_transactions(payers_sudo | moves.sudo().origin_payment_id.payment_transaction_id)


def note_transactions(txs):
    """The same of what money came or went by. Must be called in sudo mode."""
    payments = txs.filtered("mollie_kind").mapped(lambda tx: tx._mollie_payment())
    changed = payments.filtered(lambda tx: tx.id != tx.env.context.get(SYNCED) and _has_money(tx))
    txs.env["mollie.notice"].create(
        [{"transaction_id": tx.id, "is_of_books": True} for tx in changed]
    )


def _has_money(tx):
    """Return whether a payment may have brought money; of others nothing is told but by Mollie."""
    holder = tx._mollie_holder()
    is_there = holder.state in ("authorized", "done") or holder.payment_id
    return is_there and not tx.mollie_given_up
