"""What the tests of the sandbox's endpoints share: which they visit, and what they make there."""

import functools

import shapes

EUR10 = {"currency": "EUR", "value": "10.00"}
# Which routes are visited, each as (HTTP method, rule).
ROUTES = []


def visits(method, rule):
    """Says which route a test goes through, and makes sure that it does."""
    ROUTES.append((method, rule))
    pattern = "^" + _pattern(rule) + "$"

    def decorate(test):
        @functools.wraps(test)
        def checked(*args, sandbox, library, **kwargs):
            test(*args, sandbox=sandbox, library=library, **kwargs)
            calls = sandbox.requests(path=pattern, method=method)
            assert any(200 <= call["status"] < 300 for call in calls), f"{method} {rule}"

        return checked

    return decorate


def _pattern(rule):
    parts = ["[^/]+" if part.startswith("<") else part for part in rule.split("/")]
    return "/".join(parts)


def same(library, model):
    """The library read everything that was sent, and knew every word of it."""
    data = library.last.json()
    assert library.last.headers["Content-Type"] == "application/hal+json"
    assert shapes.strays(model, data) == []
    assert shapes.unknown_words(model) == []
    return model


def create(library, **fields):
    request = {
        "amount": EUR10,
        "description": "INV/2026/00001",
        "redirect_url": "https://shop.example.org/return",
        "webhook_url": "https://shop.example.org/webhook",
    }
    return same(library, library.sdk.payments.create(payment_request=request | fields))


def paid(sandbox, library, method="ideal", **fields):
    payment = create(library, **fields)
    sandbox.set_status(payment.id, "paid", method=method)
    return payment


def authorized(sandbox, library):
    payment = create(library, capture_mode="manual", method="creditcard")
    sandbox.set_status(payment.id, "authorized")
    return payment


def refund(library, payment, value="4.00", **more):
    request = {"amount": {"currency": "EUR", "value": value}, "description": "Back", **more}
    return library.sdk.refunds.create(payment_id=payment.id, refund_request=request)
