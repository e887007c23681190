"""The comparison with core runs: once, and small. What it measures is for people to judge."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree

import pytest

from tests.bench.alone import ALONE, MODULES
from tests.bench.cases import CASES


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What one round came to: the folder, and what was printed."""
    folder = tmp_path_factory.mktemp("bench")
    small = {
        "ROUNDS": "1",
        "ROWS": "50",
        "LINKS": "20",
        "WAITING": "20",
        "MOVEMENTS": "300",
        "PAYMENTS": "10",
        "BENCH_FOLDER": str(folder),
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench"],
        env=os.environ | small,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return folder, run.stdout


def test_each_case_is_measured_on_both_sides(done):
    folder, _printed = done
    rows = json.loads((folder / "bench.json").read_text())
    assert rows.keys() == CASES.keys()
    for name, row in rows.items():
        for side in ("core", "addon"):
            assert row[side]["seconds"] > 0, name
            assert row[side]["queries"] > 0, name


def test_the_table_has_a_line_for_each_and_the_picture_a_bar(done):
    folder, printed = done
    lines = printed.splitlines()
    bars = xml.etree.ElementTree.parse(folder / "bench.svg").iter()
    texts = {element.text for element in bars}
    for case in CASES.values():
        assert any(line.startswith(case.what) for line in lines), case.what
        assert case.what in texts


def test_how_each_query_finds_its_rows_is_told(done):
    folder, printed = done
    plans = json.loads((folder / "plans.json").read_text())
    assert plans.keys() == CASES.keys()
    assert all(plans.values())
    assert "read a table of over" in printed


def test_odoo_asks_mollie_no_more_often_than_core_does(done):
    folder, _printed = done
    rows = json.loads((folder / "bench.json").read_text())
    for name in ("press_pay", "hear_paid"):
        assert rows[name]["addon"]["calls"] <= rows[name]["core"]["calls"] == 1
    # A page of Mollie's list, and the one that has news.
    assert rows["find_news"]["addon"]["calls"] == 2
    assert rows["find_news"]["core"]["calls"] == 20


def test_what_core_has_not_is_measured_alone(done):
    folder, printed = done
    rows = json.loads((folder / "alone.json").read_text())
    assert rows.keys() == ALONE.keys() | MODULES.keys()
    for name, case in (ALONE | MODULES).items():
        assert rows[name]["seconds"] > 0, name
        assert case.what in printed


def test_neither_installing_nor_upgrading_writes_a_table_anew(done):
    folder, _printed = done
    rows = json.loads((folder / "alone.json").read_text())
    assert rows["install"]["rewritten"] == rows["upgrade"]["rewritten"] == []
