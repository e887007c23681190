"""Payments: what they look like in each status, and whose they are."""

import pytest
from sandbox_api import KEY, RETURN, Api, payment


def test_a_new_payment_is_open_and_shows_what_was_sent(api):
    made = api.pay(metadata={"invoice": 7}, locale="nl_NL", cancelUrl="https://shop.example.org/no")
    assert made["resource"] == "payment"
    assert made["id"].startswith("tr_")
    assert (made["mode"], made["status"], made["sequenceType"]) == ("test", "open", "oneoff")
    assert made["amount"] == {"currency": "EUR", "value": "10.00"}
    assert made["metadata"] == {"invoice": 7}
    assert made["redirectUrl"] == RETURN
    assert made["method"] is None
    assert made["isCancelable"] is False
    assert set(made["_links"]) == {"self", "dashboard", "checkout", "documentation"}


def test_replies_are_hal_json(api):
    reply = api.post("/payments", payment())
    assert reply.headers["Content-Type"] == "application/hal+json"


def test_a_description_is_cut_and_not_refused(api):
    assert api.pay(description="x" * 300)["description"] == "x" * 255


LINKS = {
    "open": {"checkout"},
    "pending": {"changePaymentState"},
    "authorized": {"changePaymentState", "captures"},
    "paid": {"changePaymentState"},
    "canceled": set(),
    "expired": set(),
    "failed": set(),
}
EXTRAS = {
    "open": {"expiresAt", "isCancelable"},
    "pending": {"isCancelable"},
    "authorized": {
        "authorizedAt",
        "captureBefore",
        "amountCaptured",
        "isCancelable",
        "details",
    },
    "paid": {"paidAt", "amountRefunded", "amountRemaining", "countryCode", "locale", "details"},
    "canceled": {"canceledAt"},
    "expired": {"expiredAt"},
    "failed": {"failedAt", "details"},
}
EVERY = {name for names in EXTRAS.values() for name in names}


@pytest.mark.parametrize("status", LINKS)
def test_each_status_brings_its_own_fields_and_links(api, sandbox, status):
    made = api.pay()
    sandbox.set_status(made["id"], status, method="creditcard")
    got = api.get(f"/payments/{made['id']}").json
    assert got["status"] == status
    assert got.keys() & EVERY == EXTRAS[status]
    assert set(got["_links"]) == {"self", "dashboard", "documentation"} | LINKS[status]


def test_a_live_payment_has_no_link_to_change_its_state(sandbox):
    live = Api(sandbox, KEY.replace("test_", "live_"))
    assert "changePaymentState" not in live.paid()["_links"]


def test_an_unknown_payment_is_named_in_the_refusal(api):
    reply = api.get("/payments/tr_unknown")
    assert reply.status == 404
    assert reply.json["detail"] == "No payment exists with token tr_unknown."
    assert reply.json["title"] == "Not Found"


def test_nobody_sees_another_profiles_or_another_modes_payment(api, sandbox):
    made = api.pay()
    for key in ("test_" + "stranger" * 4, KEY.replace("test_", "live_")):
        stranger = Api(sandbox, key)
        assert stranger.get(f"/payments/{made['id']}").status == 404
        assert stranger.get("/payments").json["count"] == 0


def test_the_bank_transfers_account_is_shown_while_it_is_open(api):
    made = api.pay(method="banktransfer")
    assert set(made["details"]) == {"bankName", "bankAccount", "bankBic", "transferReference"}
    assert made["isCancelable"] is True


def test_a_list_with_one_method_is_that_method(api):
    assert api.pay(method=["ideal"])["method"] == "ideal"
    assert api.pay(method=["ideal", "creditcard"])["method"] is None


def test_an_open_payment_changes_but_not_in_its_amount(api):
    made = api.pay()
    path = f"/payments/{made['id']}"
    assert api.patch(path, {"description": "New", "metadata": None}).json["description"] == "New"
    reply = api.patch(path, {"amount": {"currency": "EUR", "value": "1.00"}})
    assert (reply.status, reply.json["field"]) == (422, "amount")


