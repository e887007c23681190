"""One side: takes samples as told by lines on standard input, `sample CASE`, `plans CASE` or
`alone CASE`, and answers each with a line of JSON.

`python -m tests.bench.worker core|addon DATABASE SANDBOX ROWS`
"""

import json
import sys

from tests.bench.alone import ALONE
from tests.bench.cases import CASES
from tests.bench.office import Addon, Core
from tests.bench.plans import plans_of, watched

SIDES = {"core": Core, "addon": Addon}


def main(side, database, sandbox, rows):
    office = SIDES[side](database, sandbox)
    office.fill(int(rows))
    print("ready", flush=True)
    for line in sys.stdin:
        what, name = line.split()
        print(json.dumps(ORDERS[what](office, (CASES | ALONE)[name])), flush=True)


def sample(office, case):
    case.take(office)
    return office.stopwatch.sample


def plans(office, case):
    """Return how PostgreSQL finds what is asked for while the case is measured."""
    with watched(office.stopwatch) as queries:
        case.take(office)
    with office.env() as env:
        return plans_of(env, queries)


def alone(office, case):
    return case.take(office) | {"seconds": office.stopwatch.sample["seconds"]}


ORDERS = {"sample": sample, "plans": plans, "alone": alone}


if __name__ == "__main__":
    main(*sys.argv[1:])
