"""The matrix of faults has no hole: each cell runs, or says why it can't happen."""

from tests.e2e.faults.matrix import CELLS, ROWS, STEPS, Never, Run
from tests.e2e.faults.places import PLACES
from tests.e2e.faults.story import ACTS, Story
from tests.structure.test_citations import ATTACKS, described


def test_each_fault_at_each_step_is_one_cell():
    """H: 15 steps and 24 classes."""
    listed = [(step, fault) for fault, row in ROWS.items() for steps in row for step in steps]
    assert len(listed) == len(set(listed)) == len(STEPS) * len(ROWS) == 15 * 24
    assert set(listed) == {(step, fault) for step in STEPS for fault in ROWS}


def test_the_steps_are_those_of_the_document():
    document = {name: text.strip() for name, text in described(ATTACKS).items()}
    assert {name: document[name].partition("\n")[0] for name in STEPS} == STEPS


def test_each_cell_that_runs_names_what_there_is():
    for (step, fault), cell in CELLS.items():
        if isinstance(cell, Run):
            assert callable(getattr(Story, cell.story)), (step, fault)
            assert cell.variants, (step, fault)
            assert cell.story != "held" or set(cell.variants) <= ACTS.keys(), (step, fault)
            assert cell.story != "raised" or hasattr(PLACES[step], "raising"), (step, fault)


def test_each_cell_that_can_not_happen_gives_a_reason():
    for cell in CELLS.values():
        assert isinstance(cell, Run) or isinstance(cell, Never) and cell.reason.endswith(".")
