"""Programs that belong to the machine: Chromium for the browser test, wkhtmltopdf for PDFs."""

import os
import shutil

import debian
from environment import Failure, cache_dir, locked, say

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium():
    """Return the path of a Chromium, installed first if it is missing and we may."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not shutil.which(given):
            raise Failure(f"CHROMIUM names {given}, which can't be run")
        return shutil.which(given)
    with locked("system packages"):
        # Chromium only recommends fonts, and without any it draws empty boxes.
        found = _first() or (
            debian.install("chromium", "fonts-liberation", "fonts-dejavu-core") and _first()
        )
    if not found:
        raise Failure(
            "Chromium is missing: install it (Debian: apt-get install chromium), "
            "or name it in CHROMIUM"
        )
    return found


def wkhtmltopdf():
    """Install wkhtmltopdf if it is missing and we may; without it only PDFs are missing."""
    with locked("system packages"):
        stamp = cache_dir() / "no-wkhtmltopdf"
        if shutil.which("wkhtmltopdf") or stamp.exists():
            return
        try:
            installed = debian.install("wkhtmltopdf")
        except Failure:
            installed = False
        if not installed:
            say("wkhtmltopdf is missing: invoices can't be printed as PDF, all else works")
            stamp.touch()


def _first():
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)
