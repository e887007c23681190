"""Many cases of a strategy, made from a seed alone, so that one which fails can be run again.

`make test` runs a sample, `make soak` 10,000, or as many as `FUZZ` says.
"""

import os

from hypothesis import HealthCheck, Phase, given, seed, settings

SAMPLE = 300


def cases():
    """Return how many cases are asked for."""
    return int(os.environ.get("FUZZ") or SAMPLE)


def run_cases(strategy, check):
    """Let a function check each of the cases asked for."""
    number = int(os.environ.get("SEED") or 1)

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
