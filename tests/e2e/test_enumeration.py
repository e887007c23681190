"""Whether a stranger can tell, by how long an answer takes, which links there are or were."""

import itertools
import math
import os
import statistics
import time

from tests.e2e.server import anonymous

# `make soak` asks a thousand times.
REQUESTS = int(os.environ.get("REQUESTS") or 150)
NOTICEABLE = 0.001  # Seconds.
# Of the normal distribution, which Welch's is with so many: less than one in a thousand is outside.
ONE_IN_A_THOUSAND = 3.29


def test_links_that_are_revoked_unknown_or_malformed_take_the_same_time(server, clerk, sandbox):
    """C10. ASVS 11.2.4."""
    invoice = clerk.make_invoice()
    link = invoice.make_link()
    invoice.press("action_mollie_revoke_link")
    revoked = link.rpartition("/")[2]
    times = measure(
        server, {"revoked": revoked, "unknown": revoked[::-1], "malformed": revoked[:-1] + "!"}
    )
    for one, other in itertools.combinations(times, 2):
        assert_alike(times[one], times[other], f"{one} and {other}")


def measure(server, tokens):
    """Return how long each token's answers took, asked for in turn."""
    session, times = anonymous(), {name: [] for name in tokens}
    for _round in range(REQUESTS // len(tokens)):
        for name, token in tokens.items():
            begin = time.perf_counter()
            answer = session.get(f"{server.url}/mollie/pay/{token}")
            times[name].append(time.perf_counter() - begin)
            assert answer.status_code == 404
    return times


def assert_alike(one, other, what):
    """Assert by Welch's test that the means don't differ noticeably."""
    difference = statistics.mean(one) - statistics.mean(other)
    error = math.sqrt(sum(statistics.variance(times) / len(times) for times in (one, other)))
    surplus = (abs(difference) - NOTICEABLE) / error
    assert surplus < ONE_IN_A_THOUSAND, f"{what} differ by {difference * 1000:.2f} ms"
