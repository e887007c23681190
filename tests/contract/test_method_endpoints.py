"""Mollie's newer library reads methods and profile of the sandbox."""

from endpoints import same, visits


@visits("GET", "/v2/methods")
def test_methods_are_listed_for_an_amount(sandbox, library):
    got = library.sdk.methods.list(
        amount={"currency": "JPY", "value": "1000"},
        locale="nl_NL",
        billing_country="NL",
        include="issuers",
        include_wallets="applepay",
    )
    ids = [method.id for method in same(library, got).embedded.methods]
    assert ids == ["creditcard", "paypal", "applepay"]


@visits("GET", "/v2/methods/all")
def test_all_methods_are_listed(sandbox, library):
    got = library.sdk.methods.all(include="issuers,pricing")
    assert len(same(library, got).embedded.methods) > 10


@visits("GET", "/v2/methods/<method>")
def test_a_method_is_parsed(sandbox, library):
    got = library.sdk.methods.get(method_id="ideal", include="issuers")
    assert same(library, got).description == "iDEAL | Wero"


@visits("GET", "/v2/profiles/me")
def test_the_profile_of_the_key_is_parsed(sandbox, library):
    got = same(library, library.sdk.profiles.get_current())
    assert (got.mode, got.status) == ("test", "verified")
