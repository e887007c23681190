"""In which language the texts of the public pages are."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# One of their texts: where it reads as in English, so do the others.
SAMPLE = _lt("No money has been taken.")


def language_of_texts(lang):
    """Return in which language the texts are for who asks for one, as HTML names it.

    :param str lang: as Odoo names it, for example `nl_NL`.
    """
    has_texts = lang.startswith("en") or SAMPLE._translate(lang) != SAMPLE._translate("en_US")
    return (lang if has_texts else "en_US").replace("_", "-")
