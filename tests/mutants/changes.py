"""Which small changes of a file's functions there are."""

import ast
import contextlib
from dataclasses import dataclass

# What is written instead.
SWAPS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Break: ast.Continue,
    ast.Continue: ast.Break,
}
NOTHING = ast.Constant(None)
# Decorators, defaults and annotations belong to no code that runs with the function.
NOT_RUN = ("decorator_list", "args", "returns", "annotation")


@dataclass
class Change:
    """Another node in one place of a tree; `statement` is the line of the statement it is in."""

    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    statement: int
    function: ast.AST

    @contextlib.contextmanager
    def made(self):
        """Let the tree be changed in this block."""
        old = self._get()
        self._set(ast.copy_location(self.new, old))
        ast.fix_missing_locations(self.function)
        try:
            yield
        finally:
            self._set(old)

    def _get(self):
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    def _set(self, node):
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def changes(tree):
    """Return the changes of all functions in a tree, in their order."""
    return [change for function in functions(tree) for change in _inside(function, None, function)]


def functions(tree):
    """Return the outermost functions and methods, in their order."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node)


def _inside(node, statement, function):
    for field, index, child in _children(node):
        line = child.lineno if isinstance(child, ast.stmt) else statement
        if _is_docstring(child) or isinstance(child, ast.JoinedStr):
            continue
        for new in _instead_of(child):
            if ast.dump(new) != ast.dump(child):
                yield Change(node, field, index, new, line, function)
        yield from _inside(child, line, function)


def _children(node):
    for field, value in ast.iter_fields(node):
        if field in NOT_RUN and not isinstance(node, ast.Call):
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            for index, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield field, index, child


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _instead_of(node):
    if type(node) in SWAPS:
        yield SWAPS[type(node)]()
    yield from INSTEAD.get(type(node), lambda _node: ())(node)


def _of_constant(node):
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    # Sentences are for people to judge.
    elif isinstance(value, str) and " " not in value:
        yield ast.Constant(f"X{value}")


def _of_call(node):
    """Leave out each argument by name, and give nothing for each by place."""
    for index, argument in enumerate(node.args):
        if not isinstance(argument, ast.Starred):
            args = [*node.args[:index], NOTHING, *node.args[index + 1 :]]
            yield ast.Call(node.func, args, node.keywords)
    for index, keyword in enumerate(node.keywords):
        if keyword.arg:
            keywords = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield ast.Call(node.func, node.args, keywords)


def _of_comprehension(node):
    if node.ifs:
        ifs = [_negated(test) for test in node.ifs]
        yield ast.comprehension(node.target, node.iter, ifs, node.is_async)


def _negated(test):
    return ast.UnaryOp(ast.Not(), test)


INSTEAD = {
    ast.Constant: _of_constant,
    ast.Call: _of_call,
    ast.UnaryOp: lambda node: [node.operand] if isinstance(node.op, ast.Not) else [],
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.If: lambda node: [ast.If(_negated(node.test), node.body, node.orelse)],
    ast.Lambda: lambda node: [ast.Lambda(node.args, NOTHING)],
    ast.Expr: lambda _node: [ast.Pass()],
    ast.Raise: lambda _node: [ast.Pass()],
    ast.Assign: lambda node: [ast.Assign(node.targets, NOTHING)],
    ast.AugAssign: lambda node: [ast.Assign([node.target], node.value)],
    ast.Return: lambda node: [ast.Return(NOTHING)] if node.value else [],
    ast.comprehension: _of_comprehension,
}
