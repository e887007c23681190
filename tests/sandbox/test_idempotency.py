"""Idempotency keys: the same again, something else, at once, and too late."""

import threading

from sandbox_api import Api, payment


def test_the_same_request_again_is_answered_from_memory(api, sandbox):
    first = api.post("/payments", payment(), Idempotency_Key="k")
    again = api.post("/payments", payment(), Idempotency_Key="k")
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.body) == (201, first.body)
    assert len(sandbox.payments()) == 1
    assert [call["replayed"] for call in sandbox.requests()] == [False, True]


def test_another_request_with_the_same_key_is_refused(api, sandbox):
    api.post("/payments", payment(), Idempotency_Key="k")
    assert api.post("/payments", payment("11.00"), Idempotency_Key="k").status == 400
    made = sandbox.payments()[0]
    other_path = api.post(f"/payments/{made['id']}/refunds", payment(), Idempotency_Key="k")
    assert other_path.status == 400
    assert len(sandbox.payments()) == 1


def test_a_refusal_is_remembered_too(api):
    first = api.post("/payments", {}, Idempotency_Key="k")
    again = api.post("/payments", {}, Idempotency_Key="k")
    assert (first.status, again.status) == (422, 422)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_an_hour_later_the_key_is_forgotten(api, sandbox):
    first = api.post("/payments", payment(), Idempotency_Key="k").json
    sandbox.advance(minutes=59)
    assert api.post("/payments", payment(), Idempotency_Key="k").json["id"] == first["id"]
    sandbox.advance(minutes=2)
    assert api.post("/payments", payment(), Idempotency_Key="k").json["id"] != first["id"]


def test_keys_of_two_merchants_are_strangers(api, sandbox):
    other = Api(sandbox, "test_" + "y" * 32)
    first = api.post("/payments", payment(), Idempotency_Key="k").json
    assert other.post("/payments", payment(), Idempotency_Key="k").json["id"] != first["id"]


def test_a_second_request_while_the_first_is_in_hand_is_a_conflict(api, sandbox):
    replies = []
    sandbox.fault("slow", method="POST", seconds=30)

    def post():
        replies.append(api.post("/payments", payment(), Idempotency_Key="k"))

    first = threading.Thread(target=post)
    first.start()
    sandbox.wait_held()
    conflict = api.post("/payments", payment(), Idempotency_Key="k")
    assert conflict.status == 409
    assert "already being processed" in conflict.json["detail"]
    sandbox.clear_faults()
    first.join()
    assert replies[0].status == 201
    assert api.post("/payments", payment(), Idempotency_Key="k").json == replies[0].json


def test_a_gateways_failure_is_not_remembered(api, sandbox):
    sandbox.fault("503")
    assert api.post("/payments", payment(), Idempotency_Key="k").status == 503
    assert api.post("/payments", payment(), Idempotency_Key="k").status == 201


def test_after_a_cut_answer_the_key_brings_the_payment_back(api, sandbox):
    sandbox.fault("cut-after", method="POST")
    try:
        api.post("/payments", payment(), Idempotency_Key="k")
    except ConnectionError:
        pass
    (made,) = sandbox.payments()
    assert api.post("/payments", payment(), Idempotency_Key="k").json["id"] == made["id"]


def test_keys_mean_nothing_to_reading(api):
    made = api.pay()
    path = f"/payments/{made['id']}"
    assert api.get(path, Idempotency_Key="k").status == 200
    assert api.get("/payments", Idempotency_Key="k").status == 200
