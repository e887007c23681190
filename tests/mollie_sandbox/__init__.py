"""A stand-in for Mollie: its API, its checkout page, its webhooks and its faults.

The server needs Flask; this package's face, the driver, needs the standard library only, so that
any interpreter can start a sandbox and talk to it.
"""

from .driver import Sandbox, SandboxError, Webhook

__all__ = ["Sandbox", "SandboxError", "Webhook"]
