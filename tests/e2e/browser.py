"""A person with a browser."""

import itertools
import os
import pathlib
import re
import shutil
from urllib.parse import urlsplit

CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-quic --no-first-run"
    " --disable-component-update --disable-sync"
).split() + ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1366, "height": 900}}
HERE = ("127.0.0.1", "localhost")
# Milliseconds. Odoo makes its assets at the first visit, which takes long on a busy machine.
PATIENCE = 90_000


class Album:
    """The screenshots of one test, numbered in the order of the steps, whoever made them."""

    def __init__(self, name):
        folder = pathlib.Path(os.environ.get("SCREENSHOTS") or "build/screenshots")
        self.folder, self.steps = folder / name, itertools.count(1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, step):
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{next(self.steps):02d}-{step}.png"


class Visitor:
    """One person's window, with cookies of its own."""

    def __init__(self, context, album):
        self.context, self.album = context, album
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.elsewhere, self.complaints = [], []
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_message)

    def _note_request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE:
            self.elsewhere.append(request.url)

    def _note_message(self, message):
        if message.type == "error":
            self.complaints.append((message.location.get("url", ""), message.text))

    def complaints_about(self, url):
        """Return the errors that the browser's console shows for pages and files below `url`."""
        return [text for place, text in self.complaints if place.startswith(url)]

    def keep(self, step):
        """Keep a screenshot."""
        self.page.screenshot(path=self.album.path(step), full_page=True)

    # --- the customer ----------------------------------------------------------------------------

    def press(self, label):
        """Press the button whose text starts so."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).click()

    def pay_at_checkout(self, method, outcome):
        """Pick a method and an outcome on Mollie's pages; ends where Mollie sends the customer."""
        self.page.wait_for_url("**/checkout/*/pay")
        self.keep("checkout-methods")
        self.page.locator(f"#method-{method}").check()
        self.page.locator("#continue").click()
        self.page.locator(f"#outcome-{outcome}").check()
        self.keep("checkout-outcome")
        self.page.locator("#submit").click()
        self.page.wait_for_url("**/mollie/return/*")

    def headline(self):
        return self.page.locator("h1").inner_text()

    def money(self):
        """Return the page's sentence on the money."""
        return self.page.locator("main .money").inner_text().replace("\xa0", " ")

    # --- the clerk -------------------------------------------------------------------------------

    def log_in(self, url, login):
        self.url = url
        self.page.goto(f"{url}/web/login")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(login)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        self.page.locator(".o_main_navbar").wait_for()

    def field(self, name):
        return self.page.locator(f"div[name={name}]")
