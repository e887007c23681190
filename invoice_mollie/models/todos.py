"""To-dos: what a person has to look at, on the invoice, in the language of who looks after it.

A need that is there has one to-do, made once. It stays marked as told, also when a person has
closed it, until the need is over: then it is closed by itself, and may be told again.
"""

import json
import logging
from functools import partial
from typing import NamedTuple

import psycopg2
from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, models
from odoo.exceptions import LockError
from odoo.fields import Domain

from ..const import CRON_BATCH
from .changed import SYNCED, note_changed
from .crons import wake
from .locks import wait_for_lock
from .needs import NEEDS
from .responsible import administrator, bookkeeper, can_look, responsible

_logger = logging.getLogger(__name__)

_OF_BOOKS = Domain("is_of_books", "=", True)


class Difference(NamedTuple):
    """What is left to do so that what is told is so, and what is so is told.

    missing  ``{(kind, transaction, invoice): facts}`` of what is not told
    changed  ``{to-do: facts}`` of what is told otherwise than it is
    over     to-dos of what is no longer so
    left     to-dos of people who left, or may not look at its document any more
    """

    missing: dict = {}
    changed: dict = {}
    over: tuple | models.BaseModel = ()
    left: tuple | models.BaseModel = ()


# === WHO CALLS === #


def tell(tx, kind, amount=0, **values):
    """Give somebody a to-do about a transaction, unless it is told already.

    For what is no state of the transaction; what is one, is found by `compare`.

    :param str kind: a key of `NEEDS`.
    :param float amount: what it is about, where that is money, in the transaction's currency.
    :param dict values: what else its text names.
    """
    facts = {"amount": amount, **values}
    found = {(kind, tx, invoice): facts for invoice in NEEDS[kind].where(tx)}
    told = {_key(todo) for todo in _search_told(tx)}
    missing = {key: facts for key, facts in found.items() if key not in told}
    _safely(tx, partial(_bring_about, tx, Difference(missing=missing)))


def finish(txs, kind):
    """Close the to-dos that `tell` made about transactions: it is so no more."""
    for tx in txs:
        told = _search_told(tx).filtered(lambda todo: todo.mollie_need == kind)
        _safely(tx, partial(_bring_about, tx, Difference(over=told)))


def tell_of_journal(journal, kind, is_so):
    """Have one to-do on a journal as long as somebody has to look at what is told of no invoice."""
    told = _todos(journal.env).search(_is_of_journal(journal, kind))
    if not is_so:
        _safely(journal, partial(_close, told))
    elif not told:
        _safely(journal, partial(_make_for_journal, journal, kind))
    elif told.active and not told.user_id.active:
        told.user_id = _reader(journal, kind)


def tell_until_done(journal, kind):
    """Have a to-do on a journal until a person closes it, though it may be over by then."""
    open_todos = _todos(journal.env).with_context(active_test=True)
    told = open_todos.search(_is_of_journal(journal, kind))
    if not told:
        _safely(journal, partial(_make_for_journal, journal, kind))
    elif not any(told.user_id.mapped("active")):
        told.user_id = _reader(journal, kind)


def compare(payment):
    """Tell what a person has to look at of a payment, and close the to-dos of what is over.

    :param payment: the transaction that asked Mollie; what came of it is looked at, too.
    """
    _safely(payment, lambda: _bring_about(payment, _difference(payment)))


def compare_told(env):
    """Compare all that is told with what is so, and what was changed with what is told, without
    asking Mollie.

    What makes a need or ends it may be none of Mollie's business: an invoice that is corrected, or
    paid by bank.
    """
    Notice, Transaction = env["mollie.notice"], env["payment.transaction"]
    told = Transaction.browse(_todos(env).search(_is_told()).mollie_transaction_id.ids)
    changed = Notice._read_group(_OF_BOOKS, ["transaction_id"], limit=CRON_BATCH)
    payments = Transaction.union(*(tx._mollie_payment() for tx in told), *(tx for [tx] in changed))
    # As they are now: what is changed from here on leaves others.
    rows = Notice.search(_OF_BOOKS & Domain("transaction_id", "in", payments.ids))
    notices = rows.grouped("transaction_id")
    for payment in payments:
        _compare_in_turn(payment, notices.get(payment, Notice))
    if len(changed) == CRON_BATCH:
        wake(env, "cron_mollie_sync")


