"""A pytest plugin: a test that doesn't run is a failure, and the counts are left in a file."""

import json
import os

import pytest

counts = {"passed": 0, "failed": 0, "skipped": 0}
not_run = []


def pytest_runtest_logreport(report):
    """Count each test once, and its set-up and tear-down if they go wrong."""
    if report.skipped:
        counts["skipped"] += 1
        not_run.append(report.nodeid)
    elif report.failed or report.when == "call":
        counts["failed" if report.failed else "passed"] += 1


def pytest_collectreport(report):
    """Count the files that can't even be read, and those that skip themselves."""
    if report.failed:
        counts["failed"] += 1
    elif report.skipped:
        counts["skipped"] += 1
        not_run.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Make the run fail if a test was skipped, and write the counts."""
    if not_run and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if os.environ.get("STRICT_RESULTS"):
        with open(os.environ["STRICT_RESULTS"], "w") as results:
            json.dump(counts, results)


def pytest_terminal_summary(terminalreporter):
    """Name the tests that didn't run."""
    for nodeid in not_run:
        terminalreporter.write_line(f"NOT RUN, which counts as failed: {nodeid}", red=True)
