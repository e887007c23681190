import base64
import io

from PIL import Image

from odoo import api

from ...const import PAY_LATER
from ..core import find_methods
from .methods import name_of

# Pixels; shown at half of it, sharp on phones, too.
ICON_SIZE = (64, 40)
# Some hundred bytes each, and as easy to recognise as with all.
ICON_COLORS = 16
# How many methods pages name; the others are counted.
NAMED = 6


class Icons:
    """What customers see of the payment methods before they are at Mollie."""

    __slots__ = ()

    @api.depends("mollie_methods")
    def _compute_mollie_icons(self):
        for provider in self:
            methods = provider.mollie_methods or []
            # Administrators can write anything there.
            names = [method["id"] for method in methods if isinstance(method, dict)]
            found = find_methods(provider.env, names)
            provider.mollie_icons = {name: _draw(method) for name, method in found.items()}

    def _mollie_list_methods(self, amount, currency, later):
        """Return with which methods an amount can be paid, as Mollie names and sorts them.

        :param bool later: with those by which one pays later, too.
        :return: `named`, a list of dicts with `name` and `icon` (a data URI or ""), and `more`:
            in words, how many others there are, or 0.
        """
        self.ensure_one()
        fitting = [
            method
            for method in self._mollie_fitting_methods(amount, currency)
            if later or method["id"] not in PAY_LATER
        ]
        icons = self.mollie_icons or {}
        named = [
            {"name": name_of(method, self.env.lang), "icon": icons.get(method["id"], "")}
            for method in fitting[:NAMED]
        ]
        more = len(fitting[NAMED:])
        return {"named": named, "more": more and self.env._("and %s more", more)}


def _draw(method):
    """Return the picture of one of Odoo's payment methods as a data URI; "" if it has none."""
    if not method.image:
        return ""
    image = Image.open(io.BytesIO(base64.b64decode(method.image))).convert("RGBA")
    image.thumbnail(ICON_SIZE)
    drawing = io.BytesIO()
    few_colors = image.quantize(ICON_COLORS, Image.Quantize.FASTOCTREE)
    few_colors.save(drawing, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(drawing.getvalue()).decode()}"
