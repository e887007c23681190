"""Requests after which nothing may have happened, and nothing may be told."""

from tests.common import MollieCase
from tests.odoo.cases.census import census, changed


class BadInputCase(MollieCase):
    def assert_nothing_happens(self, action):
        """Run an action that must change nothing and ask nothing of Mollie; return its result."""
        before = census(self.env)
        self.sandbox.clear_requests()
        result = action()
        self.assertEqual(changed(before, census(self.env)), set())
        self.env.invalidate_all()
        self.assertEqual(self.sandbox.requests(), [])
        return result

    def request(self, method, path, **kwargs):
        return self.url_open(path, method=method, allow_redirects=False, **kwargs)

    def fingerprint(self, response):
        """Return what a stranger sees of an answer."""
        changing = ("date", "set-cookie", "content-length")
        headers = {k.lower(): v for k, v in response.headers.items() if k.lower() not in changing}
        return response.status_code, headers, response.content
