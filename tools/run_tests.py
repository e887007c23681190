"""Runs the tests in their phases, each with the Python and the servers it needs.

histories  random histories of the addon, with pytest-odoo; beside the others, for it takes long
books      what is booked, matched and told of money, with pytest-odoo; beside the others, too
fuzz       requests and replies that are odd, with pytest-odoo; beside the others, too
plain      the core that decides, the structure, the sandbox, the packaging, without Odoo
odoo       the rest of the addon, with pytest-odoo, on a fresh copy of the template database
e2e        a browser against real server processes, on a fresh copy too
bench      the comparison with core, small: that it runs
contract   Mollie's newer library against the sandbox and against what the addon was seen to send
"""

import contextlib
import functools
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from dataclasses import dataclass

import databases
import odoo_source
import postgres
import system
import virtualenvs
from environment import CHECKOUT, SANDBOX, Failure, fingerprint, say, subfolder
from processes import foreground, start

# In the order in which they are waited for: the contract tests look at what the addon was seen to
# send, so they are the last.
PHASES = {
    "plain": ["tests/money", "tests/structure", "tests/sandbox", "tests/packaging"],
    "odoo": ["tests/odoo"],
    "e2e": ["tests/e2e"],
    "bench": ["tests/bench"],
    "histories": ["tests/histories"],
    "books": ["tests/books"],
    "fuzz": ["tests/fuzz"],
    "contract": ["tests/contract"],
}
WITH_ODOO = {"histories", "books", "fuzz", "odoo", "mutants"}
BESIDE = ("histories", "books", "fuzz")
# What `make mutants` changes, unless told otherwise.
MUTATE = "gateway.py controllers/*.py models/transaction/*.py"
# With this code ends a process in which a mutant waits for ever.
STUCK = 75
INTERRUPTED = (2, 130)
NO_TESTS = 5


@dataclass
class Outcome:
    """What a phase came to; a test that was skipped counts as failed."""

    phase: str
    code: int
    seconds: float
    passed: int
    failed: int


def main(paths):
    """Run the tests under `paths`, or all.

    :param list paths: files, folders or node ids of tests, below the checkout
    :return: 0 if every test passed and none was skipped
    """
    phases = _by_phase(paths)
    if "e2e" in phases:
        # Better to hear now than after the other phases that there is no browser.
        system.chromium()
    if WITH_ODOO & phases.keys():
        recording().unlink(missing_ok=True)
    with postgres.running():
        outcomes = _run_all(phases)
    return _summary(outcomes, partial=bool(paths or os.environ.get("PYTEST_ARGS")))


def mutants(paths):
    """Change the addon in small ways, many times, and say which changes no test notices.

    :param list paths: as for `main`; else the tests of the phases "odoo" and "books"
    """
    os.environ.setdefault("MUTATE", MUTATE)
    with postgres.running():
        while True:
            outcome = _run("mutants", paths or PHASES["odoo"] + PHASES["books"])
            if outcome.code != STUCK:
                return outcome.code


def _run_all(phases):
    """Run the phases one after the other, what takes long beside them, until one is interrupted."""
    outcomes = []
    runs = {phase: functools.partial(_run, phase, paths) for phase, paths in phases.items()}
    with contextlib.ExitStack() as stack:
        for phase in BESIDE if len(phases) > 1 else ():
            if phase in phases:
                runs[phase] = stack.enter_context(_beside(phase, phases[phase]))
        for run in runs.values():
            outcomes.append(run())
            if outcomes[-1].code in INTERRUPTED:
                break
    return outcomes


def _by_phase(paths):
    if paths:
        phases = {phase: [path for path in paths if _phase_of(path) == phase] for phase in PHASES}
        return {phase: some for phase, some in phases.items() if some}
    # Where a phase has no folder at all, pytest says so and fails.
    return {
        phase: [path for path in folders if (CHECKOUT / path).is_dir()] or folders
        for phase, folders in PHASES.items()
    }


def _phase_of(path):
    if not (CHECKOUT / path.partition("::")[0]).exists():
        raise Failure(f"there is no {path}")
    phases = (phase for phase, folders in PHASES.items() if path.startswith(tuple(folders)))
    return next(phases, "odoo")


def _run(phase, paths):
    say(f"testing: {phase}")
    begin = time.monotonic()
    with _prepared(phase, paths) as (argv, options, results):
        code = foreground(argv, stop_with=signal.SIGINT, **options)
        return Outcome(phase, code, time.monotonic() - begin, *_counts(results))


