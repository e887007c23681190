"""Checks and renews the translations: the template (.pot) and the Dutch catalogue (nl.po)."""

import contextlib
import re
import sys
import tempfile
from pathlib import Path

import databases
import postgres
from environment import ADDON, CHECKOUT, Failure, run_quietly, say

TEMPLATE = ADDON / "i18n/invoice_mollie.pot"
CATALOGUE = ADDON / "i18n/nl.po"
# What the code puts into a sentence, and the markup around words: both have to survive.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|\{\w*\}|</?\w+[^>]*>")
ADVICE = "run `make translations`, then translate what is new in i18n/nl.po"


def check():
    """Print what is wrong with the committed translations; return 1 if anything is."""
    faults = [f"{path} is missing" for path in (TEMPLATE, CATALOGUE) if not path.exists()]
    if not faults:
        with _exported() as fresh:
            faults = [*_stale(fresh), *_incomplete()]
    for fault in faults:
        print(fault)
    if faults:
        print(ADVICE)
    return 1 if faults else 0


def renew():
    """Write the template anew and merge it into the Dutch catalogue."""
    import polib

    with _exported() as fresh:
        TEMPLATE.parent.mkdir(exist_ok=True)
        if not TEMPLATE.exists() or _differences(fresh, polib.pofile(TEMPLATE)):
            fresh.save(TEMPLATE)
        catalogue = polib.pofile(CATALOGUE) if CATALOGUE.exists() else _new_catalogue()
        catalogue.merge(fresh)
        for entry in list(catalogue):
            if entry.obsolete:
                catalogue.remove(entry)
        catalogue.sort(key=lambda entry: entry.msgid)
        catalogue.save(CATALOGUE)
        say(f"nl.po: {catalogue.percent_translated()} % translated")


def _new_catalogue():
    import polib

    catalogue = polib.POFile()
    catalogue.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Language": "nl",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


@contextlib.contextmanager
def _exported():
    """Yield the terms that Odoo finds in the addon as it is now."""
    import polib

    with postgres.running(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoice_mollie.pot"
        with databases.clone("test_translations") as database:
            argv = ["i18n", "export", "--database", database, "--output", path, "invoice_mollie"]
            run_quietly(
                [sys.executable, "-m", "odoo", *argv],
                "exporting the terms",
                env=databases.odoo_environment(),
                cwd=CHECKOUT,
            )
        if not path.exists() or not path.stat().st_size:
            raise Failure("Odoo found no term to translate in the addon")
        yield polib.pofile(path)


def _terms(catalogue):
    return {
        (entry.msgctxt, entry.msgid): (entry.comment, sorted(entry.occurrences))
        for entry in catalogue
        if not entry.obsolete
    }


def _differences(fresh, committed):
    """Return the terms that differ in any way, in the order of their text."""
    new, old = _terms(fresh), _terms(committed)
    keys = new.keys() | old.keys()
    return sorted((key for key in keys if new.get(key) != old.get(key)), key=lambda key: key[1])


def _stale(fresh):
    import polib

    committed = polib.pofile(TEMPLATE)
    new, old = _terms(fresh), _terms(committed)
    for key in _differences(fresh, committed):
        what = "is new" if key not in old else "is gone" if key not in new else "has moved"
        yield f"{TEMPLATE.name}: {_short(key[1])} {what}"


def _incomplete():
    import polib

    catalogue = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(CATALOGUE)}
    template = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(TEMPLATE)}
    for key in sorted(template, key=lambda key: key[1]):
        fault = _fault(catalogue.get(key))
        if fault:
            yield f"{CATALOGUE.name}: {_short(key[1])} {fault}"
    for key, entry in catalogue.items():
        if key not in template and not entry.obsolete:
            yield f"{CATALOGUE.name}: {_short(key[1])} is not in the template"


def _fault(entry):
    """Return what is wrong with the translation of a term, or None."""
    if entry is None:
        return "is missing"
    if entry.obsolete or not entry.msgstr:
        return "is not translated"
    if entry.fuzzy:
        return "is fuzzy"
    if _placeholders(entry.msgid) != _placeholders(entry.msgstr):
        return "has other placeholders or tags in its translation"
    return None


def _placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def _short(text):
    return repr(text if len(text) <= 60 else text[:57] + "…")
