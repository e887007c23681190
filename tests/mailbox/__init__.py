"""A mailbox for everybody: it takes every mail that is sent by SMTP, and shows it."""

from .driver import Mailbox

__all__ = ["Mailbox"]
