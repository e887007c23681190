"""Nothing that is stored, or sent by anybody, is ever run: neither as code nor by its name."""

import ast
import re
from pathlib import Path

from lxml import etree

ADDON = Path(__file__).resolve().parents[2] / "invoice_mollie"
# What makes code, or objects with code, of a text.
EVALUATORS = {
    "eval", "exec", "compile", "__import__", "safe_eval", "test_python_expr", "const_eval",
    "literal_eval", "import_module", "attrgetter", "methodcaller", "pickle", "marshal", "shelve",
    "yaml", "dill", "ctypes", "subprocess", "system", "popen",
}  # fmt: skip
# Names of methods that are looked up: each out of a table in the code, or from who calls.
LOOKED_UP = {
    ("models/core.py", "SETTERS[state]"),
    ("models/transaction/sync.py", "DOERS[step.do]"),
    ("models/transaction/refund.py", "request"),
    ("gateway.py", "name"),
    ("wizards/mollie_health.py", "MENDERS[self.button]"),
}
# What Odoo runs of the addon's own data: one method of a model, without arguments.
CODE = re.compile(r"(action = )?(model|records)\.\w+\(\)")


def nodes(kind):
    """Yield the file and node of each piece of code of a kind."""
    for path in ADDON.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, kind):
                yield str(path.relative_to(ADDON)), node


def test_nothing_is_made_into_code():
    """Attacks D4."""
    used = {(file, node.id) for file, node in nodes(ast.Name)}
    # Regular expressions are compiled, too: as an attribute of `re`.
    used |= {(file, node.attr) for file, node in nodes(ast.Attribute) if node.attr != "compile"}
    used |= {(file, alias.name) for file, node in nodes(ast.Import) for alias in node.names}
    used |= {(file, node.module or "") for file, node in nodes(ast.ImportFrom)}
    used |= {(file, alias.name) for file, node in nodes(ast.ImportFrom) for alias in node.names}
    assert len(used) > 1000
    assert {(file, name) for file, name in used if name.split(".")[0] in EVALUATORS} == set()


def test_no_method_is_called_by_a_name_that_is_stored():
    """Attacks D4: as a callback was once, with an administrator's rights."""
    names = {
        (file, ast.unparse(node.args[1]))
        for file, node in nodes(ast.Call)
        if ast.unparse(node.func) == "getattr" and not isinstance(node.args[1], ast.Constant)
    }
    assert names == LOOKED_UP


def test_the_addons_own_data_runs_methods_and_no_expressions():
    """Attacks D4."""
    codes = [
        node.text
        for path in ADDON.rglob("*.xml")
        for node in etree.parse(path).iterfind(".//field[@name='code']")
    ]
    assert codes
    assert [code for code in codes if not CODE.fullmatch(code)] == []


def test_no_text_is_shown_as_markup():
    """Attacks E1: only what stands in the code is, and what was escaped."""
    texts = {path.name: path.read_text() for path in ADDON.rglob("*.xml")}
    assert texts
    assert [name for name, text in texts.items() if "t-raw" in text or "Markup" in text] == []
    made = [node for _file, node in nodes(ast.Call) if ast.unparse(node.func) == "Markup"]
    assert made
    assert [ast.unparse(node) for node in made if not all(map(is_safe, node.args))] == []


def is_safe(argument):
    is_escaped = isinstance(argument, ast.Call) and ast.unparse(argument.func) == "escape"
    return is_escaped or isinstance(argument, ast.Constant)
