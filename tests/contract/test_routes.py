"""No route of the sandbox is left out."""

# Imported for what they note in ROUTES, also when this file is run alone.
import test_aftercare_endpoints  # noqa: F401
import test_method_endpoints  # noqa: F401
import test_payment_endpoints  # noqa: F401
from endpoints import ROUTES


def test_every_route_of_the_sandbox_is_visited(sandbox):
    assert sorted(ROUTES) == sorted(sandbox.routes())
