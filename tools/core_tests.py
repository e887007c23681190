"""Runs core's own tests of payments, with the addon installed: it must break nothing of theirs."""

import os
import re
import socket
import sys
import time
from pathlib import Path

import databases
import odoo_source
import postgres
import system
from environment import CHECKOUT, Failure, fingerprint, say, subfolder
from processes import foreground

SUITES = ("payment", "payment_mollie", "account_payment", "portal")
# Tests of core's that can't pass here, whatever the addon does, and why. One that passes after all
# is to be taken off the list, so it counts as failed.
EXCLUDED = {
    "payment.tests.test_payment_transaction"
    ".TestPaymentTransaction.test_updating_state_resets_post_processing_status": (
        "core skips it where account_payment is installed, on which the addon builds"
    ),
}
# How Odoo's runner logs a test: its file, then "Starting X.test_y ...", "FAIL: X.test_y",
# "ERROR: X.test_y" or "skipped X.test_y : reason".
EVENT = re.compile(
    r"\S+ \S+ \d+ \w+ \S+ odoo\.addons\.(\S+): "
    r"(Starting|skipped|FAIL:|ERROR:) (?:Subtest )?(\w+\.\w+)"
)
# What went wrong before or after the tests of a class: "ERROR: setUpClass (odoo.addons.…)".
CLASS_EVENT = re.compile(r".* odoo\.tests\.suite: (?:skipped|ERROR:) (\w+ \(\S+\))")


def main(_arguments):
    """Run the suites on a fresh database with the addon installed; print how many passed.

    :return: 0 if all passed but for those excluded, and each of those did not.
    """
    _check_tests_are_there()
    log = subfolder("logs") / f"core-tests-{fingerprint(str(CHECKOUT))}.log"
    begin = time.monotonic()
    with postgres.running():
        with databases.clone("test_core") as database, log.open("w") as output:
            say(f"testing core's {', '.join(SUITES)} (about a minute)")
            code = foreground(_command(database), env=_environment(), stdout=output, stderr=output)
    say(f"{time.monotonic() - begin:.0f} s; all of it: {log}")
    return _judge(log.read_text(), code)


def _check_tests_are_there():
    # Whoever packages Odoo may leave its tests out.
    folders = odoo_source.locate().addons
    missing = [
        suite
        for suite in SUITES
        if not any((folder / suite / "tests/__init__.py").is_file() for folder in folders)
    ]
    if missing:
        raise Failure(f"this Odoo comes without the tests of {', '.join(missing)}")


def _command(database):
    # Those made for the moment of installation would need databases without the other modules.
    tags = ",".join(["-at_install", *(f"/{suite}" for suite in SUITES)])
    options = ["--http-port", str(_free_port()), "--test-tags", tags, "--stop-after-init"]
    return [sys.executable, "-m", "odoo", "--database", database, *options]


def _environment():
    # Odoo looks for the browser on the path.
    browser = str(Path(system.chromium()).parent)
    environment = databases.odoo_environment()
    return environment | {"PATH": os.pathsep.join([browser, environment.get("PATH", os.defpath)])}


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _judge(text, code):
    """Print what is not as it should be, and one line for all; return the exit code."""
    started, bad = _read(text)
    problems = [f"failed: {name}" for name in sorted(bad - set(EXCLUDED))]
    problems += [
        f"excluded, but it passed or is gone: {name} ({reason})"
        for name, reason in EXCLUDED.items()
        if name not in bad
    ]
    problems += [
        f"no test of {suite} was run"
        for suite in SUITES
        if not any(name.startswith(f"{suite}.") for name in started)
    ]
    if code and not problems:
        problems = [f"Odoo ended with exit code {code}"]
    for problem in problems:
        say(problem)
    passed = len(started - bad)
    print(f"{passed} passed, {len(problems)} failed, {len(EXCLUDED)} excluded", flush=True)
    return int(bool(problems))


def _read(text):
    """Return the tests that were started, and those that failed or were skipped."""
    started, bad = set(), set()
    for line in text.splitlines():
        if event := EVENT.match(line):
            module, what, name = event.groups()
            (started if what == "Starting" else bad).add(f"{module}.{name}")
        elif event := CLASS_EVENT.match(line):
            bad.add(event[1])
    return started, bad
