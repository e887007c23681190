"""The movable clock, and what expires under it."""

import datetime

import pytest

LIVES = [
    (None, 15),
    ("ideal", 15),
    ("creditcard", 15),
    ("bancontact", 60),
    ("eps", 60),
    ("przelewy24", 60),
    ("paypal", 3 * 60),
    ("banktransfer", 14 * 24 * 60),
]


@pytest.mark.parametrize("method, minutes", LIVES)
def test_an_open_payment_expires_after_its_methods_time(api, sandbox, method, minutes):
    made = api.pay(method=method)
    sandbox.advance(minutes=minutes - 1)
    assert api.get(f"/payments/{made['id']}").json["status"] == "open"
    sandbox.advance(minutes=2)
    got = api.get(f"/payments/{made['id']}").json
    assert got["status"] == "expired"
    assert "checkout" not in got["_links"]
    assert [hook.reason for hook in sandbox.due_webhooks()] == ["expired"]


def test_what_time_brings_carries_the_moment_it_was_due_not_when_somebody_looked(api, sandbox):
    sandbox.set_clock("2031-05-06T07:00:00Z")
    sandbox.settings(capture_seconds=3600)
    captured = api.pay(captureMode="manual")
    sandbox.set_status(captured["id"], "authorized", method="creditcard")
    api.post(f"/payments/{captured['id']}/captures", {})
    forgotten = api.pay()
    sandbox.advance(days=2)
    assert api.get(f"/payments/{captured['id']}").json["paidAt"].startswith("2031-05-06T08:0")
    assert api.get(f"/payments/{forgotten['id']}").json["expiredAt"].startswith("2031-05-06T07:1")


@pytest.mark.parametrize("status", ["paid", "pending", "failed", "canceled"])
def test_what_is_not_open_does_not_expire(api, sandbox, status):
    made = api.pay()
    sandbox.set_status(made["id"], status, method="ideal")
    sandbox.advance(days=30)
    assert api.get(f"/payments/{made['id']}").json["status"] == status


def test_a_bank_transfer_lives_until_two_days_after_its_due_date(api):
    today = datetime.datetime.now(datetime.timezone.utc).date()  # noqa: UP017
    due = today + datetime.timedelta(days=5)
    made = api.pay(method="banktransfer", dueDate=due.isoformat())
    assert made["expiresAt"][:10] == (due + datetime.timedelta(days=2)).isoformat()


def test_the_clock_can_be_put_to_a_moment(api, sandbox):
    assert sandbox.set_clock("2031-05-06T07:08:09Z").startswith("2031-05-06T07:08")
    assert api.pay()["createdAt"].startswith("2031-05-06T07:08")
    assert api.pay()["createdAt"].endswith("+00:00")


def test_a_reset_puts_the_clock_right_and_forgets_everything(api, sandbox):
    sandbox.advance(days=400)
    api.pay()
    sandbox.reset()
    assert sandbox.payments() == []
    assert sandbox.requests() == []
    assert api.pay()["createdAt"][:4] == str(datetime.date.today().year)
