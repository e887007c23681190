"""Odoo's Python, read with `ast`: what a model, a class or a module has, and with which signature.

Nothing is imported, so that any version of Odoo can be read, also one in which the addon does not
load.
"""

import ast
import copy
import re
from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path

from tests.structure.source import declared_models, is_function

# What the addon depends on; what these depend on comes with them.
MODULES = ("account_payment", "payment_mollie")
# What every model inherits, whatever it says.
EVERY_MODEL = "base"


@cache
def _parse(path):
    return ast.parse(path.read_text())


class Core:
    """An Odoo.

    :param python_path: the folder that holds `odoo/`; a git checkout has most addons in `addons/`
        beside it.
    """

    def __init__(self, python_path):
        self.python_path = Path(python_path)

    # -- files ---------------------------------------------------------------------

    def addon(self, name):
        """Return the folder of an addon, None if there is none."""
        folders = [self.python_path / "odoo/addons" / name, self.python_path / "addons" / name]
        return next((path for path in folders if (path / "__manifest__.py").is_file()), None)

    def path_of(self, module):
        """Return the file of a Python module, None if there is none."""
        parts = module.split(".")
        if module == "odoo":
            return self.python_path / "odoo/init.py"  # Addons bring their own part of it along.
        bases = [self.python_path.joinpath(*parts)]
        if parts[:2] == ["odoo", "addons"] and len(parts) > 2:
            folder = self.addon(parts[2])
            bases = [folder.joinpath(*parts[3:])] if folder else []
        paths = [path for base in bases for path in (base.with_suffix(".py"), base / "__init__.py")]
        return next((path for path in paths if path.is_file()), None)

    def parse(self, path):
        return _parse(path.resolve())

    @cached_property
    def modules(self):
        """Return the addons that are loaded with ours, each after those it depends on."""
        ordered = ["base"]

        def add(name):
            folder = self.addon(name)
            if folder and name not in ordered:
                manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
                for needed in sorted(manifest.get("depends", ())):
                    add(needed)
                ordered.append(name)

        for name in MODULES:
            add(name)
        return ordered

    # -- models --------------------------------------------------------------------

    @cached_property
    def models(self):
        """Return ``{model: [(addon, class statement)]}``, the one loaded last first."""
        found = defaultdict(list)
        for addon in self.modules:
            for path in self._model_files(addon):
                for node in self.parse(path).body:
                    if isinstance(node, ast.ClassDef) and (names := declared_models(node)):
                        found[names[0]].insert(0, (addon, node))
        return found

    def _model_files(self, addon):
        folder = self.addon(addon)
        folders = [folder / name for name in ("models", "wizard", "wizards")]
        return sorted(path for folder in folders for path in folder.rglob("*.py"))

    def model_members(self, model):
        """Return ``{name: (addon, signature)}`` of methods and fields, those of mixins too."""
        members = {}
        for ancestor in self._lineage(model):
            for addon, node in self.models[ancestor]:
                for name, text in members_of(node).items():
                    members.setdefault(name, (addon, text))
        return self.class_members(*self.find("odoo.models", "BaseModel")) | members

    def _lineage(self, model):
        """Return the model and all that it inherits, nearest first."""
        line, waiting = [], [model]
        while waiting:
            name = waiting.pop(0)
            if name not in line and name in self.models:
                line.append(name)
                waiting += [n for _addon, node in self.models[name] for n in declared_models(node)]
        return [*line, EVERY_MODEL]

    # -- modules and classes ---------------------------------------------------------

    def find(self, module, name):
        """Return the module and the statement where a name of a module comes from, or None.

        Names are followed through the imports of packages.
        """
        path = self.path_of(module)
        for node in reversed(self.parse(path).body) if path else ():
            if name in _names_bound_by(node):
                if isinstance(node, ast.ImportFrom):
                    alias = next(a for a in node.names if (a.asname or a.name) == name)
                    return self._imported(module, self._absolute(module, path, node), alias.name)
                return module, node
        return self._find_in_stars(module, path, name) or self._submodule(module, name)

    def _find_in_stars(self, module, path, name):
        for node in self.parse(path).body if path else ():
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                found = self.find(self._absolute(module, path, node), name)
                if found:
                    return found
        return None

    def _imported(self, importer, module, name):
        """Return what `from module import name` means; a package may import its own modules."""
        found = self.find(module, name) if module != importer else None
        return found or self._submodule(module, name)

    def _submodule(self, module, name):
        path = self.path_of(f"{module}.{name}")
        return (f"{module}.{name}", self.parse(path)) if path else None

    def _absolute(self, module, path, node):
        is_package = path.stem in ("__init__", "init")
        parts = module.split(".") if is_package else module.split(".")[:-1]
        parts = parts[: len(parts) - node.level + 1] if node.level else []
        return ".".join([*parts, *filter(None, [node.module])])

    def class_members(self, module, node):
        """Return ``{name: (module, signature)}`` of a class, those of its bases too."""
        members = {name: (module, text) for name, text in members_of(node).items()}
        for base in node.bases:
            found = self._resolve(module, base)
            if found and isinstance(found[1], ast.ClassDef):
                members = self.class_members(*found) | members
        return members

    def _resolve(self, module, expression):
        """Return what a base class in a module means: `PaymentPortal` or `portal.PortalAccount`."""
        if isinstance(expression, ast.Name):
            return self.find(module, expression.id)
        if isinstance(expression, ast.Attribute):
            found = self._resolve(module, expression.value)
            return found and self.find(found[0], expression.attr)
        return None

    # -- places ----------------------------------------------------------------------

    def members(self, place):
        """Return ``{name: (where, signature)}`` of a place, None if there is no such place.

        :param str place: a model, or the dotted name of a Python module or of a class in one.
        """
        if place.split(".")[0] != "odoo":
            return self.model_members(place) if place in self.models else None
        if self.path_of(place):
            return _Names(self, place)
        module, _dot, name = place.rpartition(".")
        found = self.find(module, name)
        return self.class_members(*found) if found else None

    def has_xml_id(self, xml_id):
        """Return whether an addon defines a record; those of models come with the model."""
        addon, _dot, name = xml_id.partition(".")
        if name.startswith("model_"):
            return name[len("model_") :] in {model.replace(".", "_") for model in self.models}
        return name in self._xml_ids(addon)

    @cache  # noqa: B019 (a few of these live as long as a test run)
    def _xml_ids(self, addon):
        folder = self.addon(addon)
        paths = folder.rglob("*.xml") if folder else ()
        pattern = re.compile(rf"""\bid=["'](?:{addon}\.)?(\w+)["']""")
        return {xml_id for path in paths for xml_id in pattern.findall(path.read_text())}


