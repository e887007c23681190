"""Idempotency keys: the same request again gets the same answer, for an hour."""

import dataclasses
import datetime
import threading

from .clock import after
from .const import IDEMPOTENCY_LIFE
from .errors import ApiError

REUSED = "The Idempotency-Key was already used for a request with other parameters."
CONCURRENT = "Another request with this Idempotency-Key is already being processed."


@dataclasses.dataclass
class Memory:
    fingerprint: tuple
    until: datetime.datetime
    answer: tuple | None = None


class Idempotency:
    """Remembers per API key; a request in hand is remembered too, without an answer."""

    def __init__(self, clock):
        self.clock, self.lock = clock, threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.memories = {}

    def begin(self, owner, key, fingerprint):
        """The answer to replay, or None for a request that is new and now in hand.

        :raise ApiError: 400 for the same key with other parameters, 409 while the first request
            with it is still in hand.
        """
        with self.lock:
            now = self.clock.now()
            memory = self.memories.get((owner, key))
            if memory is None or (memory.answer and memory.until <= now):
                until = after(now, IDEMPOTENCY_LIFE)
                self.memories[owner, key] = Memory(fingerprint, until)
                return None
            if memory.fingerprint != fingerprint:
                raise ApiError(400, REUSED)
            if memory.answer is None:
                raise ApiError(409, CONCURRENT)
            return memory.answer

    def finish(self, owner, key, answer):
        """Keep the answer. A failure of the server itself is no answer: the key is free again."""
        with self.lock:
            if answer is None or answer[0] >= 500:
                self.memories.pop((owner, key), None)
            elif (owner, key) in self.memories:
                self.memories[owner, key].answer = answer
