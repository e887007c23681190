"""The page for when PostgreSQL is gone under a request: nothing on it comes out of the database."""

from markupsafe import Markup

from odoo.http import request
from odoo.tools import LazyTranslate

from .languages import chosen_language, has_texts, language_of_texts
from .public import HEADERS
from .stylesheet import STYLESHEET

_lt = LazyTranslate(__name__)

HEADING = _lt("This page is not available just now")
TEXT = _lt("Please try again in a minute. This page always shows what has been paid.")
BUTTON = _lt("Try again")
# Seconds: PostgreSQL restarts faster.
RETRY_AFTER = "30"
# An empty address is the page's own: it is asked for again, and no form is sent again.
PAGE = Markup(
    """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex, nofollow"/>
<title>{heading}</title>
<link rel="icon" href="data:,"/>
<link rel="stylesheet" href="{stylesheet}"/>
</head>
<body>
<main>
<h1>{heading}</h1>
<p class="money stop" role="alert">{text}</p>
<p><a class="button" href="">{button}</a></p>
</main>
</body>
</html>
"""
)


def interrupted_page():
    """Return the page that asks to try again, in the chosen language, or else the browser's."""
    wishes = (chosen_language(), request.best_lang or "")
    lang = next(filter(has_texts, wishes), "en_US")
    body = PAGE.format(
        lang=language_of_texts(lang),
        stylesheet=STYLESHEET,
        heading=HEADING._translate(lang),
        text=TEXT._translate(lang),
        button=BUTTON._translate(lang),
    )
    headers = {
        **HEADERS,
        "Content-Type": "text/html; charset=utf-8",
        "Retry-After": RETRY_AFTER,
    }
    return request.make_response(body, headers.items(), status=503)
