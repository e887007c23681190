"""Packs the addon so that `pip install` puts it where Odoo finds it: into odoo.addons."""

import ast
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent
ADDON = HERE / "invoice_mollie"
PACKAGE = "odoo.addons.invoice_mollie"


def manifest():
    """Return the addon's manifest, the one place that holds the version."""
    return ast.literal_eval((ADDON / "__manifest__.py").read_text(encoding="utf-8"))


def packages():
    """Return the names of the Python packages in the addon."""
    folders = sorted(init.parent.relative_to(ADDON) for init in ADDON.rglob("__init__.py"))
    return [".".join((PACKAGE, *folder.parts)) for folder in folders]


def data_files():
    """Return every other file of the addon (views, translations, pictures), relative to it."""
    python_folders = {init.parent for init in ADDON.rglob("__init__.py")}
    return sorted(
        str(path.relative_to(ADDON))
        for path in ADDON.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not (path.suffix == ".py" and path.parent in python_folders)
    )


def long_description():
    """Return the README, which a copy of the addon alone may lack."""
    readme = HERE / "README.rst"
    return readme.read_text(encoding="utf-8") if readme.exists() else ""


setup(
    name="odoo-addon-invoice-mollie",
    version=manifest()["version"],
    description=manifest().get("summary", "Collect customer invoices online through Mollie"),
    long_description=long_description(),
    long_description_content_type="text/x-rst",
    author=manifest().get("author", ""),
    url=manifest().get("website", ""),
    license="LGPL-3.0-or-later",
    license_files=["LICENSE"],
    packages=packages(),
    package_dir={PACKAGE: "invoice_mollie"},
    package_data={PACKAGE: data_files()},
    include_package_data=False,
    zip_safe=False,
    python_requires=">=3.10",
    install_requires=["mollie-api-python>=4.0,<5"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Framework :: Odoo",
        "Framework :: Odoo :: 19.0",
        "Intended Audience :: Financial and Insurance Industry",
        "Programming Language :: Python :: 3",
        "Topic :: Office/Business :: Financial :: Accounting",
    ],
)
