"""Runs the linters: pre-commit's local hooks, in the virtual environment of the linters."""

import os
import shutil
import subprocess
import sys

import virtualenvs
from environment import CHECKOUT, Failure, subfolder


def main(_arguments):
    """Run every hook over every file; return the exit code."""
    if not shutil.which("git") or not (CHECKOUT / ".git").exists():
        raise Failure("make lint needs git and a git checkout: pre-commit asks git for the files")
    # What pre-commit keeps between runs belongs to our cache.
    os.environ["PRE_COMMIT_HOME"] = str(subfolder("pre-commit"))
    return run(["pre-commit", "run", "--all-files", "--show-diff-on-failure"])


def run(argv):
    """Run one of the linters' programs, as the hooks in .pre-commit-config.yaml do."""
    folder = virtualenvs.python("lint").parent
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    # Python's own warnings about pylint's insides are not for the author.
    env = {**os.environ, "PATH": path, "PYTHON": sys.executable, "PYTHONWARNINGS": "ignore"}
    return subprocess.run([folder / argv[0], *argv[1:]], cwd=CHECKOUT, env=env).returncode
