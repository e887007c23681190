"""The files of the addon stand on floors, and imports lead downstairs only."""

from fnmatch import fnmatch

import pytest

from tests.structure.core_contract import OVERRIDDEN
from tests.structure.floors import FLOORS
from tests.structure.source import Source, circles


@pytest.fixture(scope="module")
def source():
    return Source(overridden=[(model, name) for model in OVERRIDDEN for name in OVERRIDDEN[model]])


def floors_of(file):
    return [
        number
        for number, patterns in enumerate(FLOORS)
        if any(fnmatch(file, pattern) for pattern in patterns)
    ]


def upstairs(edges):
    """Return the edges that don't lead to a lower floor."""
    return sorted((start, end) for start, end in edges if floors_of(start) >= floors_of(end))


def test_every_file_stands_on_one_floor(source):
    assert {file: floors_of(file) for file in source.trees if len(floors_of(file)) != 1} == {}


def test_imports_lead_downstairs_only(source):
    assert upstairs({(file, target) for file, _line, target in source.imports}) == []


def test_imports_form_no_circle(source):
    assert circles({(file, target) for file, _line, target in source.imports}) == []
