"""The checkout page: two hops, a method, an outcome, and back to the shop."""

import re
import urllib.parse

import pytest
from sandbox_api import RETURN

CANCEL = "https://shop.example.org/cancel"


def pay_page(made):
    return f"/checkout/{made['id']}/pay"


def choose(api, made, method, outcome):
    return api.page(pay_page(made), {"method": method, "outcome": outcome})


def offered(page, name):
    return re.findall(rf'name="{name}"[^>]*?value="(\w+)"', page.text, re.S)


def test_the_checkout_leads_to_another_host_first(api, sandbox):
    made = api.pay()
    entry = made["_links"]["checkout"]["href"]
    assert entry == f"{sandbox.url}/checkout/{made['id']}"
    hop = api.page(urllib.parse.urlsplit(entry).path)
    assert hop.status == 302
    there = entry.replace("127.0.0.1", "localhost") + "/pay"
    assert hop.headers["Location"] == there
    back = api.page(f"/checkout/{made['id']}", host=urllib.parse.urlsplit(there).netloc)
    assert back.headers["Location"] == entry + "/pay"


def test_the_customer_chooses_among_the_methods_that_take_the_amount(api):
    page = api.page(pay_page(api.pay("60000.00")))
    assert offered(page, "method") == ["banktransfer"]
    assert "€ 60,000.00" in page.text
    assert 'id="method-banktransfer"' in page.text
    assert 'id="continue"' in page.text


def test_the_merchants_choice_of_methods_is_kept(api):
    page = api.page(pay_page(api.pay(method=["ideal", "creditcard"])))
    assert offered(page, "method") == ["ideal", "creditcard"]


def test_pay_later_is_offered_only_for_goods_and_a_customer_that_are_known(api):
    assert "klarna" not in offered(api.page(pay_page(api.pay())), "method")


@pytest.mark.parametrize(
    "method, outcomes",
    [
        ("ideal", ["paid", "failed", "canceled", "expired", "open"]),
        ("creditcard", ["paid", "failed", "canceled", "expired", "open"]),
        ("paypal", ["paid", "pending", "failed", "canceled", "expired", "open"]),
        ("banktransfer", ["open", "pending", "paid", "canceled", "expired"]),
    ],
)
def test_a_method_has_its_own_outcomes(api, method, outcomes):
    page = api.page(pay_page(api.pay()) + f"?method={method}")
    assert offered(page, "outcome") == outcomes
    assert 'id="submit"' in page.text


def test_a_card_is_authorized_only_when_that_was_asked_for(api):
    page = api.page(pay_page(api.pay(method="creditcard", captureMode="manual")))
    assert offered(page, "outcome") == ["authorized", "failed", "canceled", "expired", "open"]


def test_a_payment_with_a_method_goes_straight_to_the_outcome(api):
    page = api.page(pay_page(api.pay(method="ideal")))
    assert offered(page, "outcome")[0] == "paid"
    assert 'id="back"' not in page.text


@pytest.mark.parametrize("outcome", ["paid", "failed", "expired", "canceled"])
def test_an_outcome_settles_the_payment_tells_the_shop_and_sends_the_customer_back(
    api, sandbox, outcome
):
    made = api.pay()
    reply = choose(api, made, "ideal", outcome)
    assert (reply.status, reply.headers["Location"]) == (303, RETURN)
    got = api.get(f"/payments/{made['id']}").json
    assert (got["status"], got["method"]) == (outcome, "ideal")
    assert [hook.reason for hook in sandbox.due_webhooks()] == [outcome]


def test_who_cancels_goes_to_the_cancel_address_if_there_is_one(api):
    made = api.pay(cancelUrl=CANCEL)
    assert choose(api, made, "ideal", "canceled").headers["Location"] == CANCEL
    assert api.page(pay_page(made)).headers["Location"] == CANCEL
    paid = api.pay(cancelUrl=CANCEL)
    assert choose(api, paid, "ideal", "paid").headers["Location"] == RETURN


def test_after_an_outcome_the_page_only_leads_back(api, sandbox):
    made = api.pay()
    choose(api, made, "ideal", "paid")
    again = api.page(pay_page(made))
    assert (again.status, again.headers["Location"]) == (302, RETURN)
    assert choose(api, made, "ideal", "failed").headers["Location"] == RETURN
    assert sandbox.payment(made["id"])["status"] == "paid"


def test_leaving_it_open_keeps_the_method_and_the_page(api, sandbox):
    made = api.pay()
    assert choose(api, made, "banktransfer", "open").status == 303
    got = sandbox.payment(made["id"])
    assert (got["status"], got["method"]) == ("open", "banktransfer")
    assert got["details"]["bankAccount"] in api.page(pay_page(made)).text
    assert sandbox.webhooks() == []


@pytest.mark.parametrize(
    "method, outcome",
    [("ideal", "authorized"), ("ideal", "paid!"), ("klarna", "paid"), ("none", "paid"), ("", "")],
)
def test_what_is_not_offered_cannot_be_chosen(api, sandbox, method, outcome):
    made = api.pay()
    assert choose(api, made, method, outcome).status == 400
    assert sandbox.payment(made["id"])["status"] == "open"


def test_a_card_fails_for_the_reason_that_its_amount_names(api):
    reasons = []
    for thousand in range(1001, 1012):
        made = api.pay(f"{thousand}.00")
        choose(api, made, "creditcard", "failed")
        reasons.append(api.get(f"/payments/{made['id']}").json["details"]["failureReason"])
    assert len(set(reasons)) == 11
    assert reasons[6] == "insufficient_funds"


def test_opening_the_page_too_late_leads_back(api, sandbox):
    made = api.pay()
    sandbox.advance(minutes=16)
    assert api.page(pay_page(made)).status == 302
    assert sandbox.payment(made["id"])["status"] == "expired"


def test_a_paid_test_payment_is_refunded_and_charged_back_on_its_page(api, sandbox):
    made = api.paid()
    path = urllib.parse.urlsplit(made["_links"]["changePaymentState"]["href"]).path
    assert offered(api.page(path), "outcome") == ["refund", "chargeback"]
    assert api.page(path, {"outcome": "chargeback"}).status == 200
    assert api.page(path, {"outcome": "refund"}).status == 200
    got = sandbox.payment(made["id"])
    assert got["amountChargedBack"]["value"] == got["amountRefunded"]["value"] == "10.00"
    assert offered(api.page(path), "outcome") == ["chargeback"]


def test_an_unknown_payment_has_no_page(api):
    assert api.page("/checkout/tr_none").status == 404


def test_what_the_merchant_wrote_is_shown_as_text(api):
    page = api.page(pay_page(api.pay(description="<script>alert(1)</script>")))
    assert "<script>" not in page.text


def test_the_page_needs_no_script_and_allows_none(api):
    page = api.page(pay_page(api.pay()))
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_the_front_page_lists_the_payments_and_is_not_recorded(api, sandbox):
    assert "No payments yet" in api.page("/").text
    open_one, paid = api.pay(), api.paid()
    sandbox.clear_requests()
    page = api.page("/")
    assert page.status == 200
    assert f'href="/checkout/{open_one["id"]}"' in page.text
    assert f'href="/checkout/{paid["id"]}/state"' in page.text
    assert sandbox.requests() == []
