"""Runs the comparison of the addon with Odoo's core, see tests/bench."""

import sys

import databases
import postgres
from environment import CHECKOUT
from processes import foreground


def main(_arguments):
    """Make a database for each side, and measure."""
    with postgres.running(), databases.both_sides() as variables:
        environment = databases.odoo_environment() | variables
        return foreground([sys.executable, "-m", "tests.bench"], cwd=CHECKOUT, env=environment)
