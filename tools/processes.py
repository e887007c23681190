"""Runs programs in the foreground and leaves none of their processes behind."""

import contextlib
import functools
import os
import signal
import subprocess
import sys

import psutil

from environment import end_with_parent, libc

PR_SET_CHILD_SUBREAPER = 36


@contextlib.contextmanager
def signals_go_to(handler):
    """Let `handler(number)` deal with Ctrl-C, SIGTERM and SIGHUP while the block runs."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {n: signal.signal(n, lambda number, _frame: handler(number)) for n in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def start(argv, *, stop_with=signal.SIGTERM, **kwargs):
    """Start a program that is told to end when we do, even if we are killed outright."""
    told = functools.partial(end_with_parent, stop_with)
    return subprocess.Popen(argv, preexec_fn=told, **kwargs)


def foreground(argv, *, stop_with=signal.SIGTERM, terminal=False, **kwargs):
    """Run a program to its end, hand it the signals that are meant for it, and clean up after it.

    :param signal.Signals stop_with: what the program gets when we get SIGTERM or Ctrl-C, or die
    :param bool terminal: whether the program talks to the terminal; it then gets Ctrl-C from it
    :return: the program's exit code, as a shell would tell it
    """
    terminal = terminal and sys.stdin.isatty()
    with nothing_left_behind():
        child = start(argv, stop_with=stop_with, start_new_session=not terminal, **kwargs)

        def pass_on(number):
            if not (terminal and number == signal.SIGINT):
                child.send_signal(stop_with)

        with signals_go_to(pass_on):
            code = child.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def nothing_left_behind():
    """End, on leaving the block, every process that was started in it, however far removed."""
    # Orphans become our children this way, so that they can be found.
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children())
    try:
        yield
    finally:
        ours = [child for child in psutil.Process().children() if child not in before]
        for child in list(ours):
            with contextlib.suppress(psutil.NoSuchProcess):
                ours += child.children(recursive=True)
        _end(ours)


def _end(processes):
    """Ask processes to end, make them after ten seconds, and collect the orphans among them."""
    for end in ("terminate", "kill"):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                getattr(process, end)()
        _gone, processes = psutil.wait_procs(processes, timeout=10)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
