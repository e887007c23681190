import logging
from functools import partial
from itertools import count

import psycopg2

from odoo.fields import Command

from ...money.movements import DISPUTES, RECEIPTS, SETTLING, charged_back
from ...money.statuses import of_refund
from ..drafts import beyond_drafts
from ..errors import status_name
from ..matching import match, match_safely, paid_invoices, receivable_lines, release
from ..mollie_payment_log import DATABASE
from ..res_partner import COUNTED
from ..shares import credit_lines, unused
from ..twice import twins
from ..unentered import arrival, count_while_left, is_unentered, left_of, since
from .discount import book_with_discount, earns_now
from .entries import is_draft, reverse

_logger = logging.getLogger(__name__)

# What a record of a movement is called: the beginning of its reference.
LETTERS = {"refund": "R", "chargeback": "C", "reversal": "V", "other_amount": "P", "capture": "P"}
# The event of the log when a movement is heard of, where it has another name.
EVENTS = {"reversal": "chargeback_reversed"}


class Books:
    """The steps: records of movements, their bookings, and what is told of them.

    Each movement that is not the payment itself is a child transaction with Mollie's id as its
    provider reference, so that it is booked once, whoever tells us about it and however often.
    """

    __slots__ = ()

    # === BUSINESS METHODS - STEPS === #
    # Each is given what the step is about, the payment at Mollie, and who woke the sync; each
    # returns whether it succeeded.

    def _mollie_refuse(self, names, payment, source):
        """Tell that Mollie's payment is another one than was asked for."""
        database = self._mollie_foreign_database(names, payment)
        detail = f"{DATABASE}{database}" if database else ", ".join(names)
        self._mollie_log_once("mismatch", source, detail=detail)
        if self.mollie_mismatch != detail:
            self._mollie_write({"mollie_mismatch": detail})
        return True

    def _mollie_note(self, movement, payment, source):
        """Make a record of a movement, or note its status."""
        record = self._mollie_find(movement) or self._mollie_make_record(movement, payment)
        _note_moment(record, movement)
        becomes = "done"
        if movement.kind == "refund":
            becomes = of_refund(movement.status).becomes
            record._mollie_write({"mollie_status": becomes and movement.status})
        if becomes:  # A status that this version does not know is never guessed.
            words = status_name(record.env, movement.status)
            reason = self.env._("Mollie reports this refund as %s.", words)
            record._mollie_become(becomes, reason)
            _report_noted(record, source)
        if not movement.has_moved and not record._mollie_is_booked():
            record._mollie_post(source)
        if movement.kind == "refund":
            self.invoice_ids._mollie_settle_notes(source)
        return True

    def _mollie_book(self, movement, _payment, source):
        """Book a movement; once more, if somebody took its booking away."""
        record = self._mollie_find(movement)
        if is_draft(record.payment_id):
            _report_held_back(record, source)
            return False
        _note_moment(record, movement)
        if movement.kind == "payment" and movement.amount != record._mollie_moved():
            record._mollie_write({"mollie_amount_captured": float(movement.amount.value)})
        if record.state == "done" and record._mollie_was_booked():
            return _book_lost(record, source)
        record._mollie_post(source)
        return record._mollie_is_booked()

    def _mollie_undo(self, movement, payment, source):
        """Reverse what was booked of a movement: with another amount than it has, or although it
        did not happen after all.
        """
        record = self._mollie_find(movement)
        amount, is_right = record._mollie_moved(), record._mollie_is_of(movement.amount)
        if movement.has_moved and is_right:
            record._mollie_safely(partial(reverse, record.payment_id), source)
        elif movement.has_moved and record.mollie_kind == "payment":
            record._mollie_safely(partial(_reverse_wrong, record), source)
        else:
            record._set_canceled(record.state_message, extra_allowed_states=("done",))
            if record.is_post_processed:  # It was undone before, and somebody changed that.
                record._mollie_safely(partial(reverse, record.payment_id), source)
            record._mollie_post(source)
        is_undone = not record._mollie_is_booked()
        if is_undone and movement.has_moved and not is_right:
            record._mollie_log("other_amount_corrected", source, amount=float(amount.value))
            # A new record takes its place; and core books no transaction that has children.
            record._mollie_write({"source_transaction_id": False})
        if is_undone and not movement.has_moved and movement.kind in SETTLING:
            _report_undone(record, payment, source)
        if is_undone and movement.kind in RECEIPTS:
            # What came otherwise may have room now.
            self.invoice_ids._mollie_match_payments()
        self.invoice_ids._mollie_settle_notes(source)
        return is_undone

    # === BUSINESS METHODS - RECORDS === #

    def _mollie_make_record(self, movement, payment):
        """Return a child transaction for a movement of which there is none."""
        if movement.kind == "other_amount":
            return _make_other_amount(self, payment)
        holder = self._mollie_holder()
        return holder._create_child_transaction(
            abs(float(movement.amount.value)) * (-1 if movement.kind == "reversal" else 1),
            is_refund=movement.kind != "capture",
            mollie_kind=movement.kind,
            mollie_method=movement.kind == "capture" and payment.method,
            mollie_paid_at=movement.moment,
            provider_reference=movement.id,
        )

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """Override of `payment` to say what the child is, and what of a refund gives back money
        that no invoice needed; and to give it a reference that can't meet another one: under the
        lock of its source, no number is given twice.
        """
        if self.provider_code == "mollie":
            kind = custom_create_values.setdefault(
                "mollie_kind", "refund" if is_refund else "capture"
            )
            names = (f"{LETTERS[kind]}{number}-{self.reference}" for number in count(1))
            custom_create_values["reference"] = next(
                name for name in names if not self.search_count([("reference", "=", name)])
            )
            if kind == "refund":
                custom_create_values["mollie_of_credit"] = min(amount, unused(self))
        return super()._create_child_transaction(amount, is_refund, **custom_create_values)

    def _mollie_write_sums(self, payment):
        """Keep what Mollie says was refunded and charged back, and what is left."""
        holder = self._mollie_holder()
        if not holder.payment_id or payment.status != "paid":
            return
        sums = {
            "mollie_amount_remaining": payment.remaining.value if payment.remaining else 0,
            "mollie_amount_refunded": payment.refunded.value if payment.refunded else 0,
            "mollie_amount_charged_back": charged_back(payment),
        }
        changed = {
            name: float(value)
            for name, value in sums.items()
            if holder.currency_id.compare_amounts(holder[name], float(value))
        }
        if changed:
            holder._mollie_write(changed)

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _mollie_post(self, source):
        """Book what was paid, or reverse what was not so after all. The state stands whatever
        happens here.

        The one seam behind which booking happens in the same request.
        """
        self.ensure_one()
        if not self.is_post_processed and self.state in ("done", "cancel"):
            self._mollie_safely(self.with_context(mollie_source=source)._post_process, source)

    def _mollie_safely(self, book, source):
        """Call a method that books; if that fails, undo it and tell."""
        try:
            with self.env.cr.savepoint():
                book()
        except psycopg2.OperationalError:
            raise  # Not this payment's fault: Odoo replays the request.
        except Exception as error:
            _logger.exception("Payment of transaction %s could not be booked.", self.reference)
            sentence = f"{str(error).rstrip('.')}."
            self._mollie_write(
                {
                    "mollie_next_check": self._mollie_next_moment(),
                    "mollie_booking_error": sentence,
                }
            )
            self._mollie_log_once("booking_failed", source, detail=sentence)

    def _post_process(self):
        """Override of `payment` to reverse what was booked, if it turns out not to be so; to log
        what was booked, whoever made it happen; and to leave documents alone that somebody is
        correcting: core would post them.
        """
        mollie = self.filtered(lambda tx: tx.provider_code == "mollie")
        undone = mollie.filtered(lambda tx: tx.state == "cancel" and tx.payment_id)
        unbooked = mollie.filtered(lambda tx: not tx.payment_id)
        early = unbooked.filtered(_is_early)
        drafts = _set_drafts_aside(mollie - early)
        result = super(Books, self - undone - early)._post_process()
        for tx in undone:
            reverse(tx.payment_id)
            tx._mollie_write({"is_post_processed": True})
        for tx in (unbooked - early).filtered(_is_left_out):
            tx.with_company(tx.company_id)._create_payment()
        _put_drafts_back(drafts)
        _finish(unbooked.filtered("payment_id"))
        mollie._mollie_forget_errors()
        return result

    def _mollie_forget_errors(self):
        """Note that nothing keeps what could not be booked from being booked any more."""
        if failed := self.filtered("mollie_booking_error"):
            failed._mollie_write({"mollie_booking_error": False})

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to book what was captured, not what was reserved, on the
        day on which it came, with the discount that it earned then; and what came of a payment on
        the accounts of the payment, whichever are chosen since, and for whom that was booked,
        though the contact works for another company now.
        """
        if self.provider_code != "mollie":
            return super()._create_payment(**extra_create_values)
        if self.mollie_amount_captured:
            extra_create_values["amount"] = self.mollie_amount_captured
        values = _like(self.source_transaction_id.payment_id) | extra_create_values
        payment = book_with_discount(self, _create_by_core, values)
        _match(self, payment)
        return payment

    def _mollie_match_again(self):
        """Match a payment that was a draft with what it was matched with before."""
        _match(self, self.payment_id)
        _pay_otherwise(self)
        self._mollie_invoices()._mollie_match_payments()
        _report_confirmed(self)

    def _mollie_earn_discounts(self):
        """Book payments once more whose discount could not be booked before, for their invoices
        were drafts when they came.
        """
        for tx in self.filtered(earns_now):
            tx._mollie_safely(partial(_book_anew, tx), "user")


def _book_lost(tx, source):
    """Book money once more whose booking somebody took away, or that came after all; return whether
    that succeeded.
    """
    name = tx.payment_id.name or tx.provider_reference
    # Else Mollie had said that it did not come, and now it came after all.
    is_lost, lost = tx.is_post_processed, tx.payment_id
    # Whether it succeeds or not, core shall not do again what it did when the money first came.
    tx._mollie_write({"is_post_processed": True})
    tx._mollie_safely(partial(_book_anew, tx, source, is_lost and name), source)
    return tx.payment_id != lost and tx._mollie_is_booked()


def _book_anew(tx, source="cron", lost=""):
    """Take out of the books what is left of a booking, and book the money anew: else the customer
    would have it twice, though Mollie's account is right.

    All of it or nothing, and without core's post-processing, which makes more of money than its
    payment: of a prepaid order another invoice.

    :param str lost: the name of what somebody took away, for the log.
    """
    reverse(tx.payment_id)
    tx._mollie_write({"payment_id": False})
    if lost:
        others, amount = _opened_otherwise(tx), float(tx._mollie_moved().value)
        tx._mollie_log("booking_lost", source, others, amount=amount, detail=lost)
    drafts = _set_drafts_aside(tx)
    tx.with_company(tx.company_id)._create_payment()
    _pay_otherwise(tx)
    _put_drafts_back(drafts)
    _finish(tx.with_context(mollie_source=source))
    tx._mollie_forget_errors()


def _finish(txs):
    """Tell of money that was booked just now, and settle the orders that it came for."""
    source = txs.env.context.get("mollie_source", "cron")
    for tx in txs:
        _report_day(tx, source)
        _report_booked(tx, source)
    _settle_orders(txs)


def _create_by_core(tx, **values):
    return super(Books, tx.with_context(**{COUNTED: True}))._create_payment(**values)


def _note_moment(record, movement):
    """Keep when money moved, of a record that was made before that was known."""
    if movement.moment and not record.mollie_paid_at:
        record._mollie_write({"mollie_paid_at": movement.moment})


def _make_other_amount(tx, payment):
    """Return a record for money of another amount or currency than was asked for.

    The transaction that asked is never done by it: what came in is the customer's credit.
    """
    # It is paid: nobody shall be sent there again.
    tx._mollie_write({"mollie_checkout_url": False})
    return tx._create_child_transaction(
        float(payment.amount.value),
        # Core would match a child of the same operation with the invoice.
        operation="offline",
        mollie_kind="other_amount",
        currency_id=tx.provider_id._mollie_find_currency(payment.amount.currency).id,
        provider_reference=payment.id,
        **tx._mollie_values(payment),
    )


def _reverse_wrong(tx):
    """Reverse what was booked with another amount than came: nobody took that away."""
    reverse(tx.payment_id)
    tx._mollie_write({"is_post_processed": False})


def _is_early(tx):
    """Return whether something came of a payment that is not in the books (any more): it waits.

    Money of another amount than was asked for does not: what asked is never booked.
    """
    source = tx.source_transaction_id
    waits = source and tx.state == "done" and tx.mollie_kind != "other_amount"
    return bool(waits) and not source._mollie_is_booked()


def _settle_orders(txs):
    """Settle the invoices of the orders that payments were asked for, which core leaves open where
    they were there before.
    """
    if "sale_order_ids" in txs._fields:  # Else nothing is sold by orders.
        for tx in txs.filtered("sale_order_ids"):
            match_safely(partial(_settle_order, tx), tx)


def _settle_order(tx):
    invoices = tx.sale_order_ids.invoice_ids.filtered(lambda move: move.state == "posted")
    for move in invoices.sorted(lambda move: (move.invoice_date_due or move.date, move.id)):
        move._mollie_take_of_order(tx & move._get_mollie_order_payments())


def _is_left_out(tx):
    """Return whether core left a payment out, since something came of it before it was booked."""
    return tx.state == "done" and not tx.payment_id and tx.mollie_kind in RECEIPTS


def _like(received):
    """Return for whom and on which accounts to book what came of a payment: as that was."""
    if not received:
        return {}
    partner = receivable_lines(received).partner_id[:1] or received.partner_id
    return {
        "journal_id": received.journal_id.id,
        "payment_method_line_id": _method_line(received).id,
        "destination_account_id": received.destination_account_id.id,
        "partner_id": partner.id,
    }


def _method_line(received):
    """Return by which method of its journal to book what came of a payment: its own, or any once
    that has moved to another journal together with Mollie.
    """
    line, journal = received.payment_method_line_id, received.journal_id
    is_there = line.journal_id in (journal, journal.browse())
    return line if is_there else journal.inbound_payment_method_line_ids[:1]


def _set_drafts_aside(txs):
    """Take from payments the documents that are drafts: somebody is working on them.

    :return: ``{payment: documents}``
    """
    drafts = {}
    captures = txs.filtered(lambda tx: tx.mollie_kind == "capture")
    for tx in txs | captures.source_transaction_id:
        moves = tx.invoice_ids.filtered(lambda move: move.state == "draft")
        if moves := moves - _shops_own(tx, moves):
            drafts[tx] = moves
            tx._mollie_write({"invoice_ids": [Command.unlink(move.id) for move in moves]})
    return drafts


def _put_drafts_back(drafts):
    """Give payments their documents again: only then, for what is booked posts them, too."""
    for tx, moves in drafts.items():
        tx._mollie_write({"invoice_ids": [Command.link(move.id) for move in moves]})


def _shops_own(tx, drafts):
    """Return the invoices that a shop made for the payment, which core posts when that comes.

    A link asks for invoices that are posted.
    """
    is_shops = tx.mollie_kind == "payment" and not tx.mollie_link_id
    return drafts.filtered(
        lambda move: is_shops and move.move_type == "out_invoice" and not move.posted_before
    )


def _match(tx, payment):
    """Match a payment with what it belongs to, beside its invoices."""
    if tx.mollie_kind in DISPUTES:
        _match_chargeback(tx, payment)
    elif tx.mollie_kind == "refund":
        # With what no invoice needed, and only that: a refund without a credit note does not make
        # the customer owe the invoice again.
        match(credit_lines(tx.source_transaction_id) + receivable_lines(payment))
    elif later := tx.child_transaction_ids.filtered("payment_id"):
        # It is booked again: what came of it was booked before.
        for dispute in later.filtered(lambda tx: tx.mollie_kind in DISPUTES)[:1]:
            _match_chargeback(dispute, payment)
        match(receivable_lines(payment | later.payment_id))


def _pay_otherwise(tx):
    """Match what is booked again with the invoices that it had paid, though it came for others."""
    if tx.mollie_kind in RECEIPTS:
        tx._mollie_paid_otherwise()._mollie_match_payments()


def _opened_otherwise(tx):
    """Return the invoices that are open, for what had paid them was taken out of the books: money
    that came for others.
    """
    return tx._mollie_paid_otherwise().filtered(
        lambda move: move.state == "posted" and move.amount_residual
    )


def _match_chargeback(tx, payment):
    """Open the invoices that the charged back money had paid, or pay them again."""
    source, account = tx.source_transaction_id, payment.destination_account_id
    others = source.child_transaction_ids.filtered(lambda tx: tx.mollie_kind != "refund")
    # What the payment and its captures brought, what banks took of it, and what was won back.
    lines = (source + others).payment_id.move_id.line_ids.filtered(
        lambda line: line.account_id == account and line.parent_state == "posted"
    )
    paid = source.invoice_ids | source._mollie_paid_otherwise()
    paid |= paid_invoices(lines) | paid._get_mollie_successors()
    left = {move: move.amount_residual for move in paid}
    invoice_lines = release(lines) if tx.amount < 0 else lines.browse()
    match(lines)
    match(lines + invoice_lines)
    opening = tx | _take_back_arrival(source, others, payment.date)
    count_while_left(source.payment_id, (source + others).payment_id, source.invoice_ids)
    (_to_pay_again(tx) | source.invoice_ids)._mollie_match_payments()
    opened = source.invoice_ids | invoice_lines.move_id
    opened._mollie_settle_notes(tx.env.context.get("mollie_source", "cron"))
    for dispute in opening:
        _note_opened(dispute, left)


def _to_pay_again(tx):
    """Return the invoices that a chargeback had opened which is won back now: they are paid before
    others, also those that a clerk had paid with what came for another one. A draft waits until it
    is posted.
    """
    name = tx.provider_reference.removesuffix("-reversed")
    lost = tx.source_transaction_id.child_transaction_ids.filtered(
        lambda other: tx.mollie_kind == "reversal" and other.provider_reference == name
    )
    for move in lost.mollie_opened_ids:
        move._mollie_add_payer(tx._mollie_payment())
    return lost.mollie_opened_ids


def _take_back_arrival(source, others, day):
    """Open the invoice that the bank's statement had paid with money of which banks have taken all
    back. What the statement brought waits for what the next payout lacks.

    :return: the chargebacks that opened it.
    """
    received = source.payment_id
    came = since(received, arrival(received), day)
    left = left_of(received | others.payment_id)
    if not came or received.currency_id.compare_amounts(left, 0) > 0:
        return others.browse()
    came.unlink()
    return others.filtered(lambda tx: tx.mollie_kind == "chargeback")


def _note_opened(tx, left):
    """Note which invoices a chargeback opened, for a person to look at.

    :param dict left: ``{invoice: what was left to pay before}``; a draft will be open once it is
        posted.
    """
    opened = [
        move.id
        for move, amount in left.items()
        if move.state == "draft" or move.amount_residual > amount or _is_due(move, tx)
    ]
    if opened and tx.mollie_kind == "chargeback":
        tx._mollie_write({"mollie_opened_ids": [Command.link(move) for move in opened]})


def _is_due(move, chargeback):
    """Return whether an invoice is to be paid again that a payment without an entry had paid: of
    that, nothing is seen in its residual.
    """
    received = chargeback.source_transaction_id.payment_id
    return is_unentered(received) and move._get_mollie_residual() > 0


def _report_noted(tx, source):
    """Log what was heard of a movement."""
    holder = tx if tx.mollie_kind == "other_amount" else tx.source_transaction_id
    holder._mollie_log(
        EVENTS.get(tx.mollie_kind, tx.mollie_kind),
        source,
        mollie_reference=tx.provider_reference,
        mollie_status=tx.mollie_status,
        amount=tx.amount,
    )


def _report_held_back(tx, source):
    """Log that the payment is a draft, which its money's booking waits for: somebody is at it."""
    amount, name = float(tx._mollie_moved().value), tx.payment_id.display_name
    tx._mollie_log_once("held_back", source, amount=amount, detail=name)


