"""The pictures of the documents and the store page: made by the tests, small, and described."""

import re
import sys
from xml.etree import ElementTree

import pytest

from tests.structure.source import ADDON, CHECKOUT

STORE = ADDON / "static/description"
SIZE = 200_000


@pytest.fixture
def pictures(monkeypatch):
    """The table of pictures, each with the file of a test, the test, and its step."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "tools"))
    import pictures

    yield pictures.PICTURES
    for name in ("pictures", "environment"):
        sys.modules.pop(name, None)


def shown():
    """Return the pictures of the store page and of README, with what is said of each."""
    page = ElementTree.fromstring(f"<body>{(STORE / 'index.html').read_text()}</body>")
    found = {STORE / image.get("src"): image.get("alt") for image in page.iter("img")}
    readme = (CHECKOUT / "README.rst").read_text()
    named = re.findall(r"\.\. image:: (\S+)\n\s+:alt: (.+)", readme)
    return found | {CHECKOUT / path: alt for path, alt in named}


def test_each_picture_that_is_shown_is_made_by_a_test_and_described(pictures):
    assert set(shown()) == {CHECKOUT / path for path in pictures}
    assert all(shown().values())


def test_each_picture_is_there_and_small(pictures):
    sizes = {path: (CHECKOUT / path).stat().st_size for path in pictures}
    assert {path: size for path, size in sizes.items() if size > SIZE} == {}


def test_the_tests_that_make_them_are_there(pictures):
    for file, test, step in pictures.values():
        source = (CHECKOUT / "tests/e2e" / file).read_text()
        assert f"def test_{test}(" in source
        assert f'"{step}"' in source
