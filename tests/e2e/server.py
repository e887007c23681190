"""Real Odoo processes: start, wait until they answer, end or kill them, each by its own pid."""

import contextlib
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import threading
import time

import psycopg2
import requests

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
LOGS = CHECKOUT / "build/logs"
START_SECONDS = 90
STOP_SECONDS = 20


def free_port():
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=30, what="it"):
    """Ask again and again until `condition` returns something true, and return that.

    :raise TimeoutError: if it takes longer than so many seconds.
    """
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < deadline:
        if result := condition():
            return result
        pause.wait(0.05)
    raise TimeoutError(f"Waited {seconds} s in vain for {what}.")


def anonymous():
    """Return an HTTP session of a stranger; it never uses a proxy."""
    session = requests.Session()
    session.trust_env = False
    return session


class OdooServer:
    """One Odoo process on the test database, reachable at `url`."""

    def __init__(self, name, port=None):
        self.name, self.port, self.process = name, port or free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = LOGS / f"e2e-{name}.log"

    def launch(self, *options):
        """Start the process, without waiting for it."""
        database = os.environ["ODOO_DATABASE"]
        command = [*shlex.split(os.environ["ODOO_CMD"]), "--database", database]
        command += ["--db-filter", f"^{database}$", "--http-port", str(self.port), *options]
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def wait(self):
        """Wait until a page of the addon comes out of the database."""
        until(self._answers, START_SECONDS, f"{self.name}, see {self.log}")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise ChildProcessError(f"{self.name} ended by itself, see {self.log}")
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            return anonymous().get(f"{self.url}/mollie/pay/none", timeout=5).status_code == 404

    @contextlib.contextmanager
    def running(self):
        """Run it while the block runs, and end it whatever happens there."""
        try:
            yield self.launch().wait()
        finally:
            self.stop()

    @contextlib.contextmanager
    def paused(self):
        """Let it stand still while the block runs; what it asked PostgreSQL goes on."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """End it in good order, or else by force."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def log_size(self):
        """Return how long the log is, as a mark for `log_since`."""
        return self.log.stat().st_size

    def log_since(self, mark):
        """Return what was logged after the mark was taken."""
        with self.log.open() as log:
            log.seek(mark)
            return log.read()


@contextlib.contextmanager
def database(autocommit=True, name=None):
    """Yield a cursor on the test database, or another one, for what no front door lets one do."""
    connection = psycopg2.connect(dbname=name or os.environ["ODOO_DATABASE"])
    connection.autocommit = autocommit
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def run_in_shell(script, **variables):
    """Run a script of this folder in `odoo shell` on the test database."""
    command = [*shlex.split(os.environ["ODOO_CMD"]), "shell", "--log-level", "warn", "--no-http"]
    with (pathlib.Path(__file__).parent / script).open() as source:
        subprocess.run(
            [*command, "--database", os.environ["ODOO_DATABASE"]],
            stdin=source,
            env=os.environ | variables,
            cwd=CHECKOUT,
            check=True,
            timeout=120,
        )


def in_postgres(statement):
    """Run a statement that no database transaction allows."""
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def install(option, modules="invoice_mollie"):
    """Install (`--init`) or upgrade (`--update`) the addon, or it and others."""
    options = ["--database", os.environ["ODOO_DATABASE"], option, modules]
    command = [*shlex.split(os.environ["ODOO_CMD"]), *options, "--stop-after-init", "--no-http"]
    subprocess.run([*command, "--log-level", "warn"], cwd=CHECKOUT, check=True, timeout=300)


def prepare(server, sandbox, mailbox):
    """Make what all tests begin with in the test database: see `prepare.py`."""
    run_in_shell(
        "prepare.py",
        E2E_URL=server.url,
        E2E_ENDPOINT=sandbox.url,
        E2E_SMTP_PORT=str(mailbox.smtp_port),
    )
