"""Chargebacks: money that the customer's bank takes back."""


def charged_back(api, made):
    return api.get(f"/payments/{made['id']}").json.get("amountChargedBack")


def test_a_chargeback_leaves_the_payment_paid_and_what_remains_untouched(api, sandbox):
    made = api.paid()
    assert charged_back(api, made) is None
    chargeback = sandbox.add_chargeback(made["id"], "10.00")
    got = api.get(f"/payments/{made['id']}").json
    assert got["status"] == "paid"
    assert got["amountRemaining"]["value"] == "10.00"
    assert got["amountChargedBack"] == {"currency": "EUR", "value": "10.00"}
    shown = api.get(f"/payments/{made['id']}/chargebacks/{chargeback['id']}").json
    assert (shown["resource"], shown["reversedAt"]) == ("chargeback", None)
    assert "status" not in shown


def test_a_chargeback_is_told_by_the_payments_id(api, sandbox):
    made = api.paid()
    sandbox.add_chargeback(made["id"], "10.00")
    (hook,) = sandbox.due_webhooks()
    assert (hook.payment_id, hook.reason) == (made["id"], "chargeback")


def test_a_reversal_brings_the_money_back_and_tells_nobody_unless_asked(api, sandbox):
    made = api.paid()
    chargeback = sandbox.add_chargeback(made["id"], "10.00", webhook=False)
    sandbox.reverse_chargeback(chargeback["id"])
    assert charged_back(api, made) is None
    assert sandbox.webhooks() == []
    (listed,) = api.get("/chargebacks").json["_embedded"]["chargebacks"]
    assert listed["reversedAt"]
    sandbox.reverse_chargeback(chargeback["id"], webhook=True)
    assert len(sandbox.webhooks()) == 1


def test_an_unknown_chargeback_is_not_found(api):
    assert api.get(f"/payments/{api.paid()['id']}/chargebacks/chb_none").status == 404
