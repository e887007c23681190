"""API keys: who is let in, and to what."""

import pytest
from sandbox_api import KEY, Api


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer ", KEY, f"Basic {KEY}", "Bearer test_short",
        "Bearer prod_" + "x" * 32, "Bearer test_" + "x" * 29 + "-", "Bearer access_" + "x" * 32,
        "Bearer TEST_" + "x" * 32, "Bearer test_" + "é" * 32,
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(sandbox, header):
    headers = {"Authorization": header.encode()} if header is not None else {}
    reply = Api(sandbox, key=None).get("/payments", **headers)
    assert reply.status == 401
    assert reply.json["detail"] == "Missing authentication, or failed to authenticate"
    assert "field" not in reply.json


def test_a_revoked_key_is_refused_until_it_is_restored(api, sandbox):
    sandbox.revoke_key(KEY)
    assert api.get("/profiles/me").status == 401
    sandbox.restore_key(KEY)
    assert api.get("/profiles/me").status == 200


def test_a_key_is_asked_for_before_anything_is_looked_at(sandbox):
    assert Api(sandbox, key=None).post("/payments", b"{").status == 401


def test_test_and_live_keys_of_one_profile_differ_in_mode_only(sandbox):
    test, live = (Api(sandbox, kind + "x" * 32).get("/profiles/me").json for kind in PREFIXES)
    assert (test["mode"], live["mode"]) == ("test", "live")
    assert test["id"] == live["id"]


PREFIXES = ("test_", "live_")


def test_another_key_is_another_profile_unless_it_is_mapped(api, sandbox):
    other = "test_" + "y" * 32
    mine = sandbox.profile_of(KEY)
    assert sandbox.profile_of(other) != mine
    made = api.pay()
    sandbox.map_key(other, mine)
    assert Api(sandbox, other).get(f"/payments/{made['id']}").status == 200


def test_a_profiles_status_and_name_can_be_set(api, sandbox):
    sandbox.set_profile(sandbox.profile_of(KEY), status="blocked", fields={"name": "My shop"})
    me = api.get("/profiles/me").json
    assert (me["status"], me["name"]) == ("blocked", "My shop")


def test_the_record_holds_no_key(api, sandbox):
    api.get("/methods")
    (call,) = sandbox.requests()
    assert KEY not in str(call)
    assert call["headers"]["Authorization"].startswith("Bearer test_sha256:")
