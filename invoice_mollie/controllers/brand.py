import re

from odoo import http

from .public import respond

_HEX = re.compile(r"[0-9a-f]{6}")


class BrandController(http.Controller):
    """The seller's colour as a stylesheet, since the pages allow no inline styles."""

    @http.route(
        "/mollie/brand/<string:color>.css",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
    )
    def brand(self, color):
        """Return the stylesheet of a colour. Knows nothing but its own address.

        :param str color: six hexadecimal digits.
        """
        if not _HEX.fullmatch(color):
            return respond("", 404)
        css = f":root{{--brand:#{color};--on-brand:{_text_color(color)}}}"
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return respond(css, headers=headers, content_type="text/css; charset=utf-8")


def _text_color(color):
    """Return black or white, whichever is easier to read on the colour (WCAG 2.2, 1.4.3)."""
    luminance = _luminance(color)
    return "#fff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000"


def _luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
