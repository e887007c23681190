"""Every state of the public pages in a real browser: for everybody, on every screen, and light.

What differs between languages is the length of the texts, not what they are: `make test` looks in
each language at those states that are built unlike each other, and at the others in English;
`make soak-pages` looks at all in each, colours too.
"""

import contextlib
import os
import pathlib
from base64 import b64encode

import pytest

from tests.e2e import page_checks
from tests.e2e.browser import HERE, Album
from tests.e2e.page_states import TOTAL, Shop, make_states

IS_SOAK = os.environ.get("PAGES") == "all"
LANGUAGES = ("nl", "de", "fr", "es", "it")
STATES = (
    "due wrong_amount overdue part_paid alive pending authorized reserved success canceled failed"
    " expired unknown outcome paid refunded charged_back draft closed receipt_too_often down moment"
    " unavailable too_often error interrupted gone ask sent"
).split()
# All ways to pay, and an error; a closed part; a receipt, and another invoice; no invoice at all.
UNLIKE_EACH_OTHER = "wrong_amount pending success gone".split()
IN_EACH_LANGUAGE = STATES if IS_SOAK else UNLIKE_EACH_OTHER
DARK_PICTURES = ("due", "wrong_amount", "success")
# The brightest, the darkest, a pale one, Odoo's own, and what is as far from black as from white.
COLORS = ("#ffffff", "#000000", "#ffd700", "#714b67", "#808080")
LOGO = pathlib.Path("invoice_mollie/static/description/icon.png")
WIDTHS = (360, 1280)
PHONE, DESK, NARROW = 390, 1280, 320


class Reader:
    """Opens states in one page of a browser, and knows what came over the network for the last."""

    def __init__(self, window):
        self.page, self.requests = window.new_page(), []
        self.page.on("request", lambda request: self.requests.append(request))

    def open(self, state, lang="en"):
        self.requests.clear()
        state.open(self.page, lang)
        return self.page

    def asked(self):
        """Return what the browser asked for."""
        return [request for request in self.requests if request.url.startswith("http")]

    def weight(self):
        """Return how many bytes came, uncompressed."""
        return sum(len(request.response().body()) for request in self.asked())


@pytest.fixture(scope="module")
def shop(first_server, logins, running_sandbox):
    """A company that lets its customers pay any amount, and who works there."""
    running_sandbox.reset()
    shop = Shop(first_server, logins, running_sandbox)
    shop.change_company(mollie_other_amount=True, phone="+31 20 123 4567")
    yield shop
    shop.change_company(mollie_other_amount=False, phone=False)
    running_sandbox.reset()


@pytest.fixture(scope="module")
def states(shop):
    """Each state by its name."""
    return make_states(shop)


@pytest.fixture(scope="module")
def album():
    return Album("pages")


@pytest.fixture(scope="module")
def window(chromium):
    """A browser without cookies, in which tests may run scripts; the pages themselves have none."""
    context = chromium.new_context(bypass_csp=True, viewport={"width": PHONE, "height": 844})
    yield context
    context.close()


@pytest.fixture(scope="module")
def reader(window):
    return Reader(window)


