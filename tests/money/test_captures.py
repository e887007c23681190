"""Money that is captured in parts, whichever of them comes first."""

from dataclasses import replace

from money.amounts import Amount
from money.comparison import told
from money.payment import Capture, Refund

from .mollie import Mollie
from .odoo import ask, outline, settled, sync


def captured(*parts):
    """Return a payment of which parts were captured: ``(value, status)``, oldest first."""
    captures = tuple(
        Capture(f"cpt_{number}", Amount.of(value, "EUR"), status)
        for number, (value, status) in enumerate(parts, 1)
    )
    came = sum(value for value, status in parts if status == "succeeded")
    payment = Mollie.create().become("authorized").payment
    return replace(payment, status="paid", captured=Amount.of(came, "EUR"), captures=captures)


def test_the_first_part_that_came_stands_for_the_payment_also_if_an_older_one_follows():
    known = sync(captured((40, "pending"), (60, "succeeded")), ask())
    assert known.booked == {"tr_1": Amount.of(60, "EUR")}
    both = captured((40, "succeeded"), (60, "succeeded"))
    assert outline(both, known) == [("note", "cpt_1"), ("book", "cpt_1")]


def test_an_older_part_that_follows_a_refund_is_booked_and_nothing_is_refused():
    refund = Refund("re_1", Amount.of(10, "EUR"), "refunded")
    known = sync(replace(captured((40, "pending"), (60, "succeeded")), refunds=(refund,)), ask())
    both = replace(captured((40, "succeeded"), (60, "succeeded")), refunds=(refund,))
    known = sync(both, known)
    assert sum(amount.value for amount in known.booked.values()) == 90
    assert not outline(both, known)


def test_two_parts_of_one_size_are_two():
    known = sync(captured((50, "succeeded"), (50, "succeeded")), ask())
    assert known.booked == {"tr_1": Amount.of(50, "EUR"), "cpt_2": Amount.of(50, "EUR")}
    assert not outline(captured((50, "succeeded"), (50, "succeeded")), known)


def test_a_part_that_failed_after_all_is_undone():
    known = sync(captured((40, "succeeded"), (60, "pending")), ask())
    failed = captured((40, "failed"), (60, "succeeded"))
    known = sync(failed, known)
    assert known.booked == {"tr_1": Amount.of(60, "EUR")}
    assert not outline(failed, known)


def test_a_further_part_that_failed_after_all_is_undone():
    known = sync(captured((40, "succeeded"), (60, "succeeded")), ask())
    failed = captured((40, "succeeded"), (60, "failed"))
    assert outline(failed, known) == [("undo", "cpt_2")]
    known = sync(failed, known)
    assert known.booked == {"tr_1": Amount.of(40, "EUR")}
    assert not outline(failed, known)


def test_when_the_first_part_fails_the_other_stands_for_the_payment():
    for first, second in ((40, 60), (50, 50)):
        known = sync(captured((first, "succeeded"), (second, "succeeded")), ask())
        failed = captured((first, "failed"), (second, "succeeded"))
        known = sync(failed, known)
        assert known.booked == {"tr_1": Amount.of(second, "EUR")}
        assert not outline(failed, known)


def test_when_all_parts_fail_at_once_all_of_them_are_undone():
    known = sync(captured((40, "succeeded"), (60, "succeeded")), ask())
    failed = captured((40, "failed"), (60, "failed"))
    assert outline(failed, known) == [("undo", "cpt_2"), ("undo", "tr_1")]
    known = sync(failed, known)
    assert known.booked == {}
    assert not outline(failed, known)


def test_a_part_that_stayed_when_the_payment_was_undone_is_undone_later():
    known = sync(captured((40, "succeeded"), (60, "succeeded")), ask())
    failed = captured((40, "failed"), (60, "failed"))
    half = replace(known, booked={"cpt_2": known.booked["cpt_2"]})
    assert outline(failed, half) == [("undo", "cpt_2")]


def test_a_part_that_is_told_twice_is_one():
    once = captured((40, "succeeded"))
    twice = replace(once, captures=once.captures * 2)
    assert sync(twice, ask()).booked == {"tr_1": Amount.of(40, "EUR")}


