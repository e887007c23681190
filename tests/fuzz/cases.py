"""Many cases of a strategy, made from a seed alone, so that one which fails can be run again.

`make test` runs a sample, `make soak` 10,000, or as many as `FUZZ` says.
"""

import os
import random

from hypothesis import HealthCheck, Phase, given, seed, settings

SAMPLE = 300


def cases(sample=SAMPLE):
    """Return how many cases are asked for; a sample, unless somebody says."""
    return int(os.environ.get("FUZZ") or sample)


def first_seed():
    return int(os.environ.get("SEED") or 1)


def batch(possible, sample):
    """Return those of all possible cases whose turn it is: each seed has the next ones."""
    count = cases(sample)
    begin = (first_seed() - 1) * count % len(possible)
    return random.Random(0).sample(possible, len(possible))[begin : begin + count]


def run_cases(strategy, check):
    """Let a function check each of the cases asked for."""
    number = first_seed()

    @seed(number)
    @settings(
        max_examples=cases(),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(case):
        check(case)

    try:
        run()
    except BaseException:
        print(f"Replay with: FUZZ={cases()} SEED={number} make test T=tests/fuzz", flush=True)
        raise
