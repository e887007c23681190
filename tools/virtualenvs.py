"""Makes the virtual environments with uv: each from its own lists, all with one lock file."""

import ast
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import debian
from environment import TOOLS, fingerprint, made_once, run_quietly, say, subfolder

REQUIREMENTS = TOOLS / "requirements"
LOCK = REQUIREMENTS / "lock.txt"
ENVIRONMENTS = {"odoo": ["odoo", "test"], "lint": ["lint"], "sdk": ["sdk"]}
UV = "uv==0.13.9"
# How pip's configuration calls it, and uv. What is said to uv itself comes first.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def python(name):
    """Return the Python of the environment `name`, made first if need be."""
    lists = [REQUIREMENTS / f"{part}.txt" for part in ENVIRONMENTS[name]]
    base = os.path.realpath(sys.executable)
    key = fingerprint(sys.version, base, LOCK, *lists)
    folder = subfolder("venvs") / f"{name}-{key}"

    def make(aside):
        say(f"making the virtual environment {name}")
        _uv(f"virtual environment {name}", "venv", "--relocatable", "--python", base, aside)
        chosen = [f"--requirements={path}" for path in lists]
        options = ["--python", aside, "--constraints", LOCK, "--compile-bytecode"]
        _uv(f"installing what {name} needs", "pip", "install", *options, *chosen)

    return made_once(folder, f"virtual environment {name}", make) / "bin/python"


def wheels():
    """Return a folder with the wheels that installing the addon asks for, for the wheel's test."""

    def make(aside):
        pip = [python("odoo"), "-m", "pip", "wheel", "--no-input", "--wheel-dir", aside]
        run_quietly([*pip, "--constraint", LOCK, "mollie-api-python"], "downloading wheels")

    return made_once(subfolder("wheels") / python("odoo").parts[-3], "wheels", make)


def lock(_arguments):
    """Write the lock file anew: what the lists ask for, all the way down, as new as may be."""
    lists = [REQUIREMENTS / f"{part}.txt" for parts in ENVIRONMENTS.values() for part in parts]
    options = ["--universal", "--python-version", "3.10", "--upgrade", "--no-annotate"]
    options += ["--custom-compile-command", "python3 tools lock", "--output-file", LOCK]
    _uv("locking the requirements", "pip", "compile", *options, *lists)


def _uv(what, *arguments):
    pip = _pip()
    # Like pip, take the best that any of the indexes has.
    env = {"UV_INDEX_STRATEGY": "unsafe-best-match", **_settings_of(pip), **os.environ}
    run_quietly([_uv_program(pip), *arguments], what, env=env)


def _uv_program(pip):
    def make(aside):
        install = ["install", "--no-input", "--no-deps", "--target", aside, UV]
        run_quietly([*pip, *install], "installing uv")

    return shutil.which("uv") or made_once(subfolder("uv") / UV, "uv", make) / "bin/uv"


def _settings_of(pip):
    """Return what the machine tells pip about its registry, as uv's variables."""
    listing = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=True)
    found = [line.partition("=") for line in listing.stdout.splitlines()]
    settings = {}
    for section in ("global", "install", ":env:"):
        for name, _, value in found:
            variable = PIP_TO_UV.get(name.removeprefix(f"{section}."))
            if variable:
                separator = "," if variable == "UV_FIND_LINKS" else " "
                settings[variable] = separator.join(ast.literal_eval(value).split())
    return settings


def _pip():
    """Return how to run pip: the machine's own, or the wheel that Debian packages."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    folder = made_once(
        subfolder("pip") / "debian", "pip", lambda aside: debian.fetch(["python3-pip-whl"], aside)
    )
    return [sys.executable, next(folder.rglob("pip-*.whl")) / "pip"]
