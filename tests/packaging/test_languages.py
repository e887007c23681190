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
    polish = tmp_path / "i18n/pl.po"
    polish.touch()
    translations.renew([])
    catalogue = translations.polib.pofile(polish)
    template = translations.polib.pofile(translations.TEMPLATE)
    assert {entry.msgid for entry in catalogue} == {entry.msgid for entry in template}
    assert catalogue.metadata["Language"] == "pl"
    assert translations.check([]) == 1
    assert "pl.po: " in capsys.readouterr().out
    for entry in catalogue:
        entry.msgstr = entry.msgid
    catalogue.save(polish)
    assert translations.check([]) == 0


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "nl"])
def test_none_of_the_promised_languages_may_be_missing(translations, tmp_path, capsys, language):
    (tmp_path / f"i18n/{language}.po").unlink()
    assert translations.check([]) == 1
    assert f"{language}.po is missing" in capsys.readouterr().out


def test_a_lost_placeholder_is_named_in_any_language(translations, tmp_path, capsys):
    dutch = translations.polib.pofile(tmp_path / "i18n/nl.po")
    entry = next(entry for entry in dutch if "%(amount)s" in entry.msgid)
    entry.msgstr = "bedrag"
    dutch.save(str(tmp_path / "i18n/nl.po"))
    assert translations.check([]) == 1
    assert "nl.po: " in capsys.readouterr().out
