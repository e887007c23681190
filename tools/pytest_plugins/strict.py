"""A pytest plugin: a test that doesn't run is a failure, and the counts are left in a file."""

import json
import os

import pytest

# By node id, because a test reports several times: set-up, call, subtests, tear-down.
ended = {"passed": set(), "failed": set(), "skipped": set()}


def pytest_runtest_logreport(report):
    """Note how a test, its set-up, or its tear-down ended."""
    if report.when == "call" or not report.passed:
        ended[report.outcome].add(report.nodeid)


def pytest_collectreport(report):
    """Note the files that can't even be read, and those that skip themselves."""
    if not report.passed:
        ended[report.outcome].add(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Make the run fail if a test was skipped, and write the counts."""
    if ended["skipped"] and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    ended["passed"] -= ended["failed"] | ended["skipped"]
    ended["skipped"] -= ended["failed"]
    if os.environ.get("STRICT_RESULTS"):
        with open(os.environ["STRICT_RESULTS"], "w") as results:
            json.dump({outcome: len(nodes) for outcome, nodes in ended.items()}, results)


def pytest_terminal_summary(terminalreporter):
    """Name the tests that didn't run."""
    for nodeid in sorted(ended["skipped"]):
        terminalreporter.write_line(f"NOT RUN, which counts as failed: {nodeid}", red=True)
