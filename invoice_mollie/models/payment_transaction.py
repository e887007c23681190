from odoo import api, fields, models
from odoo.tools.sql import table_exists

from .core import TransactionCore
from .errors import status_name
from .protected import (
    amounts_last,
    own_defaults,
    refuse_changes,
    refuse_linked,
    refuse_links,
    refuse_users,
)
from .transaction.arrival import Arrival
from .transaction.asking import Asking
from .transaction.attempt import Attempt
from .transaction.books import Books
from .transaction.comparison import Comparison
from .transaction.dates import Dates
from .transaction.giving_up import GivingUp
from .transaction.held import Held
from .transaction.notices import Notices
from .transaction.receipts import Receipts
from .transaction.record import Record
from .transaction.recovery import Recovery
from .transaction.refund import Refund
from .transaction.reserved import Reserved
from .transaction.rounds import Rounds
from .transaction.sync import Sync
from .transaction.unknown import Unknown

# What transactions are that were made before a field said so: by core, by the addon's first
# version, which told them apart by their references, or by the addon before it was uninstalled.
# Core's own that are still undecided are asked for from now on. Where less is booked of a payment
# than was asked for, it was captured in parts.
SORT_EXISTING = r"""
    UPDATE payment_transaction AS tx
       SET mollie_kind = CASE
               WHEN tx.provider_reference LIKE 'chb\_%-reversed' THEN 'reversal'
               WHEN tx.provider_reference LIKE 'chb\_%' THEN 'chargeback'
               WHEN tx.provider_reference LIKE 'cpt\_%' THEN 'capture'
               WHEN tx.operation = 'refund' THEN 'refund'
               WHEN tx.operation = 'offline'
                AND (tx.source_transaction_id IS NOT NULL OR tx.state = 'cancel')
               THEN 'other_amount'
               ELSE 'payment'
           END,
           mollie_amount_captured = COALESCE(
               NULLIF(tx.mollie_amount_captured, 0),
               (SELECT booked.amount
                  FROM account_payment AS booked
                 WHERE booked.id = tx.payment_id
                   AND booked.currency_id = tx.currency_id
                   AND booked.amount < tx.amount)
           ),
           mollie_next_check = COALESCE(
               tx.mollie_next_check,
               CASE WHEN tx.state IN ('draft', 'pending', 'authorized')
                     AND tx.create_date > now() AT TIME ZONE 'utc' - interval '30 days'
                    THEN now() AT TIME ZONE 'utc' END
           )
      FROM payment_provider AS provider
     WHERE provider.id = tx.provider_id
       AND provider.code = 'mollie'
       AND tx.mollie_kind IS NULL
"""
OPENED = "mollie_chargeback_account_move_rel"
# Chargebacks of before that was kept: what their payments had paid.
SORT_OPENED = f"""
    INSERT INTO {OPENED} (transaction_id, move_id)
    SELECT chargeback.id, paid.invoice_id
      FROM payment_transaction AS chargeback
      JOIN payment_transaction AS asked ON asked.id = chargeback.source_transaction_id
      JOIN account_invoice_transaction_rel AS paid
        ON paid.transaction_id IN (asked.id, asked.source_transaction_id)
     WHERE chargeback.mollie_kind = 'chargeback'
        ON CONFLICT DO NOTHING
"""
# Which movement of Mollie's balance something stands for.
KINDS = [
    ("payment", "Payment"),
    ("other_amount", "Payment of Another Amount"),
    ("capture", "Further Capture"),
    ("refund", "Refund"),
    ("chargeback", "Chargeback"),
    ("reversal", "Reversed Chargeback"),
]


