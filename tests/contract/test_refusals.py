"""Mollie's newer library reads what the sandbox refuses."""

import functools

import pytest
import shapes
from endpoints import authorized, create, paid, refund
from library import KEY, Library
from mollie import models


def refusal(library, call, *args, **kwargs):
    """The error body of a call that is refused, as the library reads it."""
    with pytest.raises(models.ClientError):
        call(*args, **kwargs)
    data = library.last.json()
    error = models.ErrorResponseData.model_validate(data)
    assert error.status == library.last.status_code
    assert shapes.strays(error, data) == []
    return error


def test_an_unknown_key_is_refused(sandbox, library):
    sandbox.revoke_key(KEY)
    error = refusal(library, library.sdk.payments.list)
    assert (error.status, error.title) == (401, "Unauthorized")


@pytest.mark.parametrize("kind", ["payments", "refunds", "chargebacks", "captures", "methods"])
def test_what_does_not_exist_is_not_found(sandbox, library, kind):
    payment = authorized(sandbox, library)
    sdk, call = library.sdk, functools.partial(refusal, library)
    lookups = {
        "payments": lambda: call(sdk.payments.get, payment_id="tr_none"),
        "refunds": lambda: call(sdk.refunds.get, payment_id=payment.id, refund_id="re_none"),
        "chargebacks": lambda: call(
            sdk.chargebacks.get, payment_id=payment.id, chargeback_id="chb_none"
        ),
        "captures": lambda: call(sdk.captures.get, payment_id=payment.id, capture_id="cpt_none"),
        "methods": lambda: call(sdk.methods.get, method_id="wero"),
    }
    assert lookups[kind]().status == 404


def test_another_profile_and_the_other_mode_see_nothing(sandbox, library):
    payment = create(library)
    for key in ("test_" + "another" * 5, KEY.replace("test_", "live_")):
        stranger = Library(sandbox, key)
        error = refusal(stranger, stranger.sdk.payments.get, payment_id=payment.id)
        assert error.detail == f"No payment exists with token {payment.id}."


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"amount": {"currency": "EUR", "value": "10"}}, "amount.value"),
        ({"amount": {"currency": "EUR", "value": "99999999.00"}}, "amount"),
        ({"amount": {"currency": "XXX", "value": "10.00"}}, "amount.currency"),
        ({"redirect_url": "shop"}, "redirectUrl"),
        ({"description": ""}, "description"),
        ({"metadata": "x" * 2000}, "metadata"),
    ],
)
def test_a_bad_payment_is_refused_with_the_field_at_fault(library, fields, field):
    with pytest.raises(models.ErrorResponse) as caught:
        create(library, **fields)
    assert (caught.value.data.status, caught.value.data.field) == (422, field)


def test_a_duplicate_refund_and_one_too_large_are_refused(sandbox, library):
    payment = paid(sandbox, library)
    refund(library, payment)
    assert refusal(library, refund, library, payment).status == 409
    error = refusal(library, refund, library, payment, "9.00")
    assert (error.status, error.field) == (422, "amount.value")


def test_an_invalid_cursor_is_refused(library):
    assert refusal(library, library.sdk.payments.list, from_="tr_none").status == 400


def test_an_idempotency_key_is_replayed_and_not_reused(sandbox, library):
    def post(value):
        amount = {"currency": "EUR", "value": value}
        request = {"amount": amount, "description": "A", "redirect_url": "https://shop.example.org"}
        return library.sdk.payments.create(payment_request=request, idempotency_key="k")

    first = post("10.00")
    assert post("10.00").id == first.id
    assert library.last.headers["Idempotent-Replayed"] == "true"
    assert refusal(library, post, "11.00").status == 400


@pytest.mark.parametrize("status", [403, 410, 429, 500, 503])
def test_faults_are_worded_as_mollie_words_them(sandbox, library, status):
    sandbox.fault(status)
    assert refusal(library, library.sdk.payments.list).status == status