class _Names(dict):
    """The names of a module, looked up one by one: what it imports is found too."""

    def __init__(self, core, module):
        self.core, self.module = core, module
        body = core.parse(core.path_of(module)).body
        super().__init__(dict.fromkeys(name for node in body for name in _names_bound_by(node)))

    def get(self, name, default=None):
        found = self.core.find(self.module, name)
        return (found[0], signature(found[1])) if found else default


def members_of(node):
    """Return ``{name: signature}`` of what stands in a class statement."""
    return {
        name: signature(item)
        for item in node.body
        if not isinstance(item, ast.ImportFrom)
        for name in _names_bound_by(item)
    }


def _names_bound_by(node):
    if is_function(node) or isinstance(node, ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, (ast.If, ast.Try)):
        return [name for item in node.body for name in _names_bound_by(item)]
    return []


def signature(node):
    """Return what can be seen of a definition: parameters, kind of field, or constant.

    Annotations don't count: nobody's call depends on them.
    """
    if is_function(node):
        return f"({_parameters(node)})"
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, ast.Module):
        return "module"
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call):
        return _field(value)
    if isinstance(value, ast.Constant):
        return repr(value.value)
    return "value"


def _parameters(node):
    arguments = copy.deepcopy(node.args)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)


def _field(call):
    """Return the kind of a field, for a selection with its keys, so far as they are written out."""
    kind = ast.unparse(call.func).rpartition(".")[2]
    candidates = [*call.args, *(key.value for key in call.keywords if key.arg == "selection")]
    pairs = [pair for item in candidates if isinstance(item, ast.List) for pair in item.elts]
    keys = [getattr(pair.elts[0], "value", "…") for pair in pairs if isinstance(pair, ast.Tuple)]
    return f"{kind}({', '.join(map(str, keys))})" if kind == "Selection" and keys else kind