@contextlib.contextmanager
def _beside(phase, paths):
    """Run a phase in the background; yield a function that waits for its end and shows it."""
    say(f"testing beside the others: {phase}")
    begin = time.monotonic()
    with (
        _prepared(phase, paths) as (argv, options, results),
        tempfile.TemporaryFile("w+") as output,
    ):
        options |= {"stop_with": signal.SIGINT, "start_new_session": True}
        child = start(argv, stdout=output, stderr=output, **options)

        def end():
            code = child.wait()
            output.seek(0)
            say(f"tested beside the others: {phase}")
            print(output.read(), flush=True)
            # Who cleans up after another phase may have seen the exit code instead of us.
            counts = _counts(results)
            return Outcome(phase, code or int(not any(counts)), time.monotonic() - begin, *counts)

        try:
            yield end
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGINT)
            child.wait()


@contextlib.contextmanager
def _prepared(phase, paths):
    """Yield the command of a phase, what to start it with, and where it leaves its counts."""
    python = virtualenvs.python("sdk" if phase == "contract" else "odoo")
    options = [] if phase == "contract" else ["-p", "no:odoo"]
    results = subfolder("results") / f"{os.getpid()}-{phase}.xml"
    variables = {**os.environ, **_common_variables()}
    with contextlib.ExitStack() as stack:
        stack.callback(results.unlink, missing_ok=True)
        if phase in WITH_ODOO | {"e2e"}:
            database = stack.enter_context(databases.clone(f"test_{phase}"))
            variables |= databases.odoo_environment() | _server_variables(database)
        if phase == "bench":
            variables |= databases.odoo_environment() | stack.enter_context(databases.both_sides())
        if phase == "e2e":
            variables["CHROMIUM"] = system.chromium()
        if phase in WITH_ODOO:
            variables["INVOICE_MOLLIE_SANDBOX_URL"] = stack.enter_context(_sandbox())
            options = _pytest_odoo(database)
        if phase == "mutants":
            # Thousands of tests that fail are no report.
            options += ["-p", "tests.mutants.plugin", "-p", "no:terminal", "-o", "addopts=", "-s"]
        options += [f"--junitxml={results}", *shlex.split(os.environ.get("PYTEST_ARGS", ""))]
        argv = [python, "-m", "pytest", *options, *paths]
        yield argv, {"cwd": CHECKOUT, "env": variables}, results


@contextlib.contextmanager
def _sandbox():
    """Yield the address of a sandbox that holds its webhooks and notes what it is sent."""
    argv = [*SANDBOX, "0", "--hold-webhooks", "--stop-with-stdin", "--record", recording()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(argv, cwd=CHECKOUT, **pipes) as sandbox:
        try:
            yield sandbox.stdout.readline().split()[-1]
        finally:
            sandbox.kill()


def _counts(results):
    """Return how many tests passed, and how many failed or didn't run, by pytest's report."""
    cases = list(xml.etree.ElementTree.parse(results).iter("testcase")) if results.exists() else []
    bad = ("failure", "error", "skipped")
    failed = sum(any(case.find(end) is not None for end in bad) for case in cases)
    return len(cases) - failed, failed


def _pytest_odoo(database):
    return [
        "--odoo-http",
        f"--odoo-config={databases.configuration()}",
        # Without a filter beside it, which would have Odoo list all databases at each request.
        f"--odoo-database={database}",
    ]


def _common_variables():
    """Return what any test may ask for; README.rst in this folder explains each name."""
    return {
        "ODOO_PYTHONPATH": str(odoo_source.locate().python_path),
        "ODOO_PYTHON": str(virtualenvs.python("odoo")),
        "SANDBOX_PYTHON": str(virtualenvs.python("odoo")),
        "MOLLIE_SDK_PYTHON": str(virtualenvs.python("sdk")),
        "WHEELS": str(virtualenvs.wheels()),
        "MOLLIE_RECORDED": str(recording()),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _server_variables(database):
    return {
        # Odoo's own script: with several processes it starts itself once more, by that name.
        "ODOO_CMD": shlex.join([sys.executable, str(odoo_source.locate().script)]),
        "ODOO_DATABASE": database,
        "ODOO_TEMPLATE": databases.template(),
        "ODOO_BASE": databases.base(),
        "ODOO_DATA_DIR": str(databases.data_dir()),
        "SCREENSHOTS": str(CHECKOUT / "build/screenshots"),
    }


def recording():
    """Return the file in which the sandbox notes what the addon sent it in the odoo phase."""
    return subfolder("recorded") / f"{fingerprint(str(CHECKOUT))}.jsonl"


def _summary(outcomes, partial):
    """Print one line per phase and one for all; return the exit code."""
    for outcome in outcomes:
        # A part of the tests may well leave a phase without any.
        excused = partial and outcome.code == NO_TESTS
        if outcome.code and not outcome.failed and not excused:
            outcome.failed = 1
        counts = f"{outcome.passed:4} passed {outcome.failed:4} failed"
        say(f"{outcome.phase:10} {counts} {outcome.seconds:6.0f} s")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1
