"""Mollie's newer library reads refunds, chargebacks and captures of the sandbox."""

import pytest
from endpoints import authorized, paid, refund, same, visits


@visits("POST", "/v2/payments/<payment_id>/refunds")
def test_a_refund_is_created(sandbox, library):
    payment = paid(sandbox, library)
    got = same(library, refund(library, payment, metadata={"a": "b"}))
    assert (got.status, got.payment_id) == ("pending", payment.id)


@visits("GET", "/v2/payments/<payment_id>/refunds/<refund_id>")
@pytest.mark.parametrize(
    "status", ["queued", "pending", "processing", "refunded", "failed", "canceled"]
)
def test_a_refund_of_every_status_is_parsed(sandbox, library, status):
    payment = paid(sandbox, library)
    made = refund(library, payment)
    sandbox.set_refund_status(made.id, status)
    got = library.sdk.refunds.get(payment_id=payment.id, refund_id=made.id)
    assert same(library, got).status == status


@visits("GET", "/v2/payments/<payment_id>/refunds")
def test_refunds_of_a_payment_are_listed_and_paged(sandbox, library):
    payment = paid(sandbox, library)
    made = [refund(library, payment, value).id for value in ("1.00", "2.00", "3.00")]
    first = library.sdk.refunds.list(payment_id=payment.id, limit=2)
    same(library, first.result)
    following = first.next()
    same(library, following.result)
    listed = first.result.embedded.refunds + following.result.embedded.refunds
    assert [item.id for item in listed] == list(reversed(made))


@visits("GET", "/v2/refunds")
def test_refunds_of_the_whole_profile_are_listed(sandbox, library):
    for _ in range(2):
        refund(library, paid(sandbox, library))
    got = library.sdk.refunds.all()
    assert same(library, got.result).count == 2


@visits("DELETE", "/v2/payments/<payment_id>/refunds/<refund_id>")
def test_a_refund_is_canceled(sandbox, library):
    payment = paid(sandbox, library)
    made = refund(library, payment)
    library.sdk.refunds.cancel(payment_id=payment.id, refund_id=made.id)
    assert library.last.status_code == 204
    got = library.sdk.refunds.get(payment_id=payment.id, refund_id=made.id)
    assert got.status == "canceled"


@visits("GET", "/v2/payments/<payment_id>/chargebacks")
def test_chargebacks_of_a_payment_are_listed(sandbox, library):
    payment = paid(sandbox, library)
    sandbox.add_chargeback(payment.id, "10.00", reason={"code": "MD06", "description": "Asked"})
    got = library.sdk.chargebacks.list(payment_id=payment.id)
    assert same(library, got.result).embedded.chargebacks[0].reason.code == "MD06"


@visits("GET", "/v2/payments/<payment_id>/chargebacks/<chargeback_id>")
def test_a_chargeback_and_its_reversal_are_parsed(sandbox, library):
    payment = paid(sandbox, library)
    made = sandbox.add_chargeback(payment.id, "10.00")
    got = library.sdk.chargebacks.get(payment_id=payment.id, chargeback_id=made["id"])
    assert same(library, got).reversed_at is None
    sandbox.reverse_chargeback(made["id"])
    got = library.sdk.chargebacks.get(payment_id=payment.id, chargeback_id=made["id"])
    assert same(library, got).reversed_at


@visits("GET", "/v2/chargebacks")
def test_chargebacks_of_the_whole_profile_are_listed(sandbox, library):
    sandbox.add_chargeback(paid(sandbox, library).id, "10.00")
    assert same(library, library.sdk.chargebacks.all().result).count == 1


@visits("POST", "/v2/payments/<payment_id>/captures")
def test_a_part_is_captured(sandbox, library):
    payment = authorized(sandbox, library)
    part = {"amount": {"currency": "EUR", "value": "4.00"}, "description": "Part"}
    got = library.sdk.captures.create(payment_id=payment.id, entity_capture=part)
    assert same(library, got).amount.value == "4.00"
    after = same(library, library.sdk.payments.get(payment_id=payment.id))
    assert (after.status, after.amount_captured.value) == ("paid", "4.00")


def test_everything_is_captured_when_no_amount_is_given(sandbox, library):
    payment = authorized(sandbox, library)
    got = library.sdk.captures.create(payment_id=payment.id)
    assert same(library, got).amount.value == "10.00"


@visits("GET", "/v2/payments/<payment_id>/captures")
def test_captures_are_listed(sandbox, library):
    payment = authorized(sandbox, library)
    sandbox.add_capture(payment.id, "4.00")
    got = library.sdk.captures.list(payment_id=payment.id)
    assert same(library, got.result).count == 1


@visits("GET", "/v2/payments/<payment_id>/captures/<capture_id>")
def test_a_capture_is_parsed(sandbox, library):
    payment = authorized(sandbox, library)
    made = sandbox.add_capture(payment.id, "4.00")
    got = library.sdk.captures.get(payment_id=payment.id, capture_id=made["id"])
    assert same(library, got).status == "succeeded"
