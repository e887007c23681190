"""Lets the tests import `money` without the addon around it, which imports Odoo."""

import importlib.util
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parents[2] / "invoice_mollie" / "money"


def load(name, folder):
    """Import a package from its folder, under a name of its own."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


load("money", FOLDER)
