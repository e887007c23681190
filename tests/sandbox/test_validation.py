"""What is refused when a payment is created. The sandbox may not be more lenient than Mollie."""

import pytest
from sandbox_api import payment, refused

LINE = {
    "description": "Hour",
    "quantity": 2,
    "unitPrice": {"currency": "EUR", "value": "5.00"},
    "totalAmount": {"currency": "EUR", "value": "10.00"},
    "vatRate": "21.00",
    "vatAmount": {"currency": "EUR", "value": "1.74"},
}
ADDRESS = {"givenName": "Jo", "familyName": "Doe", "country": "NL", "email": "jo@example.org"}
# fmt: off
ODD = [None, True, 0, -1, 1.5, "", "x", "\x00", "é" * 300, [], [None], [[]], {}, {"": None}]
FIELDS = [
    "amount", "description", "redirectUrl", "cancelUrl", "webhookUrl", "lines", "billingAddress",
    "shippingAddress", "locale", "method", "issuer", "restrictPaymentMethodsToCountry", "metadata",
    "captureMode", "captureDelay", "sequenceType", "dueDate",
]
# fmt: on


@pytest.mark.parametrize("name", FIELDS)
def test_whatever_stands_in_a_field_is_accepted_or_refused_but_never_a_failure(api, name):
    made = api.pay()
    for value in ODD:
        created = api.post("/payments", payment() | {name: value})
        changed = api.patch(f"/payments/{made['id']}", {name: value})
        assert {created.status, changed.status} <= {200, 201, 422}, value


LINE_FIELDS = [*LINE, "type", "discountAmount", "sku", "quantityUnit", "imageUrl", "categories"]


@pytest.mark.parametrize("name", LINE_FIELDS)
def test_whatever_stands_in_a_line_is_accepted_or_refused_but_never_a_failure(api, name):
    for value in ODD:
        reply = api.post("/payments", payment() | {"lines": [LINE | {name: value}]})
        assert reply.status in (201, 422), value


@pytest.mark.parametrize("name", ["givenName", "email", "country", "phone"])
def test_whatever_stands_in_an_address_is_accepted_or_refused_but_never_a_failure(api, name):
    for value in ODD:
        reply = api.post("/payments", payment() | {"billingAddress": ADDRESS | {name: value}})
        assert reply.status in (201, 422), value


@pytest.mark.parametrize("name", ["amount", "description", "metadata"])
def test_whatever_stands_in_a_refund_is_accepted_or_refused_but_never_a_failure(api, name):
    made = api.paid()
    for value in ODD:
        body = {"amount": {"currency": "EUR", "value": "0.01"}} | {name: value}
        reply = api.post(f"/payments/{made['id']}/refunds", body)
        assert reply.status in (201, 409, 422), value


