"""Where things are, and the few habits that every tool shares (standard library only)."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
CHECKOUT = TOOLS.parent
ADDON = CHECKOUT / "invoice_mollie"
# The number of a port is to follow; in the checkout.
SANDBOX = [sys.executable, "-m", "tests.mollie_sandbox", "--port"]
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)
# How pip, uv and apt say it.
NO_NETWORK = re.compile(
    "NewConnectionError|Failed to establish a new connection|Temporary failure (in name )?resol"
    "|Could not (resolve|connect)|Network is unreachable|ReadTimeoutError|ConnectTimeoutError"
    "|error sending request|tcp connect error|dns error",
    re.IGNORECASE,
)


class Failure(Exception):
    """Something a person can put right; the message is one line that says what and how."""


def say(message):
    """Tell the person at the terminal what is going on, on stderr."""
    print(f"invoice_mollie: {message}", file=sys.stderr, flush=True)


def cache_dir():
    """Return the folder that keeps downloads and databases between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(os.environ.get("INVOICE_MOLLIE_CACHE") or Path(base) / "invoice_mollie")
    path = path.expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"the cache folder can't be made: {error}") from None
    return path


def subfolder(*names):
    """Return a folder inside the cache, made if need be."""
    path = cache_dir().joinpath(*names)
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(name):
    """Let one process at a time do the work called `name`; the others wait."""
    with (subfolder("locks") / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run that is busy with: {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def made_once(path, what, make):
    """Return a folder, made first if need be; what is interrupted is made anew.

    :param str what: what is in it, for who waits while another run makes it
    :param make: fills an empty folder, which becomes `path` only if that succeeds
    """
    with locked(what):
        if not path.exists():
            aside = path.with_name(f"{path.name}.partial")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            make(aside)
            aside.rename(path)
    return path


def fingerprint(*parts):
    """Return a short hash of texts and of the contents of files and folders."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part.name if isinstance(part, Path) else part}\0".encode())
        for file in _files(part) if isinstance(part, Path) else ():
            digest.update(f"{file.relative_to(part)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _files(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


def end_with_parent(number=signal.SIGTERM):
    """Have this process, just forked, told to end when its parent ends, however that happens."""
    libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    # A shell starts what it puts into the background deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_quietly(argv, what, **kwargs):
    """Run a program with its output in a log file; raise a one-line :class:`Failure` if it fails.

    :param list argv: the program and its arguments
    :param str what: what it does, for the message and the name of the log
    """
    kwargs = {"stdin": subprocess.DEVNULL, "preexec_fn": end_with_parent} | kwargs
    log = subfolder("logs") / (what.replace(" ", "-").replace("/", "-") + ".log")
    with log.open("w") as output:
        try:
            done = subprocess.run(argv, stdout=output, stderr=output, check=False, **kwargs)
        except FileNotFoundError:
            raise Failure(f"{what}: the program {argv[0]} is missing") from None
    if done.returncode:
        raise Failure(f"{what} failed: {_last_words(log)} (all of it: {log})")


def _last_words(log):
    text = log.read_text(errors="replace")
    if NO_NETWORK.search(text):
        return "the network or the package registry can't be reached"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("error", "e:", "fatal"))]
    return (telling or lines or ["no output"])[-1][:300]
