"""Finds Odoo 19: the one given as ODOO_SRC, else Debian's package unpacked into the cache."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import debian
from environment import Failure, cache_dir, fingerprint, made_once

# Debian's package links to shared JavaScript and fonts; unpacked into one root the links resolve.
# Font Awesome comes from bookworm: Odoo wants version 4, whose file names are gone in sid's 7.
PACKAGES = [
    "odoo-19",
    *("libjs-jquery", "libjs-jquery-form", "libjs-underscore"),
    *("fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b"),
    *("fonts-glyphicons-halflings", "gsfonts", "fonts-font-awesome/bookworm"),
]
SERIES = "19.0"
WAYS_OUT = f"set ODOO_SRC to an Odoo of your own, such as a git clone of its branch {SERIES}"


@dataclass
class Odoo:
    """An Odoo source: `script` starts it, `python_path` holds the package odoo, `addons` the
    folders of addons.
    """

    script: Path
    python_path: Path
    addons: list
    version: str


def locate():
    """Return the :class:`Odoo` to use, fetching it first if need be."""
    source = _source()
    folder = _python_path(source)
    release = folder / "odoo/release.py"
    series = ".".join(re.findall(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)[0])
    if series != SERIES:
        raise Failure(f"the Odoo in {source} is version {series}, not {SERIES}")
    # Debian keeps a second folder `addons` beside `odoo` with the Python files alone: of no use.
    candidates = [folder / "odoo/addons", folder / "addons"]
    addons = [path for path in candidates if (path / "account/views").is_dir()] or candidates[:1]
    stamps = [path for path in (source / "VERSION", source / ".git/HEAD") if path.is_file()]
    scripts = [source / "odoo-bin", source / "usr/bin/odoo"]
    script = next((path for path in scripts if path.is_file()), scripts[0])
    return Odoo(script, folder, addons, fingerprint(str(source), release, *stamps))


def python_path():
    """Return the folder that holds `odoo/`, of whatever version; nothing of it has to run here."""
    return _python_path(_source())


def _source():
    given = os.environ.get("ODOO_SRC")
    if given:
        return Path(given).expanduser().absolute()
    return made_once(cache_dir() / f"odoo-{fingerprint(*PACKAGES)}", "Odoo", _fetch)


def _fetch(folder):
    try:
        files = debian.fetch(PACKAGES, folder)
    except Failure as failure:
        raise Failure(f"{failure}; the way out: {WAYS_OUT}") from None
    (folder / "VERSION").write_text("\n".join(files))


def _python_path(source):
    for folder in (source, source / "usr/lib/python3/dist-packages"):
        if (folder / "odoo/release.py").is_file():
            return folder
    raise Failure(f"there is no Odoo in {source}: {WAYS_OUT}")