def test_what_is_called_paid_brought_nothing_while_each_capture_failed():
    failed = captured((40, "failed"))
    known = sync(failed, ask())
    assert (known.status, known.booked) == ("failed", {})
    assert not outline(failed, known)
    known = sync(captured((40, "failed"), (60, "succeeded")), known)
    assert (known.status, known.booked) == ("paid", {"tr_1": Amount.of(60, "EUR")})


def test_a_part_that_never_came_leaves_no_trace():
    failed = captured((40, "succeeded"), (60, "failed"))
    assert set(sync(failed, ask()).noted) == set()


def test_a_payment_of_which_nothing_was_collected_after_all_is_undone():
    known = sync(captured((100, "succeeded")), ask())
    for status in ("paid", "failed", "expired"):
        failed = replace(captured((100, "failed")), status=status, captured=None)
        assert outline(failed, known) == [("undo", "tr_1")]
        assert not outline(failed, sync(failed, known))


def test_what_is_captured_after_all_that_was_booked_failed_is_booked_anew():
    for amount in (40, 60, 100):
        known = sync(captured((40, "succeeded")), ask())
        known = sync(captured((40, "failed")), known)
        assert (known.booked, known.is_settled) == ({}, False)
        again = captured((40, "failed"), (amount, "succeeded"))
        known = sync(again, known)
        assert known.booked == {"tr_1": Amount.of(amount, "EUR")}
        assert not outline(again, known)


def test_nothing_came_while_one_capture_failed_and_the_next_one_waits():
    waiting = captured((40, "failed"), (60, "pending"))
    for known in (ask(), settled(Mollie.create().become("authorized"))):
        known = sync(waiting, known)
        assert (known.status, known.booked) == ("authorized", {})
        assert not outline(waiting, known)
    known = sync(captured((40, "succeeded")), ask())
    assert outline(waiting, known) == [("undo", "tr_1")]
    known = sync(waiting, known)
    assert not outline(waiting, known)
    known = sync(captured((40, "failed"), (60, "succeeded")), known)
    assert known.booked == {"tr_1": Amount.of(60, "EUR")}


def test_an_unknown_status_of_a_payment_of_which_each_capture_failed_tells_nothing_of_money():
    [told_of] = told(replace(captured((40, "failed")), status="suspended"))
    assert not told_of.has_moved


def test_the_whole_at_once_is_one_movement():
    assert set(settled(Mollie.create().become("authorized").capture(100)).booked) == {"tr_1"}


def test_what_was_booked_in_one_stays_one_when_its_parts_become_known():
    """As the addon's first version did, which knew their sum only."""
    refund = Refund("re_1", Amount.of(10, "EUR"), "refunded")
    payment = replace(captured((40, "succeeded"), (60, "succeeded")), refunds=(refund,))
    known = sync(replace(payment, captures=()), ask())
    assert known.booked["tr_1"] == Amount.of(100, "EUR")
    assert not outline(payment, known)


def test_of_a_part_the_rest_can_still_be_captured():
    assert captured((40, "succeeded")).is_capturable
    assert captured((40, "succeeded"), (50, "succeeded"), (10, "failed")).is_capturable
    assert not captured((40, "succeeded"), (60, "succeeded")).is_capturable


def test_all_that_is_authorized_can_be_captured_and_nothing_of_what_ended_otherwise():
    authorized = Mollie.create().become("authorized")
    assert authorized.payment.is_capturable
    for status in ("canceled", "expired", "failed", "paid"):
        assert not replace(authorized.payment, status=status).is_capturable


def test_a_card_gives_the_rest_back_with_its_first_capture():
    for method in ("creditcard", "applepay", "googlepay"):
        assert not replace(captured((40, "succeeded")), method=method).is_capturable


def test_a_capture_that_waits_is_under_way():
    assert captured((40, "succeeded"), (60, "pending")).is_being_captured
    assert not captured((40, "succeeded"), (60, "failed")).is_being_captured
