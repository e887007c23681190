"""Everything the sandbox knows, in memory, behind one lock."""

import secrets
import string
import threading

from .clock import Clock
from .faults import Faults
from .idempotency import Idempotency
from .keys import Keys
from .life import tick
from .recorder import Recorder
from .webhooks import Webhooks

ALPHABET = string.ascii_letters + string.digits


class State:
    """Payments in the order of their making, and the parts that have a life of their own.

    Whoever reads or changes payments holds `lock`; whoever sleeps or talks to the network does not.
    """

    def __init__(self, hold_webhooks=False, record=None):
        self.lock = threading.RLock()
        self.clock = Clock()
        self.webhooks = Webhooks(self.clock, hold_webhooks)
        self.faults = Faults()
        self.recorder = Recorder(self.clock, record)
        self.idempotency = Idempotency(self.clock)
        self.keys = Keys()
        self.reset()

    def reset(self):
        """Forget everything but how the sandbox was started."""
        with self.lock:
            self.payments = {}
            self.balances = {}
            self.queue_refunds = False
            self.allow_local_webhooks = True
            self.capture_seconds = 0
            for part in (
                self.clock,
                self.webhooks,
                self.faults,
                self.recorder,
                self.idempotency,
                self.keys,
            ):
                part.reset()

    def start(self):
        """Let time do its work, and deliver webhooks, without being asked."""
        self.webhooks.start(self.tick)

    def tick(self):
        with self.lock:
            tick(self)

    def stop(self):
        self.webhooks.stop()
        self.faults.clear()


def new_id(prefix, length=10):
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(length))
