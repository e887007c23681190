"""Webhooks: when they are sent, how often, and how they go astray."""

import socket

import pytest
from sandbox_api import WEBHOOK

MINUTES = [0, 1, 3, 7, 15, 31, 60, 120, 240, 1560]


@pytest.mark.parametrize(
    "status, told",
    [
        ("open", False),
        ("pending", False),
        ("authorized", True),
        ("paid", True),
        ("canceled", True),
        ("expired", True),
        ("failed", True),
    ],
)
def test_some_statuses_are_told_and_some_are_not(api, sandbox, status, told):
    made = api.pay()
    sandbox.set_status(made["id"], status, method="creditcard")
    assert len(sandbox.due_webhooks()) == told


def test_a_webhook_is_the_payments_id_in_a_form_and_keeps_the_addresss_query(api, sandbox):
    made = api.pay()
    sandbox.set_status(made["id"], "paid")
    (hook,) = sandbox.due_webhooks()
    assert (hook.url, hook.path) == (WEBHOOK, "/webhook?token=abc")
    assert hook.body == f"id={made['id']}"
    assert hook.headers["User-Agent"] == "Mollie HTTP client/1.0"
    assert hook.attempt == 1


@pytest.mark.parametrize(
    "status, told",
    [("queued", 0), ("pending", 0), ("processing", 1), ("refunded", 1), ("failed", 1)],
)
def test_some_steps_of_a_refund_are_told(api, sandbox, status, told):
    sandbox.add_refund(api.paid()["id"], "1.00", status=status)
    assert len(sandbox.due_webhooks()) == told


def test_without_an_address_nothing_is_sent(api, sandbox):
    sandbox.set_status(api.pay(webhookUrl=None)["id"], "paid")
    assert sandbox.webhooks() == []


def test_a_webhook_goes_to_the_address_of_the_moment(api, sandbox):
    made = api.pay()
    api.patch(f"/payments/{made['id']}", {"webhookUrl": "https://shop.example.org/new"})
    sandbox.set_status(made["id"], "paid")
    assert sandbox.due_webhooks()[0].url == "https://shop.example.org/new"


def test_a_webhook_is_tried_ten_times_on_mollies_schedule(api, sandbox):
    sandbox.set_status(api.pay()["id"], "paid")
    passed = 0
    for attempt, minutes in enumerate(MINUTES, start=1):
        if minutes:
            sandbox.advance(minutes=minutes - passed, seconds=-30)
            assert sandbox.due_webhooks() == []
            sandbox.advance(seconds=31)
            passed = minutes
            sandbox.advance(seconds=-1)
        (hook,) = sandbox.due_webhooks()
        assert hook.attempt == attempt
        hook.answer(503)
    sandbox.advance(days=30)
    assert sandbox.due_webhooks() == []
    assert sandbox.webhooks()[0]["state"] == "failed"


@pytest.mark.parametrize("status", [201, 204, 302, 400, 404, 500, "timeout"])
def test_only_a_200_is_success(api, sandbox, status):
    sandbox.set_status(api.pay()["id"], "paid")
    sandbox.due_webhooks()[0].answer(status)
    sandbox.advance(minutes=2)
    (again,) = sandbox.due_webhooks()
    again.answer(200)
    sandbox.advance(days=30)
    assert sandbox.due_webhooks() == []


def test_what_was_taken_is_not_handed_out_twice(api, sandbox):
    sandbox.set_status(api.pay()["id"], "paid")
    assert len(sandbox.due_webhooks()) == 1
    assert sandbox.due_webhooks() == []


def test_webhooks_get_lost(api, sandbox):
    sandbox.webhook_settings(lose=1)
    for _ in range(2):
        sandbox.set_status(api.pay()["id"], "paid")
    assert len(sandbox.due_webhooks()) == 1
    assert len(sandbox.webhooks(state="dropped")) == 1
    sandbox.set_status(api.pay()["id"], "paid")
    assert len(sandbox.drop_webhooks()) == 1
    assert sandbox.due_webhooks() == []


def test_webhooks_come_twice(api, sandbox):
    sandbox.webhook_settings(copies=2)
    made = api.pay()
    sandbox.set_status(made["id"], "paid")
    assert [hook.payment_id for hook in sandbox.due_webhooks()] == [made["id"]] * 2
    assert len(sandbox.repeat_webhooks(payment_id=made["id"])) == 2
    assert len(sandbox.due_webhooks()) == 2


