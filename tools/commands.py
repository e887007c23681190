"""The commands. What they need is prepared first, then they run in Odoo's virtual environment."""

import functools
import os
import signal
import sys

import virtualenvs
from environment import CHECKOUT, TOOLS, Failure, say


def main(argv):
    """Run one command and return its exit code; say what is wrong in one line if it fails."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    try:
        if not argv or argv[0] not in COMMANDS:
            raise Failure(f"choose a command: {', '.join(COMMANDS)}")
        return COMMANDS[argv[0]](argv[1:]) or 0
    except Failure as failure:
        say(failure)
        return 1
    except KeyboardInterrupt:
        return 130


def _in_environment(command):
    """Make `command` run with the Python of Odoo's virtual environment."""

    @functools.wraps(command)
    def run(arguments):
        python = virtualenvs.python("odoo")
        if os.path.realpath(sys.prefix) != os.path.realpath(python.parent.parent):
            os.execv(python, [python, TOOLS, command.__name__.replace("_", "-"), *arguments])
        return command(arguments)

    return run


@_in_environment
def setup(_arguments):
    import databases
    import odoo_source
    import postgres
    import system

    virtualenvs.python("sdk")
    virtualenvs.python("lint")
    virtualenvs.wheels()
    odoo_source.locate()
    system.chromium()
    system.wkhtmltopdf()
    with postgres.running():
        databases.check_server()
        databases.base()
    say("ready")


@_in_environment
def odoo(arguments):
    import databases
    import postgres
    from processes import foreground

    with postgres.running():
        argv = [sys.executable, "-m", "odoo", *arguments]
        return foreground(argv, terminal=True, env=databases.odoo_environment())


@_in_environment
def psql(arguments):
    import postgres
    from processes import foreground

    with postgres.running():
        return foreground([postgres.psql(), *arguments], terminal=True)


@_in_environment
def test(arguments):
    import run_tests

    return run_tests.main(arguments)


@_in_environment
def core_tests(_arguments):
    import core_tests

    return core_tests.main()


def lock(arguments):
    virtualenvs.lock(arguments)


def core_contract(_arguments):
    import odoo_source

    # Only text is read, so any Python will do.
    sys.path.insert(0, str(CHECKOUT))
    from tests.structure import contract

    return contract.main(odoo_source.python_path())


@_in_environment
def demo(arguments):
    import demo

    demo.main(arguments)


@_in_environment
def sandbox(arguments):
    import demo

    return demo.sandbox(arguments)


@_in_environment
def lint(_arguments):
    import lint

    return lint.main()


@_in_environment
def in_lint(arguments):
    import lint

    return lint.run(arguments)


def check_xml(paths):
    import lint

    return lint.check_xml(paths)


@_in_environment
def check_translations(arguments):
    import translations

    return translations.check(arguments)


@_in_environment
def translations(arguments):
    import translations

    translations.renew(arguments)


COMMANDS = {
    command.__name__.replace("_", "-"): command
    for command in (
        *(setup, odoo, psql, test, demo, sandbox),
        *(lint, in_lint, check_xml, check_translations, translations),
        *(core_tests, core_contract, lock),
    )
}
