from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from ..money.movements import RECEIPTS
from .differences import drop_mended
from .matching import match_safely
from .protected import amounts_last, refuse_changes, refuse_linked, refuse_links
from .registered import look_at_unentered, tell_hands
from .transaction.entries import is_draft, reversals_of
from .transaction.refund import LOSING_DRAFT, names_of

_lt = LazyTranslate(__name__)

_LOSING = _lt(
    "%(payment)s stands for %(amount)s at Mollie (%(id)s), so it stays in the books. To give the"
    " money back, press Refund on the payment; to correct the payment, reset it to draft and"
    " confirm it again."
)


class AccountPayment(models.Model):
    """A payment by which money at Mollie stands in the books: it may be corrected, not lost."""

    _inherit = "account.payment"

    # A copy is another payment: counted as Mollie's, it would be money that Mollie does not know.
    payment_transaction_id = fields.Many2one(copy=False)

    mollie_is_test = fields.Boolean(compute="_compute_mollie_is_test", compute_sudo=True)

    # Hundreds are compared with Mollie at once.
    _mollie_transaction_idx = models.Index(
        "(payment_transaction_id) WHERE payment_transaction_id IS NOT NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("payment_transaction_id.is_live")
    def _compute_mollie_is_test(self):
        for payment in self:
            tx = payment.payment_transaction_id
            payment.mollie_is_test = bool(tx.mollie_kind) and not tx._mollie_payment().is_live

    @api.depends("payment_transaction_id")
    def _compute_outstanding_account_id(self):
        """Override of `account` to book what came of a payment at Mollie on the account on which
        the payment was booked, also when another one was chosen since.
        """
        result = super()._compute_outstanding_account_id()
        for payment in self:
            tx_sudo = payment.payment_transaction_id.sudo()
            received_sudo = tx_sudo.source_transaction_id.payment_id
            if tx_sudo.provider_code == "mollie" and received_sudo:
                payment.outstanding_account_id = received_sudo.outstanding_account_id
        return result

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment` to offer what Mollie says remains, by any method."""
        result = super()._compute_amount_available_for_refund()
        for payment in self:
            tx_sudo = payment.payment_transaction_id.sudo()
            if tx_sudo.mollie_kind in RECEIPTS:
                # Not by what was booked of it before, and stands in the books no more, nor by what
                # somebody is correcting.
                is_current = tx_sudo.payment_id == payment and not is_draft(payment)
                payment.amount_available_for_refund = (
                    tx_sudo._mollie_get_refundable() if is_current else 0
                )
        return result

    # === CONSTRAINT METHODS === #

    @api.constrains("amount", "currency_id", "payment_type", "journal_id")
    def _check_mollie_amount(self):
        """Keep what Mollie says came or went, in the journal that holds it."""
        for payment in self:
            tx_sudo = payment._mollie_transaction()
            if tx_sudo and not _is_as_at_mollie(payment, tx_sudo):
                raise ValidationError(
                    self.env._(
                        "%(payment)s stands for %(amount)s at Mollie (%(id)s): amount, currency,"
                        " direction and journal are Mollie's. Book a fee as an entry of its own.",
                        **names_of(payment, tx_sudo),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to refuse users to say what stands for a payment at Mollie."""
        for vals in vals_list:
            refuse_links(self, "payment_transaction_id", vals)
        payments = super().create([amounts_last(self, vals) for vals in vals_list])
        refuse_linked(payments, "payment_transaction_id")
        return payments

    def write(self, vals):
        """Override of `account` to refuse users to say what stands for a payment at Mollie, where
        its money is, or which entry is its own: without one it would be booked once more.
        """
        refuse_links(self, "payment_transaction_id", vals)
        if "outstanding_account_id" in vals or ("move_id" in vals and self.move_id):
            refuse_changes(self.env, self.payment_transaction_id)
        drafts = self.filtered(lambda one: "state" in vals and one.state == "draft")
        result = super().write(vals)
        if vals.get("state") in ("in_process", "paid"):
            # One by hand that was a draft kept its matching: nothing else tells that it counts.
            by_hand = self.filtered(lambda payment: not payment.payment_transaction_id)
            matches = by_hand.move_id.line_ids.matched_debit_ids
            tell_hands(by_hand, matches.debit_move_id.move_id)
            # Of the others the posting of their entries tells.
            drafts.filtered(lambda payment: not payment.move_id)._mollie_ask_again()
        if "state" in vals:
            look_at_unentered(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mollies(self):
        self._mollie_refuse_to_lose()

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override of `account` to keep in the books what is at Mollie."""
        self.check_access("write")
        self._mollie_refuse_to_lose()
        return super().action_cancel()

    # === BUSINESS METHODS === #

    def _mollie_transaction(self):
        """Return the movement at Mollie that the payment stands for in the books, in sudo mode;
        none if it did not happen after all.
        """
        # In sudo mode because who books payments need not see transactions.
        tx_sudo = self.payment_transaction_id.sudo()
        return tx_sudo.filtered(
            lambda tx: tx.mollie_kind and tx.state == "done" and tx.payment_id == self
        )

    def _mollie_match_again(self):
        """Match payments that were drafts with what they were matched with before. Never fails:
        confirming comes first.
        """
        for payment in self:
            if tx_sudo := payment._mollie_transaction():
                match_safely(tx_sudo._mollie_match_again, tx_sudo)
                drop_mended(tx_sudo)
        self._mollie_ask_again()

    def _mollie_ask_again(self):
        """Have Mollie asked soon of payments that were drafts: what came of them meanwhile was held
        back, and it tells of that no more.
        """
        asked_sudo = self.mapped(lambda payment: payment._mollie_transaction()._mollie_payment())
        asked_sudo._mollie_ask_soon()

    def _mollie_refuse_to_lose(self):
        """Refuse to take money out of the books that is at Mollie.

        :raise UserError: with the way out.
        """
        for payment in self:
            if tx_sudo := payment._mollie_transaction():
                text = self.env._(LOSING_DRAFT if is_draft(payment) else _LOSING)
                raise UserError(text % names_of(payment, tx_sudo))

    def _mollie_refuse_to_part(self):
        """Refuse to take an entry away from what reversed it, which would stand alone then: money
        that Mollie does not know.

        :raise UserError: with the way out.
        """
        for payment in self:
            # In sudo mode because who books payments need not see transactions.
            tx_sudo = payment.payment_transaction_id.sudo()
            reversal = reversals_of(payment.move_id)[:1]
            if tx_sudo.mollie_kind and reversal:
                raise UserError(
                    self.env._(
                        "%(payment)s was reversed by %(reversal)s, so both stay in the books. What"
                        " Mollie says of %(id)s now is booked when you press Check with Mollie on"
                        " the invoice.",
                        payment=payment.display_name,
                        reversal=reversal.display_name,
                        id=tx_sudo.provider_reference,
                    )
                )


def _is_as_at_mollie(payment, tx):
    moved = float(tx._mollie_moved().value)
    return (
        payment.currency_id == tx.currency_id
        and payment.currency_id.compare_amounts(payment.amount, abs(moved)) == 0
        and payment.payment_type == ("inbound" if moved > 0 else "outbound")
        and payment.move_id.journal_id in (payment.journal_id, payment.journal_id.browse())
    )
