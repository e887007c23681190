"""Exports that spreadsheets take for what they are: texts."""

# What makes a text a formula. Core minds the first three in CSV, and nothing in XLSX.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "{=")


class Exported:
    """A model whose texts come from elsewhere: from Mollie, from customers, from banks."""

    __slots__ = ()

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Override of `base` to have no text begin a formula, also as a part of another export."""
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell
