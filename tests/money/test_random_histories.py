"""Random histories of a payment, with crashes: whatever happens, the books hold Mollie's balance.

`make test` runs some thousands, `make soak` a million, or as many as `MONEY_HISTORIES` says. Each
is made from a seed of its own, so that one which fails can be run again alone.
"""

import os
import random
import sys

from money.decision import decide, is_behind

from .mollie import REFUND_FOLLOWS, Mollie
from .odoo import ask, crash, sync
from .oracle import books_of

SAMPLE = 5_000
LONGEST = 20
REPORTED = 50_000
VALUES = (10, 20, 30, 50, 100)
LATER = ("refund", "chargeback", "reversal")


def become(*statuses):
    return lambda mollie, chance: mollie.become(chance.choice(statuses))


def move_refund(mollie, chance):
    """Move any refund along, or try to."""
    if not mollie.payment.refunds:
        return mollie
    number = chance.randrange(len(mollie.payment.refunds))
    following = REFUND_FOLLOWS.get(mollie.payment.refunds[number].status, ("failed",))
    return mollie.move_refund(number, chance.choice(following))


# What may happen at Mollie, and how often.
EVENTS = (
    (4, become("paid")),
    (3, become("authorized")),
    (1, become("pending", "canceled", "expired", "failed")),
    (1, lambda mollie, chance: mollie.choose(chance.choice(("ideal", "banktransfer")))),
    (2, lambda mollie, chance: mollie.capture(chance.choice(VALUES), "pending")),
    (2, lambda mollie, chance: mollie.capture(chance.choice(VALUES))),
    (3, lambda mollie, chance: mollie.end_capture(chance.choice(("succeeded", "failed")))),
    (2, lambda mollie, chance: mollie.refund(chance.choice(VALUES), "queued")),
    (3, lambda mollie, chance: mollie.refund(chance.choice(VALUES), "processing")),
    (8, move_refund),
    (2, lambda mollie, chance: mollie.charge_back(chance.choice(VALUES))),
    (3, lambda mollie, chance: mollie.reverse(chance.randrange(2))),
)
WEIGHTS = [weight for weight, _event in EVENTS]


class History:
    """One history: what Mollie has, what it told before, and what Odoo knows."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        currency = self.chance.choice(("EUR", "JPY"))
        self.known = ask(currency=currency)
        # Mostly as it was asked.
        value = self.chance.choice((100, 100, 100, 100, 60, 130))
        self.mollie = Mollie.create(value=value, currency=currency)
        self.told = [self.mollie.payment]
        self.heard = -1  # Which of them was the last that Odoo has acted on as a whole.

    def run(self):
        for _event in range(self.chance.randint(1, LONGEST)):
            self.happen()
            self.deliver()
        self.check()

    def happen(self):
        [(_weight, event)] = self.chance.choices(EVENTS, WEIGHTS)
        self.mollie = event(self.mollie, self.chance)
        if self.mollie.payment is not self.told[-1]:
            self.told.append(self.mollie.payment)

    def deliver(self):
        """Bring Odoo in line, crash after some of the steps, or hear of it only later."""
        how = self.chance.random()
        if how < 0.3:
            self.known = sync(self.mollie.payment, self.known)
            self.heard = len(self.told) - 1
        elif how < 0.6:
            self.known = self.chance.choice(list(crash(self.mollie.payment, self.known)))
        elif how < 0.7:
            self.hear_late()

    def hear_late(self):
        """Get any answer that Mollie gave: one that is older than what Odoo did moves nothing.

        Which method a customer chose last, such an answer doesn't tell.
        """
        late = self.chance.randrange(len(self.told))
        if late <= self.heard:
            steps = {step.do for step in decide(self.told[late], self.known)}
            assert steps <= {"refuse", "advance"}, f"answer {late} is old, and yet: {steps}"
        self.known = sync(self.told[late], self.known)

    def check(self):
        """Sync once more: the books hold the balance, and nothing is left to do."""
        payment = self.mollie.payment
        self.check_lists(payment)
        known = sync(payment, self.known)
        booked = books_of(self.mollie.balance, payment.id, payment.amount.currency)
        assert known.booked == booked
        is_refused = payment.amount != known.amount and payment.status != "paid"
        assert [step.do for step in decide(payment, known)] == ["refuse"] * is_refused

    def check_lists(self, payment):
        """Lists of what came later tell whether it is settled, as the payment itself would."""
        later = {
            step.what.kind
            for step in decide(payment, self.known)
            if step.do not in ("advance", "refuse")
        }
        behind = is_behind(self.known, payment.refunds, payment.chargebacks)
        assert behind == (not later.isdisjoint(LATER))


def test_after_any_history_the_books_hold_the_balance():
    histories = int(os.environ.get("MONEY_HISTORIES") or SAMPLE)
    first = int(os.environ.get("SEED") or 1)
    for number in range(histories):
        run(first + number)
        if (number + 1) % REPORTED == 0:
            print(f"{number + 1} of {histories} histories of money hold", flush=True)


def run(seed):
    history = History(seed)
    try:
        history.run()
    except BaseException:
        told = "\n".join(map(repr, history.told))
        print(f"Mollie told\n{told}\nand Odoo knows\n{history.known}", file=sys.stderr)
        print(
            f"Replay with: MONEY_HISTORIES=1 SEED={seed}"
            " make test T=tests/money/test_random_histories.py",
            flush=True,
        )
        raise
