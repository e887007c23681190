"""In which language visitors read the public pages."""

from babel import Locale

from odoo.http import request

from ..models.languages import has_texts, languages_here


def language_of_texts(lang):
    """Return in which language the texts are for who asks for one, as HTML names it.

    :param str lang: as Odoo names it, for example `nl_NL`.
    """
    return (lang if has_texts(lang) else "en_US").replace("_", "-")


def page_language(env, *known):
    """Return in which language the visitor of a page reads it: the first of these in which there
    are pages here.

    What was chosen on the page, what we know, what the browser says, what the company speaks.

    :param str known: languages as Odoo names them, or False; the last is the company's.
    """
    *of_customer, of_company = known
    of_browser = (lang for lang, _quality in request.httprequest.accept_languages)
    wishes = (chosen_language(), *of_customer, *of_browser, of_company)
    # Of two kinds of a language, rather the one we know of.
    here = sorted(languages_here(env), key=lambda lang: lang not in known)
    found = filter(None, (_find(wish or "", here) for wish in wishes))
    # Where there are none, the texts are English, the amounts and days the company's.
    return next(found, of_company or "en_US")


def chosen_language():
    """Return what stands in the address for the language; "" if nothing was chosen."""
    lang = request.httprequest.args.get("lang", "")
    return lang if lang.isascii() and lang.isalpha() and len(lang) == 2 else ""


def in_chosen_language(path, lang=""):
    """Return a path of ours with what was chosen on this page.

    :param str lang: what was chosen on a page before, if nothing was on this one.
    """
    lang = chosen_language() or lang
    return f"{path}?lang={lang}" if path and lang else path


def language_choices(env, lang):
    """Return the languages among which visitors can choose; none if there is only one.

    :param str lang: that of the page.
    :return: a list of dicts: its `code` in addresses, its `name` for who speaks it, `is_current`.
    """
    names = {
        code[:2]: Locale(code[:2]).get_language_name(code[:2]).capitalize()
        for code in languages_here(env)
    }
    choices = [
        {"code": code, "name": names[code], "is_current": code == lang[:2]}
        for code in sorted(names, key=names.get)
    ]
    return choices if len(choices) > 1 else []


def _find(wish, here):
    """Return which of the languages here somebody means by `nl`, `nl-BE` or `nl_BE`, or None."""
    wish = wish.replace("-", "_")
    same = [code for code in here if code.lower() == wish.lower()]
    alike = [code for code in here if wish and code[:2] == wish[:2].lower()]
    return next(iter(same + alike), None)
