"""The library that the addon uses gets along with the sandbox, in good times and bad."""

import pytest
from mollie.api.client import Client
from mollie.api.error import (
    NotFoundError,
    ResponseError,
    ResponseHandlingError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from sandbox_api import KEY, RETURN, WEBHOOK

EUR10 = {"currency": "EUR", "value": "10.00"}


@pytest.fixture
def client(sandbox):
    client = Client(api_endpoint=sandbox.url, timeout=10, retry=0)
    client.set_api_key(KEY)
    return client


@pytest.fixture
def made(client):
    fields = {"description": "INV", "redirectUrl": RETURN, "webhookUrl": WEBHOOK}
    return client.payments.create({"amount": EUR10, **fields}, idempotency_key="k")


def test_a_payment_is_created_paid_and_refunded(sandbox, client, made):
    assert made.checkout_url.startswith(sandbox.url)
    sandbox.set_status(made.id, "paid", method="ideal")
    got = client.payments.get(made.id, embed="refunds,chargebacks")
    assert got.is_paid()
    refund = got.refunds.create({"amount": EUR10, "description": "Back"})
    assert refund.is_pending()
    got.refunds.delete(refund.id)
    assert got.refunds.get(refund.id).status == "canceled"
    assert client.refunds.list().count == 1


def test_lists_are_walked_through(client, sandbox):
    body = {"amount": EUR10, "description": "INV", "redirectUrl": RETURN}
    ids = [client.payments.create(body).id for _ in range(3)]
    first = client.payments.list(limit=2)
    assert [p.id for p in first] + [p.id for p in first.get_next()] == ids[::-1]


def test_chargebacks_methods_and_the_profile_are_read(sandbox, client, made):
    sandbox.set_status(made.id, "paid", method="ideal")
    sandbox.add_chargeback(made.id, "10.00")
    assert client.chargebacks.list().count == 1
    assert client.payments.get(made.id).chargebacks.list().count == 1
    assert "ideal" in [method.id for method in client.methods.list(amount=EUR10)]
    large = {"currency": "EUR", "value": "60000.00"}
    assert [method.id for method in client.methods.list(amount=large)] == ["banktransfer"]
    assert client.profiles.get("me").status == "verified"


def test_a_bank_transfer_is_canceled(client):
    body = {"amount": EUR10, "description": "I", "redirectUrl": RETURN, "method": "banktransfer"}
    assert client.payments.delete(client.payments.create(body).id).is_canceled()


def test_captures_are_made(sandbox, client):
    body = {"amount": EUR10, "description": "INV", "redirectUrl": RETURN, "captureMode": "manual"}
    made = client.payments.create(body)
    sandbox.set_status(made.id, "authorized", method="creditcard")
    got = client.payments.get(made.id)
    assert got.captures.create({"amount": EUR10}).id.startswith("cpt_")
    assert client.payments.get(made.id).is_paid()


@pytest.mark.parametrize(
    "fault, error",
    [
        ("401", UnauthorizedError),
        ("404", NotFoundError),
        ("422", UnprocessableEntityError),
        ("403", ResponseError),
        ("410", ResponseError),
        ("429", ResponseError),
        ("503", ResponseError),
        ("502", ResponseHandlingError),
        ("broken-json", ResponseHandlingError),
        ("empty", ResponseHandlingError),
        ("no-detail", KeyError),
        ("text-status", TypeError),
    ],
)
def test_each_fault_is_the_error_that_the_library_makes_of_it(sandbox, client, fault, error):
    sandbox.fault(fault)
    with pytest.raises(error):
        client.methods.list()


@pytest.mark.parametrize("fault", ["close", "cut-after", "cut-half"])
def test_a_lost_connection_is_an_error_too(sandbox, client, fault):
    sandbox.fault(fault)
    with pytest.raises(Exception) as caught:
        client.methods.list()
    assert type(caught.value).__module__.startswith(("mollie", "requests", "urllib3"))
