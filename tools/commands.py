"""The commands. What they need is prepared first, then they run in Odoo's virtual environment."""

import importlib
import os
import signal
import sys

import odoo_source
import virtualenvs
from environment import CHECKOUT, TOOLS, Failure, say

# Each function gets the words after the command, and returns an exit code or nothing.
COMMANDS = {
    "setup": "commands.setup",
    "test": "run_tests.main",
    "mutants": "run_tests.mutants",
    "core-tests": "core_tests.main",
    "core-contract": "commands.core_contract",
    "bench": "bench.main",
    "demo": "demo.main",
    "sandbox": "demo.sandbox",
    "pictures": "pictures.renew",
    "lint": "lint.main",
    "in-lint": "lint.run",
    "translations": "translations.renew",
    "check-translations": "translations.check",
    "lock": "virtualenvs.lock",
    "odoo": "commands.odoo",
    "psql": "commands.psql",
}
# These only read text, so any Python will do.
ANYWHERE = ("core-contract",)


def main(argv):
    """Run one command and return its exit code; say what is wrong in one line if it fails."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    try:
        if not argv or argv[0] not in COMMANDS:
            raise Failure(f"choose a command: {', '.join(COMMANDS)}")
        return _run(*argv) or 0
    except Failure as failure:
        say(failure)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command, *arguments):
    if command not in ANYWHERE:
        python = virtualenvs.python("odoo")
        if os.path.realpath(sys.prefix) != os.path.realpath(python.parent.parent):
            os.execv(python, [python, TOOLS, command, *arguments])
    module, _, function = COMMANDS[command].partition(".")
    return getattr(importlib.import_module(module), function)(arguments)


def setup(_arguments):
    import databases
    import postgres
    import system

    virtualenvs.python("sdk")
    virtualenvs.python("lint")
    virtualenvs.wheels()
    odoo_source.locate()
    system.chromium()
    system.wkhtmltopdf()
    with postgres.running():
        databases.base()
    say("ready")


def odoo(arguments):
    import databases
    import postgres
    from processes import foreground

    with postgres.running():
        argv = [sys.executable, "-m", "odoo", *arguments]
        return foreground(argv, terminal=True, env=databases.odoo_environment())


def psql(arguments):
    import postgres
    from processes import foreground

    with postgres.running():
        return foreground([postgres.psql(), *arguments], terminal=True)


def core_contract(_arguments):
    sys.path.insert(0, str(CHECKOUT))
    from tests.structure import contract

    return contract.main(odoo_source.python_path())
