"""Runs programs in the foreground and leaves none of their processes behind."""

import contextlib
import os
import signal
import subprocess
import sys

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


def start(argv, **kwargs):
    """Start a program that is told to end when we do, even if we are killed outright."""
    return subprocess.Popen(argv, preexec_fn=end_with_parent, **kwargs)


def foreground(argv, *, stop_with=signal.SIGTERM, terminal=False, **kwargs):
    """Run a program to its end, hand it the signals that are meant for it, and clean up after it.

    :param signal.Signals stop_with: what the program gets when we get SIGTERM or Ctrl-C
    :param bool terminal: whether the program talks to the terminal; it then gets Ctrl-C from it
    :return: the program's exit code, as a shell would tell it
    """
    terminal = terminal and sys.stdin.isatty()
    with nothing_left_behind():
        child = start(argv, start_new_session=not terminal, **kwargs)

        def pass_on(number):
            if not (terminal and number == signal.SIGINT):
                child.send_signal(stop_with)

        with signals_go_to(pass_on):
            code = child.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def nothing_left_behind():
    """End, on leaving the block, every process that was started in it, however far removed."""
    import psutil

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
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _gone, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
