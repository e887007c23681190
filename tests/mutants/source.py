"""A file of the addon whose functions are given other code while it runs."""

import ast
import builtins
import contextlib
import types

from .changes import changes, functions


class Source:
    """One file, and the functions that were made of it.

    :param Path path: the file
    :param dict made: the process's functions by (file, line, name)
    """

    def __init__(self, path, made):
        self.path = path
        self.tree = ast.parse(path.read_text())
        self.changes = changes(self.tree)
        for function in functions(self.tree):
            _keep_class(function)
        # A function's first line is that of its first decorator, for the code as for the key.
        self.made = {
            code.co_firstlineno: made.get((str(path), code.co_firstlineno, code.co_qualname), [])
            for code in self._codes()
        }

    def _codes(self):
        return _codes(compile(self.tree, str(self.path), "exec"))

    @contextlib.contextmanager
    def running(self):
        """Let the file's functions run the tree as it is now, in this block."""
        before = [
            (function, function.__code__) for found in self.made.values() for function in found
        ]
        try:
            for code in self._codes():
                for function in self.made[code.co_firstlineno]:
                    function.__code__ = code
            yield
        finally:
            for function, code in before:
                function.__code__ = code

    @contextlib.contextmanager
    def counted(self, visit):
        """Let the functions call `visit((path of the file, line))` before each statement."""
        name = f"visit_{id(self)}"
        tree, self.tree = self.tree, ast.parse(self.path.read_text())
        try:
            for function in functions(self.tree):
                _keep_class(function)
                _Counter(name, str(self.path)).generic_visit(function)
            ast.fix_missing_locations(self.tree)
            with _builtin(name, visit), self.running():
                yield
        finally:
            self.tree = tree


def _keep_class(function):
    """Let a function that calls `super` know its class, also when that call is changed: it can be
    given only code that has as many variables from around it.
    """
    if any(isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(function)):
        last = ast.Expr(ast.Name("__class__", ast.Load()))
        function.body.append(ast.copy_location(last, function.body[-1]))
        ast.fix_missing_locations(function)


class _Counter(ast.NodeTransformer):
    """Puts a call before each statement."""

    def __init__(self, name, file):
        self.name, self.file = name, file

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [new for one in block for new in (self._call(one), one)])
        return node

    def _call(self, statement):
        place = ast.Constant((self.file, statement.lineno))
        call = ast.Call(ast.Name(self.name, ast.Load()), [place], [])
        return ast.copy_location(ast.Expr(call), statement)


def _codes(code):
    """Return the code of the outermost functions and methods."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name.startswith("<"):
                continue
            if constant.co_flags & 0x1:  # inspect.CO_OPTIMIZED: a function, not a class.
                yield constant
            else:
                yield from _codes(constant)


@contextlib.contextmanager
def _builtin(name, value):
    setattr(builtins, name, value)
    try:
        yield
    finally:
        delattr(builtins, name)