def _report_confirmed(tx):
    """Log that what was held back is in the books, now that somebody confirmed its payment."""
    if tx._mollie_last_event() == "held_back":
        amount = float(tx._mollie_moved().value)
        tx._mollie_log("booked", "user", amount=amount, detail=tx.payment_id.name)


def _report_day(tx, source):
    """Log on which day money is booked, if that is not its own."""
    day, booked_on = tx._mollie_day(), tx.payment_id.date
    if booked_on > day:
        amount, detail = float(tx._mollie_moved().value), f"{booked_on} {day}"
        tx._mollie_log("booked_later", source, amount=amount, detail=detail)


def _report_undone(tx, payment, source):
    """Log that what was booked of a capture was reversed: it failed after all; or, since another
    one did, it stands for the payment, and is booked anew as that.
    """
    came = {capture.id for capture in payment.captures if capture.status == "succeeded"}
    event = "booking_replaced" if tx.provider_reference in came else "capture_failed"
    amount, others = float(tx._mollie_moved().value), _opened_otherwise(tx)
    tx._mollie_log(event, source, others, amount=amount, detail=tx.payment_id.name)


def _report_booked(tx, source):
    """Log that money was booked, and what no invoice needed of it."""
    amount = float(tx._mollie_moved().value)
    tx._mollie_log("booked", source, amount=amount, detail=tx.payment_id.name)
    if tx.mollie_kind not in SETTLING:
        return
    left = -sum(receivable_lines(tx.payment_id).mapped("amount_residual_currency"))
    if not tx._mollie_invoices() or tx.currency_id.compare_amounts(left, 0) <= 0:
        return
    if twin := twins(tx._mollie_invoices(), tx.payment_id).get(tx.payment_id):
        names = (tx.payment_id | twin).mapped("name")
        tx._mollie_log("booked_twice", source, amount=left, detail=", ".join(names))
    elif credit := beyond_drafts(tx, left):
        tx._mollie_log("credit", source, amount=credit)
