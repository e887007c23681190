"""The driver: starting, stopping, attaching, and the file for the contract tests."""

import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from sandbox_api import Api, payment
from tests.mollie_sandbox import Sandbox, SandboxError

TESTS = pathlib.Path(__file__).resolve().parents[1]


def test_a_sandbox_starts_on_a_free_port_and_is_gone_afterwards():
    with Sandbox.start() as sandbox:
        assert sandbox.health()["ok"] is True
        assert sandbox.endpoint == f"{sandbox.url}/v2"
        process, url = sandbox.process, sandbox.url
    assert process.poll() is not None
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url + "/_control/health", timeout=5)


def test_a_port_in_use_is_said_in_one_line(sandbox):
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "mollie_sandbox", "--port", port]
    ended = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert ended.stderr.splitlines() == [
        f"mollie_sandbox: port {port} is in use; choose another with --port."
    ]


def test_a_sandbox_that_cannot_start_is_an_error(sandbox):
    with pytest.raises(SandboxError, match="did not start"):
        Sandbox.start(port=int(sandbox.url.rpartition(":")[2]))


def test_it_runs_as_a_module_of_the_checkout_too():
    command = [sys.executable, "-m", "tests.mollie_sandbox", "--help"]
    ended = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0
    assert "--hold-webhooks" in ended.stdout


def test_it_listens_on_this_machine_only(sandbox):
    port = int(sandbox.url.rpartition(":")[2])
    listening = pathlib.Path("/proc/net/tcp").read_text().split()
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


def test_it_stops_when_the_one_who_started_it_is_gone():
    with Sandbox.start() as sandbox:
        sandbox.process.stdin.close()
        assert sandbox.process.wait(timeout=30) == 0


def test_a_running_sandbox_is_attached_to_and_left_running(sandbox, monkeypatch):
    monkeypatch.setenv("INVOICE_MOLLIE_SANDBOX_URL", sandbox.url)
    with Sandbox.attach() as other:
        assert other.url == sandbox.url
    assert sandbox.health()["ok"] is True


def test_a_refused_control_call_is_an_error_with_the_sandboxs_word(api, sandbox):
    with pytest.raises(SandboxError, match="404"):
        sandbox.set_status("tr_none", "paid")
    with pytest.raises(SandboxError, match="Unknown status"):
        sandbox.set_status(api.pay()["id"], "rich")
    with pytest.raises(SandboxError, match="400"):
        sandbox.webhook_settings(mode="sometimes")


def test_what_is_sent_is_recorded_in_a_file_accepted_or_not(tmp_path):
    record = tmp_path / "record.jsonl"
    with Sandbox.start(record=record) as sandbox:
        api = Api(sandbox)
        made = api.pay()
        api.post("/payments", {"description": "x"})
        api.post("/payments", b"{")
        api.patch(f"/payments/{made['id']}", {"description": "y"})
        api.get("/payments")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [(line["method"], line["status"]) for line in lines] == [
        ("POST", 201),
        ("POST", 422),
        ("POST", 400),
        ("PATCH", 200),
    ]
    assert lines[0]["body"] == payment()
    assert lines[2]["body"] is None
    assert set(lines[0]) == {"method", "path", "body", "status"}


def test_requests_are_found_by_path_and_method(api, sandbox):
    made = api.pay()
    api.get(f"/payments/{made['id']}?embed=refunds")
    (call,) = sandbox.requests(path=r"/payments/tr_", method="get")
    assert (call["query"], call["body"], call["status"]) == ({"embed": "refunds"}, None, 200)
    assert call["uri"] == f"/v2/payments/{made['id']}?embed=refunds"
    (call,) = sandbox.requests(method="POST")
    assert call["body"]["description"] == made["description"]
    sandbox.clear_requests()
    assert sandbox.requests() == []


def test_an_address_is_recorded_as_it_was_asked_for(api, sandbox):
    api.get("/payments/tr_x%2F..%2F..%2Fme")
    assert sandbox.requests()[0]["uri"] == "/v2/payments/tr_x%2F..%2F..%2Fme"


def test_the_checkout_and_the_control_calls_are_not_recorded(api, sandbox):
    made = api.pay()
    sandbox.clear_requests()
    api.page(f"/checkout/{made['id']}/pay")
    sandbox.payments()
    assert sandbox.requests() == []
