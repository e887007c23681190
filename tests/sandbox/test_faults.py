"""Faults: each goes wrong as it says, hits whom it should, and leaves what it should."""

import http.client
import json
import threading
import time

import pytest
from sandbox_api import payment
from tests.mollie_sandbox import SandboxError

LOST = (ConnectionError, http.client.HTTPException)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 599])
def test_a_status_comes_with_mollies_error_body_and_nothing_is_done(api, sandbox, status):
    sandbox.fault(status)
    reply = api.post("/payments", payment())
    assert (reply.status, reply.json["status"]) == (status, status)
    assert reply.json["detail"] and reply.json["title"]
    assert sandbox.payments() == []
    assert api.post("/payments", payment()).status == 201


@pytest.mark.parametrize("kind, status", [("503", 503), ("502", 502), ("empty", 200)])
def test_an_answer_may_be_put_in_the_place_of_work_that_was_done(api, sandbox, kind, status):
    sandbox.fault(kind, as_made=True)
    assert api.post("/payments", payment()).status == status
    assert len(sandbox.payments()) == 1


@pytest.mark.parametrize(
    "instead, told", [([], {"currency": "EUR"}), ([None], {"currency": "EUR", "value": None})]
)
def test_one_place_of_a_reply_may_be_twisted_however_deep(api, sandbox, instead, told):
    sandbox.fault("twist", at=["amount", "value"], instead=instead)
    made = api.post("/payments", payment()).json
    assert made["amount"] == told
    assert sandbox.payment(made["id"])["amount"] == payment()["amount"]


def test_a_twist_waits_for_an_answer_that_has_its_place(api, sandbox):
    sandbox.fault("twist", at=["_embedded", "payments", 0, "amount"], instead=[None])
    made = api.post("/payments", payment())
    assert made.status == 201
    assert made.json["amount"] == payment()["amount"]
    (listed,) = api.get("/payments").json["_embedded"]["payments"]
    assert listed["amount"] is None


def test_a_rate_limit_may_say_how_long(api, sandbox):
    sandbox.fault("429")
    assert "Retry-After" not in api.get("/methods").headers
    sandbox.fault("429", retry_after="3600")
    assert api.get("/methods").headers["Retry-After"] == "3600"


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_answers_in_html(api, sandbox, status):
    sandbox.fault(status)
    reply = api.get("/methods")
    assert (reply.status, reply.headers["Content-Type"]) == (status, "text/html")


@pytest.mark.parametrize("kind", ["broken-json", "half-json", "html", "empty"])
def test_what_should_be_json_is_not(api, sandbox, kind):
    sandbox.fault(kind)
    reply = api.get("/methods")
    assert reply.status == 200
    with pytest.raises(ValueError):
        json.loads(reply.body)


@pytest.mark.parametrize(
    "kind, body",
    [
        ("no-detail", {"status": 500, "title": "Internal Server Error"}),
        ("text-status", {"status": "error", "title": "Error", "detail": "Error"}),
        ("list", []),
        ("null", None),
    ],
)
def test_json_may_be_of_the_wrong_shape(api, sandbox, kind, body):
    sandbox.fault(kind)
    assert api.get("/methods").json == body


def test_any_body_and_status_can_be_had(api, sandbox):
    sandbox.fault("list", body='{"a": 1}', status=418)
    reply = api.get("/methods")
    assert (reply.status, reply.json) == (418, {"a": 1})


def test_one_reply_may_be_a_lie_and_the_next_is_true(api, sandbox):
    links = {"checkout": {"href": "https://evil.example.org", "type": "text/html"}}
    sandbox.fault("lie", method="POST", fields={"id": "tr_other", "_links": links}, remove=["mode"])
    lie = api.post("/payments", payment()).json
    (made,) = sandbox.payments()
    assert lie["id"] == "tr_other" != made["id"]
    assert lie["_links"]["checkout"]["href"] == "https://evil.example.org"
    assert "self" in lie["_links"] and "mode" not in lie


