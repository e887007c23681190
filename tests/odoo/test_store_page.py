"""What Odoo shows of the addon under Apps."""

import re

from odoo.tools.misc import file_open

from tests.common import MollieCase

TAG = re.compile(r"<(\w+)|\b(src|alt|class|width)=\"([^\"]*)\"")


class TestStorePage(MollieCase):
    def test_odoo_shows_it_whole(self):
        """Its sanitizer takes nothing away, and finds the pictures."""
        folder = "invoice_mollie/static/description/"
        with file_open(f"{folder}index.html") as page:
            written = page.read().replace('src="', f'src="/{folder}')
        module = self.env["ir.module.module"].search([("name", "=", "invoice_mollie")])
        self.assertEqual(TAG.findall(str(module.description_html)), TAG.findall(written))
        for path in re.findall(r'src="([^"]+)"', str(module.description_html)):
            self.assertEqual(self.url_open(path).headers["Content-Type"], "image/png")
