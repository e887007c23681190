"""Checks and renews the translations: the template (.pot) and every catalogue (i18n/*.po)."""

import contextlib
import re
import sys
import tempfile
from pathlib import Path

import polib

import databases
import postgres
from environment import ADDON, CHECKOUT, Failure, run_quietly, say

TEMPLATE = ADDON / "i18n/invoice_mollie.pot"
# What customers are promised beside English; others may lie there, too.
LANGUAGES = ("de", "es", "fr", "it", "nl")
HEADER = {
    "Project-Id-Version": "Odoo Server 19.0",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
# What the code puts into a sentence, and the markup around words: both have to survive.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|\{\w*\}|</?\w+[^>]*>")
ADVICE = "run `make translations`, then translate what is new in i18n/*.po"


def check(_arguments):
    """Print what is wrong with the committed translations; return 1 if anything is."""
    with _exported() as fresh:
        faults = [f"{TEMPLATE.name}: {term} is new, gone or has moved" for term in _stale(fresh)]
    for path in _catalogues():
        if not path.exists():
            faults.append(f"{path.name} is missing")
            continue
        faults += [f"{path.name}: {fault}" for fault in _faults(path, _committed())]
    if faults:
        print(*faults, ADVICE, sep="\n")
    return int(bool(faults))


def renew(_arguments):
    """Write the template anew and merge it into the catalogues; those that are missing are made."""
    with _exported() as fresh:
        if _stale(fresh):
            fresh.save(TEMPLATE)
        for path in _catalogues():
            catalogue = polib.pofile(path) if path.exists() else polib.POFile()
            catalogue.metadata = HEADER | {"Language": path.stem} | catalogue.metadata
            catalogue.merge(fresh)
            for entry in catalogue.obsolete_entries():
                catalogue.remove(entry)
            catalogue.sort(key=lambda entry: entry.msgid)
            catalogue.save(path)
            say(f"{path.name}: {catalogue.percent_translated()} % translated")


def _committed():
    return polib.pofile(TEMPLATE) if TEMPLATE.exists() else polib.POFile()


def _catalogues():
    promised = {TEMPLATE.parent / f"{language}.po" for language in LANGUAGES}
    return sorted(promised | {*TEMPLATE.parent.glob("*.po")})


@contextlib.contextmanager
def _exported():
    """Yield the terms that Odoo finds in the addon as it is now."""
    with postgres.running(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TEMPLATE.name
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


def _stale(fresh):
    """Return the terms that differ in any way from those of the committed template."""
    new, old = (
        {(term.msgctxt, term.msgid, term.comment, *sorted(term.occurrences)) for term in terms}
        for terms in (fresh, _committed())
    )
    return sorted({_short(term[1]) for term in new ^ old})


def _faults(path, template):
    """Yield what is wrong with a catalogue."""
    wanted = {_key(entry) for entry in template}
    entries = {_key(entry): entry for entry in polib.pofile(path) if not entry.obsolete}
    for _context, text in sorted(wanted - entries.keys(), key=str):
        yield f"{_short(text)} is missing"
    for key, entry in entries.items():
        faults = {
            "is not in the template": key not in wanted,
            "is not translated": not entry.msgstr,
            "is fuzzy": entry.fuzzy,
            "has other placeholders or tags in its translation": (
                entry.msgstr and _placeholders(entry.msgid) != _placeholders(entry.msgstr)
            ),
        }
        yield from (f"{_short(entry.msgid)} {fault}" for fault, found in faults.items() if found)


def _key(entry):
    return entry.msgctxt, entry.msgid


def _placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def _short(text):
    return repr(text if len(text) <= 60 else text[:57] + "…")
