"""Mollie's newer library goes through every endpoint of the sandbox and parses every reply."""

import functools

import pytest
import shapes
from library import KEY, Library
from mollie import models

EUR10 = {"currency": "EUR", "value": "10.00"}
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
ROUTES = []


def visits(method, rule):
    """Says which route a test goes through, and makes sure that it does."""
    ROUTES.append((method, rule))
    pattern = "^" + _pattern(rule) + "$"

    def decorate(test):
        @functools.wraps(test)
        def checked(*args, sandbox, library, **kwargs):
            test(*args, sandbox=sandbox, library=library, **kwargs)
            calls = sandbox.requests(path=pattern, method=method)
            assert any(200 <= call["status"] < 300 for call in calls), f"{method} {rule}"

        return checked

    return decorate


def _pattern(rule):
    parts = ["[^/]+" if part.startswith("<") else part for part in rule.split("/")]
    return "/".join(parts)


def same(library, model):
    """The library read everything that was sent, and knew every word of it."""
    data = library.last.json()
    assert library.last.headers["Content-Type"] == "application/hal+json"
    assert shapes.strays(model, data) == []
    assert shapes.unknown_words(model) == []
    return model


def create(library, **fields):
    request = {
        "amount": EUR10,
        "description": "INV/2026/00001",
        "redirect_url": "https://shop.example.org/return",
        "webhook_url": "https://shop.example.org/webhook",
    }
    return same(library, library.sdk.payments.create(payment_request=request | fields))


def paid(sandbox, library, method="ideal", **fields):
    payment = create(library, **fields)
    sandbox.set_status(payment.id, "paid", method=method)
    return payment


def authorized(sandbox, library):
    payment = create(library, capture_mode="manual", method="creditcard")
    sandbox.set_status(payment.id, "authorized")
    return payment


# --- payments ------------------------------------------------------------------------------------


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


# --- refunds, chargebacks, captures --------------------------------------------------------------


def refund(library, payment, value="4.00", **more):
    request = {"amount": {"currency": "EUR", "value": value}, "description": "Back", **more}
    return library.sdk.refunds.create(payment_id=payment.id, refund_request=request)


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


# --- methods and the profile ---------------------------------------------------------------------


@visits("GET", "/v2/methods")
def test_methods_are_listed_for_an_amount(sandbox, library):
    got = library.sdk.methods.list(
        amount={"currency": "JPY", "value": "1000"},
        locale="nl_NL",
        billing_country="NL",
        include="issuers",
        include_wallets="applepay",
    )
    ids = [method.id for method in same(library, got).embedded.methods]
    assert ids == ["creditcard", "paypal", "applepay"]


@visits("GET", "/v2/methods/all")
def test_all_methods_are_listed(sandbox, library):
    got = library.sdk.methods.all(include="issuers,pricing")
    assert len(same(library, got).embedded.methods) > 10


@visits("GET", "/v2/methods/<method>")
def test_a_method_is_parsed(sandbox, library):
    got = library.sdk.methods.get(method_id="ideal", include="issuers")
    assert same(library, got).description == "iDEAL | Wero"


@visits("GET", "/v2/profiles/me")
def test_the_profile_of_the_key_is_parsed(sandbox, library):
    got = same(library, library.sdk.profiles.get_current())
    assert (got.mode, got.status) == ("test", "verified")


# --- errors --------------------------------------------------------------------------------------


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


# --- nothing left out ----------------------------------------------------------------------------


def test_every_route_of_the_sandbox_is_visited(sandbox):
    assert sorted(ROUTES) == sorted(sandbox.routes())
