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


def calls_across(source):
    """Return the calls from file to file, but for those of the doors in the files for core.

    Core opens these as a browser opens a route, so they may lead to any floor; whoever calls them
    calls core.
    """
    return [
        call
        for call in source.calls
        if call.file != call.target and not (call.is_door and call.file.startswith(CORE_FILES))
    ]


def upstairs(edges):
    """Return the edges that don't lead to a lower floor."""
    return sorted(edge for edge in edges if floors_of(edge[0]) >= floors_of(edge[1]))


def test_every_file_stands_on_one_floor(source):
    assert {file: floors_of(file) for file in source.places if len(floors_of(file)) != 1} == {}


def test_every_floor_has_files(source):
    patterns = [pattern for floor in FLOORS for pattern in floor]
    assert [p for p in patterns if not any(fnmatch(file, p) for file in source.places)] == []


def test_imports_lead_downstairs_only(source):
    assert upstairs({(file, target) for file, _line, target in source.imports}) == []


def test_imports_form_no_circle(source):
    assert circles({(file, target) for file, _line, target in source.imports}) == []


def test_calls_lead_downstairs_only(source):
    calls = {(call.file, call.target, call.name, call.line) for call in calls_across(source)}
    assert upstairs(calls) == []


def test_calls_among_the_transactions_files_form_no_circle(source):
    files = set(source.files_of(TRANSACTION))
    calls = {(call.file, call.target) for call in calls_across(source)}
    assert circles({edge for edge in calls if set(edge) <= files}) == []


def test_each_of_cores_methods_is_overridden_once_for_a_model(source):
    overrides = Counter(
        (model, name)
        for model, names in OVERRIDDEN.items()
        for _cls, name in source.methods_of(model)
        if name in names
    )
    assert {override for override, count in overrides.items() if count > 1} == set()


@pytest.mark.parametrize("what", TOUCHES)
def test_what_odoo_20_changed_is_touched_in_one_file_of_a_layer(source, what):
    pattern = re.compile(TOUCHES[what])
    assert [
        f"{file}:{number}: {line.strip()}"
        for file in source.trees
        if file not in CORE_FILES
        for number, line in source.code(file)
        if pattern.search(line)
    ] == []


def test_transactions_are_written_by_one_method(source):
    assert [
        f"{file}:{line}: {text}"
        for file, method, line, text in source.writes(TRANSACTION)
        if method != WRITER and not method.startswith("_compute_")
    ] == []