def _compare_in_turn(payment, notices):
    """Compare what is told of a payment, in a database transaction of its own, and forget that it
    was left to us.
    """
    env = payment.env
    try:
        if any(_difference(payment)):
            wait_for_lock(payment)
            compare(payment)
        notices.unlink()
        env.cr.flush()
    except LockError:
        return  # Who holds it compares; or we do, the next time.
    except Exception:
        env.cr.rollback()
        _logger.exception("What is told of %s waits for the next round.", payment)
        return
    env["ir.cron"]._commit_progress()


def look_soon(moves):
    """Have the cron compare soon what is told of journal entries, for they have changed.

    Not now: what is changing may be half done.
    """
    note_changed(moves)
    if SYNCED in moves.env.context:
        return  # What is told of that payment is compared at once; the rest in the next round.
    here = Domain("res_model", "=", "account.move") & Domain("res_id", "in", moves.ids)
    of_money = Domain("mollie_transaction_id.payment_id.move_id", "in", moves.ids)
    if _todos(moves.env).search_count(_is_told() & (here | of_money), limit=1):
        wake(moves.env, "cron_mollie_sync")


def look_now(txs, kind):
    """Tell a need of transactions as soon as it is there, where no sync may come to see it.

    For what is not half done.
    """
    for tx in txs:
        _safely(tx, partial(_look_now, tx, kind))


def _look_now(tx, kind):
    if facts := NEEDS[kind].facts(tx):
        tell(tx, kind, **facts)


# === COMPARISON === #


def _safely(tx, do):
    """Call a method; if it fails, undo it: money is worth more than a to-do about it."""
    try:
        do()
    except psycopg2.OperationalError:
        raise  # Not the to-do's fault: Odoo replays the request.
    except Exception:
        _logger.exception("The to-dos of %s could not be brought about.", tx)


def _bring_about(tx, difference):
    """Do what is left to do, all of it or nothing."""
    if not any(difference):
        return
    with tx.env.cr.savepoint():
        _make_all(difference.missing)
        for todo, facts in difference.changed.items():
            todo.write({"note": _note(todo, facts), "mollie_facts": _written(facts)})
        _close(difference.over)
        _hand_over(difference.left)
        # Whoever waits for the lock finds the row changed, and looks again.
        payment = tx._mollie_payment()
        payment._mollie_write({"mollie_next_check": payment._mollie_next_moment()})


def _difference(payment):
    """Return how what is told differs from what is so.

    :rtype: Difference
    """
    txs = payment._mollie_family()
    # Of money that never was, nothing is left to do.
    found = {} if payment.mollie_given_up else _find(txs)
    told = _search_told(txs)
    keys = {todo: _key(todo) for todo in told}
    return Difference(
        {key: facts for key, facts in found.items() if key not in keys.values()},
        {
            todo: found[key]
            for todo, key in keys.items()
            if todo.active and key in found and todo.mollie_facts != _written(found[key])
        },
        told.filtered(lambda todo: NEEDS[todo.mollie_need].facts and keys[todo] not in found),
        told.filtered(_is_left),
    )


def _is_left(todo):
    """Return whether somebody has a to-do who can't open its document any more, and somebody else
    can.
    """
    *_rest, invoice = _key(todo)
    is_there = not todo.active or can_look(todo.user_id, invoice)
    return not is_there and todo.user_id != responsible(invoice)


def _find(txs):
    """Return ``{(kind, transaction, invoice): facts}`` of what is so."""
    return {
        (kind, tx, invoice): facts
        for tx in txs
        for kind, need in NEEDS.items()
        if need.facts and tx.mollie_kind in need.of and (facts := need.facts(tx))
        for invoice in need.where(tx)
    }


