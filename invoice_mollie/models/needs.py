"""What a person has to look at: a table, a row for each kind of need."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import LazyTranslate

from ..money.movements import SETTLING
from . import conditions

_lt = LazyTranslate(__name__)

# The `mollie_kind` of those that may have a need.
PAYMENT, OTHER_AMOUNT, REFUND = ("payment",), ("other_amount",), ("refund",)
CHARGEBACK, REVERSAL = ("chargeback",), ("reversal",)
ALL = ("payment", "other_amount", "capture", "refund", "chargeback", "reversal")


class Need(NamedTuple):
    """Something that a person has to look at.

    text   what the to-do says
    over   why it was closed, once it is no longer so
    of     the `mollie_kind` of the transactions that may have the need
    facts  whether it is there, and the names that the text uses: a function of `conditions`.
           Without one the need is told by `todos.tell`, and lasts until `todos.finish` or a person
           closes it
    where  the invoices that the to-do stands on
    is_administrators
           whether only an administrator can do something about it; of those on a journal
    """

    text: str
    over: str = ""
    of: tuple = ()
    facts: Callable | None = None
    where: Callable = conditions.first_invoice
    is_administrators: bool = False


NEEDS = {
    "mismatch": Need(
        _lt(
            "Mollie's payment %(payment)s is not what was asked for (%(detail)s). Nothing more is"
            " booked of it. Compare it in Mollie's dashboard with the invoice's payment"
            " transaction."
        ),
        _lt("Mollie's payment matches what was asked for."),
        PAYMENT,
        conditions.mismatch,
    ),
    "other_database": Need(
        _lt(
            "Mollie's payment %(payment)s was made by a database with another identifier"
            " (%(detail)s), so nothing more is booked of it. If this database took that one's"
            " place, an administrator presses These payments are ours in Settings, Invoicing. If it"
            " is a copy, leave it: the original books the payment."
        ),
        _lt("The payment is followed now."),
        PAYMENT,
        conditions.other_database,
    ),
    "unknown": Need(
        _lt(
            "Mollie does not know payment %(payment)s with the API key that is connected now, so"
            " nothing is heard of it. Connect a key of its own profile again in Settings,"
            " Invoicing, or press Give up on the transaction if no money can come of it."
        ),
        _lt("Mollie knows the payment again, or it was given up."),
        PAYMENT,
        conditions.unknown,
    ),
    "booking_failed": Need(
        _lt(
            "%(what)s of %(amount)s (%(id)s at Mollie) could not be booked: %(detail)s"
            " It is tried again by itself."
        ),
        _lt("It is booked."),
        ALL,
        conditions.not_booked,
    ),
    "held_back": Need(
        _lt(
            "Payment %(link)s stands for %(amount)s at Mollie, but is a draft, so that it is not in"
            " the books. Confirm it."
        ),
        _lt("It is booked."),
        ALL,
        conditions.held_back,
    ),
    "booked_twice": Need(
        _lt(
            "Mollie's payment of %(amount)s is booked twice: by itself as %(own)s, and by hand as"
            " %(link)s. Press Undo the one by hand at the top of the invoice."
        ),
        _lt("It is booked once."),
        SETTLING + OTHER_AMOUNT + REVERSAL,
        conditions.twice,
    ),
    "booked_by_hand": Need(
        _lt(
            "Booked by hand in Mollie's journal: %(links)s. It is none of Mollie's payments, for"
            " these are booked by themselves. Press Undo the one by hand at the top of the invoice;"
            " if the money came another way, register it in the journal that it came by."
        ),
        _lt("Nothing is booked by hand in Mollie's journal any more."),
        PAYMENT,
        conditions.booked_by_hand,
        conditions.with_hand_payments,
    ),
    "other_amount": Need(
        _lt(
            "%(asked)s was asked for, but Mollie's payment %(payment)s brought %(amount)s, booked"
            " as %(link)s. It is the customer's credit: add it to the invoice (outstanding"
            " credits, below the amounts), or press Refund this credit at its top."
        ),
        _lt("The credit was used, is being refunded, or a draft may need it."),
        OTHER_AMOUNT,
        conditions.other_amount,
    ),
    # While it is one, nobody knows whether what Mollie brought is credit.
    "settled_by_draft": Need(
        _lt(
            "Payment %(draft)s settles the invoice, but is a draft, so %(amount)s of Mollie's"
            " payment %(link)s is not used. Confirm the draft if its money came. If not, confirm"
            " it and then cancel it: Mollie's payment settles the invoice instead."
        ),
        _lt("No draft settles the invoice any more."),
        SETTLING + OTHER_AMOUNT + REVERSAL,
        conditions.settled_by_draft,
    ),
    "credit": Need(
        _lt(
            "%(amount)s of payment %(link)s is used by no invoice: it is the customer's credit."
            " At the top of the invoice press Refund this credit, Use for another invoice, or, as"
            " long as it is open, Use for this invoice."
        ),
        _lt("The credit was used, is being refunded, or a draft may need it."),
        SETTLING,
        conditions.credit,
    ),
    # The same where there is no entry that could be added to another invoice.
    "other_amount_in_payment": Need(
        _lt(
            "%(asked)s was asked for, but Mollie's payment %(payment)s brought %(amount)s"
            " (%(link)s). Match what the bank's statement brings with the invoice and press"
            " Validate on the payment, or press Refund on it."
        ),
        _lt("The payment was validated, or is being refunded."),
        OTHER_AMOUNT,
        conditions.other_amount_in_payment,
    ),
    "credit_in_payment": Need(
        _lt(
            "%(amount)s of payment %(link)s is needed by no invoice: it is the customer's credit."
            " Press Refund on the payment; or match what the bank's statement brings with another"
            " invoice, and press Validate on the payment."
        ),
        _lt("The credit was used, is being refunded, or a draft may need it."),
        PAYMENT,
        conditions.unneeded_in_payment,
    ),
    "won_back": Need(
        _lt(
            "A chargeback of %(total)s was won back, but the invoice had been paid otherwise"
            " meanwhile. %(amount)s of it is the customer's credit (%(link)s). Press Refund this"
            " credit, or Use for another invoice, at the top of the invoice."
        ),
        _lt("The credit was used, is being refunded, or a draft may need it."),
        REVERSAL,
        conditions.won_back,
    ),
    "chargeback": Need(
        _lt(
            "The customer's bank took %(amount)s of payment %(payment)s back (%(id)s at Mollie),"
            " with which this invoice had been paid: it is open again. Contact the customer, or"
            " contest the chargeback in Mollie's dashboard."
        ),
        _lt("The invoice is not open any more, or the chargeback was won back."),
        CHARGEBACK,
        conditions.opened,
        conditions.open_again,
    ),
    "chargeback_owed": Need(
        _lt(
            "The customer's bank took %(total)s of payment %(payment)s back (%(id)s at Mollie). No"
            " invoice asks for %(amount)s of it: see whether that had been refunded already, and"
            " ask the customer for it, or contest the chargeback in Mollie's dashboard."
        ),
        _lt("The customer does not owe it any more."),
        CHARGEBACK,
        conditions.owed,
    ),
    "chargeback_of_credit": Need(
        _lt(
            "The customer's bank took %(amount)s of payment %(payment)s back (%(id)s at Mollie). No"
            " invoice became open by that, for none was paid with it. Contest the chargeback in"
            " Mollie's dashboard, if the money is yours."
        ),
        _lt("The chargeback was won back."),
        CHARGEBACK,
        conditions.took_credit,
    ),
    "refund_failed": Need(
        _lt(
            "The refund of %(amount)s (%(id)s at Mollie) did not reach the customer: the money is"
            " in your balance at Mollie again. Ask the customer for their account and refund it by"
            " bank, or refund it once more with Mollie."
        ),
        _lt("It was refunded another way."),
        REFUND,
        conditions.bounced,
    ),
    "refund_without_note": Need(
        _lt(
            "%(amount)s of payment %(payment)s was refunded (%(id)s at Mollie), but there is no"
            " credit note for it: the invoice still counts as paid. Make a credit note of the"
            " invoice for that amount."
        ),
        _lt("The refund goes with a credit note now, or did not succeed."),
        REFUND,
        conditions.without_note,
        conditions.credited_invoice,
    ),
    "refund_of_settled_note": Need(
        _lt(
            "%(amount)s was refunded (%(id)s at Mollie) for credit note %(link)s, which had been"
            " settled otherwise: the customer may have got the money twice. See what settled it,"
            " and ask the customer for what came twice."
        ),
        _lt("The refund is matched now, or did not succeed."),
        REFUND,
        conditions.noted_twice,
    ),
    "refund_to_cancel": Need(
        _lt(
            "A refund of %(amount)s is under way, but the customer's bank took the payment back"
            " already: the customer would get the money twice. Open %(link)s and press Cancel"
            " refund."
        ),
        _lt("The refund is not under way any more, or the chargeback was won back."),
        REFUND,
        conditions.to_cancel,
    ),
    # Told by the night's comparison, which knows when it is over.
    "difference": Need(
        _lt(
            "Mollie and the books differ about payment %(payment)s for more than a day: %(detail)s"
            " at Mollie, %(booked)s booked. Invoicing, Customers, Differences with Mollie says why,"
            " and what to do."
        ),
        _lt("Mollie and the books agree about it."),
    ),
    # The same, for all that no invoice tells of: on Mollie's journal.
    "loose_differences": Need(
        _lt(
            "Mollie and the books differ for more than a day about money that no invoice tells of."
            " Invoicing, Customers, Differences with Mollie says why, and what to do."
        ),
        _lt("Mollie and the books agree about it."),
    ),
    "copy": Need(
        _lt(
            "This database is a copy of the one in which Mollie's API key was pasted, so customers"
            " can't pay, and nothing can be refunded. If it took that one's place, for example"
            " after a restore, an administrator says so in Settings, Invoicing."
        ),
        _lt("This database is the one that is connected to Mollie."),
    ),
    "key_refused": Need(
        _lt(
            "Mollie does not accept the API key any more, so customers can't pay, and nothing is"
            " heard of payments that are open. Copy a key of the same profile in Mollie's"
            " dashboard, and paste it in Settings, Invoicing, Mollie."
        ),
        _lt("Mollie accepts the key."),
        is_administrators=True,
    ),
    # On Mollie's journal, too, until a person closes them.
    "many_failures": Need(
        _lt(
            "At least 100 online payments failed within an hour. Somebody may be trying out stolen"
            " cards. Look in Invoicing, Customers, Online Payment Log which invoices it is about,"
            " revoke their links, and look at these payments in Mollie's dashboard."
        ),
    ),
    "many_requests": Need(
        _lt(
            "Payment links were asked for at least 100 times within an hour. Somebody may be"
            " guessing invoice numbers. Mails go only to the addresses that you know, at most three"
            " a day for an invoice. If it does not stop, have your administrator look at the"
            " requests to /mollie/link."
        ),
    ),
    "reserved_in_vain": Need(
        _lt(
            "%(amount)s is reserved for this invoice, but only %(due)s of it is still to be paid."
            " Open %(link)s and press Void Transaction to give it back, or Capture Transaction to"
            " collect it all the same; if a part was captured already, press Release the rest."
        ),
        _lt("Nothing is reserved any more, or the invoice needs it."),
        PAYMENT,
        conditions.reserved_in_vain,
    ),
}
