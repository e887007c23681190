"""Runs the tests in their phases, each with the Python and the servers it needs.

histories  random histories of the addon, with pytest-odoo; beside the others, for it takes long
plain      the core that decides, the structure, the sandbox, the packaging, without Odoo
odoo       the addon, with pytest-odoo, on a fresh copy of the template database
e2e        a browser against real server processes, on a fresh copy too
contract   Mollie's newer library against the sandbox and against what the addon was seen to send
"""

import contextlib
import json
import os
import shlex
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field

import databases
import odoo_source
import postgres
import system
import virtualenvs
from environment import CHECKOUT, TOOLS, Failure, fingerprint, say, subfolder
from processes import foreground, start

PHASES = {
    "histories": ["tests/histories"],
    "plain": ["tests/money", "tests/structure", "tests/sandbox", "tests/packaging"],
    "odoo": ["tests/odoo"],
    "e2e": ["tests/e2e"],
    "contract": ["tests/contract"],
}
WITH_ODOO = ("histories", "odoo")
NO_TESTS = 5
INTERRUPTED = 2


@dataclass
class Outcome:
    """What a phase came to: its exit code, its seconds, and how many tests ended how."""

    phase: str
    code: int = 0
    seconds: float = 0
    counts: dict = field(default_factory=dict)


def main(paths):
    """Run the tests under `paths`, or all.

    :param list paths: files, folders or node ids of tests, below the checkout
    :return: 0 if every test passed and none was skipped
    """
    phases = _by_phase(paths)
    if "e2e" in phases:
        # Better to hear now than after the other phases that there is no browser.
        system.chromium()
    if not {*WITH_ODOO}.isdisjoint(phases):
        recording().unlink(missing_ok=True)
    with postgres.running():
        databases.check_server()
        outcomes = _run_all(phases)
    return _summary(outcomes, partial=bool(paths or os.environ.get("PYTEST_ARGS")))


def _run_all(phases):
    """Run the phases one after the other, the histories beside them.

    The contract tests are last, for they look at what the addon was seen to send.
    """
    if len(phases) == 1:
        return [_run(*phase) for phase in phases.items()]
    last = {name: phases.pop(name) for name in ("contract",) if name in phases}
    beside = {name: phases.pop(name) for name in ("histories",) if name in phases}
    with contextlib.ExitStack() as stack:
        ends = [stack.enter_context(_beside(*phase)) for phase in beside.items()]
        outcomes = _run_in_turn(phases)
        if _was_interrupted(outcomes):
            return outcomes
        outcomes += [end() for end in ends]
    return outcomes + _run_in_turn(last)


def _run_in_turn(phases):
    outcomes = []
    for phase, paths in phases.items():
        outcomes.append(_run(phase, paths))
        if _was_interrupted(outcomes):
            break
    return outcomes


def _was_interrupted(outcomes):
    return any(outcome.code in (INTERRUPTED, 130) for outcome in outcomes)


def _by_phase(paths):
    if not paths:
        return {
            phase: [path for path in folders if (CHECKOUT / path).is_dir()]
            for phase, folders in PHASES.items()
        }
    chosen = {phase: [path for path in paths if _phase_of(path) == phase] for phase in PHASES}
    return {phase: some for phase, some in chosen.items() if some}


def _phase_of(path):
    if not (CHECKOUT / path.partition("::")[0]).exists():
        raise Failure(f"there is no {path}")
    return next(
        (
            phase
            for phase, folders in PHASES.items()
            if phase != "odoo" and path.startswith(tuple(folders))
        ),
        "odoo",
    )


def _run(phase, paths):
    if not paths:
        say(f"there are no tests for the phase {phase}")
        return Outcome(phase, NO_TESTS)
    say(f"testing: {phase}")
    begin = time.monotonic()
    with _command(phase, paths) as (argv, options, results):
        code = foreground(argv, stop_with=signal.SIGINT, **options)
        return Outcome(phase, code, time.monotonic() - begin, _counts(results))


@contextlib.contextmanager
def _beside(phase, paths):
    """Run a phase in the background; yield a function that waits for its end and shows it."""
    say(f"testing beside the others: {phase}")
    begin = time.monotonic()
    with _command(phase, paths) as (argv, options, results), tempfile.TemporaryFile("w+") as output:
        child = start(argv, stdout=output, stderr=output, start_new_session=True, **options)

        def end():
            code = child.wait()
            output.seek(0)
            say(f"tested beside the others: {phase}")
            print(output.read(), flush=True)
            # Who cleans up after another phase may have seen the exit code instead of us.
            counts = _counts(results)
            return Outcome(phase, code or int(not counts), time.monotonic() - begin, counts)

        try:
            yield end
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGINT)
            child.wait()


@contextlib.contextmanager
def _command(phase, paths):
    """Yield the command of a phase, what to start it with, and where it leaves its counts."""
    results = subfolder("results") / f"{os.getpid()}-{phase}.json"
    with _prepared(phase) as (python, options, variables):
        argv = [python, "-m", "pytest", "-p", "strict", *options, *_extra(), *paths]
        env = {**variables, "STRICT_RESULTS": str(results)}
        env["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(TOOLS / "pytest_plugins"), variables.get("PYTHONPATH")])
        )
        try:
            yield argv, {"cwd": CHECKOUT, "env": env}, results
        finally:
            results.unlink(missing_ok=True)


def _counts(results):
    return json.loads(results.read_text()) if results.exists() else {}


def _extra():
    return shlex.split(os.environ.get("PYTEST_ARGS", ""))


@contextlib.contextmanager
def _prepared(phase):
    """Yield the Python, pytest's options and the environment of a phase."""
    python = virtualenvs.python("sdk" if phase == "contract" else "odoo")
    options = [] if phase == "contract" else ["-p", "no:odoo"]
    variables = {**os.environ, **_common_variables()}
    if phase not in (*WITH_ODOO, "e2e"):
        yield python, options, variables
        return
    with databases.clone(f"test_{phase}") as database:
        variables |= databases.odoo_environment() | _server_variables(database)
        if phase == "e2e":
            variables["CHROMIUM"] = system.chromium()
        else:
            options = _pytest_odoo(database)
        yield python, options, variables


def _pytest_odoo(database):
    return [
        "--odoo-http",
        f"--odoo-config={databases.configuration()}",
        f"--odoo-database={database}",
        f"--odoo-extra=db-filter=^{database}$",
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
        "ODOO_CMD": f"{shlex.quote(sys.executable)} -m odoo",
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
    passed = failed = 0
    for outcome in outcomes:
        good = outcome.counts.get("passed", 0)
        bad = outcome.counts.get("failed", 0) + outcome.counts.get("skipped", 0)
        if outcome.code and not bad and not _excused(outcome, partial):
            bad = 1
        passed, failed = passed + good, failed + bad
        say(f"{outcome.phase:10} {good:4} passed {bad:4} failed {outcome.seconds:6.0f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


def _excused(outcome, partial):
    """A part of the tests may well leave a phase without any."""
    return partial and outcome.code == NO_TESTS
