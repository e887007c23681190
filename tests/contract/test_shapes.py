"""The comparison that the other tests rely on finds what it is there to find."""

import pytest
import shapes
from mollie import models

EUR10 = {"currency": "EUR", "value": "10.00"}


@pytest.fixture
def made(library):
    request = {"amount": EUR10, "description": "A", "redirect_url": "https://shop.example.org"}
    return library.sdk.payments.create(payment_request=request | {"method": "creditcard"})


def told(sandbox, library, payment_id, **lies):
    """The library's view of a payment about which the sandbox lies."""
    sandbox.tamper(payment_id, lies)
    return library.sdk.payments.get(payment_id=payment_id)


@pytest.mark.parametrize(
    "lies, word",
    [
        ({"status": "rich"}, ".status=rich"),
        ({"mode": "dream"}, ".mode=dream"),
        ({"method": "shells"}, ".method=shells"),
        ({"locale": "xx_XX"}, ".locale=xx_XX"),
        ({"details": {"cardLabel": "Library"}}, ".details.card_label=Library"),
    ],
)
def test_a_word_outside_its_enumeration_is_found(sandbox, library, made, lies, word):
    assert shapes.unknown_words(told(sandbox, library, made.id, **lies)) == [word]


@pytest.mark.parametrize(
    "lies, path",
    [
        ({"surprise": 1}, ".surprise"),
        ({"amount": {"tip": "1.00"}}, ".amount.tip"),
        ({"_links": {"surprise": {"href": "x", "type": "y"}}}, "._links.surprise"),
    ],
)
def test_a_field_that_the_model_lacks_is_found(sandbox, library, made, lies, path):
    got = told(sandbox, library, made.id, **lies)
    assert shapes.strays(got, library.last.json()) == [path]


def test_a_field_in_a_list_is_found(sandbox, library, made):
    sandbox.tamper(made.id, {"surprise": 1})
    got = library.sdk.payments.list().result
    assert shapes.strays(got, library.last.json()) == ["._embedded.payments[0].surprise"]


def test_what_the_library_requires_is_missed(sandbox, library, made):
    sandbox.tamper(made.id, remove=["createdAt"])
    with pytest.raises(models.ResponseValidationError):
        library.sdk.payments.get(payment_id=made.id)
