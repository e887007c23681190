"""Makes the virtual environments, one per list of requirements, kept by the lists' contents."""

import os
import shutil
import sys
from pathlib import Path

import debian
from environment import (
    CHECKOUT,
    TOOLS,
    Failure,
    built_aside,
    fingerprint,
    locked,
    run_quietly,
    say,
    subfolder,
)

REQUIREMENTS = {
    # Odoo, the addon, the tests and the embedded PostgreSQL.
    "odoo": [TOOLS / "requirements.txt", TOOLS / "requirements-test.txt"],
    "lint": [TOOLS / "requirements-lint.txt"],
    # Mollie's newer library: it must not share an environment with the one the addon uses.
    "sdk": [CHECKOUT / "tests/contract/requirements.txt"],
}
# As in setup.py's install_requires.
DEPENDENCY = "mollie-api-python>=4.0,<5"


def python(name):
    """Return the Python of the environment `name`, made first if need be."""
    lists = REQUIREMENTS[name]
    missing = [str(path) for path in lists if not path.is_file()]
    if missing:
        raise Failure(f"the list of requirements is missing: {', '.join(missing)}")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    key = fingerprint(version, os.path.realpath(sys.executable), *lists)
    folder = subfolder("venvs") / f"{name}-{key}"
    stamp = folder / "complete"
    if not stamp.exists():
        with locked(f"virtual environment {name}"):
            if not stamp.exists():
                _build(name, folder, lists)
                stamp.touch()
                _remove_others(name, folder)
    return folder / "bin/python"


def wheels():
    """Return a folder with the wheels that installing the addon asks for, for the wheel's test."""
    pins = TOOLS / "requirements.txt"
    folder = subfolder("wheels") / fingerprint(str(python("odoo")), DEPENDENCY, pins)
    with locked("wheels"):
        if not folder.exists():
            with built_aside(folder) as aside:
                pip = [python("odoo"), "-m", "pip", "wheel", "--no-input", "--wheel-dir", aside]
                run_quietly([*pip, "--constraint", pins, DEPENDENCY], "downloading wheels")
    return folder


def _build(name, folder, lists):
    # Made in its final place, as its scripts carry their own address; the stamp comes last.
    say(f"making the virtual environment {name}")
    shutil.rmtree(folder, ignore_errors=True)
    if _has_ensurepip():
        run_quietly([base_python(), "-m", "venv", folder], f"virtual environment {name}")
    else:
        _make_without_ensurepip(name, folder)
    arguments = [argument for path in lists for argument in ("--requirement", path)]
    run_quietly(
        [folder / "bin/python", "-m", "pip", "install", "--no-input", *arguments],
        f"installing the requirements of {name}",
    )


def base_python():
    """Return the machine's Python, also when called from inside one of our environments."""
    return getattr(sys, "_base_executable", sys.executable)


def _has_ensurepip():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def _make_without_ensurepip(name, folder):
    # Debian splits ensurepip off into python3-venv; pip's own wheel, unpacked, does as well.
    wheels = subfolder("pip")
    if not list(wheels.rglob("pip-*.whl")):
        debian.fetch(["python3-pip-whl"], wheels)
    wheel = next(wheels.rglob("pip-*.whl"))
    run_quietly([base_python(), "-m", "venv", "--without-pip", folder], f"environment {name}")
    run_quietly(
        [folder / "bin/python", Path(wheel) / "pip", "install", "--no-input", wheel],
        f"installing pip in {name}",
    )


def _remove_others(name, folder):
    """Keep the newest other environment too: a checkout of another branch may use it."""
    others = [path for path in folder.parent.glob(f"{name}-*") if path != folder]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[1:]:
        shutil.rmtree(path, ignore_errors=True)
