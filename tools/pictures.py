"""Renews the pictures of the documents and the store page, from screenshots of browser tests."""

from PIL import Image

from environment import CHECKOUT, say

SCREENSHOTS = CHECKOUT / "build/screenshots"
DOCS, STORE = "docs/images", "invoice_mollie/static/description"
MAIN_JOB = "test_journey.py", "a_clerk_makes_a_link_and_a_customer_pays_it"
RECEIPT = "test_receipt.py", "a_customer_downloads_the_receipt"
SHARING = "test_sharing.py", "a_clerk_shares_the_link_by_whatsapp_sms_mail_and_qr_code"
TWICE = "test_aftercare.py", "money_that_came_twice_is_used_for_another_invoice"
# Each picture, and which step of which test it is.
PICTURES = {
    f"{DOCS}/pay.png": (*MAIN_JOB, "pay-page"),
    f"{DOCS}/invoice.png": (*MAIN_JOB, "invoice-paid"),
    f"{STORE}/pay.png": (*MAIN_JOB, "pay-page"),
    f"{STORE}/invoice.png": (*MAIN_JOB, "invoice-paid"),
    f"{STORE}/link.png": (*MAIN_JOB, "link-copied"),
    f"{STORE}/receipt.png": (*RECEIPT, "thank-you"),
    f"{STORE}/share.png": (*SHARING, "share"),
    f"{STORE}/credit.png": (*TWICE, "credit"),
}
# In one picture there are few: with so many it is a third as large, and looks the same.
COLOURS = 256


def renew(_arguments):
    """Make each picture anew of which there is a screenshot; return 1 if one is missing."""
    missing = [picture for picture in PICTURES if not _renew(picture)]
    for picture in missing:
        file, test, step = PICTURES[picture]
        say(f"{picture} is as before: no {step} of {test}, make test T=tests/e2e/{file} makes it")
    return int(bool(missing))


def _renew(picture):
    _file, test, step = PICTURES[picture]
    # The steps are numbered; of several of a name the last counts.
    found = sorted((SCREENSHOTS / test).glob(f"[0-9]*-{step}.png"))
    if found:
        small = Image.open(found[-1]).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(CHECKOUT / picture, optimize=True)
    return bool(found)
