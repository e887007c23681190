"""Start a mailbox, and read what came."""

import os
import pathlib
import re
import subprocess
import sys

import requests

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
_GREETING = re.compile(r"Mailbox at (\S+) takes mail at (\d+)")


class Mailbox:
    """A running mailbox: the address of its pages, and the port at which it takes mail."""

    def __init__(self, url, smtp_port, process):
        self.url, self.smtp_port, self.process = url, int(smtp_port), process

    @classmethod
    def start(cls):
        """Start a mailbox at free ports, in a process of its own, which ends with ours.

        :raise ChildProcessError: if it does not start.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.mailbox", "--port", "0", "--stop-with-stdin"],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        greeting = _GREETING.match(process.stdout.readline())
        if not greeting:
            raise ChildProcessError(f"The mailbox did not start (exit code {process.wait()}).")
        return cls(*greeting.groups(), process)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def mails(self, about=""):
        """Return the mails whose subject has a text, oldest first."""
        return [mail for mail in self._get("mails.json").json() if about in mail["subject"]]

    def attachment(self, mail, position=0):
        """Return the content of an attached file, counted from 0."""
        return self._get(f"{mail['number']}/attachments/{position}").content

    def _get(self, path):
        with requests.Session() as session:
            session.trust_env = False  # No proxy: it is on this machine.
            return session.get(f"{self.url}/{path}", timeout=10)
