"""Compares the contract table with Odoo's source, and with what the addon's source uses.

`python3 tools core-contract` prints what moved in the Odoo that `ODOO_SRC` names.
"""

import ast
import difflib
import re
from collections import defaultdict

from tests.structure.core_contract import NEW_WORDS, OVERRIDDEN, STEPS, USED, XML_IDS
from tests.structure.core_source import EVERY_MODEL, Core, members_of
from tests.structure.source import ADDON, PACKAGE, Source, meant

# The addons of core around Mollie: whatever we use of their models stands in the table.
WATCHED = ("payment", "payment_mollie", "account_payment")
# What may be the name of a record; those of `base` are as old as Odoo.
XML_ID = re.compile(r"""["'](?!base\.|invoice_mollie\.)([a-z][a-z_0-9]*\.[a-z_0-9]+)["']""")
TABLES = {"overridden": OVERRIDDEN, "used": USED, "a step on the way": STEPS}


# -- the table and Odoo's source ---------------------------------------------------


def moved(core, addon=ADDON):
    """Yield a line for each thing of the table that is not as it was.

    :param Core core: the Odoo to look at.
    """
    source = Source(addon)
    for why, table in TABLES.items():
        for place, names in table.items():
            for change, known in _changes(core, place, names):
                yield f"{change} [{why}{_where(source, place, known)}]"
    for xml_id in XML_IDS:
        if not core.has_xml_id(xml_id):
            yield f"gone: the record {xml_id} [used{_where_text(addon, xml_id)}]"
    for (module, word), meaning in NEW_WORDS.items():
        path = core.path_of(module)
        if path and word in path.read_text():
            yield f"new: {word} in {module}: {meaning}"


def _changes(core, place, names):
    """Yield what moved of a place, and the names that this is about."""
    members = core.members(place)
    if members is None:
        yield f"gone: {place}{_elsewhere(core, place, names)}", names
        return
    for name, known in names.items():
        change = _change(core, place, name, known, members.get(name))
        if change:
            yield change, [name]


def _change(core, place, name, known, found):
    if not found:
        return f"gone: {place}.{name} {known}{_renamed(core, place, name)}"
    if found[1] != known:
        return f"changed: {place}.{name} {known} is now {found[1]}"
    return None


def _renamed(core, place, name):
    """Return what the name may have become, in the same place or else in another."""
    known = {known for table in TABLES.values() for names in table.values() for known in names}
    here = [other for other in core.members(place) if other not in known]
    close = difflib.get_close_matches(name, here, 2, 0.7)
    if not close:
        others = {other: model for other, model in _watched(core).items() if other not in known}
        close = [f"{others[o]}.{o}" for o in difflib.get_close_matches(name, others, 2, 0.8)]
    return f"; renamed to {' or '.join(close)}?" if close else ""


def _watched(core):
    """Return ``{name: its model}`` of what the watched addons define."""
    return {
        name: model
        for model, statements in core.models.items()
        for addon, node in statements
        if addon in WATCHED
        for name in members_of(node)
    }


def _elsewhere(core, place, names):
    """Return which class of the same addon has what a class that is gone had."""
    parts = place.split(".")
    folder = core.addon(parts[2]) if parts[:2] == ["odoo", "addons"] else None
    for path in sorted(folder.rglob("*.py")) if folder else ():
        for node in core.parse(path).body:
            if isinstance(node, ast.ClassDef) and set(names) & set(members_of(node)):
                file = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
                return f"; now {'.'.join(parts[:3])}.{file}.{node.name}?"
    return ""


def _where(source, place, names):
    """Return where in the addon names of a place stand first, and how often in all."""
    found = sorted(
        (file, node.lineno)
        for file, tree in source.trees.items()
        for node in ast.walk(tree)
        if getattr(node, "attr", getattr(node, "name", None)) in names
        and not (isinstance(node, ast.Attribute) and meant(node) - {place})
    )
    if not found:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f" in {found[0][0]}:{found[0][1]}{more}"


def _where_text(addon, text):
    paths = [path for path in sorted(addon.rglob("*")) if path.suffix in (".py", ".xml")]
    found = [path for path in paths if text in path.read_text()]
    return f" in {', '.join(path.relative_to(addon).as_posix() for path in found)}"


# -- the table and the addon's source ------------------------------------------------


def overridden(source, core):
    """Return ``{place: {name: signature}}`` of core's methods that our classes define, too."""
    found = defaultdict(dict)
    for cls in source.classes:
        for place, members in _core_classes(source, core, cls):
            for name in set(cls.methods) & set(members):
                if not name.startswith("__"):
                    found[place][name] = members[name][1]
    return dict(found)


def _core_classes(source, core, cls):
    """Yield the place and the members of core's models and classes that a class of ours extends."""
    for model in cls.models:
        # A model of our own has core's methods, too: those of every model.
        yield model if model in core.models else EVERY_MODEL, core.model_members(model)
    imported = imports(source.trees[cls.file])
    for base in cls.bases:
        if base in imported and imported[base].startswith("odoo.addons."):
            place = f"{imported[base]}.{base}"
            yield place, core.members(place) or {}


def imports(tree):
    """Return ``{name in the file: module of Odoo's that it comes from}``."""
    return {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
        for alias in node.names
        if node.module.split(".")[0] == "odoo" and not node.module.startswith(PACKAGE)
    }


def imported(source, core):
    """Return ``{module or class: {name: signature}}`` of what the addon imports from Odoo.

    Also what it takes from the addons' modules and classes that it imports.
    """
    found = defaultdict(dict)
    for tree in source.trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in set(imports(tree).values()):
                for alias in node.names:
                    found[node.module][alias.name] = _signature(core, node.module, alias.name)
        for place, name in _taken(tree):
            found[place][name] = _signature(core, place, name)
    return dict(found)


def _taken(tree):
    """Yield what is taken from an import of `odoo.addons`: ``MollieController._webhook_url``."""
    places = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("odoo.addons.")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in places:
                yield places[node.value.id], node.attr


def _signature(core, place, name):
    members = core.members(place)
    found = members.get(name) if members is not None else None
    return found[1] if found else "not found"


def names_used(source, core):
    """Return ``{name: {model: signature}}`` of what the addon uses of core's models.

    Of the watched addons everything, of others the private methods: those are what core renames.
    A name that is also one of ours is not counted, for nobody can tell here which is meant.
    """
    ours = {function.name for function in source.functions}
    used = {
        node.attr
        for tree in source.trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        # Not `Command.link`: what is imported is no record.
        and not (isinstance(node.value, ast.Name) and node.value.id in imports(tree))
    }
    found = defaultdict(dict)
    for model, statements in core.models.items():
        for addon, node in statements:
            for name, text in members_of(node).items():
                is_private_method = name.startswith("_") and text.startswith("(")
                if name in used - ours and (addon in WATCHED or is_private_method):
                    found[name].setdefault(model, text)
    return dict(found)


def xml_ids(source, core):
    """Return the records of core that the addon's Python and XML name; not those of `base`."""
    paths = [path for path in source.folder.rglob("*") if path.suffix in (".py", ".xml")]
    names = {name for path in paths for name in XML_ID.findall(path.read_text())}
    return {name for name in names if core.has_xml_id(name)}


def main(python_path):
    """Print what moved in an Odoo; return 1 if anything did."""
    lines = list(moved(Core(python_path)))
    print("\n".join(lines) or "Everything of core that the addon relies on is as it was.")
    return int(bool(lines))
