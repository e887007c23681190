"""What a customer is asked for, as the page says it."""

import re

DUE = re.compile(r'<div class="due">\s*<dt>.*?</dt>\s*<dd>(.*?)</dd>', re.S)
BUTTON = re.compile(r"<button[^>]*>(.*?)</button>", re.S)
AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Page:
    """One answer of the pay page."""

    def __init__(self, response):
        self.status, self.text = response.status_code, response.text
        self.is_shown = is_shown(response)

    @property
    def due(self):
        """Return what the page says is due now, or at the most can be paid where it says that
        money is on its way; 0 if nothing is.
        """
        found = DUE.search(self.text)
        return _number(found[1]) if found else max(self.buttons, default=0)

    @property
    def buttons(self):
        """Return the amounts that stand on buttons."""
        return [_number(label) for label in BUTTON.findall(self.text) if AMOUNT.search(label)]


def is_shown(response):
    """Return whether the page is there: a revoked one tells nothing, and asks Mollie nothing."""
    return response.status_code != 404


def _number(text):
    return float(AMOUNT.search(text)[0].replace(",", ""))