def test_webhooks_come_late_and_out_of_order(api, sandbox):
    made = [api.pay()["id"] for _ in range(3)]
    for payment_id in made:
        sandbox.set_status(payment_id, "paid")
    sandbox.webhook_settings(order="lifo")
    sandbox.delay_webhooks(3600, payment_id=made[1])
    assert [hook.payment_id for hook in sandbox.due_webhooks()] == [made[2], made[0]]
    sandbox.webhook_settings(delay=60, order="fifo")
    sandbox.set_status(made[0], "failed")
    assert sandbox.due_webhooks() == []
    sandbox.advance(hours=1, minutes=1)
    assert {hook.payment_id for hook in sandbox.due_webhooks()} == {made[0], made[1]}


def test_a_test_can_send_one_for_no_reason(api, sandbox):
    made = api.pay()
    sandbox.notify(made["id"])
    assert sandbox.due_webhooks()[0].payment_id == made["id"]


# --- delivering ----------------------------------------------------------------------------------


def deliver(sandbox, api, url, attempts=1):
    """Let a payment be paid whose webhook goes to `url`; wait for what comes of it."""
    sandbox.webhook_settings(mode="deliver")
    made = api.pay(webhookUrl=url)
    sandbox.set_status(made["id"], "paid")
    (hook,) = sandbox.wait_webhooks(attempts, made["id"])
    return made, hook


def test_in_deliver_mode_the_sandbox_posts_as_mollie_does(sandbox, api, receiver):
    made, hook = deliver(sandbox, api, f"{receiver.url}/webhook?token=abc")
    ((method, path, headers, body),) = receiver.got
    assert (method, path, body) == ("POST", "/webhook?token=abc", f"id={made['id']}")
    assert headers["User-Agent"] == "Mollie HTTP client/1.0"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert hook["state"] == "delivered"


def test_a_refused_delivery_is_tried_again_when_the_clock_says_so(sandbox, api, receiver):
    receiver.answers = [(503, {})]
    made, hook = deliver(sandbox, api, receiver.url)
    assert (hook["state"], hook["attempts"]) == ("waiting", [503])
    sandbox.advance(minutes=1)
    (hook,) = sandbox.wait_webhooks(2, made["id"])
    assert (hook["state"], hook["attempts"]) == ("delivered", [503, 200])


def test_a_redirect_of_the_302_kind_loses_the_body(sandbox, api, receiver):
    receiver.answers = [(302, {"Location": "/elsewhere"})]
    deliver(sandbox, api, f"{receiver.url}/webhook")
    assert [(got[0], got[1], got[3]) for got in receiver.got][1] == ("GET", "/elsewhere", "")


def test_a_redirect_of_the_307_kind_keeps_the_body(sandbox, api, receiver):
    receiver.answers = [(307, {"Location": "/elsewhere"})]
    made, _hook = deliver(sandbox, api, f"{receiver.url}/webhook")
    assert receiver.got[1][0::3] == ("POST", f"id={made['id']}")


def test_a_name_on_this_machine_is_reached(sandbox, api, receiver):
    url = receiver.url.replace("127.0.0.1", "localhost")
    assert deliver(sandbox, api, url)[1]["state"] == "delivered"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.org/webhook",
        "http://192.0.2.1/webhook",
        "http://localhost.example.org/webhook",
        "https://localhost/webhook",
        "http://127.0.0.1@192.0.2.1/webhook",
    ],
)
def test_no_other_machine_is_ever_contacted(sandbox, api, url):
    _made, hook = deliver(sandbox, api, url)
    assert (hook["state"], hook["attempts"]) == ("failed", ["not loopback"])


def test_not_even_by_a_redirect(sandbox, api, receiver):
    receiver.answers = [(302, {"Location": "http://192.0.2.1/"})]
    assert deliver(sandbox, api, receiver.url)[1]["attempts"] == ["not loopback"]


def test_nobody_there_counts_as_a_failed_attempt(sandbox, api):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        _made, hook = deliver(sandbox, api, f"http://127.0.0.1:{deaf.getsockname()[1]}/")
    assert hook["attempts"] == ["ConnectionRefusedError"]


def test_an_expiry_is_told_without_anybody_asking(sandbox, api, receiver):
    sandbox.webhook_settings(mode="deliver")
    made = api.pay(webhookUrl=receiver.url)
    sandbox.advance(minutes=16)
    (hook,) = sandbox.wait_webhooks(1, made["id"])
    assert hook["reason"] == "expired"


def test_a_held_webhook_can_be_posted_by_the_driver(sandbox, api, receiver):
    sandbox.set_status(api.pay(webhookUrl=f"{receiver.url}/w")["id"], "paid")
    receiver.answers = [(500, {})]
    assert sandbox.due_webhooks()[0].deliver({"Cookie": "a=b"}) == 500
    assert receiver.got[0][2]["Cookie"] == "a=b"
    sandbox.advance(minutes=2)
    assert sandbox.due_webhooks()[0].deliver() == 200
    assert sandbox.webhooks()[0]["state"] == "delivered"
