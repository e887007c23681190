"""Captures: collecting an authorised amount, in whole, in part, or not at all."""

import pytest


def authorized(api, sandbox, method="creditcard"):
    made = api.pay(captureMode="manual")
    sandbox.set_status(made["id"], "authorized", method=method, webhook=False)
    return made


def capture(api, made, value=None):
    body = {"amount": {"currency": "EUR", "value": value}} if value else {}
    return api.post(f"/payments/{made['id']}/captures", body)


def shown(api, made):
    got = api.get(f"/payments/{made['id']}").json
    return got["status"], got["amountCaptured"]["value"]


def test_a_whole_capture_makes_the_payment_paid(api, sandbox):
    made = authorized(api, sandbox)
    assert shown(api, made) == ("authorized", "0.00")
    got = capture(api, made)
    assert (got.status, got.json["status"]) == (201, "pending")
    assert got.json["id"].startswith("cpt_")
    assert shown(api, made) == ("paid", "10.00")
    assert [hook.reason for hook in sandbox.due_webhooks()] == ["paid"]


def test_only_what_was_captured_can_be_refunded(api, sandbox):
    made = authorized(api, sandbox)
    capture(api, made, "4.00")
    got = api.get(f"/payments/{made['id']}").json
    assert (got["status"], got["amountRemaining"]["value"]) == ("paid", "4.00")
    assert "captures" in got["_links"]


def test_a_capture_may_take_its_time_and_may_fail(api, sandbox):
    made = authorized(api, sandbox)
    sandbox.settings(capture_seconds=3600)
    first = capture(api, made).json
    assert shown(api, made) == ("authorized", "0.00")
    sandbox.set_capture_status(first["id"], "failed")
    assert capture(api, made).status == 201
    sandbox.advance(hours=2)
    assert shown(api, made) == ("paid", "10.00")


@pytest.mark.parametrize("value", ["10.01", "0.00"])
def test_more_than_was_authorised_or_nothing_is_refused(api, sandbox, value):
    reply = capture(api, authorized(api, sandbox), value)
    assert (reply.status, reply.json["field"]) == (422, "amount")


@pytest.mark.parametrize("status", ["open", "paid", "canceled", "failed"])
def test_what_is_not_authorized_is_not_captured(api, sandbox, status):
    made = api.pay()
    sandbox.set_status(made["id"], status, method="creditcard")
    assert capture(api, made).status == 422


def test_a_card_is_captured_once_and_a_pay_later_method_in_parts(api, sandbox):
    card, klarna = authorized(api, sandbox), authorized(api, sandbox, "klarna")
    for made, second in ((card, 422), (klarna, 201)):
        assert capture(api, made, "4.00").status == 201
        assert capture(api, made, "3.00").status == second
    assert shown(api, klarna) == ("paid", "7.00")


def test_what_is_released_is_canceled_and_not_captured(api, sandbox):
    made = authorized(api, sandbox)
    path = f"/payments/{made['id']}/release-authorization"
    assert api.post(path).status == 202
    assert api.get(f"/payments/{made['id']}").json["status"] == "canceled"
    assert api.post(path).status == 422
    assert capture(api, made).status == 422


def test_the_rest_of_a_part_is_released_and_the_payment_stays_paid(api, sandbox):
    made = authorized(api, sandbox, "klarna")
    capture(api, made, "4.00")
    path = f"/payments/{made['id']}/release-authorization"
    assert shown(api, made) == ("paid", "4.00")
    assert api.post(path).status == 202
    assert shown(api, made) == ("paid", "4.00")
    assert capture(api, made, "1.00").status == 422


def test_an_authorization_that_nobody_captures_lapses(api, sandbox):
    made = authorized(api, sandbox)
    sandbox.advance(days=8)
    assert api.get(f"/payments/{made['id']}").json["status"] == "expired"


def test_captures_are_listed_and_found(api, sandbox):
    made = authorized(api, sandbox)
    capture_id = capture(api, made).json["id"]
    path = f"/payments/{made['id']}/captures"
    assert api.get(path).json["count"] == 1
    assert api.get(f"{path}/{capture_id}").json["status"] == "succeeded"
    assert api.get(f"{path}/cpt_none").status == 404


def test_a_capture_from_the_dashboard_counts_too(api, sandbox):
    made = authorized(api, sandbox)
    sandbox.add_capture(made["id"])
    assert shown(api, made) == ("paid", "10.00")
