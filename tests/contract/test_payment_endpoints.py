"""Mollie's newer library makes, reads, changes and cancels payments of the sandbox."""

import pytest
import shapes
from endpoints import EUR10, authorized, create, paid, same, visits
from mollie import models

LINE = {
    "type": "digital",
    "description": "Hour",
    "quantity": 2,
    "unit_price": {"currency": "EUR", "value": "5.00"},
    "total_amount": EUR10,
    "vat_rate": "21.00",
    "vat_amount": {"currency": "EUR", "value": "1.74"},
}
ADDRESS = {
    "given_name": "Jo",
    "family_name": "Doe",
    "street_and_number": "Damrak 1",
    "postal_code": "1012 LG",
    "city": "Amsterdam",
    "country": "NL",
    "email": "jo@example.org",
}


@visits("POST", "/v2/payments")
def test_a_payment_is_created_with_every_field_the_addon_may_send(sandbox, library):
    payment = create(
        library,
        cancel_url="https://shop.example.org/cancel",
        locale="nl_NL",
        method=["ideal", "creditcard", "klarna"],
        metadata={"invoice": "INV/2026/00001", "id": 7},
        billing_address=ADDRESS,
        lines=[LINE],
        restrict_payment_methods_to_country="NL",
        sequence_type="oneoff",
    )
    assert payment.status == "open"
    assert payment.links.checkout.href.startswith(sandbox.url)


@pytest.mark.parametrize("metadata", ["text", {"a": {"b": [1]}}, ["a", "b"], 5])
def test_metadata_comes_back_as_it_was_sent(library, metadata):
    assert create(library, metadata=metadata).metadata == metadata


@pytest.mark.parametrize(
    "method, due_date", [("ideal", None), ("creditcard", None), ("banktransfer", None)]
)
def test_a_payment_for_one_method_is_parsed(library, method, due_date):
    assert create(library, method=method).method == method


@visits("GET", "/v2/payments/<payment_id>")
@pytest.mark.parametrize(
    "status", ["open", "pending", "authorized", "paid", "canceled", "expired", "failed"]
)
@pytest.mark.parametrize(
    "method", ["ideal", "creditcard", "banktransfer", "paypal", "klarna", "applepay"]
)
def test_a_payment_of_every_status_and_method_is_parsed(sandbox, library, status, method):
    payment = create(library)
    sandbox.set_status(payment.id, status, method=method)
    got = same(library, library.sdk.payments.get(payment_id=payment.id))
    assert (got.status, got.method) == (status, method)


@pytest.mark.parametrize("thousand", range(1001, 1012))
def test_every_reason_a_card_can_fail_for_is_known_to_the_library(sandbox, library, thousand):
    payment = create(library, amount={"currency": "EUR", "value": f"{thousand}.00"})
    sandbox.set_status(payment.id, "failed", method="creditcard")
    assert same(library, library.sdk.payments.get(payment_id=payment.id)).details.failure_reason


def test_a_payment_with_everything_on_it_is_parsed(sandbox, library):
    payment = paid(sandbox, library)
    sandbox.add_refund(payment.id, "2.00", status="refunded")
    sandbox.add_chargeback(payment.id, "3.00")
    embed = "refunds,chargebacks,captures"
    got = same(library, library.sdk.payments.get(payment_id=payment.id, embed=embed))
    assert got.amount_refunded.value == "2.00"
    assert got.amount_remaining.value == "8.00"
    assert got.amount_charged_back.value == "3.00"
    embedded = library.last.json()["_embedded"]
    for name, model in EMBEDDED.items():
        for item in embedded[name]:
            assert shapes.strays(model.model_validate(item), item) == []


EMBEDDED = {
    "refunds": models.ListRefundResponse,
    "chargebacks": models.ListEntityChargeback,
    "captures": models.ListCaptureResponse,
}


@visits("GET", "/v2/payments")
def test_payments_are_listed_newest_first_and_paged(sandbox, library):
    made = [create(library).id for _ in range(5)]
    first = library.sdk.payments.list(limit=2)
    same(library, first.result)
    listed = [payment.id for payment in first.result.embedded.payments]
    following = first.next()
    same(library, following.result)
    listed += [payment.id for payment in following.result.embedded.payments]
    last = following.next()
    listed += [payment.id for payment in last.result.embedded.payments]
    assert listed == list(reversed(made))
    assert last.next() is None
    assert library.sdk.payments.list(from_=made[0], sort="asc").result.count == 5


@visits("PATCH", "/v2/payments/<payment_id>")
def test_a_payment_is_updated(sandbox, library):
    payment = create(library)
    changes = {
        "description": "Changed",
        "redirect_url": "https://shop.example.org/other",
        "webhook_url": "https://shop.example.org/other-webhook",
        "metadata": {"a": 1},
        "locale": "de_DE",
        "method": "ideal",
    }
    got = same(library, library.sdk.payments.update(payment_id=payment.id, request_body=changes))
    assert (got.description, got.locale, got.method) == ("Changed", "de_DE", "ideal")


@visits("DELETE", "/v2/payments/<payment_id>")
def test_a_bank_transfer_is_canceled(sandbox, library):
    payment = create(library, method="banktransfer")
    got = same(library, library.sdk.payments.cancel(payment_id=payment.id))
    assert got.status == "canceled"


@visits("POST", "/v2/payments/<payment_id>/release-authorization")
def test_an_authorization_is_given_back(sandbox, library):
    payment = authorized(sandbox, library)
    library.sdk.payments.release_authorization(payment_id=payment.id)
    assert library.last.status_code == 202
    assert library.sdk.payments.get(payment_id=payment.id).status == "canceled"
