"""The addon's Python as a graph of files: who defines what, who imports whom, who calls whom.

Read with `ast`: nothing is imported. A call is found by the name of the method, for Python has no
types here; where several models have a method of that name, the receiver's name tells which is
meant (`tx_sudo`, `move`, `self.link_id`), and where it tells nothing, the caller's model has it.
"""

import ast
import io
import re
import tokenize
from collections import defaultdict, namedtuple
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ADDON = CHECKOUT / "invoice_mollie"
PACKAGE = "odoo.addons.invoice_mollie"
# What a name means, where more than one model has the method: the last word of the receiver.
RECEIVERS = {
    "payment.transaction": re.compile(
        r"(txs?|transactions?|attempts?|source|child|children|payment_tx|kept)(_sudo|_ids?)?", re.I
    ),
    "account.move": re.compile(r"(moves?|invoices?|posted|notes?|accepted)(_sudo|_ids?)?", re.I),
    "mollie.payment.link": re.compile(r"(\w+_)?links?(_sudo|_ids?)?", re.I),
    "payment.provider": re.compile(r"providers?(_sudo|_ids?)?", re.I),
    "res.company": re.compile(r"(company|companies)(_sudo|_ids?)?", re.I),
}
OWN = ("self", "cls", "super")
# What is put between a record and its method and leaves it what it is.
TRANSPARENT = ("sudo", "with_context", "with_env", "with_company", "filtered", "exists", "sorted")

Function = namedtuple("Function", "file owner name lines")
# A door is a method that core calls: it overrides one of core's.
Call = namedtuple("Call", "file line target name is_door")


class Class:
    """A class: its models, also those of the classes that a plain mixin becomes a part of."""

    def __init__(self, file, node):
        self.file, self.node, self.name = file, node, node.name
        self.bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        self.methods = {item.name: item for item in node.body if is_function(item)}
        self.models = set(declared_models(node)[:1])


def is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def declared_models(node):
    """Return the models of a class statement: its own first, then those it inherits."""
    found = {"_name": [], "_inherit": []}
    for item in node.body:
        name = ast.unparse(item.targets[0]) if isinstance(item, ast.Assign) else None
        if name in found:
            value = ast.literal_eval(item.value)
            found[name] = [value] if isinstance(value, str) else list(value)
    return found["_name"] + found["_inherit"]


def length(node):
    return node.end_lineno - node.lineno + 1