@pytest.mark.parametrize("name", ["amount", "description", "redirectUrl"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_required_is_missed(api, name, value):
    body = payment() | {name: value}
    error = refused(api, body)
    assert (error["detail"], error["field"]) == (f"The '{name}' field is missing", name)


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"expiresAt": "2027-01-01"}, "expiresAt"),
        ({"amonut": {}}, "amonut"),
        ({"profileId": "pfl_1"}, "profileId"),
        ({"testmode": True}, "testmode"),
        ({"customerId": "cst_1"}, "customerId"),
        ({"redirectUrl": "/return"}, "redirectUrl"),
        ({"redirectUrl": "javascript:alert(1)"}, "redirectUrl"),
        ({"redirectUrl": "https://"}, "redirectUrl"),
        ({"redirectUrl": "https://shop.example.org/a b"}, "redirectUrl"),
        ({"redirectUrl": ["https://shop.example.org"]}, "redirectUrl"),
        ({"cancelUrl": "ftp://shop.example.org"}, "cancelUrl"),
        ({"webhookUrl": "webhook"}, "webhookUrl"),
        ({"webhookUrl": "https://shop.example.org:99999/"}, "webhookUrl"),
        ({"description": 5}, "description"),
        ({"locale": "nl"}, "locale"),
        ({"locale": "xx_XX"}, "locale"),
        ({"method": "unknown"}, "method"),
        ({"method": ["ideal", "unknown"]}, "method"),
        ({"method": []}, "method"),
        ({"method": {"id": "ideal"}}, "method"),
        ({"method": "kbc"}, "method"),
        ({"metadata": "x" * 1100}, "metadata"),
        ({"metadata": {"a": "é" * 600}}, "metadata"),
        ({"metadata": True}, "metadata"),
        ({"metadata": [1]}, "metadata"),
        ({"sequenceType": "recurring"}, "sequenceType"),
        ({"captureMode": "later"}, "captureMode"),
        ({"captureMode": "manual", "method": "ideal"}, "captureMode"),
        ({"captureDelay": "soon"}, "captureDelay"),
        ({"restrictPaymentMethodsToCountry": "nl"}, "restrictPaymentMethodsToCountry"),
        ({"dueDate": "2030-01-01"}, "dueDate"),
        ({"dueDate": "tomorrow", "method": "banktransfer"}, "dueDate"),
        ({"dueDate": "2020-01-01", "method": "banktransfer"}, "dueDate"),
        ({"billingAddress": "Damrak 1"}, "billingAddress"),
        ({"billingAddress": {"street": "Damrak"}}, "billingAddress.street"),
        ({"billingAddress": {"country": "Nederland"}}, "billingAddress.country"),
        ({"billingAddress": {"email": "jo"}}, "billingAddress.email"),
        ({"billingAddress": {"city": 5}}, "billingAddress.city"),
        ({"method": "klarna"}, "billingAddress"),
        ({"method": "klarna", "billingAddress": ADDRESS}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": ["Hour"]}, "lines.0"),
        ({"lines": [LINE | {"name": "x"}]}, "lines.0.name"),
        ({"lines": [LINE | {"quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"type": "tip"}]}, "lines.0.type"),
        ({"lines": [LINE | {"unitPrice": None}]}, "lines.0.unitPrice"),
        ({"lines": [LINE | {"quantity": 3}]}, "lines.0.totalAmount"),
        ({"lines": [LINE | {"vatAmount": {"currency": "EUR", "value": "2.10"}}]},
         "lines.0.vatAmount"),
        ({"lines": [LINE | {"vatRate": "21"}]}, "lines.0.vatRate"),
        ({"lines": [LINE, LINE]}, "amount"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(api, fields, field):
    assert refused(api, payment() | fields)["field"] == field


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": "text"},
        {"metadata": {"a": [1, {"b": None}]}},
        {"metadata": "x" * 1000},
        {"redirectUrl": "http://localhost:8069/return?a=b&c=%20"},
        {"webhookUrl": None},
        {"billingAddress": ADDRESS, "lines": [LINE], "method": "klarna"},
        {"locale": None, "method": None, "metadata": None, "cancelUrl": None},
        {"method": ["ideal", "creditcard"], "restrictPaymentMethodsToCountry": "NL"},
        {"captureMode": "manual", "method": "creditcard"},
        {"sequenceType": "oneoff"},
    ],
)
def test_a_good_field_is_accepted(api, fields):
    assert api.post("/payments", payment() | fields).status == 201


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/webhook",
        "http://127.0.0.1:8069/webhook",
        "http://192.168.1.5/webhook",
        "http://10.0.0.1/webhook",
        "http://[::1]/webhook",
        "http://odoo/webhook",
        "https://shop.local/webhook",
        "https://shop.test/webhook",
    ],
)
def test_a_webhook_that_mollie_cannot_reach_is_refused_when_told_to(api, sandbox, url):
    assert api.post("/payments", payment(webhookUrl=url)).status == 201
    sandbox.settings(allow_local_webhooks=False)
    error = refused(api, payment(webhookUrl=url))
    assert error["field"] == "webhookUrl"
    assert "unreachable from Mollie's point of view" in error["detail"]
    assert api.post("/payments", payment()).status == 201


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"null", b'{"a": NaN}', b"\xff", b"[" * 9999]
)
def test_what_is_no_json_object_is_a_bad_request(api, body):
    assert api.post("/payments", body).status == 400


def test_a_form_is_not_taken_for_json(api):
    reply = api.post("/payments", b"a=b", Content_Type="application/x-www-form-urlencoded")
    assert reply.status == 415


def test_no_body_at_all_misses_its_fields(api):
    assert api.post("/payments").status == 422
