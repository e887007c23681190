"""`make mutants`: the changes it makes, and that they are undone."""

import ast
import importlib.util

import pytest

from tests.mutants.changes import changes
from tests.mutants.plugin import _functions
from tests.mutants.source import Source

CODE = '''
class Parent:
    def least(self):
        return 5


class Child(Parent):
    def least(self, more=1):
        """Return the least."""
        if more > 1 and not self.is_calm():
            return super().least() + more
        return max([one for one in (1, 2) if one != 2], default=0)

    def is_calm(self):
        return False


def say(name):
    return f"Good morning, {name}" if name else None
'''


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "calm.py"
    path.write_text(CODE)
    spec = importlib.util.spec_from_file_location("calm", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(module, tmp_path):
    return Source(tmp_path / "calm.py", _functions())


def test_each_change_is_another_code_and_is_undone(source):
    before = ast.unparse(source.tree)
    seen = set()
    for change in source.changes:
        with change.made():
            seen.add(ast.unparse(source.tree))
        assert ast.unparse(source.tree) == before
    # Two ways lead to `return None`.
    assert before not in seen and len(seen) == len(source.changes) - 1 > 20


def test_nothing_is_put_where_nothing_stands():
    made = changes(ast.parse("def call(it):\n    return it(None)"))
    assert [ast.unparse(change.new) for change in made] == ["return None"]


def test_the_words_for_people_are_left_alone(source):
    for change in source.changes:
        with change.made():
            assert "Return the least." in ast.unparse(source.tree)
            assert change.function.name != "say" or "XGood" not in ast.unparse(source.tree)


def test_functions_run_what_was_changed_and_afterwards_their_own_code(module, source):
    results = []
    for change in source.changes:
        with change.made(), source.running():
            try:
                results.append(module.Child().least(2))
            except (TypeError, ValueError) as error:
                results.append(type(error))
    assert module.Child().least(2) == 7
    # The sum became a difference, the end gave nothing, a number became greater, the condition too.
    assert {3, None, 7, 8, TypeError} <= set(results)


def test_what_is_run_is_counted(module, source):
    lines = set()
    with source.counted(lambda place: lines.add(place[1])):
        module.Child().least()
        module.say("you")
    module.Child().least(2)
    text = CODE.splitlines()
    run = [text[line - 1].split()[0] for line in sorted(lines)]
    assert run == ['"""Return', "if", "return", "return"]
