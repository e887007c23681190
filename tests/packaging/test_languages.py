"""A language is one .po file and nothing else: the tools take whatever lies beside the template."""

import contextlib
import shutil
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
I18N = CHECKOUT / "invoice_mollie/i18n"


@pytest.fixture
def translations(monkeypatch, tmp_path):
    """The tool, on a copy of the catalogues; what Odoo would export is the template."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "tools"))
    import translations

    shutil.copytree(I18N, tmp_path / "i18n")
    monkeypatch.setattr(translations, "TEMPLATE", tmp_path / "i18n/invoice_mollie.pot")

    @contextlib.contextmanager
    def exported():
        yield translations.polib.pofile(translations.TEMPLATE)

    monkeypatch.setattr(translations, "_exported", exported)
    yield translations
    for name in ("translations", "databases", "postgres", "environment"):
        sys.modules.pop(name, None)


def test_an_empty_file_becomes_a_catalogue_and_is_asked_for_until_it_is_complete(
    translations, tmp_path, capsys
):
    german = tmp_path / "i18n/de.po"
    german.touch()
    translations.renew([])
    catalogue = translations.polib.pofile(german)
    template = translations.polib.pofile(translations.TEMPLATE)
    assert {entry.msgid for entry in catalogue} == {entry.msgid for entry in template}
    assert catalogue.metadata["Language"] == "de"
    assert translations.check([]) == 1
    assert "de.po: " in capsys.readouterr().out
    for entry in catalogue:
        entry.msgstr = entry.msgid
    catalogue.save(german)
    assert translations.check([]) == 0


def test_a_lost_placeholder_is_named_in_any_language(translations, tmp_path, capsys):
    dutch = translations.polib.pofile(tmp_path / "i18n/nl.po")
    entry = next(entry for entry in dutch if "%(amount)s" in entry.msgid)
    entry.msgstr = "bedrag"
    dutch.save(str(tmp_path / "i18n/nl.po"))
    assert translations.check([]) == 1
    assert "nl.po: " in capsys.readouterr().out
