"""Methods: what is switched on, and for which amounts."""

import pytest
from sandbox_api import KEY


def ids(reply):
    assert reply.status == 200
    assert reply.json["count"] == len(reply.json["_embedded"]["methods"])
    return [method["id"] for method in reply.json["_embedded"]["methods"]]


def test_methods_that_are_switched_on_are_listed_with_limits_and_images(api):
    reply = api.get("/methods")
    assert "ideal" in ids(reply)
    ideal = reply.json["_embedded"]["methods"][0]
    assert ideal["minimumAmount"] == {"currency": "EUR", "value": "0.01"}
    assert set(ideal["image"]) == {"size1x", "size2x", "svg"}
    assert ideal["status"] == "activated"


@pytest.mark.parametrize(
    "value, currency, found",
    [
        ("0.50", "EUR", {"ideal", "creditcard", "bancontact", "banktransfer", "paypal"}),
        ("60000.00", "EUR", {"banktransfer"}),
        ("1000", "JPY", {"creditcard", "paypal"}),
        ("10.00", "BRL", {"paypal"}),
    ],
)
def test_an_amount_leaves_the_methods_that_take_it(api, value, currency, found):
    listed = ids(api.get(f"/methods?amount[value]={value}&amount[currency]={currency}"))
    assert set(listed) >= found
    assert not (set(listed) - found) & {"eps"}


@pytest.mark.parametrize(
    "query",
    ["amount[value]=10&amount[currency]=EUR", "amount[value]=10.00", "locale=xx", "include=all"],
)
def test_a_bad_filter_is_refused(api, query):
    assert api.get(f"/methods?{query}").status == 400


def test_wallets_are_listed_only_when_asked_for(api):
    assert "applepay" not in ids(api.get("/methods"))
    assert "applepay" in ids(api.get("/methods?includeWallets=applepay"))


def test_switched_off_methods_are_listed_with_all_but_not_among_the_profiles(api, sandbox):
    sandbox.set_profile(sandbox.profile_of(KEY), methods=["ideal"])
    assert ids(api.get("/methods")) == ["ideal"]
    assert len(ids(api.get("/methods/all"))) > 10
    assert api.get("/methods/creditcard").status == 404
    assert api.get("/methods/ideal").status == 200


def test_a_profile_without_methods_cannot_be_paid(api, sandbox):
    sandbox.set_profile(sandbox.profile_of(KEY), methods=[])
    assert ids(api.get("/methods")) == []
    reply = api.post(
        "/payments",
        {
            "amount": {"currency": "EUR", "value": "10.00"},
            "description": "x",
            "redirectUrl": "https://shop.example.org",
        },
    )
    assert (reply.status, reply.json["detail"]) == (422, "No suitable payment methods found")


def test_limits_can_be_set_and_lifted(api, sandbox):
    limits = {"ideal": ["5.00", None]}
    sandbox.set_profile(sandbox.profile_of(KEY), methods=["ideal"], limits=limits)
    ideal = api.get("/methods/ideal").json
    assert (ideal["minimumAmount"]["value"], ideal["maximumAmount"]) == ("5.00", None)
    assert ids(api.get("/methods?amount[value]=4.99&amount[currency]=EUR")) == []
    assert ids(api.get("/methods?amount[value]=99999.00&amount[currency]=EUR")) == ["ideal"]


def test_images_are_served_by_the_sandbox_itself(api, sandbox):
    url = api.get("/methods/ideal").json["image"]["svg"]
    reply = api.ask("GET", url.removeprefix(sandbox.url))
    assert reply.headers["Content-Type"] == "image/svg+xml"