@pytest.fixture(scope="module", params=STATES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def loaded(reader, states, name):
    """A page with a state, loaded once for all that is looked at."""
    return reader.open(states[name])


def test_the_states_are_all_that_are_made(states):
    assert sorted(states) == sorted(STATES)


def test_it_takes_few_requests_few_bytes_and_nothing_moves(loaded, reader):
    """ASVS 14.2.3."""
    assert page_checks.layout_shift(loaded) == 0
    hosts = {request.url.split("/")[2].partition(":")[0] for request in reader.asked()}
    assert hosts <= set(HERE)
    assert {request.resource_type for request in reader.asked()} <= {"document", "stylesheet"}
    assert len(reader.asked()) <= 4
    assert reader.weight() <= 20_000


def test_it_has_a_language_a_title_and_one_heading(loaded):
    assert_has_language_title_and_heading(loaded, "en")


def test_a_picture_of_it_is_kept(loaded, name, album):
    for width, device in ((DESK, "desk"), (PHONE, "phone")):
        page_checks.resize(loaded, width)
        keep(loaded, album, f"{name}-{device}")
    if name in DARK_PICTURES:
        with emulated(loaded, color_scheme="dark"):
            keep(loaded, album, f"{name}-phone-dark")


def test_axe_finds_nothing_by_day_or_by_night(loaded):
    found = page_checks.violations(loaded, *WIDTHS)
    with emulated(loaded, color_scheme="dark"):
        found += page_checks.violations(loaded, WIDTHS[0])
    assert not found


def test_nothing_is_cut_off_whatever_the_screen_and_the_letters(loaded):
    assert_nothing_is_cut_off(loaded)


def test_keys_reach_it_and_fingers_hit_it(loaded):
    assert not page_checks.small_targets(loaded)
    has_button = loaded.locator("main button:visible").count()
    stops = page_checks.tab_stops(loaded)
    assert stops and all(stop["is_seen"] for stop in stops)
    assert not has_button or "BUTTON" in [stop["tag"] for stop in stops[:2]]


def test_on_paper_it_says_what_is_to_know_and_offers_no_button(loaded, name, states):
    invoice = states[name].invoice
    with emulated(loaded, media="print"):
        words = loaded.locator("main").inner_text().replace("\xa0", " ").split()
        assert words and not loaded.locator("form:visible, .button:visible, nav:visible").count()
    assert not invoice or {invoice, "€", TOTAL} <= set(words)


@pytest.mark.parametrize("state", IN_EACH_LANGUAGE)
def test_it_is_so_in_each_language(state, states, reader):
    headings = set()
    for lang in LANGUAGES:
        page = reader.open(states[state], lang)
        headings.add(assert_has_language_title_and_heading(page, lang))
        assert_nothing_is_cut_off(page)
        rules = None if IS_SOAK else page_checks.NO_COLORS
        assert not page_checks.violations(page, *WIDTHS, rules=rules), lang
    assert len(headings) == len(LANGUAGES)


def test_a_picture_of_each_language_is_kept(states, reader, album):
    for lang in LANGUAGES:
        page = reader.open(states["due"], lang)
        page_checks.resize(page, PHONE)
        keep(page, album, f"due-phone-{lang}")


@pytest.mark.parametrize("color", COLORS)
def test_buttons_are_read_and_seen_in_any_colour(color, states, reader, shop):
    with shop.company_has(primary_color=color):
        page = reader.open(states["overdue"])
    assert f"/brand/{color[1:]}" in page.content()
    for scheme in ("light", "dark"):
        with emulated(page, color_scheme=scheme):
            for button in page.locator("main button:visible").all():
                text, shape = page_checks.contrasts(button)
                assert text >= 4.5 and shape >= 3, (scheme, button.inner_text())


def test_with_a_logo_it_stays_light_and_moves_nothing(states, reader, shop, album):
    with shop.company_has(logo=b64encode(LOGO.read_bytes()).decode()):
        page = reader.open(states["due"])
    assert page.locator("header img").is_visible()
    assert page_checks.layout_shift(page) == 0
    assert reader.weight() <= 60_000
    page_checks.resize(page, PHONE)
    keep(page, album, "due-phone-logo")


def assert_has_language_title_and_heading(page, lang):
    """Return the heading."""
    [heading] = page.locator("h1").all_inner_texts()
    assert page.locator("html").get_attribute("lang").partition("-")[0] == lang
    assert heading and page.title().startswith(heading)
    return heading


def assert_nothing_is_cut_off(page):
    """On a narrow screen, with letters twice as large, with the spaces that readers may set."""
    page_checks.resize(page, NARROW)
    assert page_checks.overflow(page) <= 0
    page_checks.resize(page, WIDTHS[0])
    for css in (":root {font-size: 200%}", page_checks.SPACING):
        style = page.add_style_tag(content=css)
        assert page_checks.overflow(page) <= 0, css
        style.evaluate("style => style.remove()")


@contextlib.contextmanager
def emulated(page, **media):
    """Let a page be shown otherwise while the block runs."""
    page.emulate_media(**media)
    yield
    page.emulate_media(**dict.fromkeys(media, "null"))


def keep(page, album, step):
    page.screenshot(path=album.path(step), full_page=True)