def test_a_redirect_leads_elsewhere(api, sandbox):
    sandbox.fault("redirect", location="http://127.0.0.1:9/steal")
    reply = api.get("/methods")
    assert (reply.status, reply.headers["Location"]) == (302, "http://127.0.0.1:9/steal")


def test_a_connection_is_closed_without_an_answer_and_nothing_is_done(api, sandbox):
    sandbox.fault("close")
    with pytest.raises(LOST):
        api.post("/payments", payment())
    assert sandbox.payments() == []
    assert [call["status"] for call in sandbox.requests()] == [0]


def test_the_work_is_done_and_the_answer_cut(api, sandbox):
    sandbox.fault("cut-after", method="POST")
    with pytest.raises(LOST):
        api.post("/payments", payment())
    assert len(sandbox.payments()) == 1
    assert [call["status"] for call in sandbox.requests()] == [201]


def test_the_work_is_done_and_half_of_the_answer_sent(api, sandbox):
    sandbox.fault("cut-half", method="POST")
    with pytest.raises(LOST):
        api.post("/payments", payment())
    assert len(sandbox.payments()) == 1


@pytest.mark.parametrize("kind, done", [("slow", 0), ("slow-after", 1)])
def test_a_slow_answer_is_slow_before_or_after_the_work(api, sandbox, kind, done):
    sandbox.fault(kind, seconds=60)
    thread = threading.Thread(target=lambda: api.post("/payments", payment()))
    thread.start()
    sandbox.wait_held()
    assert len(sandbox.payments()) == done
    sandbox.clear_faults()
    thread.join()
    assert len(sandbox.payments()) == 1


def test_a_slow_answer_takes_the_seconds_it_was_given(api, sandbox):
    sandbox.fault("slow", seconds=0.3)
    start = time.monotonic()
    assert api.get("/methods").status == 200
    assert time.monotonic() - start >= 0.3


def test_a_trickling_answer_is_whole_in_the_end(api, sandbox):
    sandbox.fault("trickle", seconds=0.2)
    assert api.get("/profiles/me").json["resource"] == "profile"


def test_a_slow_request_does_not_hold_up_the_others(api, sandbox):
    sandbox.fault("slow", seconds=60)
    thread = threading.Thread(target=lambda: api.get("/methods"))
    thread.start()
    sandbox.wait_held()
    assert api.get("/methods").status == 200
    sandbox.clear_faults()
    thread.join()


def test_the_webhook_may_overtake_the_answer(api, sandbox, receiver):
    sandbox.webhook_settings(mode="deliver")
    sandbox.fault("webhook-first", method="POST", payment_status="paid")
    reply = api.post("/payments", payment(webhookUrl=receiver.url))
    assert [got[3] for got in receiver.got] == [f"id={reply.json['id']}"]
    assert reply.json["status"] == "open"
    assert sandbox.payment(reply.json["id"])["status"] == "paid"


def test_in_hold_mode_the_overtaking_webhook_waits_in_the_queue(api, sandbox):
    sandbox.fault("webhook-first", method="POST")
    made = api.post("/payments", payment()).json
    assert [hook.payment_id for hook in sandbox.due_webhooks()] == [made["id"]]


def test_a_fault_hits_by_method_path_and_count(api, sandbox):
    sandbox.fault("503", method="POST", path=r"^/v2/payments$", times=2, skip=1)
    assert api.get("/payments").status == 200
    assert [api.post("/payments", payment()).status for _ in range(4)] == [201, 503, 503, 201]


def test_a_fault_without_count_lasts_until_it_is_cleared(api, sandbox):
    sandbox.fault("500", times=None)
    assert [api.get("/methods").status for _ in range(5)] == [500] * 5
    sandbox.clear_faults()
    assert api.get("/methods").status == 200


def test_control_and_checkout_go_on_during_a_fault(api, sandbox):
    made = api.pay()
    sandbox.fault("503", path=".", times=None)
    assert sandbox.payment(made["id"])["id"] == made["id"]
    assert api.page(f"/checkout/{made['id']}").status == 302


def test_a_fault_that_does_not_exist_is_refused(sandbox):
    with pytest.raises(SandboxError, match="Unknown fault"):
        sandbox.fault("gremlins")
