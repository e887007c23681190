from odoo import http

from .public import respond
from .stylesheet import brand, is_color


class BrandController(http.Controller):
    """The seller's colour as a stylesheet, since the pages allow no inline styles."""

    @http.route(
        "/mollie/brand/<string:color>.css",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
    )
    def brand(self, color, **_params):
        """Return the stylesheet of a colour. Knows nothing but its own address.

        :param str color: six hexadecimal digits.
        """
        if not is_color(color):
            return respond("", 404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return respond(brand(color), headers=headers, content_type="text/css; charset=utf-8")
