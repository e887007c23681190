"""Runs the linters: pre-commit's local hooks, in the virtual environment of the linters."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import virtualenvs
from environment import CHECKOUT, Failure, subfolder


def main():
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
    program = folder / argv[0]
    if not program.exists():
        raise Failure(f"the linters' environment has no {argv[0]}")
    return subprocess.run([program, *argv[1:]], cwd=CHECKOUT, env=env, check=False).returncode


def check_xml(paths):
    """Return 1 and say where if a file isn't well-formed XML."""
    code = 0
    for path in paths:
        try:
            xml.etree.ElementTree.parse(Path(path))
        except xml.etree.ElementTree.ParseError as error:
            print(f"{path}: {error}")
            code = 1
    return code
