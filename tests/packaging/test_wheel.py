"""The wheel: built from a copy of the checkout, installed in a virtual environment of its own.

Reads from the environment what `make test` prepared: ODOO_PYTHON, the Python that has Odoo's own
dependencies; ODOO_PYTHONPATH, where Odoo is; WHEELS, a folder with the addon's dependency, so that
the test needs no network.
"""

import ast
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SOURCES = ["setup.py", "pyproject.toml", "MANIFEST.in", "LICENSE", "invoice_mollie"]
INSIDE = "odoo/addons/invoice_mollie/"
FIND_ADDON = """
import json
import odoo.addons
from odoo.tools import config
config.parse_config([])
from odoo.modules import get_module_path
from odoo.modules.module import Manifest, initialize_sys_path
initialize_sys_path()
manifest = Manifest.for_addon("invoice_mollie")
print(json.dumps({
    "path": get_module_path("invoice_mollie"),
    "version": manifest.version,
    "addons": list(odoo.addons.__path__),
    "gateway": __import__("odoo.addons.invoice_mollie.gateway", fromlist=["x"]).__file__,
}))
"""


def run(*argv, cwd, **variables):
    """Run a program without this project's variables; return what it prints."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(argv, cwd=cwd, env=env | variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def manifest():
    return ast.literal_eval((CHECKOUT / "invoice_mollie/__manifest__.py").read_text())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel away from the checkout, so that nothing is left in it."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy
        copy(CHECKOUT / name, source / name)
    pip = [os.environ["ODOO_PYTHON"], "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    run(*pip, "--wheel-dir", source / "wheels", source, cwd=source)
    (built,) = (source / "wheels").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean_python(wheel, tmp_path_factory):
    """Install the wheel, and what it asks for, where there is nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    run(os.environ["ODOO_PYTHON"], "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin/python"
    pip = [os.environ["ODOO_PYTHON"], "-m", "pip", "--python", python, "install"]
    run(*pip, "--no-index", "--find-links", os.environ["WHEELS"], wheel, cwd=folder)
    return python


def test_the_wheel_holds_every_file_of_the_addon(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = {
        INSIDE + str(path.relative_to(CHECKOUT / "invoice_mollie"))
        for path in (CHECKOUT / "invoice_mollie").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= inside
    assert {INSIDE + name for name in manifest()["data"]} <= inside


def test_the_wheel_adds_nothing_beside_the_addon(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    others = [name for name in names if not name.startswith(INSIDE)]
    assert [name for name in others if ".dist-info/" not in name] == []


def test_the_wheel_carries_version_licence_and_dependency(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
        metadata = archive.read(name).decode()
        assert any(name.endswith("/LICENSE") for name in archive.namelist())
    assert f"Version: {manifest()['version']}\n" in metadata
    assert "Requires-Dist: mollie-api-python" in metadata


def test_installing_the_wheel_brings_the_mollie_library_along(clean_python, tmp_path):
    print_path = "import mollie.api.client; print(mollie.api.client.__file__)"
    path = run(clean_python, "-c", print_path, cwd=tmp_path).strip()
    assert Path(path).is_relative_to(clean_python.parents[1])


def test_odoo_finds_the_installed_addon_from_anywhere(clean_python, tmp_path):
    # Odoo and what it needs are on the path; the checkout is not.
    site_packages = "import sysconfig; print(sysconfig.get_path('purelib'))"
    odoo_needs = run(os.environ["ODOO_PYTHON"], "-c", site_packages, cwd=tmp_path).strip()
    path = os.pathsep.join([os.environ["ODOO_PYTHONPATH"], odoo_needs])
    output = run(clean_python, "-c", FIND_ADDON, cwd=tmp_path, PYTHONPATH=path)
    found = json.loads(output.splitlines()[-1])
    environment = clean_python.parents[1]
    assert Path(found["path"]).is_relative_to(environment)
    assert Path(found["gateway"]).is_relative_to(environment)
    assert not [path for path in found["addons"] if Path(path).is_relative_to(CHECKOUT)]
    assert found["version"] == manifest()["version"]