class PaymentTransaction(
    Arrival,
    Attempt,
    Recovery,
    Refund,
    GivingUp,
    Comparison,
    Rounds,
    Sync,
    Unknown,
    Books,
    Reserved,
    Asking,
    Notices,
    TransactionCore,
    Held,
    Dates,
    Receipts,
    Record,
    models.Model,
):
    """A payment at Mollie, or what came of it: a refund, a chargeback, …

    See the package `transaction` for what it does.
    """

    _inherit = "payment.transaction"

    mollie_kind = fields.Selection(
        KINDS,
        "Kind at Mollie",
        readonly=True,
        copy=False,
        help="Which movement of Mollie's balance the transaction stands for.",
    )
    mollie_link_id = fields.Many2one(
        "mollie.payment.link",
        "Mollie Payment Link",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # In the addresses to which customers come back, and at which Mollie reports.
    mollie_return_token = fields.Char(readonly=True, copy=False, groups="base.group_system")
    mollie_webhook_token = fields.Char(readonly=True, copy=False, groups="base.group_system")
    mollie_receipt_token = fields.Char(readonly=True, copy=False, groups="base.group_system")
    mollie_receipt_mailed = fields.Datetime("Receipt Mailed", readonly=True, copy=False)
    # When Mollie was asked of late, in seconds, latest last; and whether it answered then.
    mollie_asked = fields.Json(readonly=True, copy=False)
    mollie_is_heard = fields.Boolean(readonly=True, copy=False)
    # Only keys of this profile see the payment; empty if it was not known.
    mollie_profile = fields.Char(readonly=True, copy=False)
    mollie_status = fields.Char("Status at Mollie", readonly=True, copy=False)
    mollie_method = fields.Char("Method at Mollie", readonly=True, copy=False)
    # The same in words, as its readers know them.
    mollie_status_name = fields.Char(
        "At Mollie", compute="_compute_mollie_names", compute_sudo=True
    )
    mollie_method_name = fields.Char("Method", compute="_compute_mollie_names", compute_sudo=True)
    mollie_checkout_url = fields.Char("Mollie Checkout URL", readonly=True, copy=False)
    mollie_expires_at = fields.Datetime("Expires at Mollie", readonly=True, copy=False)
    # When the money came or went; of a refund, when it was asked for.
    mollie_paid_at = fields.Datetime("Moment at Mollie", readonly=True, copy=False)
    mollie_failure = fields.Char("Reason of Failure at Mollie", readonly=True, copy=False)
    # Where to send a bank transfer: {"bankName", "bankAccount", "bankBic", "transferReference"}.
    # Mollie's own account, not the payer's.
    mollie_transfer = fields.Json("Bank Transfer Instructions", readonly=True, copy=False)
    # The reference that Mollie was given, if the transaction had to be made again, and another one
    # bears it by now.
    mollie_made_as = fields.Char("Reference at Mollie", readonly=True, copy=False)
    # A test payment that somebody took out of the books: it is not followed any more.
    mollie_given_up = fields.Boolean("Given Up", readonly=True, copy=False)
    mollie_next_check = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    # What Mollie captured, in the transaction's currency, if it is not the whole amount.
    mollie_amount_captured = fields.Monetary("Captured at Mollie", readonly=True, copy=False)
    # Until when what was not captured so far is reserved; past, once it was given up.
    mollie_reserved_until = fields.Datetime("Reserved Until", readonly=True, copy=False)
    mollie_amount_reserved = fields.Monetary(
        "Still Reserved",
        compute="_compute_mollie_amount_reserved",
        compute_sudo=True,
        help="What Mollie can still capture of a payment of which a part was captured. Nobody is"
        " asked for it meanwhile.",
    )
    mollie_amount_remaining = fields.Monetary("Refundable at Mollie", readonly=True, copy=False)
    mollie_amount_refunded = fields.Monetary("Refunded at Mollie", readonly=True, copy=False)
    mollie_amount_charged_back = fields.Monetary("Charged Back", readonly=True, copy=False)
    # What of a refund gives back money that no invoice needed when the refund was asked for.
    mollie_of_credit = fields.Monetary("Refunded Credit", readonly=True, copy=False)
    # What differs at Mollie from what was asked for; nothing is booked while it does.
    mollie_mismatch = fields.Char("Mismatch at Mollie", readonly=True, copy=False)
    # A key of `ERROR_MESSAGES`, as long as Mollie does not know the payment with the key of now.
    mollie_unknown = fields.Char("Why Mollie Does Not Know It", readonly=True, copy=False)
    mollie_booking_error = fields.Char("Why It Is Not Booked", readonly=True, copy=False)
    mollie_opened_ids = fields.Many2many(
        "account.move",
        OPENED,
        "transaction_id",
        "move_id",
        "Invoices It Opened",
        readonly=True,
        copy=False,
        help="The invoices that were paid with what the chargeback took.",
    )
    mollie_fee_estimate = fields.Monetary(
        "Estimated Fee",
        compute="_compute_mollie_fee_estimate",
        compute_sudo=True,
        help="By Mollie's tariff of today, without VAT. What Mollie charged stands on its invoice.",
    )

    _mollie_return_token_uniq = models.UniqueIndex(
        "(mollie_return_token) WHERE mollie_return_token IS NOT NULL"
    )
    _mollie_webhook_token_uniq = models.UniqueIndex(
        "(mollie_webhook_token) WHERE mollie_webhook_token IS NOT NULL"
    )
    _mollie_receipt_token_uniq = models.UniqueIndex(
        "(mollie_receipt_token) WHERE mollie_receipt_token IS NOT NULL"
    )
    # Mollie's lists name hundreds at once.
    _mollie_reference_idx = models.Index(
        "(provider_reference) WHERE provider_reference IS NOT NULL"
    )

    # Looked for each time that somebody asks whether all is well.
    _mollie_booking_error_idx = models.Index("(company_id) WHERE mollie_booking_error IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "amount",
        "mollie_amount_captured",
        "mollie_reserved_until",
        "mollie_unknown",
        "child_transaction_ids.state",
    )
    def _compute_mollie_amount_reserved(self):
        for tx in self:
            tx.mollie_amount_reserved = tx._mollie_get_reserved()

    @api.depends("mollie_status", "mollie_method", "provider_id.mollie_methods")
    @api.depends_context("lang")
    def _compute_mollie_names(self):
        for tx in self:
            tx.mollie_status_name = status_name(self.env, tx.mollie_status)
            tx.mollie_method_name = tx.provider_id._mollie_method_name(tx.mollie_method)

    @api.depends("mollie_method", "amount", "provider_id.mollie_methods")
    def _compute_mollie_fee_estimate(self):
        for tx in self:
            tx.mollie_fee_estimate = tx.provider_id._mollie_estimate_fee(
                tx.mollie_method, tx.amount, tx.currency_id
            )

    # === CRUD METHODS === #

    def _auto_init(self):
        """Override of `base` to say of transactions that are there already what they are."""
        is_older = not table_exists(self.env.cr, OPENED)
        result = super()._auto_init()
        self.env.cr.execute(SORT_EXISTING)
        if is_older:
            self.env.cr.execute(SORT_OPENED)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment` to refuse Mollie's transactions to users, and to have the others
        looked after.
        """
        for vals in vals_list:
            _check_values(self.env, vals)
        txs = super().create([_without_defaults(self, vals) for vals in vals_list])
        refuse_linked(txs, "source_transaction_id")
        txs._mollie_plan_check()
        return txs

    def write(self, vals):
        """Override of `payment` to refuse Mollie's transactions to users."""
        refuse_changes(self.env, self)
        _check_values(self.env, vals)
        refuse_links(self, "source_transaction_id", vals)
        return super().write(vals)

    # === ACTION METHODS === #

    def action_post_process(self):
        """Override of `payment` to let users press the button, though only the addon writes."""
        mollie = self.filtered(lambda tx: tx.provider_code == "mollie")
        mollie.check_access("write")
        mollie.sudo()._post_process()
        return super(PaymentTransaction, self - mollie).action_post_process()


def _check_values(env, vals):
    if _is_mollie(env, vals) or any(name.startswith("mollie_") for name in vals):
        refuse_users(env)


def _without_defaults(Transaction, vals):
    """Return values that leave nothing to a user's defaults."""
    is_mollie = _is_mollie(Transaction.env, vals)
    own = {
        name: value
        for name, value in own_defaults(Transaction).items()
        if is_mollie or name.startswith("mollie_")
    }
    return amounts_last(Transaction, own | vals)


def _is_mollie(env, vals):
    provider = env["payment.provider"].sudo().browse(vals.get("provider_id"))
    return provider.code == "mollie"