# === TO-DOS === #


def _todos(env):
    # In sudo mode because they are found by what users neither read nor write; also those that a
    # person has closed.
    return env["mail.activity"].sudo().with_context(active_test=False)


def _is_told():
    return Domain("mollie_need", "in", list(NEEDS))


def _is_of_journal(journal, kind):
    return (
        Domain("mollie_need", "=", kind)
        & Domain("res_model", "=", "account.journal")
        & Domain("res_id", "=", journal.id)
    )


def _search_told(txs):
    return _todos(txs.env).search(_is_told() & Domain("mollie_transaction_id", "in", txs.ids))


def _key(todo):
    tx = todo.mollie_transaction_id.with_context(active_test=True)
    return todo.mollie_need, tx, tx.env["account.move"].browse(todo.res_id)


def _make_all(missing):
    for (kind, tx, invoice), facts in missing.items():
        user = responsible(invoice)
        invoice = _as_written_to(user, invoice)
        invoice.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=invoice.env._("Check the online payment"),
            note=_text(kind, tx.with_env(invoice.env), facts),
            user_id=user.id,
            mollie_need=kind,
            mollie_transaction_id=tx.id,
            mollie_facts=_written(facts),
        )


def _make_for_journal(journal, kind):
    user = _reader(journal, kind)
    journal = _as_written_to(user, journal)
    journal.activity_schedule(
        "mail.mail_activity_data_warning",
        summary=journal.env._("Check the online payments"),
        note=escape(journal.env._(NEEDS[kind].text)),
        user_id=user.id,
        mollie_need=kind,
    )


def _reader(journal, kind):
    return (administrator if NEEDS[kind].is_administrators else bookkeeper)(journal)


def _as_written_to(user, document):
    """Return a document in the language of a reader. By nobody in particular: who wakes us may be a
    visitor.
    """
    return document.with_user(SUPERUSER_ID).with_context(lang=user.lang)


def _close(todos):
    """Close what is over, and forget that it was told: it may be told again."""
    for todo in todos:
        if todo.active:
            reader = todo.with_user(SUPERUSER_ID).with_context(lang=todo.user_id.lang)
            reader.action_feedback(feedback=reader.env._(NEEDS[todo.mollie_need].over))
        todo.mollie_need = False


def _hand_over(todos):
    """Give the to-dos of people who left, or may not look any more, to somebody else."""
    for todo in todos:
        todo.user_id = responsible(_key(todo)[-1])


# === TEXT === #


def _written(facts):
    """Return facts so that they can be compared with what was written before."""
    return json.dumps({name: str(value) for name, value in facts.items()}, sort_keys=True)


def _text(kind, tx, facts):
    """Return what a to-do says, in the language of the environment."""
    kinds = dict(tx._fields["mollie_kind"]._description_selection(tx.env))
    names = {
        "payment": tx._mollie_payment().provider_reference,
        "id": (tx.provider_reference or "").removesuffix("-reversed"),
        "reference": tx.reference,
        "what": kinds[tx.mollie_kind],
    }
    amounts = {name: _format(tx, value) for name, value in facts.items()}
    names |= {"detail": amounts.get("amount", "")} | amounts
    return Markup(escape(tx.env._(NEEDS[kind].text))) % names


def _format(tx, value):
    """Write numbers as amounts in the transaction's currency, or in the one that goes with them."""
    amount, currency = value if isinstance(value, tuple) else (value, tx.currency_id)
    is_number = isinstance(amount, int | float)
    return currency.with_env(tx.env).format(amount) if is_number else amount


def _note(todo, facts):
    """Return what a to-do says now, to who has it."""
    env = todo.with_user(SUPERUSER_ID).with_context(lang=todo.user_id.lang).env
    return _text(todo.mollie_need, todo.mollie_transaction_id.with_env(env), facts)
