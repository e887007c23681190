"""The addon beside Odoo's core: `make bench`.

ROUNDS  how many samples are taken of each side, 15 unless said
ROWS    how many other invoices there are, each with an attempt and its log; 1,000 unless said
CASES   which rows of the table; all unless said
LINKS   for how many invoices links are made; 1,000 unless said
WAITING how many attempts wait for news; 1,000 unless said
MOVEMENTS, PAYMENTS
        how much is compared with Mollie, and how many payments one process books, of the addon
        alone; 1,000 and 200 unless said

Two processes, one a side, each with Odoo on a database of its own that was copied from the same
one, with the same PostgreSQL and the same sandbox; they take turns, A B B A. Nothing is judged by
the clock here: the table is for people.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

from tests.bench.alone import ALONE, MODULES
from tests.bench.cases import CASES
from tests.bench.report import figures, write, write_alone, write_plans
from tests.mollie_sandbox import Sandbox

WARM_UP = 2
SIDES = {"core": os.environ["BENCH_CORE"], "addon": os.environ["BENCH_ADDON"]}
# Where the addon is put in, and where it is upgraded.
DATABASES = {"install": SIDES["core"], "upgrade": SIDES["addon"]}


class Side:
    """A worker, which takes a sample when it is asked to."""

    def __init__(self, name, database, *told):
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", name, database, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The worker of {self.name} ended, see above.")
        return line

    def tell(self, what, case):
        self.process.stdin.write(f"{what} {case}\n")
        self.process.stdin.flush()
        return json.loads(self.read())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    rounds = int(os.environ.get("ROUNDS") or 15)
    wanted = (os.environ.get("CASES") or "").split() or [*CASES, *ALONE, *MODULES]
    names = [name for name in wanted if name in CASES]
    with Sandbox.start() as sandbox, both_sides(sandbox) as sides:
        found = {name: measure(name, sides, rounds) for name in names}
        plans = {name: sides[1].tell("plans", name) for name in names}
        alone = {name: sides[1].tell("alone", name) for name in wanted if name in ALONE}
    for name in wanted:
        if name in MODULES:
            alone[name] = MODULES[name].take(DATABASES[name])
    folder = pathlib.Path(os.environ.get("BENCH_FOLDER") or "build/bench")
    write(found, folder)
    write_plans(plans, folder)
    write_alone(alone, folder)


@contextlib.contextmanager
def both_sides(sandbox):
    """Yield core's worker and the addon's, and end them."""
    rows = os.environ.get("ROWS") or "1000"
    sides = [Side(name, database, sandbox.url, rows) for name, database in SIDES.items()]
    try:
        for side in sides:
            side.read()
        yield sides
    finally:
        for side in sides:
            side.end()


def measure(name, sides, rounds):
    """Return the figures of a case; the sides take turns in going first."""
    samples = {side.name: [] for side in sides}
    # The first ones fill Odoo's caches.
    warm_up = min(WARM_UP, rounds - 1)
    for number in range(warm_up + rounds):
        print(f"\r{name}: {number + 1} of {warm_up + rounds} ", end="", file=sys.stderr, flush=True)
        for side in sides if number % 2 else reversed(sides):
            samples[side.name].append(side.tell("sample", name))
    print(file=sys.stderr)
    return figures(*(samples[side.name][warm_up:] for side in sides))


if __name__ == "__main__":
    main()
