"""What the documents say of waiting and trying again."""

import re
import runpy

from tests.structure.source import ADDON, CHECKOUT

TABLE = (CHECKOUT / "docs/architecture.rst").read_text(encoding="utf-8")
ROW = re.compile(r"^``([A-Z_]+)`` +(\d+(?:, \d+)*) ", re.M)


def test_the_table_of_what_waits_has_the_figures_of_the_code():
    """ASVS 13.1.3."""
    const, rows = runpy.run_path(str(ADDON / "const.py")), dict(ROW.findall(TABLE))
    assert len(rows) == 11
    for name, text in rows.items():
        found = const[name] if isinstance(const[name], tuple) else (const[name],)
        assert text == ", ".join(map(str, found)), name
