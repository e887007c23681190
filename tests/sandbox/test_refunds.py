"""Refunds: their arithmetic, their life, and how they are refused."""

import pytest


def refund(api, made, value="4.00", **more):
    body = {"amount": {"currency": "EUR", "value": value}, "description": "Back", **more}
    return api.post(f"/payments/{made['id']}/refunds", body)


def remaining(api, made):
    got = api.get(f"/payments/{made['id']}").json
    return got["amountRefunded"]["value"], got["amountRemaining"]["value"]


def test_a_refund_lowers_what_remains_and_leaves_the_payment_paid(api):
    made = api.paid()
    got = refund(api, made, metadata={"a": 1})
    assert got.status == 201
    assert got.json["resource"] == "refund"
    assert (got.json["status"], got.json["metadata"]) == ("pending", {"a": 1})
    assert got.json["paymentId"] == made["id"]
    assert remaining(api, made) == ("4.00", "6.00")
    assert api.get(f"/payments/{made['id']}").json["status"] == "paid"


def test_refunds_go_up_to_what_remains_and_no_further(api):
    made = api.paid()
    refund(api, made, "4.00")
    refused = refund(api, made, "6.01")
    assert (refused.status, refused.json["field"]) == (422, "amount.value")
    assert refused.json["detail"] == "The specified amount cannot be refunded"
    assert refund(api, made, "6.00").status == 201
    assert refund(api, made, "0.01").status == 422


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "amount"),
        ({"amount": {"currency": "EUR", "value": "1"}}, "amount.value"),
        ({"amount": {"currency": "EUR", "value": "0.00"}}, "amount.value"),
        ({"amount": {"currency": "USD", "value": "1.00"}}, "amount.currency"),
        ({"amount": {"currency": "EUR", "value": "1.00"}, "reason": "x"}, "reason"),
        ({"amount": {"currency": "EUR", "value": "1.00"}, "testmode": True}, "testmode"),
    ],
)
def test_a_bad_refund_is_refused_with_the_field_at_fault(api, body, field):
    reply = api.post(f"/payments/{api.paid()['id']}/refunds", body)
    assert (reply.status, reply.json["field"]) == (422, field)


@pytest.mark.parametrize("status", ["open", "pending", "authorized", "failed", "expired"])
def test_what_is_not_paid_is_not_refunded(api, sandbox, status):
    made = api.pay()
    sandbox.set_status(made["id"], status, method="creditcard")
    assert refund(api, made).status == 422


def test_the_same_amount_again_within_the_hour_is_a_duplicate_whatever_the_key(api, sandbox):
    made = api.paid("20.00")
    assert refund(api, made).status == 201
    path = f"/payments/{made['id']}/refunds"
    again = api.post(path, {"amount": {"currency": "EUR", "value": "4.00"}}, Idempotency_Key="n")
    assert (again.status, again.json["detail"]) == (409, "A duplicate refund has been detected")
    assert refund(api, made, "4.01").status == 201
    sandbox.advance(minutes=61)
    assert refund(api, made).status == 201


def test_after_a_failed_refund_the_same_amount_is_no_duplicate(api, sandbox):
    made = api.paid()
    sandbox.set_refund_status(refund(api, made).json["id"], "failed")
    assert remaining(api, made) == ("0.00", "10.00")
    assert refund(api, made).status == 201


def test_a_refund_is_carried_out_by_and_by_and_the_webhooks_say_so(api, sandbox):
    made = api.paid()
    path = f"/payments/{made['id']}/refunds/{refund(api, made).json['id']}"
    sandbox.advance(hours=1, minutes=59)
    assert api.get(path).json["status"] == "pending"
    sandbox.advance(minutes=2)
    assert api.get(path).json["status"] == "processing"
    sandbox.advance(days=1)
    assert api.get(path).json["status"] == "refunded"
    hooks = sandbox.webhooks()
    assert [hook["reason"] for hook in hooks] == ["refund processing", "refund refunded"]
    assert {hook["payment_id"] for hook in hooks} == {made["id"]}


def test_a_refund_is_canceled_while_it_waits_and_not_later(api, sandbox):
    made = api.paid()
    path = f"/payments/{made['id']}/refunds/{refund(api, made).json['id']}"
    assert api.delete(path).status == 204
    assert api.get(path).json["status"] == "canceled"
    assert remaining(api, made) == ("0.00", "10.00")
    assert api.delete(path).status == 422
    later = refund(api, made, "3.00").json["id"]
    sandbox.advance(hours=3)
    assert api.delete(f"/payments/{made['id']}/refunds/{later}").status == 422


def test_a_balance_that_is_too_low_refuses_or_queues(api, sandbox):
    made = api.paid()
    sandbox.settings(balances={"EUR": "5.00"})
    assert refund(api, made, "5.01").status == 422
    assert refund(api, made, "4.00").json["status"] == "pending"
    sandbox.settings(queue_refunds=True)
    queued = refund(api, made, "5.00").json
    assert queued["status"] == "queued"
    sandbox.settings(balances={"EUR": "100.00"})
    path = f"/payments/{made['id']}/refunds/{queued['id']}"
    assert api.get(path).json["status"] == "pending"


def test_a_refund_from_the_dashboard_is_seen_through_the_api(api, sandbox):
    made = api.paid()
    theirs = sandbox.add_refund(made["id"], "10.00", status="refunded")
    assert api.get(f"/payments/{made['id']}/refunds/{theirs['id']}").json["status"] == "refunded"
    assert remaining(api, made) == ("10.00", "0.00")
    assert [hook.reason for hook in sandbox.due_webhooks()] == ["refund refunded"]


def test_refunds_are_listed_newest_first_for_a_payment_and_for_the_profile(api):
    first, second = api.paid(), api.paid()
    made = [refund(api, p, v).json["id"] for p, v in ((first, "1.00"), (second, "2.00"))]
    one = api.get(f"/payments/{first['id']}/refunds").json
    assert [item["id"] for item in one["_embedded"]["refunds"]] == made[:1]
    everyone = api.get("/refunds?embed=payment").json["_embedded"]["refunds"]
    assert [item["id"] for item in everyone] == made[::-1]
    assert everyone[0]["_embedded"]["payment"]["id"] == second["id"]


def test_an_unknown_refund_is_not_found(api):
    made = api.paid()
    reply = api.get(f"/payments/{made['id']}/refunds/re_none")
    assert (reply.status, reply.json["detail"]) == (404, "No refund exists with token re_none.")
    assert api.delete(f"/payments/{made['id']}/refunds/re_none").status == 404