class Source:
    """The Python files below a folder, but for packages' `__init__.py`, which only import.

    :param rooms: files whose classes are told apart, as ``file.py:Class``.
    :param set overridden: ``(model, name)`` of core's methods, with `base` for those of every
        model: whoever calls one calls core.
    """

    def __init__(self, folder=ADDON, overridden=(), rooms=()):
        self.folder, self.rooms = Path(folder), rooms
        self.overridden = set(overridden)
        paths = [path for path in self.folder.rglob("*.py") if not path.name.startswith("__")]
        self.trees = {
            path.relative_to(self.folder).as_posix(): ast.parse(path.read_text())
            for path in sorted(paths)
        }
        self.classes = [
            Class(file, node)
            for file, tree in self.trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        ]
        self._compose()

    @property
    def places(self):
        """Return the files and the rooms in them."""
        return {*self.trees, *(self._place(cls) for cls in self.classes)}

    def _compose(self):
        """Give plain mixins the models of the classes that have them among their bases."""
        by_name = defaultdict(list)
        for cls in self.classes:
            by_name[cls.name].append(cls)
        waiting = [cls for cls in self.classes if cls.models]
        while waiting:
            cls = waiting.pop()
            for mixin in (mixin for base in cls.bases for mixin in by_name[base]):
                if mixin is not cls and not cls.models <= mixin.models:
                    mixin.models |= cls.models
                    waiting.append(mixin)

    @cached_property
    def functions(self):
        """Every method and every function that stands at the top of a file."""
        methods = [
            Function(cls.file, cls.name, name, length(node))
            for cls in self.classes
            for name, node in cls.methods.items()
        ]
        functions = [
            Function(file, "", node.name, length(node))
            for file, tree in self.trees.items()
            for node in tree.body
            if is_function(node)
        ]
        return methods + functions

    def methods_of(self, model):
        """Return ``[(class, name)]`` of all methods that we give a model."""
        return [(cls, name) for cls in self.classes if model in cls.models for name in cls.methods]

    def files_of(self, model):
        """Return the files, or rooms, with methods that we give a model."""
        return sorted({self._place(cls) for cls, _name in self.methods_of(model)})

    def _place(self, cls):
        return self._place_of(cls.file, cls.name)

    # -- imports -------------------------------------------------------------------

    @cached_property
    def imports(self):
        """Return ``{(file, line, imported file)}``, wherever in the file the import stands.

        With rooms: who uses what is imported, and which room it comes from.
        """
        return {
            (place, node.lineno, self._place_of(target, alias.name))
            for file, tree in self.trees.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias, target in self._imported(file, node)
            for place in self._users(file, alias.asname or alias.name)
        }

    def _imported(self, file, node):
        """Yield the names of an import statement that come from files of ours, with the file."""
        module = self._module(file, node)
        for alias in node.names if module is not None else ():
            for parts in ([*module, alias.name], module):
                target = "/".join(parts) + ".py"
                if target in self.trees and target != file:
                    yield alias, target
                    break

    def _users(self, file, name):
        """Return the rooms of a file that use a name; the file itself where it has none."""
        if file not in self.rooms:
            return {file}
        return {
            self._place_of(file, getattr(top, "name", None))
            for top in self.trees[file].body
            if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(top))
        }

    def _place_of(self, file, name):
        """Return the room of a class, else the file."""
        is_class = any((cls.file, cls.name) == (file, name) for cls in self.classes)
        return f"{file}:{name}" if file in self.rooms and is_class else file

    def _module(self, file, node):
        """Return the parts of an imported module's name below the addon, None if it is not ours."""
        parts = [*filter(None, (node.module or "").split("."))]
        if node.level:
            return [*file.split("/")[: -node.level], *parts]
        ours = PACKAGE.split(".")
        return parts[len(ours) :] if parts[: len(ours)] == ours else None

    # -- text and writes -----------------------------------------------------------

    def code(self, file):
        """Yield the lines of a file with their numbers, without comments and docstrings."""
        tree, text = self.trees[file], (self.folder / file).read_text()
        silent = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                silent |= set(range(node.lineno, node.end_lineno + 1))
        comments = {
            token.start[0]: token.start[1]
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        }
        for number, line in enumerate(text.splitlines(), 1):
            if number not in silent:
                yield number, line[: comments.get(number)]

    def writes(self, model):
        """Yield where records of a model are written on: file, method, line, text.

        ``tx.write(…)`` and ``tx.field = …``, by what the receiver's name means.
        """
        for file, tree in self.trees.items():
            for top in tree.body:
                models = self._models_of(top)
                for method in [*getattr(top, "body", ()), top]:
                    if is_function(method):
                        for node in _written(method):
                            if self._means(node, models) == {model}:
                                yield file, method.name, node.lineno, ast.unparse(node)

    def _means(self, node, models):
        return models if _last_word(node.value) == "self" else meant(node)

    def _models_of(self, node):
        return next((cls.models for cls in self.classes if cls.node is node), set())

    # -- calls ---------------------------------------------------------------------

    @cached_property
    def calls(self):
        """Return the calls of our methods and functions, those within a file too."""
        return [call for file, tree in self.trees.items() for call in self._calls_in(file, tree)]

    def calls_across(self, with_doors=()):
        """Return the calls from file to file.

        :param tuple with_doors: files whose doors don't count. Core opens these as a browser opens
            a route, so they may lead to any floor; whoever calls them calls core.
        """
        return [
            call
            for call in self.calls
            if call.file != call.target and not (call.is_door and call.file.startswith(with_doors))
        ]

    def _calls_in(self, file, tree):
        functions = self._functions_known_in(file, tree)
        for top in tree.body:
            models = self._models_of(top)
            place = self._place_of(file, getattr(top, "name", None))
            for item in top.body if isinstance(top, ast.ClassDef) else [top]:
                caller = item.name if is_function(item) else ""
                for line, target, name in self._called(item, models, functions):
                    is_door = any((model, caller) in self.overridden for model in models)
                    yield Call(place, line, target, name, is_door)

    def _called(self, item, models, functions):
        """Yield line, file and name of what a statement of a file or class refers to."""
        for node in ast.walk(item):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                for target in self._targets(node, models):
                    yield node.lineno, target, node.attr
            elif isinstance(node, ast.Name) and node.id in functions:
                yield node.lineno, functions[node.id], node.id

    def _functions_known_in(self, file, tree):
        """Return ``{name: file}`` of our functions that a file defines or imports."""
        known = {function.name: file for function in self._top_functions(file)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias, target in self._imported(file, node):
                    if alias.name in {function.name for function in self._top_functions(target)}:
                        known[alias.asname or alias.name] = target
        return known

    def _top_functions(self, file):
        return [item for item in self.functions if (item.file, item.owner) == (file, "")]

    @cached_property
    def _definitions(self):
        found = defaultdict(list)
        for cls in self.classes:
            for name in cls.methods:
                found[name].append(cls)
        return found

    def _targets(self, node, models):
        """Return the files, or rooms, with the method that an attribute may mean."""
        classes = [
            cls
            for cls in self._definitions.get(node.attr, ())
            if not any((model, node.attr) in self.overridden for model in {*cls.models, "base"})
        ]
        own = [cls for cls in classes if cls.models & models]
        if models and _last_word(node.value) in OWN:
            return {self._place(cls) for cls in own}
        likely = [cls for cls in classes if cls.models & meant(node)]
        return {self._place(cls) for cls in likely or own or classes}


def _written(function):
    """Yield what a function assigns to or calls `write` of, as attributes."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Store) or node.attr == "write":
                yield node


def meant(node):
    """Return the models that the receiver's name means, none if it tells nothing.

    :param ast.Attribute node: ``tx.state``, for one.
    """
    word = _last_word(node.value)
    return {model for model, pattern in RECEIVERS.items() if pattern.fullmatch(word)}


def _last_word(node):
    """Return the last name of a receiver: `link_id` of `self.link_id.sudo()`."""
    while isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
        if isinstance(node, ast.Attribute) and node.attr not in TRANSPARENT:
            return node.attr
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def circles(edges):
    """Return the groups of files each of which can be reached from every other of its group.

    :param edges: ``{(from, to)}``
    """
    reach = defaultdict(set)
    for start, end in edges:
        reach[start].add(end)
    changed = True
    while changed:
        changed = False
        for ends in list(reach.values()):
            further = set().union(*(reach.get(end, ()) for end in ends)) - ends
            ends |= further
            changed = changed or bool(further)
    groups = {
        frozenset(other for other in ends if start in reach.get(other, ()))
        for start, ends in reach.items()
        if start in ends
    }
    return sorted(sorted(group) for group in groups if len(group) > 1)
