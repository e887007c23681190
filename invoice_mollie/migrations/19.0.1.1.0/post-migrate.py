from odoo import SUPERUSER_ID, api
from odoo.tools import hash_sign


def migrate(cr, version):
    """Bring what is there in line with what is new.

    What is booked already stays where it is: with the outstanding receipts.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    providers = env["payment.provider"].search([("code", "=", "mollie")])
    providers._mollie_use_journals_account()
    providers.filtered("mollie_api_key").company_id._mollie_keep_address()
    _store_tokens(env)
    _give_log_to_branches(cr)


def _store_tokens(env):
    """Keep the addresses that Mollie and customers have: their tokens were signed, not stored."""
    env.cr.execute("SELECT id FROM payment_transaction WHERE mollie_link_id IS NOT NULL")
    rows = [
        (tx_id, _sign(env, "return", tx_id), _sign(env, "webhook", tx_id))
        for (tx_id,) in env.cr.fetchall()
    ]
    env.cr.execute_values(
        """
        UPDATE payment_transaction AS tx
           SET mollie_return_token = signed.return_token,
               mollie_webhook_token = signed.webhook_token
          FROM (VALUES %s) AS signed (id, return_token, webhook_token)
         WHERE tx.id = signed.id
           AND tx.mollie_return_token IS NULL
        """,
        rows,
        page_size=1000,
    )


def _give_log_to_branches(cr):
    """Let clerks of a branch see the log of its invoices, also of those paid by its parent's key.

    Below the ORM, by which nobody changes rows.
    """
    cr.execute(
        """
        UPDATE mollie_payment_log AS log
           SET company_id = move.company_id
          FROM account_move AS move
         WHERE move.id = log.move_id
           AND move.company_id != log.company_id
        """
    )


def _sign(env, purpose, tx_id):
    return hash_sign(env, f"invoice_mollie.{purpose}", [tx_id])
