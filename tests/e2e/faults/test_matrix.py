"""Each class of fault at each step, over real processes. `make soak` runs every cell."""

import pytest

from tests.e2e.faults import IS_SOAK
from tests.e2e.faults.matrix import CELLS, Run
from tests.e2e.faults.story import Story

RUNS = {cell: run for cell, run in CELLS.items() if isinstance(run, Run)}
# What `make test` runs: each kind of story, where `test_faults.py` does not look.
SAMPLE = (
    ("S1", "connection cut"),
    ("S4", "503"),
    ("S5", "broken JSON"),
    ("S6", "PostgreSQL restarts"),
    ("S8", "read-only database"),
    ("S10", "TLS fails"),
    ("S11", "period locked"),
    ("S13", "memory runs out"),
    ("S14", "not serializable"),
)

CASES = [
    (step, fault, number)
    for step, fault in (RUNS if IS_SOAK else SAMPLE)
    for number in range(len(RUNS[step, fault].variants))
]


@pytest.mark.parametrize("step, fault, number", CASES)
def test_a_fault_at_a_step_changes_nothing_in_the_end(
    step, fault, number, servers, clerk, admin, sandbox, visited
):
    """H, all of its cells."""
    run = RUNS[step, fault]
    story = Story(servers[1], clerk, admin, sandbox)
    getattr(story, run.story)(step, run.variants[number])
    story.go_on()
    visited.add((step, fault, number))


@pytest.fixture(scope="module")
def visited():
    return set()


def test_every_cell_was_visited(visited):
    """H: the soak fails if one was not."""
    assert visited == set(CASES)
