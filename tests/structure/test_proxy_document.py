"""What the proxy of the documents does."""

import re

from tests.structure.source import CHECKOUT

PROXY = (CHECKOUT / "docs/proxy.rst").read_text(encoding="utf-8")
OPEN = re.compile(r"listen 80;\n\s+location ~ (\S+) \{ return 403; \}\n\s+location / \{ return 301")


def test_browsers_are_told_to_come_encrypted_for_a_year_and_more():
    """ASVS 3.4.1."""
    seconds = re.search(r'Strict-Transport-Security "max-age=(\d+); includeSubDomains"', PROXY)[1]
    assert int(seconds) >= 365 * 24 * 3600


def test_customers_are_led_to_the_encrypted_address_and_machines_are_not():
    """ASVS 4.1.2."""
    refused = re.compile(OPEN.search(PROXY)[1])
    for path in ("/mollie/webhook/abc", "/nl/mollie/webhook", "/payment/mollie/webhook?ref=x"):
        assert refused.match(path), path
    assert refused.match("/mollie/health/abc")
    for path in ("/mollie/pay/abc", "/mollie/return/abc", "/web", "/nl/mollie/link"):
        assert not refused.match(path), path


def test_nobody_is_told_which_versions_run():
    """ASVS 13.4.6."""
    assert "server_tokens off;" in PROXY
