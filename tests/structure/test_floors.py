"""The files of the addon stand on floors; imports and calls lead downstairs only."""

import re
from collections import Counter
from fnmatch import fnmatch

import pytest

from tests.structure.core_contract import OVERRIDDEN
from tests.structure.floors import CORE_FILES, FLOORS, ROOMS, TOUCHES, WRITER
from tests.structure.source import Source, circles

TRANSACTION = "payment.transaction"


@pytest.fixture(scope="module")
def source():
    overridden = [(model, name) for model in OVERRIDDEN for name in OVERRIDDEN[model]]
    return Source(overridden=overridden, rooms=ROOMS)


def floors_of(file):
    return [
        number
        for number, patterns in enumerate(FLOORS)
        if any(fnmatch(file, pattern) for pattern in patterns)
    ]


def upstairs(edges):
    """Return the edges that don't lead to a lower floor."""
    return sorted(edge for edge in edges if floors_of(edge[0]) >= floors_of(edge[1]))


def assert_none(found):
    """Fail with all that was found, however much it is."""
    lines = [str(line) for line in found]
    assert not lines, "\n".join(lines)


def test_every_file_stands_on_one_floor(source):
    assert_none(sorted(file for file in source.places if len(floors_of(file)) != 1))


def test_every_floor_has_files(source):
    patterns = [pattern for floor in FLOORS for pattern in floor]
    assert_none([p for p in patterns if not any(fnmatch(file, p) for file in source.places)])


def test_imports_lead_downstairs_only(source):
    assert_none(upstairs({(file, target) for file, _line, target in source.imports}))


def test_imports_form_no_circle(source):
    assert_none(circles({(file, target) for file, _line, target in source.imports}))


def test_calls_lead_downstairs_only(source):
    calls = {
        (call.file, call.target, call.name, call.line) for call in source.calls_across(CORE_FILES)
    }
    assert_none(upstairs(calls))


def test_calls_among_the_transactions_files_form_no_circle(source):
    files = set(source.files_of(TRANSACTION))
    calls = {(call.file, call.target) for call in source.calls_across(CORE_FILES)}
    assert_none(circles({edge for edge in calls if set(edge) <= files}))


def test_each_of_cores_methods_is_overridden_once_for_a_model(source):
    overrides = Counter(
        (model, name)
        for model, names in OVERRIDDEN.items()
        for _cls, name in source.methods_of(model)
        if name in names
    )
    assert_none(sorted(override for override, count in overrides.items() if count > 1))


@pytest.mark.parametrize("what", TOUCHES)
def test_what_odoo_20_changed_is_touched_in_one_file_of_a_layer(source, what):
    pattern = re.compile(TOUCHES[what])
    assert_none(
        f"{file}:{number}: {line.strip()}"
        for file in source.trees
        if file not in CORE_FILES
        for number, line in source.code(file)
        if pattern.search(line)
    )


def test_transactions_are_written_by_one_method(source):
    assert_none(
        f"{file}:{line}: {text}"
        for file, method, line, text in source.writes(TRANSACTION)
        if method != WRITER and not method.startswith("_compute_")
    )
