"""The stylesheets of the public pages: ours, and the seller's colour.

Browsers keep them: what changes gets another address.
"""

import hashlib
import re

from odoo.tools import file_open

PATH = "invoice_mollie/static/src/css/pay.css"
# On what buttons lie, as in that file: those that hardly differ from it get an edge (WCAG 2.2,
# 1.4.11).
LIGHT_SHEET, DARK_SHEET, EDGE = "ffffff", "1f2329", "#8a909b"
LEAST_CONTRAST = 3
_COLOR = re.compile(r"[0-9a-f]{6}")


def _versioned(path, content):
    return f"{path}?v={hashlib.sha256(content).hexdigest()[:8]}"


with file_open(PATH, "rb") as file:
    STYLESHEET = _versioned(f"/{PATH}", file.read())


def is_color(text):
    """Return whether a text is six hexadecimal digits."""
    return bool(_COLOR.fullmatch(text))


def stylesheets(color):
    """Return the addresses of all that a page needs.

    :param str color: six hexadecimal digits.
    """
    return [STYLESHEET, _versioned(f"/mollie/brand/{color}.css", brand(color).encode())]


def brand(color):
    """Return the stylesheet of a colour: buttons that can be read and seen, by day and by night."""
    css = f":root{{{_properties(color)}}}"
    if _contrast(color, DARK_SHEET) < LEAST_CONTRAST:
        css += f"@media (prefers-color-scheme:dark){{:root{{--brand-edge:{EDGE}}}}}"
    return css


def _properties(color):
    edge = EDGE if _contrast(color, LIGHT_SHEET) < LEAST_CONTRAST else "transparent"
    is_on_white = _contrast(color, "ffffff") >= _contrast(color, "000000")
    text = "#fff" if is_on_white else "#000"
    return f"--brand:#{color};--on-brand:{text};--brand-edge:{edge}"


def _contrast(color, other):
    """Return how well two colours can be told apart, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    dark, light = sorted((_luminance(color), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
