"""When money came and went: each movement carries the moment of its own."""

from dataclasses import replace
from datetime import datetime

from money.movements import movements
from money.payment import Capture, Chargeback, Refund

from .mollie import eur, paid

PAID, CAPTURED, REFUNDED, TAKEN, WON = (datetime(2026, 9, day) for day in range(1, 6))


def test_each_movement_carries_the_moment_of_its_own():
    payment = replace(
        paid().payment,
        paid_at=PAID,
        captures=(
            Capture("cpt_1", eur(40), "succeeded", PAID),
            Capture("cpt_2", eur(60), "succeeded", CAPTURED),
        ),
        refunds=(Refund("re_1", eur(10), "refunded", created_at=REFUNDED),),
        chargebacks=(Chargeback("chb_1", eur(5), True, "", TAKEN, WON),),
    )
    assert {movement.id: movement.moment for movement in movements(payment)} == {
        "tr_1": PAID,
        "cpt_1": PAID,  # It stands for the payment, and has no money of its own.
        "cpt_2": CAPTURED,
        "re_1": REFUNDED,
        "chb_1": TAKEN,
        "chb_1-reversed": WON,
    }


def test_what_mollie_does_not_tell_is_none():
    assert [movement.moment for movement in movements(paid().payment)] == [None]