def test_a_paid_payment_keeps_its_method_but_may_get_another_webhook(api):
    path = f"/payments/{api.paid()['id']}"
    assert api.patch(path, {"method": "creditcard"}).status == 422
    assert api.patch(path, {"webhookUrl": "https://shop.example.org/b"}).status == 200


def test_an_update_sends_no_webhook(api, sandbox):
    made = api.pay()
    api.patch(f"/payments/{made['id']}", {"description": "New"})
    assert sandbox.webhooks() == []


def test_only_what_is_cancelable_is_canceled(api):
    card, transfer = api.pay(method="creditcard"), api.pay(method="banktransfer")
    refused = api.delete(f"/payments/{card['id']}")
    assert (refused.status, refused.json["detail"]) == (422, "The payment cannot be cancelled")
    assert api.delete(f"/payments/{transfer['id']}").json["status"] == "canceled"
    assert api.delete(f"/payments/{transfer['id']}").status == 422


def test_a_refusal_to_cancel_can_be_lifted_by_a_test(api, sandbox):
    made = api.pay(method="creditcard")
    sandbox.set_status(made["id"], "pending", cancelable=True)
    assert api.delete(f"/payments/{made['id']}").status == 200


def test_pages_are_linked_both_ways(api):
    ids = [api.pay()["id"] for _ in range(5)][::-1]
    second = api.get(f"/payments?from={ids[2]}&limit=2").json
    assert [item["id"] for item in second["_embedded"]["payments"]] == ids[2:4]
    assert f"from={ids[0]}" in second["_links"]["previous"]["href"]
    assert f"from={ids[4]}" in second["_links"]["next"]["href"]
    assert api.get(f"/payments?from={ids[4]}").json["_links"]["next"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=251", "limit=x", "limit=", "from=tr_none", "sort=up"]
)
def test_a_bad_query_is_refused(api, query):
    api.pay()
    assert api.get(f"/payments?{query}").status == 400


def test_an_unknown_embed_is_refused(api):
    assert api.get(f"/payments/{api.pay()['id']}?embed=all").status == 400


@pytest.mark.parametrize(
    "path", ["/payments?testmode=true", "/payments?embed=refunds", "/refunds?profileId=pfl_1"]
)
def test_a_query_parameter_that_the_address_lacks_is_refused(api, path):
    reply = api.get(path)
    assert reply.status == 422
    assert reply.json["detail"].startswith("Non-existent query parameter")


def test_embedded_refunds_and_chargebacks_come_with_the_payment(api, sandbox):
    made = api.paid()
    sandbox.add_refund(made["id"], "1.00")
    sandbox.add_chargeback(made["id"], "2.00")
    got = api.get(f"/payments/{made['id']}?embed=refunds,chargebacks").json
    assert got["_embedded"]["refunds"][0]["amount"]["value"] == "1.00"
    assert got["_embedded"]["chargebacks"][0]["amount"]["value"] == "2.00"
    assert {"refunds", "chargebacks"} < set(got["_links"])
    assert "_embedded" not in api.get(f"/payments/{made['id']}").json


def test_a_payment_can_be_lied_about_and_the_truth_comes_back(api, sandbox):
    made = api.paid()
    path = f"/payments/{made['id']}"
    sandbox.tamper(made["id"], {"mode": "live", "amount": {"value": "9.99"}}, remove=["metadata"])
    lie = api.get(path).json
    assert lie["amount"] == {"currency": "EUR", "value": "9.99"}
    assert lie["mode"] == "live"
    assert "metadata" not in lie
    sandbox.tamper(made["id"])
    assert api.get(path).json["amount"]["value"] == "10.00"


@pytest.mark.parametrize("path", ["/payments/", "/elsewhere", "/payments/tr_x/y", "//payments"])
def test_an_address_that_mollie_lacks_is_not_found(api, path):
    reply = api.get(path)
    assert (reply.status, reply.json["status"]) == (404, 404)


def test_a_method_that_an_address_lacks_is_refused(api):
    assert api.ask("PUT", "/v2/payments", {}).status == 405
