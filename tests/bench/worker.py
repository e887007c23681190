"""One side: takes samples as told by lines on standard input, and answers each with a line of JSON.

`python -m tests.bench.worker core|addon DATABASE SANDBOX ROWS`
"""

import json
import sys

from tests.bench.cases import CASES
from tests.bench.office import Addon, Core

SIDES = {"core": Core, "addon": Addon}


def main(side, database, sandbox, rows):
    office = SIDES[side](database, sandbox)
    office.fill(int(rows))
    print("ready", flush=True)
    for line in sys.stdin:
        CASES[line.strip()].take(office)
        print(json.dumps(office.stopwatch.sample), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
