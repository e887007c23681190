"""The documents for users name all that the screen shows: whoever adds a message, a state or a
setting tells there what it means. Read from the source, so that nothing is listed twice.
"""

import io
import re

import docutils.core
import pytest

from tests.structure import texts
from tests.structure.source import CHECKOUT

DOCS = CHECKOUT / "docs"
DOCUMENTS = [CHECKOUT / "README.rst", CHECKOUT / "CHANGELOG.rst", *sorted(DOCS.glob("*.rst"))]
FOR_USERS = (
    *("setup", "daily-use", "states-and-sentences", "refunds", "troubleshooting", "questions"),
    *("privacy", "accessibility", "upgrade-and-uninstall"),
)
# Files whose sentences tell how things stand, not what is wrong.
LOG = "models/mollie_payment_log.py"
NO_TROUBLE = {
    LOG,
    "models/invoice/e_invoice.py",
    "models/invoice/summary.py",
    "models/invoice/notes.py",
    "money/statuses.py",
}
SETTINGS = "views/res_config_settings_views.xml"
STATES = "models/account_move.py"


def read(name):
    """Return what a document says, without its markup, in one line."""
    text = (DOCS / f"{name}.rst").read_text(encoding="utf-8")
    return " ".join(re.sub(r"[*`|]", "", text).split())


def missing(wanted, *names):
    """Return which of some texts stand in none of the documents."""
    documents = [read(name) for name in names]
    assert wanted
    return sorted({text for text in wanted if not any(text in words for words in documents)})


def sentences(files):
    """Return the sentences that files say, by which readers know them."""
    found = texts.python_texts()
    return {
        texts.first_sentence(text)
        for file in files
        for text in found[file]
        if texts.is_sentence(text)
    }


def test_each_message_is_explained():
    """To-dos, refusals, what the set-up and the comparison find: by its first sentence."""
    wanted = sentences(texts.python_texts().keys() - NO_TROUBLE)
    assert missing(wanted, "troubleshooting") == []


def test_each_sentence_about_a_payment_is_explained():
    """The summary on the form, the rows of the log, what these are called, and so on."""
    named = {texts.first_sentence(text) for text in texts.python_texts()[LOG]}
    wanted = sentences(NO_TROUBLE) | named
    assert missing(wanted, "states-and-sentences", "troubleshooting", "daily-use") == []


@pytest.mark.parametrize(
    "file, document",
    [
        ("money/statuses.py", "states-and-sentences"),
        ("models/mollie_difference.py", "troubleshooting"),
        ("wizards/mollie_repair.py", "troubleshooting"),
    ],
)
def test_each_word_of_log_and_lists_is_explained(file, document):
    """Mollie's statuses, the reasons of differences, the outcomes of a reconciliation."""
    wanted = {texts.first_sentence(text) for text in texts.python_texts()[file]}
    assert missing(wanted, document) == []


@pytest.mark.parametrize("field", ["mollie_progress", "mollie_payment_state"])
def test_each_state_of_an_invoice_is_explained(field):
    assert missing(texts.selection(STATES, field), "states-and-sentences") == []


def test_each_page_is_explained():
    """By the heading that customers see."""
    headings = {
        texts.words_of(choice)
        for element in texts.elements("t", "views/page_states.xml")
        if element.get("t-set") == "heading"
        for choice in _choices(element)
    }
    assert missing(headings, "states-and-sentences") == []


def _choices(element):
    """Return the headings of a state: one, or several of which one is shown."""
    conditional = [child for child in element if child.get("t-out") is None]
    return conditional or [element]


def test_each_setting_is_explained():
    fields = texts.strings_of_fields("models/res_config_settings.py")
    labels = {
        element.get("string") or fields[element.get("for")]
        for tag in ("setting", "label")
        for element in texts.elements(tag, SETTINGS)
    }
    choices = texts.selection("models/res_company.py", "mollie_link_creation")
    assert missing({*labels, *choices}, "setup") == []


def test_each_warning_is_explained():
    """Bands above forms, and in the settings."""
    warnings = {texts.first_sentence(words) for words in texts.alerts()}
    assert missing(warnings, "troubleshooting", "states-and-sentences") == []


@pytest.mark.parametrize("tag", ["button", "filter"])
def test_each_button_and_filter_is_named(tag):
    labels = {element.get("string") for element in texts.elements(tag)} - {None, "Close"}
    assert missing(labels, *FOR_USERS) == []


def test_each_document_is_found_from_the_readme_and_the_index():
    readme = (CHECKOUT / "README.rst").read_text(encoding="utf-8")
    index = (DOCS / "index.rst").read_text(encoding="utf-8")
    documents = {path.stem for path in DOCS.glob("*.rst")} - {"index"}
    assert set(FOR_USERS) <= documents
    assert {name for name in documents if f"{name}.rst" not in index} == set()
    assert "docs/index.rst" in readme


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_each_document_can_be_read(path):
    """It is well-formed, leads to files that are there, and names tests that are there."""
    text, complaints = path.read_text(encoding="utf-8"), io.StringIO()
    settings = {"warning_stream": complaints, "report_level": 2}
    docutils.core.publish_string(text, writer="null", settings_overrides=settings)
    assert complaints.getvalue() == ""
    files = {path.parent / name for name in re.findall(r"<([^<>:#`]+\.\w+)>`_", text)}
    files |= {
        CHECKOUT / name for name in re.findall(r"``((?:docs|tests|tools)/[\w./-]+\.\w+)``", text)
    }
    assert {file for file in files if not file.is_file()} == set()
