"""Requests after which nothing may have happened, and nothing may be told."""

from tests.common import MollieCase


class BadInputCase(MollieCase):
    def snapshot(self):
        """Return all that bad input must not change."""
        self.env.invalidate_all()
        self.env.flush_all()
        rows = {}
        for model in (
            "payment.transaction",
            "account.payment",
            "account.move",
            "mollie.payment.link",
            "mollie.payment.log",
            "mail.activity",
            "mail.mail",
        ):
            records = self.env[model].sudo().with_context(active_test=False).search([], order="id")
            rows[model] = [(r.id, r.write_date) for r in records]
        txs = self.env["payment.transaction"].search([], order="id")
        rows["states"] = [(tx.state, tx.mollie_status, tx.provider_reference) for tx in txs]
        return rows

    def assert_nothing_happens(self, action):
        """Run an action that must change nothing and ask nothing of Mollie; return its result."""
        before = self.snapshot()
        self.sandbox.clear_requests()
        result = action()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.sandbox.requests(), [])
        return result

    def request(self, method, path, **kwargs):
        return self.url_open(path, method=method, allow_redirects=False, **kwargs)

    def fingerprint(self, response):
        """Return what a stranger sees of an answer."""
        changing = ("date", "set-cookie", "content-length")
        headers = {k.lower(): v for k, v in response.headers.items() if k.lower() not in changing}
        return response.status_code, headers, response.content
