"""Requests that nobody pressed a button for: of other sites' pages, of prefetchers and scanners."""

from tests.odoo.cases.bad_input import BadInputCase
from tests.odoo.cases.pages import PageCase

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://pay.example.com"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://pay.example.com.evil.example"},
    {"Origin": "https://evil.pay.example.com"},
    {"Origin": "https://pay.example.com:8443"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
)
OWN = (
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    # A proxy that hides its name from Odoo: the browser knows better.
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://other.example"},
    {"Origin": "https://pay.example.com"},
    {"Origin": "https://PAY.example.com"},
)
EARLY = (
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Sec-Purpose": "prefetch;anonymous-client-ip"},
    {"Purpose": "prefetch"},
    {"X-Purpose": "preview"},
    {"X-Moz": "prefetch"},
)
SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks",
    "WhatsApp/2.23.20.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "curl/8.0",
    "",
)


class TestOtherSites(PageCase, BadInputCase):
    """Row E9."""

    def press(self, path, headers):
        return self.url_open(
            path, data={"x": "1"}, method="POST", headers=headers, allow_redirects=False
        )

    def test_their_pages_press_no_button_of_ours(self):
        """ASVS 3.5.1."""
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        self.get(path)
        for headers in FOREIGN:
            with self.subTest(**headers):
                answer = self.assert_nothing_happens(
                    lambda headers=headers: self.press(path, headers)
                )
                self.assert_page(answer, "Pay € 100.00")

    def test_their_pages_have_no_link_mailed(self):
        invoice = self.make_invoice()
        self.make_link(invoice)
        for headers in FOREIGN:
            with self.subTest(**headers):
                answer = self.assert_nothing_happens(
                    lambda headers=headers: self.url_open(
                        "/mollie/link", data={"number": invoice.name}, headers=headers
                    )
                )
                self.assertEqual(answer.status_code, 403)

    def test_no_site_is_ours_where_our_own_address_is_none(self):
        path = self.make_link(self.make_invoice())
        self.env["ir.config_parameter"].set_param("invoice_mollie.public_url", False)
        self.env["ir.config_parameter"].set_param("web.base.url", "nowhere")
        self.settings().action_mollie_use_address()
        for origin in ("null", "http://[::1"):
            with self.subTest(origin):
                self.assertNotEqual(self.press(path, {"Origin": origin}).status_code, 303)
        self.assertFalse(self.sandbox.payments())

    def test_our_own_page_does(self):
        own = {"Origin": self.base_url()}
        for headers in (*OWN, own):
            with self.subTest(**headers):
                invoice = self.make_invoice()
                self.assertEqual(self.press(self.make_link(invoice), headers).status_code, 303)

    def test_mollie_is_no_site(self):
        """What reports to us is no browser, and whatever it passes by may add headers."""
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        answer = self.url_open(
            self.webhook_path(tx), data={"id": tx.provider_reference}, headers=FOREIGN[3]
        )
        self.env.invalidate_all()
        self.assertEqual((answer.status_code, tx.state), (200, "done"))


class TestEarlyViews(PageCase, BadInputCase):
    """Row F2."""

    def test_what_is_fetched_ahead_is_no_view(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        invoice._portal_ensure_token()  # The page leads to the online invoice.
        for headers in EARLY:
            with self.subTest(**headers):
                answer = self.assert_nothing_happens(
                    lambda headers=headers: self.request("GET", path, headers=headers)
                )
                self.assert_page(answer, "Pay € 100.00")
        self.get(path)
        self.assertEqual(self.events(invoice), ["link_created", "page_viewed"])

    def test_scanners_start_nothing_and_the_log_says_no_more_than_viewed(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        for agent in SCANNERS:
            for method in ("HEAD", "GET"):
                self.request(method, path, headers={"User-Agent": agent})
        self.assertFalse(invoice.transaction_ids)
        self.assertEqual(invoice.mollie_payment_state, "open")
        (row,) = invoice.mollie_log_ids.filtered(lambda row: row.event == "page_viewed")
        self.assertEqual(row.message, "The payment page was viewed for the first time.")
        self.env["res.lang"]._activate_lang("nl_NL")
        dutch = row.with_context(lang="nl_NL")
        self.assertEqual(dutch.message, "De betaalpagina is voor het eerst bekeken.")
