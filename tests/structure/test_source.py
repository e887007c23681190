"""The reader that the other tests here rely on: it finds who imports and who calls whom."""

import pytest

from tests.structure.source import Source, circles

FILES = {
    "models/sync.py": """
        class Sync:
            def _mollie_sync(self):
                self._mollie_book()
                self._process()

            def _mollie_size(self):
                return 1
    """,
    "models/books.py": """
        from ..money.amounts import add

        class Books:
            def _mollie_book(self):
                return add(self.link_id._mollie_size(), super()._process())
    """,
    "models/payment_transaction.py": """
        from .books import Books
        from .sync import Sync

        class Transaction(Sync, Books, models.Model):
            _inherit = "payment.transaction"

            def _process(self):
                pass
    """,
    "models/link.py": """
        from odoo.addons.invoice_mollie.money import amounts

        class Link(models.Model):
            _name = "mollie.payment.link"

            def _mollie_size(self):
                return 2

            def pay(self):
                later = lambda tx_sudo: tx_sudo._mollie_sync
                return later, self._mollie_size(), amounts
    """,
    "money/amounts.py": """
        def add(one, other):
            return one + other
    """,
}


@pytest.fixture
def source(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        lines = [line.removeprefix(" " * 8) for line in text.splitlines()]
        path.write_text("\n".join(lines))
    return Source(tmp_path, overridden=[("payment.transaction", "_process")])


def test_imports_among_our_files_are_found_however_they_are_written(source):
    assert {(file, target) for file, _line, target in source.imports} == {
        ("models/books.py", "money/amounts.py"),
        ("models/link.py", "money/amounts.py"),
        ("models/payment_transaction.py", "models/books.py"),
        ("models/payment_transaction.py", "models/sync.py"),
    }


def test_plain_mixins_are_parts_of_the_model_that_has_them_as_bases(source):
    assert source.files_of("payment.transaction") == [
        "models/books.py",
        "models/payment_transaction.py",
        "models/sync.py",
    ]


def test_calls_lead_to_the_file_with_the_method_of_the_right_model(source):
    """Calls of what core defines, too, are calls of core."""
    assert {(call.file, call.target, call.name) for call in source.calls} == {
        ("models/sync.py", "models/books.py", "_mollie_book"),
        ("models/books.py", "money/amounts.py", "add"),
        ("models/books.py", "models/link.py", "_mollie_size"),
        ("models/link.py", "models/sync.py", "_mollie_sync"),
        ("models/link.py", "models/link.py", "_mollie_size"),
    }


def test_a_circle_is_every_file_that_can_be_reached_from_the_others():
    edges = {("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("f", "e"), ("e", "d")}
    assert circles(edges) == [["a", "b", "c"], ["d", "e"]]
    assert circles({("a", "b"), ("b", "c")}) == []
