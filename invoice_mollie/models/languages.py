"""In which languages there are texts for customers."""

from odoo.tools import LazyTranslate

from ..const import LOCALES

_lt = LazyTranslate(__name__)

# One of their texts: where it reads as in English, so do the others.
SAMPLE = _lt("No money has been taken.")


def has_texts(lang):
    """Return whether customers who read a language (`nl_NL`) find all in it."""
    return lang.startswith("en") or SAMPLE._translate(lang) != SAMPLE._translate("en_US")


def languages_here(env):
    """Return the languages of this database in which there are texts: ``{code: name}``."""
    return {code: name for code, name in env["res.lang"].get_installed() if has_texts(code)}


def locale_of(lang):
    """Return Mollie's locale for a language of Odoo's, the nearest that there is; None if none is
    near.
    """
    base = (lang or "")[:2]
    wishes = (lang, f"{base}_{base.upper()}", {"en": "en_US"}.get(base))
    return next((wish for wish in wishes if wish in LOCALES), None)
