"""The seller's colour: buttons in it can be read and seen (WCAG 2.2, 1.4.3 and 1.4.11)."""

from tests.common import MollieCase

# The last grey on this side, and the first beyond: black letters are read better than white ones,
# an edge is needed to see the button by day, and none any more by night.
LETTERS, DAY, NIGHT = ("757575", "767676"), ("949494", "959595"), ("6b6b6b", "6c6c6c")
# Colours in which one channel decides, of which eyes see green best and blue least.
CHANNELS = {"ff0000": "#000", "0000ff": "#fff", "00ff00": "#000", "e00000": "#fff"}


class TestBrand(MollieCase):
    def brand(self, color):
        answer = self.get(f"/mollie/brand/{color}.css")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertEqual(answer.headers["Content-Type"], "text/css; charset=utf-8")
        return answer.text

    def test_letters_are_in_what_can_be_read_better(self):
        dark, light = map(self.brand, LETTERS)
        self.assertIn("--on-brand:#fff;", dark)
        self.assertIn("--on-brand:#000;", light)
        for color, letters in CHANNELS.items():
            self.assertIn(f"--on-brand:{letters};", self.brand(color), color)

    def test_buttons_that_hardly_differ_from_the_page_have_an_edge(self):
        dark, light = map(self.brand, DAY)
        self.assertIn("--brand-edge:transparent}", dark)
        self.assertIn("--brand-edge:#8a909b}", light)

    def test_at_night_others_have_one(self):
        dark, light = map(self.brand, NIGHT)
        night = "@media (prefers-color-scheme:dark){:root{--brand-edge:#8a909b}}"
        self.assertTrue(dark.endswith(night), dark)
        self.assertNotIn("@media", light)

    def test_what_is_no_colour_has_no_stylesheet(self):
        for color in ("7146", "714b67aa", "714B67", "red", "ghijkl"):
            answer = self.get(f"/mollie/brand/{color}.css")
            self.assertEqual((answer.status_code, answer.text), (404, ""), color)
