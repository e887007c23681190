"""Every body that the addon sent while its tests ran is one that Mollie's library would send."""

import json
import os
import pathlib
import re

import pydantic
import pytest
import shapes
from mollie import models

ID = r"[A-Za-z0-9_]+"
PAYMENT = rf"/v2/payments/tr_{ID}"
# HTTP method and path: the library's model of the body, and whether there may be none.
BODIES = [
    ("POST", r"/v2/payments", models.PaymentRequest, False),
    ("PATCH", PAYMENT, models.UpdatePaymentRequestBody, False),
    ("POST", rf"{PAYMENT}/refunds", models.RefundRequest, False),
    ("POST", rf"{PAYMENT}/captures", models.EntityCapture, True),
    ("POST", rf"{PAYMENT}/release-authorization", models.ReleaseAuthorizationRequestBody, True),
]


def problems(entry):
    """What is wrong with one recorded request; nothing, as a rule."""
    for method, path, model, may_be_empty in BODIES:
        if entry["method"] == method and re.fullmatch(path, entry["path"]):
            return _body_problems(model, may_be_empty, entry["body"])
    return [f"no endpoint of Mollie's: {entry['method']} {entry['path']}"]


def _body_problems(model, may_be_empty, body):
    if body is None:
        return [] if may_be_empty else ["no JSON body"]
    try:
        found = model.model_validate(body)
    except pydantic.ValidationError as error:
        return [str(error)]
    return [f"unknown field {path}" for path in shapes.strays(found, body)]


def recorded():
    """The recorded requests.

    :raise AssertionError: if there are none; a comparison with nothing proves nothing.
    """
    name = os.environ.get("MOLLIE_RECORDED")
    assert name, "MOLLIE_RECORDED must name the file that the sandbox recorded the addon into."
    path = pathlib.Path(name)
    assert path.is_file(), f"{path} is missing: run the addon's tests first, they record it."
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines, f"{path} is empty: the addon's tests sent nothing to the sandbox."
    return lines


def test_every_recorded_body_is_accepted_by_the_librarys_request_model():
    wrong = [(entry, found) for entry in recorded() if (found := problems(entry))]
    assert wrong == []


def test_payments_are_among_what_was_recorded():
    assert any((entry["method"], entry["path"]) == ("POST", "/v2/payments") for entry in recorded())


GOOD = {
    "amount": {"currency": "EUR", "value": "10.00"},
    "description": "INV",
    "redirectUrl": "https://shop.example.org",
}


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "/v2/payments", GOOD | {"expiresAt": "2026-01-01"}),
        ("POST", "/v2/payments", GOOD | {"amount": {"currency": "EUR", "value": 10.0}}),
        ("POST", "/v2/payments", GOOD | {"amount": {"currency": "EUR", "value": "1", "x": 1}}),
        ("POST", "/v2/payments", GOOD | {"locale": "xx_XX"}),
        ("POST", "/v2/payments", GOOD | {"method": "unknown"}),
        ("POST", "/v2/payments", {"description": "INV"}),
        ("POST", "/v2/payments", None),
        ("POST", "/v2/payments/tr_x/refunds", {"description": "no amount"}),
        ("PATCH", "/v2/payments/tr_x", {"amount": GOOD["amount"]}),
        ("POST", "/v2/elsewhere", {}),
    ],
)
def test_a_body_that_the_model_does_not_know_is_found_out(method, path, body):
    assert problems({"method": method, "path": path, "body": body})


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "/v2/payments", GOOD),
        ("POST", "/v2/payments/tr_x/refunds", {"amount": GOOD["amount"], "metadata": {"a": 1}}),
        ("PATCH", "/v2/payments/tr_x", {"webhookUrl": "https://shop.example.org"}),
        ("POST", "/v2/payments/tr_x/release-authorization", None),
    ],
)
def test_a_good_body_is_let_pass(method, path, body):
    assert problems({"method": method, "path": path, "body": body}) == []
