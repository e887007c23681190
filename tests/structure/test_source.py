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
                self._mollie_sync()
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
        ("models/payment_transaction.py", "models/sync.py", "_mollie_sync"),
    }


def test_a_call_from_an_override_is_known_as_a_door(source):
    assert {call.name for call in source.calls if call.is_door} == {"_mollie_sync"}
    doors = [call for call in source.calls if call.is_door]
    assert [call.file for call in doors] == ["models/payment_transaction.py"]


def test_of_a_file_with_rooms_each_class_stands_for_itself(tmp_path):
    (tmp_path / "core.py").write_text(
        "from .amounts import add\nfrom .payload import metadata\n\n"
        "TOTAL = add(1, 2)\n\n\n"
        "class ProviderCore:\n"
        "    def _mollie_is_on(self):\n        return TOTAL\n\n\n"
        "class TransactionCore:\n"
        "    def _mollie_ask(self):\n        return metadata(self.provider_id._mollie_is_on())\n"
    )
    (tmp_path / "amounts.py").write_text("def add(one, other):\n    return one + other\n")
    (tmp_path / "payload.py").write_text("def metadata(tx):\n    return {}\n")
    (tmp_path / "provider.py").write_text("from .core import TOTAL, ProviderCore\n")
    source = Source(tmp_path, rooms=["core.py"])
    assert {(start, end) for start, _line, end in source.imports} == {
        ("core.py", "amounts.py"),
        ("core.py:TransactionCore", "payload.py"),
        ("provider.py", "core.py"),
        ("provider.py", "core.py:ProviderCore"),
    }
    assert {(call.file, call.target) for call in source.calls} == {
        ("core.py", "amounts.py"),
        ("core.py:TransactionCore", "payload.py"),
        ("core.py:TransactionCore", "core.py:ProviderCore"),
    }


def test_writes_are_found_by_what_is_written_on(tmp_path):
    (tmp_path / "transaction.py").write_text(
        "class Sync:\n"
        "    def sync(self, vals):\n"
        "        self.state = 'done'\n"
        "        self.link_id.state = 'used'\n"
        "        return super().write(vals)\n\n\n"
        "class Transaction(Sync, models.Model):\n"
        '    _inherit = "payment.transaction"\n'
    )
    (tmp_path / "link.py").write_text(
        "def pay(link, txs_sudo):\n"
        "    link.state = txs_sudo.state\n"
        "    txs_sudo.sudo().write({})\n"
        "    txs_sudo.amount += 1\n"
    )
    found = Source(tmp_path).writes("payment.transaction")
    assert {(file, method, line) for file, method, line, _text in found} == {
        ("transaction.py", "sync", 3),
        ("link.py", "pay", 3),
        ("link.py", "pay", 4),
    }


def test_code_is_read_without_what_only_explains(tmp_path):
    (tmp_path / "x.py").write_text('"""_process(\n_process("""\nx = 1  # _process(\ny = "#"\n')
    assert list(Source(tmp_path).code("x.py")) == [(3, "x = 1  "), (4, 'y = "#"')]


def test_a_circle_is_every_file_that_can_be_reached_from_the_others():
    edges = {("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("f", "e"), ("e", "d")}
    assert circles(edges) == [["a", "b", "c"], ["d", "e"]]
    assert circles({("a", "b"), ("b", "c")}) == []
