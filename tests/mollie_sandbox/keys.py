"""API keys and the website profiles they belong to."""

import dataclasses
import hashlib
import re

from .const import ENABLED
from .errors import ApiError

KEY = re.compile(r"(test|live)_([A-Za-z0-9]{30,})", re.ASCII)
REFUSED = "Missing authentication, or failed to authenticate"


@dataclasses.dataclass
class Profile:
    """A website profile: what stands in it, and which methods are switched on."""

    id: str
    status: str = "verified"
    methods: tuple = ENABLED
    fields: dict = dataclasses.field(default_factory=dict)
    limits: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Access:
    """Who asks: the profile, the mode, and a print of the key that is safe to keep."""

    profile: Profile
    mode: str
    print: str


class Keys:
    """Any well-formed key is somebody's; which profile's follows from the key or from `mapped`."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.mapped, self.revoked, self.profiles = {}, set(), {}

    def access(self, header):
        """Who a request's Authorization header stands for.

        :raise ApiError: 401 for no key, a malformed one and a revoked one.
        """
        scheme, _, key = (header or "").partition(" ")
        key = key.strip()
        found = KEY.fullmatch(key)
        if scheme.lower() != "bearer" or not found or fingerprint(key) in self.revoked:
            raise ApiError(401, REFUSED)
        return Access(self.profile(self.profile_id(key)), found[1], fingerprint(key))

    def profile_id(self, key):
        """A test and a live key that share what follows the prefix share the profile."""
        derived = "pfl_" + fingerprint(key.partition("_")[2])[:10]
        return self.mapped.get(fingerprint(key), derived)

    def profile(self, profile_id):
        return self.profiles.setdefault(profile_id, Profile(profile_id))

    def map(self, key, profile_id):
        self.mapped[fingerprint(key)] = profile_id
        return self.profile(profile_id)

    def revoke(self, key):
        self.revoked.add(fingerprint(key))

    def restore(self, key):
        self.revoked.discard(fingerprint(key))


def fingerprint(key):
    return hashlib.sha256(key.encode()).hexdigest()
