"""Faults at each step of a payment."""

import os

# Whether every fault is tried, as `make soak` does, or a sample of them.
IS_SOAK = os.environ.get("FAULTS") == "all"
