"""Finds Odoo 19: the one given as ODOO_SRC, else Debian's package unpacked into the cache."""

import ast
import os
from dataclasses import dataclass
from pathlib import Path

import debian
from environment import Failure, built_aside, cache_dir, fingerprint, locked

# Debian's package links to shared JavaScript and fonts; unpacked into one root the links resolve.
# Font Awesome comes from bookworm: Odoo wants version 4, whose file names are gone in sid's 7.
PACKAGES = [
    "odoo-19",
    *("libjs-jquery", "libjs-jquery-form", "libjs-underscore"),
    *("fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b"),
    *("fonts-glyphicons-halflings", "gsfonts", "fonts-font-awesome/bookworm"),
]
SERIES = "19.0"


@dataclass
class Odoo:
    """An Odoo source: `python_path` holds the package odoo, `addons` the folders of addons."""

    python_path: Path
    addons: list
    version: str


def locate():
    """Return the :class:`Odoo` to use, fetching it first if need be."""
    given = os.environ.get("ODOO_SRC")
    return _describe(Path(given).expanduser().absolute() if given else _from_debian())


def python_path():
    """Return the folder that holds `odoo/`, of whatever version; nothing of it has to run here."""
    given = os.environ.get("ODOO_SRC")
    return _find(Path(given).expanduser().absolute() if given else _from_debian())


def _from_debian():
    root = cache_dir() / f"odoo-{fingerprint(*PACKAGES)}"
    with locked("Odoo"):
        if not root.exists():
            with built_aside(root) as aside:
                files = debian.fetch(PACKAGES, aside)
                (aside / "VERSION").write_text("\n".join(files))
            debian.clean()
    return root


def _describe(source):
    folder = _find(source)
    release = folder / "odoo/release.py"
    series = _series(release)
    if series != SERIES:
        raise Failure(f"the Odoo in {source} is version {series}, not {SERIES}")
    return Odoo(folder, _addons(folder), _version(source, release))


def _find(source):
    for folder in (source, source / "usr/lib/python3/dist-packages"):
        if (folder / "odoo/release.py").is_file():
            return folder
    raise Failure(f"there is no Odoo in {source}: ODOO_SRC names a folder that holds odoo/")


def _series(release):
    for node in ast.parse(release.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "version_info":
            major, minor = node.value.elts[:2]
            return f"{ast.literal_eval(major)}.{ast.literal_eval(minor)}"
    return "unknown"


def _addons(python_path):
    # Debian keeps a second folder `addons` beside `odoo` with the Python files alone: of no use.
    candidates = [python_path / "odoo/addons", python_path / "addons"]
    return [path for path in candidates if (path / "account/views").is_dir()] or candidates[:1]


def _version(source, release):
    for stamp in (source / "VERSION", source / ".git/HEAD"):
        if stamp.is_file():
            return fingerprint(str(source), stamp, release)
    return fingerprint(str(source), release)
