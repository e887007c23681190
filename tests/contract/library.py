"""Mollie's newer client library, pointed at the sandbox."""

import httpx
from mollie import ClientSDK, models

KEY = "test_" + "contract" * 4


class Library:
    """The client library, with the last reply as it came over the wire."""

    def __init__(self, sandbox, key=KEY):
        self.last = None
        http = httpx.Client(event_hooks={"response": [self._keep]}, trust_env=False)
        self.sdk = ClientSDK(
            security=models.Security(api_key=key),
            server_url=sandbox.url,
            client=http,
            retry_config=None,
        )

    def _keep(self, response):
        response.read()
        self.last = response
