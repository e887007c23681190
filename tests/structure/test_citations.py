"""What the tests cite stands in the documents, and the documents name tests that are there."""

import ast
import pathlib
import re

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
TESTS = TOP / "tests"
ATTACKS = (TOP / "docs/attacks-and-faults.rst").read_text(encoding="utf-8")
STATES = (TOP / "docs/page-states.rst").read_text(encoding="utf-8")
# Rows as docstrings cite them: A1, H, the step S10 of a fault.
ROW = re.compile(r"\b(?:[A-GI]\d{1,2}|H|S\d{1,2})\b")
STATE = re.compile(r"\bState \d+\b")
NUMBERED_TEST = re.compile(r"test_state_(\d+)_")
# A number of the security standard.
ASVS = re.compile(r"\bASVS ([\d.]+\d)")
FILE = re.compile(r"``(\S+\.py)``")


def docstrings(path):
    """Yield the docstrings of a file, and of what it defines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
            # A test of a state has the number in its name.
            numbered = NUMBERED_TEST.match(getattr(node, "name", ""))
            yield f"State {numbered[1]}" if numbered else ""


def cited(pattern):
    """Return ``{what is cited: the files below tests/ that cite it}``."""
    found = {}
    for path in sorted(TESTS.rglob("*.py")):
        if path != pathlib.Path(__file__).resolve():
            for text in docstrings(path):
                for name in pattern.findall(text):
                    found.setdefault(name, set()).add(path.relative_to(TESTS).as_posix())
    return found


def described(document):
    """Return ``{name: text}`` of what the document describes: it begins with the name in bold."""
    parts = re.split(r"^(?:\* )?\*\*(.+?)\*\*", document, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def numbered(document, yes=True):
    """Return the descriptions of a standard's numbers, or all others."""
    return {name: text for name, text in described(document).items() if name[0].isdigit() == yes}


# Each document with what is cited of it; both must be found, or nothing was compared.
BOTH = pytest.mark.parametrize(
    "document, citations",
    [
        pytest.param(numbered(ATTACKS, False), cited(ROW), id="attacks and faults"),
        pytest.param(described(STATES), cited(STATE), id="states of pages"),
        pytest.param(numbered(ATTACKS), cited(ASVS), id="standard"),
    ],
)


@BOTH
def test_what_a_docstring_cites_is_described(document, citations):
    assert citations
    assert {name: files for name, files in citations.items() if name not in document} == {}


@BOTH
def test_a_description_names_only_tests_that_cite_it(document, citations):
    named = {(name, file) for name, text in document.items() for file in FILE.findall(text)}
    cite = {(name, file) for name, files in citations.items() for file in files}
    assert named
    assert named - cite == set()


@BOTH
def test_what_is_cited_is_not_said_to_have_no_test_yet(document, citations):
    missing = {name for name, text in document.items() if "*Tests:* not yet" in text}
    assert citations
    assert missing & citations.keys() == set()


def test_what_has_no_test_says_so():
    """Every row and state either names tests, or says that there are none."""
    for name, text in (described(ATTACKS) | described(STATES)).items():
        # The steps of faults are no rows of their own.
        assert name.startswith("S") and name[1:].isdigit() or "*Tests:* " in text, name
